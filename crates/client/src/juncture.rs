//! A server, as your back end sees it.

use std::sync::Arc;

use secrecy::SecretString;

use crate::connect::Connect;
use crate::connections::Connections;
use crate::error::Error;
use crate::event_endpoints::EventEndpointCalls;
use crate::events::{Events, Feed, ListEvents};
use crate::health::Health;
use crate::jira::Jira;
use crate::options::{self, Options};
use crate::transport::Transport;

/// A Juncture server, as your back end sees it. Clones share their connections; the secret key is shown to
/// no `Debug`.
#[derive(Clone, Debug)]
pub struct Juncture {
    transport: Arc<Transport>,
}

impl Juncture {
    /// A server at this address (`https://juncture.example.com`, with its path if it has one), whose
    /// `JUNCTURE_SECRET_KEY` this is. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// `invalid_options`, if the address is no http or https URL, or the key cannot stand in a header.
    pub fn new(base_url: &str, secret_key: impl Into<SecretString>) -> Result<Self, Error> {
        Self::with_options(base_url, secret_key, Options::default())
    }

    /// The same, called in another way.
    ///
    /// # Errors
    ///
    /// As [`Juncture::new`].
    pub fn with_options(
        base_url: &str,
        secret_key: impl Into<SecretString>,
        options: Options,
    ) -> Result<Self, Error> {
        let transport = Transport {
            base_url: options::base_url(base_url)?,
            authorization: options::authorization(&secret_key.into())?,
            options,
        };
        Ok(Self {
            transport: transport.into(),
        })
    }

    /// The same server, called in another way: with less patience, say.
    #[must_use]
    pub fn adjusted(&self, adjust: impl FnOnce(&mut Options)) -> Self {
        let mut transport = Transport::clone(&self.transport);
        adjust(&mut transport.options);
        Self {
            transport: transport.into(),
        }
    }

    /// The Jira of the customer whom you call `external_id`. Nothing is asked yet.
    #[must_use]
    pub fn jira(&self, external_id: impl Into<String>) -> Jira {
        Jira::new(self.transport.clone(), external_id.into())
    }

    /// The flow by which customers connect.
    #[must_use]
    pub fn connect(&self) -> Connect<'_> {
        Connect(&self.transport)
    }

    /// What there is of connections, and their tokens.
    #[must_use]
    pub fn connections(&self) -> Connections<'_> {
        Connections(&self.transport)
    }

    /// What has happened, and its erasure.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events(&self.transport)
    }

    /// A reader of what happens, from where `which` says on.
    #[must_use]
    pub fn feed(&self, which: ListEvents) -> Feed {
        Feed::new(&self.transport, which)
    }

    /// Where events are pushed to, and what waits there.
    #[must_use]
    pub fn event_endpoints(&self) -> EventEndpointCalls<'_> {
        EventEndpointCalls(&self.transport)
    }

    /// How the server is.
    #[must_use]
    pub fn health(&self) -> Health<'_> {
        Health(&self.transport)
    }
}
