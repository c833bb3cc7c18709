//! Jira Cloud: its OAuth facts, its table, the choice of a site, and its part of the API.
//!
//! A request goes: `http` (the door: what was asked, and the sentence of a failure) → `operations`
//! (what a caller may do, without a word of HTTP) → `site` (whose Jira, with a token that works) →
//! `juncture_jira` (the calls); and back through `view`, our shape of the answer.

mod facts;
mod failure;
mod fields;
mod help;
pub(crate) mod http;
mod jql;
mod metadata;
mod names;
mod operations;
mod passage;
mod people;
mod permissions;
pub mod refusals;
pub mod settings;
mod site;
pub mod table;
mod turns;
mod view;
mod viewer;
mod wanted;
mod watch;

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use quick_cache::sync::Cache as Memory;
use uuid::Uuid;

pub(crate) use facts::JiraProvider;

use crate::cache::Cache;
use crate::provider::ProviderName;
use crate::tokens::Tokens;
use crate::web::idempotency::Idempotency;
use site::KnownSites;
use turns::Turns;
use watch::CallsOf;

/// How many OAuth apps have a pace of their own. One that is pushed out begins anew: Jira tells it again.
const MOST_APPS: usize = 1_000;

/// The name of this provider.
pub(crate) const NAME: ProviderName = ProviderName::new("jira");

/// Jira as a part of the server: all that its operations need. Cheap to clone.
#[derive(Clone)]
pub struct Jira(Arc<Parts>);

/// What [`Jira`] is made of.
pub struct Parts {
    /// Makes the calls of the environment's OAuth app.
    pub client: juncture_jira::Client,
    /// Those of other apps, which Jira counts apart.
    clients: Memory<Uuid, juncture_jira::Client>,
    /// Whose connections there are, with tokens that work.
    pub tokens: Tokens,
    /// What may be lost.
    pub cache: Arc<Cache>,
    /// Requests that must not be carried out twice.
    pub idempotency: Idempotency,
    /// The sites of connections that were asked for lately.
    known: KnownSites,
    /// Turns at the issues that were written to lately.
    turns: Turns,
}

impl Jira {
    /// Jira with these parts.
    #[must_use]
    pub fn new(
        client: juncture_jira::Client,
        tokens: Tokens,
        cache: Arc<Cache>,
        idempotency: Idempotency,
    ) -> Self {
        Self(Arc::new(Parts {
            client,
            clients: Memory::new(MOST_APPS),
            tokens,
            cache,
            idempotency,
            known: KnownSites::default(),
            turns: Turns::default(),
        }))
    }

    /// Who makes the calls of an OAuth app; of the environment's where there is no id.
    fn client_of(&self, app: Option<Uuid>) -> juncture_jira::Client {
        let Some(app) = app else {
            return self.client.clone();
        };
        let make = || self.client.of_another_app();
        let made = self
            .clients
            .get_or_insert_with(&app, || Ok::<_, Infallible>(make()));
        made.unwrap_or_else(|never| match never {})
    }

    /// The same for a connection, of whose calls its timeline tells.
    fn client_for(&self, app: Option<Uuid>, connection: Uuid) -> juncture_jira::Client {
        let timeline = self.tokens.timeline.clone();
        self.client_of(app)
            .watched_by(Arc::new(CallsOf::new(connection, timeline)))
    }

    fn now(&self) -> Timestamp {
        self.tokens.clock.now()
    }
}

impl Deref for Jira {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
