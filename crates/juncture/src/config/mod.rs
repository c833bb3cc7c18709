//! What the operator sets: read from environment variables and a `.env` file, checked once at start.
//!
//! A start with problems reports all of them together ([`Problems`]). The reference of every
//! variable is [`VARIABLES`](crate::environment::variables::VARIABLES), from which `docs/CONFIG.md` is made.

pub mod keys;
mod network;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

pub use keys::KeySource;
pub use network::Address;

use crate::cache::settings::{self as cache, CacheConfig};
use crate::environment::reader::{Problems, Reader};
use crate::environment::{Environment, doubts};
use crate::store::settings::{self as database, Database};

/// The callback path of Jira; the documentation fixes it.
const JIRA_CALLBACK: &str = "/api/frontend/oauth/authorization-callback/jira";

/// The fewest bytes of `JUNCTURE_SECRET_KEY`: some 96 bits, if they are random letters and digits.
const SHORTEST_SECRET_KEY: usize = 16;

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
    /// `JUNCTURE_SECRET_KEY`: what backend callers send.
    pub secret_key: SecretString,
    /// `CORS_ALLOWED_ORIGINS`: the origins whose scripts may call the frontend API.
    pub cors_allowed_origins: Vec<String>,
    /// `DATABASE_URL`: the SQLite file, or the PostgreSQL server.
    pub database: Database,
    /// `UPSTASH_REDIS_REST_…`, `REDIS_…`: the cache that replicas share.
    pub cache: CacheConfig,
    /// `JUNCTURE_ENCRYPTION_KEYS`, or the key file beside the SQLite file.
    pub keys: KeySource,
    /// `DEFAULT_JIRA_…`, `ATLASSIAN_…`.
    pub jira: JiraConfig,
    /// What is likely to be a mistake, in whole sentences without any value.
    pub warnings: Vec<String>,
}

/// The settings of the Jira provider.
#[derive(Debug)]
pub struct JiraConfig {
    /// The id of the OAuth app in Atlassian's developer console.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The scopes to ask for; `offline_access` is among them, each stands once.
    pub scopes: Vec<String>,
    /// Where Atlassian sends the browser after consent; registered in the console.
    pub redirect_uri: Url,
    /// Where the hosted page sends the browser when all is done.
    pub site_redirect_uri: Option<Url>,
    /// The host of `/authorize` and `/oauth/token`.
    pub auth_url: Url,
    /// The host of Atlassian's API gateway.
    pub api_url: Url,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How and what to log: known before the rest of the configuration, so that its problems can be told.
#[derive(Debug, Default)]
pub struct LogConfig {
    /// `LOG_FORMAT`.
    pub format: LogFormat,
    /// `RUST_LOG`: directives of `tracing-subscriber`'s `EnvFilter`.
    pub filter: Option<String>,
}

impl Config {
    /// Reads and checks every variable; all problems come back together.
    pub fn read(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let jira = JiraConfig::read(&mut reader);
        let database = database::read(&mut reader);
        let base_url = reader
            .url("JUNCTURE_BASE_URL")
            .unwrap_or_else(|| public_address(&jira));
        let mut config = Self {
            address: Address::read(&mut reader),
            trusted_proxies: network::read_trusted_proxies(&mut reader),
            public_requests_per_minute: network::read_public_requests_per_minute(&mut reader),
            frontend_url: reader
                .url("JUNCTURE_FRONTEND_URL")
                .unwrap_or_else(|| base_url.clone()),
            base_url,
            secret_key: reader.secret("JUNCTURE_SECRET_KEY", SHORTEST_SECRET_KEY),
            cors_allowed_origins: reader.origins("CORS_ALLOWED_ORIGINS"),
            keys: keys::read(&mut reader, &database),
            database,
            cache: cache::read(&mut reader),
            jira,
            warnings: Vec::new(),
        };
        read_log(&mut reader);
        refuse_unserved(&mut reader);
        config.look_twice(&mut reader);
        doubts::of_names(&mut reader, environment);
        config.warnings = reader.take_warnings();
        reader.finish(config)
    }

