//! What the operator sets: read from environment variables and a `.env` file, checked once at start.
//!
//! A start with problems reports all of them together ([`Problems`]). The reference of every
//! variable is [`VARIABLES`](crate::environment::variables::VARIABLES), from which `docs/CONFIG.md` is made.

pub mod keys;
mod network;

use ipnet::IpNet;
use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

pub use keys::KeySource;
pub use network::Address;

use crate::cache::settings::{self as cache, CacheConfig, StreamConfig};
use crate::environment::reader::{Problems, Reader};
use crate::environment::{Environment, doubts};
use crate::providers::jira::settings::JiraConfig;
use crate::store::settings::{self as database, Database};
use crate::telemetry::LogConfig;
use crate::webhooks::settings::{self as webhooks, WebhooksConfig};

/// The fewest bytes of a key of the environment: some 96 bits, if they are random letters and digits.
const SHORTEST_SECRET_KEY: usize = 16;

/// How many days events are kept where nobody says so, and how many at the most.
const EVENTS_RETENTION: i64 = 30;
const LONGEST_EVENTS_RETENTION: i64 = 365;

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// `HOST`, `PORT`: the address to bind.
    pub address: Address,
    /// `TRUSTED_PROXIES`: the peers whose word about a client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `PUBLIC_REQUESTS_PER_MINUTE`: how often one address may call what is open to all; 0 is no limit.
    pub public_requests_per_minute: u32,
    /// `JUNCTURE_BASE_URL`: where browsers and Atlassian reach this server; without a trailing slash.
    pub base_url: Url,
    /// `JUNCTURE_FRONTEND_URL`: where the finalise page is; this server has one.
    pub frontend_url: Url,
    /// `CLOUD_MODE`: whether there are many projects, which their keys name.
    pub is_cloud: bool,
    /// `JUNCTURE_SECRET_KEY`: what backend callers of the project `default` send. In cloud mode there need be
    /// none.
    pub secret_key: Option<SecretString>,
    /// `JUNCTURE_ADMIN_KEY`: what whoever runs the server sends to `/api/admin/*`, which is not there without.
    pub admin_key: Option<SecretString>,
    /// `CORS_ALLOWED_ORIGINS`: the origins whose scripts may call the frontend API.
    pub cors_allowed_origins: Vec<String>,
    /// `DATABASE_URL`: the SQLite file, or the PostgreSQL server.
    pub database: Database,
    /// `UPSTASH_REDIS_REST_…`, `REDIS_…`: the cache that replicas share.
    pub cache: CacheConfig,
    /// `JUNCTURE_EVENTS_REDIS_STREAM…`: the streams into which events are copied.
    pub events_stream: Option<Box<StreamConfig>>,
    /// `JUNCTURE_ENCRYPTION_KEYS`, or the key file beside the SQLite file.
    pub keys: KeySource,
    /// `DEFAULT_JIRA_…`, `ATLASSIAN_…`.
    pub jira: JiraConfig,
    /// `JUNCTURE_EVENTS_RETENTION`: how long events are kept.
    pub events_retention: SignedDuration,
    /// `JUNCTURE_EVENTS_ENDPOINT_…`, `JUNCTURE_EVENTS_ALLOWED_NETWORKS`: where events may be sent.
    pub webhooks: WebhooksConfig,
    /// What is likely to be a mistake, in whole sentences without any value.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads and checks every variable; all problems come back together.
    pub fn read(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let jira = JiraConfig::read(&mut reader);
        let database = database::read(&mut reader);
        let address = Address::read(&mut reader);
        let base_url = reader
            .url("JUNCTURE_BASE_URL")
            .or_else(|| jira.public_address())
            .unwrap_or_else(|| address.url());
        let (cache, events_stream) = cache::read(&mut reader);
        let is_cloud = read_cloud_mode(&mut reader);
        let mut config = Self {
            address,
            trusted_proxies: network::read_trusted_proxies(&mut reader),
            public_requests_per_minute: network::read_public_requests_per_minute(&mut reader),
            frontend_url: reader
                .url("JUNCTURE_FRONTEND_URL")
                .unwrap_or_else(|| base_url.clone()),
            base_url,
            is_cloud,
            secret_key: read_key(&mut reader, "JUNCTURE_SECRET_KEY", !is_cloud),
            admin_key: read_key(&mut reader, "JUNCTURE_ADMIN_KEY", is_cloud),
            cors_allowed_origins: reader.origins("CORS_ALLOWED_ORIGINS"),
            keys: keys::read(&mut reader, &database),
            database,
            cache,
            events_stream,
            jira,
            webhooks: webhooks::read(&mut reader),
            events_retention: read_events_retention(&mut reader),
            warnings: Vec::new(),
        };
        LogConfig::of(&mut reader);
        config.look_twice(&mut reader);
        doubts::of_names(&mut reader, environment);
        config.warnings = reader.take_warnings();
        reader.finish(config)
    }

    /// Warns of what fits each variable alone, and not all of them together.
    fn look_twice(&self, reader: &mut Reader<'_>) {
        let of_app = self.jira.app.as_ref();
        let of_app = of_app.map(|app| ("DEFAULT_JIRA_REDIRECT_URI", &app.redirect_uri));
        let others = [
            ("JUNCTURE_BASE_URL", &self.base_url),
            ("JUNCTURE_FRONTEND_URL", &self.frontend_url),
            ("ATLASSIAN_AUTH_URL", &self.jira.auth_url),
            ("ATLASSIAN_API_URL", &self.jira.api_url),
        ];
        if of_app.is_none() {
            reader.warn(
                "no provider is configured, so nothing can be connected: DEFAULT_JIRA_CLIENT_ID and its like are not set",
            );
        }
        for (name, url) in of_app.into_iter().chain(others) {
            if reader.text(name).is_some() {
                doubts::of_cleartext(reader, name, url);
            }
        }
        if let CacheConfig::Upstash(database) = &self.cache {
            doubts::of_cleartext(reader, "UPSTASH_REDIS_REST_URL", &database.url);
        }
        let frontend = self.frontend_url.origin();
        let allowed = &self.cors_allowed_origins;
        if frontend != self.base_url.origin() && !allowed.contains(&frontend.ascii_serialization())
        {
            reader.warn(
                "JUNCTURE_FRONTEND_URL is of another origin than JUNCTURE_BASE_URL, and CORS_ALLOWED_ORIGINS does not name it: scripts there cannot call /api/frontend/*",
            );
        }
    }
}

/// Whether there are many projects.
fn read_events_retention(reader: &mut Reader<'_>) -> SignedDuration {
    const NAME: &str = "JUNCTURE_EVENTS_RETENTION";
    let what = format!("a number of days from 1 to {LONGEST_EVENTS_RETENTION}");
    let days = reader.parsed(NAME, &what).unwrap_or(EVENTS_RETENTION);
    if !(1..=LONGEST_EVENTS_RETENTION).contains(&days) {
        reader.problem(NAME, format!("must be {what}"));
    }
    SignedDuration::from_hours(24 * days)
}

fn read_cloud_mode(reader: &mut Reader<'_>) -> bool {
    reader
        .parsed("CLOUD_MODE", "`true` or `false`")
        .unwrap_or(false)
}

/// A key that must be set, or may be.
fn read_key(
    reader: &mut Reader<'_>,
    name: &'static str,
    is_required: bool,
) -> Option<SecretString> {
    let is_read = is_required || reader.text(name).is_some();
    is_read.then(|| reader.secret(name, SHORTEST_SECRET_KEY))
}
