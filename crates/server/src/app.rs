//! Where the parts are put together. A part knows what it was given; only the server knows all.

use std::ops::Deref;
use std::sync::Arc;

use juncture_clock::Clock;
use juncture_outbound::guard::Guarded;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cache::Cache;
use crate::config::Config;
use crate::events::places::Places;
use crate::events::redis_stream::RedisStream;
use crate::events::sink::Copier;
use crate::idempotency::Keys;
use crate::jobs::{Job, Supervisor};
use crate::metrics::Metrics;
use crate::oauth::TokenClient;
use crate::passage::Passage;
use crate::project::ProjectId;
use crate::projects::Projects;
use crate::provider::{Provider, Providers};
use crate::providers::jira::{self, Jira, JiraProvider};
use crate::seal::Sealer;
use crate::settled::Settled;
use crate::store::Store;
use crate::timeline::Timeline;
use crate::tokens::flights::Flights;
use crate::tokens::held::HeldTokens;
use crate::tokens::{self, Tokens};
use crate::upkeep;
use crate::web::caller::{Callers, Visitor};
use crate::web::error::Error;
use crate::web::idempotency::Idempotency;
use crate::web::limit::{Limit, Stranger};
use crate::web::requests::Requests;
use crate::webhooks::deliver::{self, Deliverer};
use crate::webhooks::manage::Webhooks;
use crate::{events, webhooks};

/// A handle on all that requests share; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] holds.
pub struct Parts {
    /// The checked configuration.
    pub config: Config,
    /// Who may call.
    pub(crate) callers: Callers,
    /// Whose calls there are.
    pub projects: Projects,
    /// What must not be lost.
    pub store: Store,
    /// What may be lost.
    pub cache: Arc<Cache>,
    /// Opens and seals tokens.
    pub sealer: Arc<Sealer>,
    /// The time, pauses and jitter.
    pub clock: Arc<dyn Clock>,
    /// What time it may be, should somebody have set the clock.
    pub settled: Arc<Settled>,
    /// The providers that can be connected.
    pub providers: Arc<Providers>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How requests are counted.
    pub(crate) requests: Requests,
    /// How often strangers may call.
    pub public_limit: Limit<Stranger>,
    /// Requests that are carried out once for their key.
    pub(crate) idempotency: Idempotency,
    /// The tokens of all connections.
    pub tokens: Tokens,
    /// Jira's part.
    pub jira: Jira,
    /// Who waits for events.
    pub(crate) event_readers: Places,
    /// Where events are sent.
    pub webhooks: Webhooks,
    /// Cancelled when the server is to end: what goes on for as long as somebody listens ends then.
    pub stopping: CancellationToken,
    /// Work that must end before the process does, whether or not its request still waits.
    pub tasks: TaskTracker,
}