    /// Warns of what fits each variable alone, and not all of them together.
    fn look_twice(&self, reader: &mut Reader<'_>) {
        for (name, url) in [
            ("DEFAULT_JIRA_REDIRECT_URI", &self.jira.redirect_uri),
            ("JUNCTURE_BASE_URL", &self.base_url),
            ("JUNCTURE_FRONTEND_URL", &self.frontend_url),
            ("ATLASSIAN_AUTH_URL", &self.jira.auth_url),
            ("ATLASSIAN_API_URL", &self.jira.api_url),
        ] {
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

impl LogConfig {
    /// Reads what logging needs; a wrong value falls back here and is reported by [`Config::read`].
    #[must_use]
    pub fn read(environment: &Environment) -> Self {
        read_log(&mut Reader::new(environment))
    }
}

impl JiraConfig {
    fn read(reader: &mut Reader<'_>) -> Self {
        let redirect_uri = reader.required_url("DEFAULT_JIRA_REDIRECT_URI");
        if !redirect_uri.path().ends_with(JIRA_CALLBACK) {
            let reason = format!(
                "must end in {JIRA_CALLBACK}, where this server waits for Atlassian's answer"
            );
            reader.problem("DEFAULT_JIRA_REDIRECT_URI", reason);
        }
        Self {
            client_id: reader.real("DEFAULT_JIRA_CLIENT_ID"),
            client_secret: reader.real("DEFAULT_JIRA_CLIENT_SECRET").into(),
            scopes: read_scopes(reader),
            site_redirect_uri: reader
                .url("DEFAULT_JIRA_SITE_REDIRECT_URI")
                .or_else(|| reader.url("NEXT_PUBLIC_DEFAULT_JIRA_SITE_REDIRECT_URI")),
            auth_url: reader
                .url("ATLASSIAN_AUTH_URL")
                .unwrap_or_else(|| fixed_url("https://auth.atlassian.com")),
            api_url: reader
                .url("ATLASSIAN_API_URL")
                .unwrap_or_else(|| fixed_url("https://api.atlassian.com")),
            redirect_uri,
        }
    }
}

/// The address before the callback path of `DEFAULT_JIRA_REDIRECT_URI`.
fn public_address(jira: &JiraConfig) -> Url {
    let mut address = jira.redirect_uri.clone();
    let prefix = address
        .path()
        .strip_suffix(JIRA_CALLBACK)
        .unwrap_or_default()
        .to_owned();
    address.set_path(&prefix);
    address.set_query(None);
    address.set_fragment(None);
    address
}

fn fixed_url(url: &'static str) -> Url {
    Url::parse(url).expect("a URL written here is one")
}

/// Scopes by commas or spaces (RFC 6749 §3.3 has spaces; the original server had commas), plus
/// `offline_access`, without which Atlassian gives no refresh token.
fn read_scopes(reader: &mut Reader<'_>) -> Vec<String> {
    let given = reader.text("DEFAULT_JIRA_SCOPES");
    let given = given.unwrap_or_else(|| juncture_jira::oauth::DEFAULT_SCOPES.join(" "));
    let mut scopes: Vec<String> = Vec::new();
    for scope in given
        .split([',', ' ', '\n', '\t'])
        .chain(["offline_access"])
    {
        if !scope.is_empty() && !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

fn read_log(reader: &mut Reader<'_>) -> LogConfig {
    let format = match reader.text("LOG_FORMAT").as_deref() {
        None | Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        Some(_) => {
            reader.problem("LOG_FORMAT", "must be `text` or `json`");
            LogFormat::Text
        }
    };
    let filter = reader.text("RUST_LOG").filter(|directives| {
        let parsed = directives.parse::<tracing_subscriber::filter::EnvFilter>();
        if let Err(refused) = &parsed {
            reader.problem("RUST_LOG", format!("is no log filter: {refused}"));
        }
        parsed.is_ok()
    });
    LogConfig { format, filter }
}

/// Settings of the documented product that this version does not serve: better refused than ignored.
fn refuse_unserved(reader: &mut Reader<'_>) {
    if reader
        .text("CLOUD_MODE")
        .is_some_and(|mode| mode != "false")
    {
        reader.problem(
            "CLOUD_MODE",
            "must be `false` or unset: this is the self-hosted server",
        );
    }
}
