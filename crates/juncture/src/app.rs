//! What a request may reach: nothing else is shared, and nothing is global.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use juncture_jira::Clock;
use tokio_util::task::TaskTracker;

use crate::cache::Cache;
use crate::config::Config;
use crate::limit::Limit;
use crate::metrics::Metrics;
use crate::providers::Providers;
use crate::seal::Sealer;
use crate::settled::Settled;
use crate::store::Store;
use crate::tokens::counts;
use crate::tokens::flights::Flights;
use crate::tokens::held::HeldTokens;

/// How long a TCP and TLS handshake may take. Whole calls have deadlines of their own.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle on all that requests share; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] holds.
pub struct Parts {
    /// The checked configuration.
    pub config: Config,
    /// What must not be lost.
    pub store: Store,
    /// What may be lost.
    pub cache: Cache,
    /// Opens and seals tokens.
    pub sealer: Arc<Sealer>,
    /// The time, pauses and jitter.
    pub clock: Arc<dyn Clock>,
    /// What time it may be, should somebody have set the clock.
    pub settled: Settled,
    /// Outbound HTTP.
    pub http: reqwest::Client,
    /// Calls to Jira.
    pub jira: juncture_jira::Client,
    /// The providers that can be connected.
    pub providers: Providers,
    /// What is counted.
    pub metrics: Metrics,
    /// How often strangers may call.
    pub public_limit: Limit,
    /// The access tokens that this process holds.
    pub held: HeldTokens,
    /// The refreshes under way in this process.
    pub flights: Flights,
    /// Work that must end before the process does, whether or not its request still waits.
    pub tasks: TaskTracker,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(config: Config, store: Store, sealer: Sealer, clock: Arc<dyn Clock>) -> Self {
        let http = http_client();
        let jira =
            juncture_jira::Client::new(http.clone(), config.jira.api_url.clone(), clock.clone());
        let providers = Providers::new(&config, &jira);
        let sealer = Arc::new(sealer);
        let metrics = Metrics::default();
        for provider in providers.iter() {
            counts::begin(&metrics, provider.name());
        }
        Self(Arc::new(Parts {
            cache: Cache::new(&config.cache, sealer.clone(), clock.clone(), http.clone()),
            metrics,
            public_limit: Limit::new(config.public_requests_per_minute),
            held: HeldTokens::default(),
            flights: Flights::default(),
            tasks: TaskTracker::new(),
            settled: Settled::of(&*clock),
            config,
            store,
            sealer,
            clock,
            http,
            jira,
            providers,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The one HTTP client. It follows no redirects: no API we call redirects, and a token must not
/// follow one to another host.
fn http_client() -> reqwest::Client {
    #[expect(clippy::disallowed_methods, reason = "this is the one client")]
    let builder = reqwest::Client::builder();
    builder
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("juncture/", env!("CARGO_PKG_VERSION")))
        .build()
        .expect("the TLS backend is compiled in")
}