impl App {
    /// Puts the parts together: each gets what it needs, and none gets the whole. `others` are providers
    /// beside those of the configuration.
    #[must_use]
    pub fn new(
        config: Config,
        store: Store,
        sealer: Sealer,
        clock: Arc<dyn Clock>,
        others: Vec<Arc<dyn Provider>>,
    ) -> Self {
        let http = juncture_outbound::Http::default();
        let sealer = Arc::new(sealer);
        let metrics = Arc::new(Metrics::default());
        let settled = Arc::new(Settled::of(&*clock));
        let tasks = TaskTracker::new();
        let cache = Cache::new(&config.cache, sealer.clone(), clock.clone(), http.clone());
        let cache = Arc::new(cache);
        let to_jira =
            juncture_jira::Client::new(http.clone(), config.jira.api_url.clone(), clock.clone());
        // A provider is a line here. It is on where it is configured, or where projects have their own apps.
        let jira = JiraProvider::new(&config.jira, to_jira.clone());
        let known = [Arc::new(jira) as Arc<dyn Provider>];
        let is_on = |provider: &Arc<dyn Provider>| config.is_cloud || provider.app().is_some();
        let configured = known.into_iter().filter(is_on);
        let providers = Arc::new(Providers::new(configured.chain(others).collect()));
        let projects = Projects::new(store.clone(), sealer.clone(), clock.clone());
        let tokens = Tokens::new(tokens::Parts {
            store: store.clone(),
            sealer: sealer.clone(),
            clock: clock.clone(),
            settled: settled.clone(),
            providers: providers.clone(),
            client: TokenClient::new(http, clock.clone()),
            projects: projects.clone(),
            metrics: metrics.clone(),
            tasks: tasks.clone(),
            held: HeldTokens::default(),
            flights: Flights::default(),
            timeline: Timeline::new(clock.clone(), metrics.clone()),
        });
        let stopping = CancellationToken::new();
        let guarded = Guarded::new(clock.clone(), &config.webhooks.allowed);
        let deliverer = Deliverer::new(deliver::Parts {
            store: store.clone(),
            sealer: sealer.clone(),
            clock: clock.clone(),
            guarded: guarded.clone(),
            metrics: metrics.clone(),
            tasks: tasks.clone(),
            stopping: stopping.clone(),
        });
        let webhooks = Webhooks {
            store: store.clone(),
            sealer: sealer.clone(),
            clock: clock.clone(),
            guarded,
            deliverer,
        };
        let idempotency = Idempotency {
            keys: Keys {
                store: store.clone(),
                sealer: sealer.clone(),
                clock: clock.clone(),
                settled: settled.clone(),
            },
            tasks: tasks.clone(),
        };
        let jira = Jira::new(to_jira, tokens.clone(), cache.clone(), idempotency.clone());
        Self(Arc::new(Parts {
            public_limit: Limit::default(),
            callers: Callers::new(
                (config.secret_key.as_ref(), config.admin_key.as_ref()),
                projects.clone(),
                clock.clone(),
                config.is_cloud,
            ),
            projects,
            idempotency,
            config,
            store,
            cache,
            sealer,
            clock,
            settled,
            providers,
            requests: Requests::new(metrics.clone()),
            metrics,
            tokens,
            jira,
            event_readers: Places::default(),
            stopping,
            webhooks,
            tasks,
        }))
    }
}

impl App {
    /// The provider with exactly this name.
    pub fn provider(&self, name: &str) -> Result<&dyn Provider, Error> {
        self.providers.get(name).ok_or_else(Error::invalid_provider)
    }

    /// Where a provider sends browsers back to on this server.
    #[must_use]
    pub fn callback_of(&self, provider: &str) -> String {
        let mut url = self.config.base_url.clone();
        url.path_segments_mut()
            .expect("the configuration takes http and https URLs only")
            .pop_if_empty()
            .extend([
                "api",
                "frontend",
                "oauth",
                "authorization-callback",
                provider,
            ]);
        url.into()
    }

    /// What copies events into a stream, where one is configured.
    fn copier(&self) -> Option<Copier> {
        let stream = self.config.events_stream.as_deref()?;
        Some(Copier {
            store: self.store.clone(),
            sealer: self.sealer.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
            sink: Arc::new(RedisStream::new(stream, self.clock.clone())),
        })
    }

    /// All work that goes on without being asked for.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = upkeep::jobs(&self.tokens);
        jobs.extend(self.projects.jobs());
        let lifetime = self.config.events_retention;
        jobs.extend(events::work::jobs(
            &self.store,
            &self.clock,
            &self.settled,
            lifetime,
        ));
        jobs.extend(webhooks::work::jobs(
            &self.webhooks,
            &self.metrics,
            &self.settled,
            lifetime,
        ));
        jobs.extend(self.copier().map(Copier::job));
        jobs
    }

    /// Who does it.
    #[must_use]
    pub fn supervisor(&self) -> Supervisor {
        Supervisor {
            store: self.store.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
        }
    }

    /// As whose strangers those are counted who call for this visitor's project, and how often a minute each
    /// of them may call.
    pub(crate) fn strangers_of(&self, visitor: Option<Visitor>) -> (Option<ProjectId>, u32) {
        let per_minute = self.config.public_requests_per_minute;
        let project = visitor.map(|visitor| visitor.project);
        let known = project.and_then(|project| self.projects.at_hand(project));
        let own = known.and_then(|known| known.settings.limits.public_requests_per_minute);
        // Where there is one project alone, they are counted as those whose connections are.
        let project = project.filter(|_| self.config.is_cloud);
        (project, own.unwrap_or(per_minute))
    }

    /// The way through to the provider with exactly this name.
    pub fn passage(&self, name: &str) -> Result<&dyn Passage, Error> {
        // A provider is a line here, too.
        let passages: [(_, &dyn Passage); _] = [(jira::NAME, &self.jira)];
        let name = self.provider(name)?.name();
        let found = passages.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, passage)| *passage)
            .ok_or_else(Error::invalid_provider)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
