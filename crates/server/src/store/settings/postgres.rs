//! What a `postgres://` URL says, read as PostgreSQL's own client library reads it where that is
//! safe: <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>.

use std::fmt;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

/// How to reach a PostgreSQL database.
pub struct PostgresConfig {
    /// The most connections that this process opens at once.
    pub max_connections: u32,
    options: Box<PgConnectOptions>,
}

/// Parameters that other clients know and that change nothing here: our own bounds hold, and
/// nothing is kept in a session that a pooler could break.
const WITHOUT_EFFECT: [&str; 28] = [
    "client_encoding",
    "connect_timeout",
    "connection_limit",
    "fallback_application_name",
    "gssencmode",
    "idle_in_transaction_session_timeout",
    "idle_timeout",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "lock_timeout",
    "max",
    "max_idle_connection_lifetime",
    "max_lifetime",
    "pgbouncer",
    "pool_timeout",
    "prepare",
    "query_timeout",
    "single_use_connections",
    "socket_timeout",
    "sslsni",
    "statement-cache-capacity",
    "statement_cache_size",
    "statement_timeout",
    "target_session_attrs",
    "tcp_user_timeout",
    // What node-postgres calls the meaning that `sslmode` has here anyway.
    "uselibpqcompat",
];

impl PostgresConfig {
    /// Reads a URL. The error continues a sentence that begins with the name of what was given, and
    /// quotes no value.
    pub fn parse(url: &str, max_connections: u32) -> Result<Self, String> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err("must begin with `postgres://`".to_owned());
        }
        let mut url: Url = url.parse().map_err(|_| WHOLE.to_owned())?;
        if url.host_str().is_some_and(|host| host.contains(',')) {
            return Err("must name one host: Juncture does not choose among several".to_owned());
        }
        let tls = Tls::take(&mut url)?;
        let options: PgConnectOptions = url.as_str().parse().map_err(|_| WHOLE.to_owned())?;
        let mut options = tls.apply(options)?;
        if options.get_application_name().is_none() {
            options = options.application_name("juncture");
        }
        let options = options
            // Poolers refuse to start a session with a setting that they do not know.
            .extra_float_digits(None)
            // A prepared statement would outlive its transaction.
            .statement_cache_capacity(0);
        Ok(Self {
            max_connections,
            options: Box::new(options),
        })
    }

    /// What the URL says, for sessions that keep nothing from one transaction to the next.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        (*self.options).clone()
    }
}

const WHOLE: &str = "must be a whole URL: `postgres://`, then user, password, host and database, percent-encoded where they have `@ : / ? # %`";

/// The database as messages name it: without its password.
impl fmt::Display for PostgresConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = (self.options.get_host(), self.options.get_port());
        let database = self.options.get_database();
        let database = database.unwrap_or_else(|| self.options.get_username());
        match self.options.get_socket() {
            Some(folder) => write!(f, "postgres://{}:{port}/{database}", folder.display()),
            None => write!(f, "postgres://{host}:{port}/{database}"),
        }
    }
}

/// The options know the password, so only the name shows.
impl fmt::Debug for PostgresConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConfig")
            .field("database", &self.to_string())
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// What the URL says about TLS.
#[derive(Default)]
struct Tls {
    mode: Option<PgSslMode>,
    root: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    /// The server's answer must be bound to its certificate.
    binds_channel: bool,
}

impl Tls {
    /// Takes the parameters about TLS out of a URL, and those without effect; refuses unknown ones.
    fn take(url: &mut Url) -> Result<Self, String> {
        let mut tls = Self::default();
        let mut others: Vec<(String, String)> = Vec::new();
        let mut unknown: Vec<String> = Vec::new();
        for (name, value) in url.query_pairs() {
            let name = name.into_owned();
            let value = value.into_owned();
            match name.as_str() {
                "sslmode" | "ssl-mode" => tls.mode = Some(parse_mode(&value)?),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => tls.root = Some(value),
                "sslcert" | "ssl-cert" => tls.certificate = Some(value),
                "sslkey" | "ssl-key" => tls.key = Some(value),
                "channel_binding" => tls.binds_channel = value == "require",
                // node-postgres and postgres.js.
                "ssl" => tls.mode = Some(parse_node_mode(&value)?),
                // Prisma.
                "sslaccept" if value == "strict" => tls.mode = Some(PgSslMode::VerifyFull),
                "sslaccept" => tls.mode = Some(PgSslMode::Require),
                "sslidentity" | "sslpassword" => {
                    return Err(format!(
                        "has the parameter `{name}`: give a client's certificate and key as PEM files, in `sslcert` and `sslkey`"
                    ));
                }
                "schema" if value == "public" => {}
                "schema" => others.push(("options[search_path]".to_owned(), value)),
                "host" | "hostaddr" | "port" | "dbname" | "user" | "password"
                | "application_name" | "options" => others.push((name, value)),
                _ if name.starts_with("options[") => others.push((name, value)),
                _ if WITHOUT_EFFECT.contains(&name.as_str()) => {}
                _ => unknown.push(format!("`{name}`")),
            }
        }
        match unknown.as_slice() {
            [] => {}
            [name] => return Err(format!("has the parameter {name}, which is not known")),
            names => {
                let names = names.join(", ");
                return Err(format!("has the parameters {names}, which are not known"));
            }
        }
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        Ok(tls)
    }

    fn apply(self, mut options: PgConnectOptions) -> Result<PgConnectOptions, String> {
        let mut mode = self.mode.unwrap_or_else(|| options.get_ssl_mode());
        // Tried without TLS first, a password may have gone over the wire before TLS comes.
        if matches!(mode, PgSslMode::Allow) {
            mode = PgSslMode::Prefer;
        }
        match self.root.as_deref() {
            // The public authorities, which are known here anyway.
            Some("system") => mode = PgSslMode::VerifyFull,
            Some(root) => {
                options = options.ssl_root_cert_from_pem(read_file("sslrootcert", root)?);
                if matches!(mode, PgSslMode::Require) {
                    mode = PgSslMode::VerifyCa;
                }
            }
            None => {}
        }
        // The client cannot bind its answer to the channel. What that protects from, somebody who
        // stands in between, the name in a certificate protects from too.
        if self.binds_channel {
            mode = PgSslMode::VerifyFull;
        }
        if self.certificate.is_some() != self.key.is_some() {
            return Err("must have `sslcert` and `sslkey` together, or neither".to_owned());
        }
        if let (Some(certificate), Some(key)) = (self.certificate, self.key) {
            options = options
                .ssl_client_cert_from_pem(read_file("sslcert", &certificate)?)
                .ssl_client_key_from_pem(read_file("sslkey", &key)?);
        }
        Ok(options.ssl_mode(mode))
    }
}

/// `ssl` as clients for Node read it: TLS with a certificate that is checked, unless they say no.
fn parse_node_mode(value: &str) -> Result<PgSslMode, String> {
    match value {
        "true" | "1" | "" => Ok(PgSslMode::VerifyFull),
        "false" | "0" => Ok(PgSslMode::Disable),
        other => parse_mode(other),
    }
}

fn parse_mode(value: &str) -> Result<PgSslMode, String> {
    if value == "no-verify" {
        // What node-postgres calls it.
        return Ok(PgSslMode::Require);
    }
    value.parse().map_err(|_| {
        "must have an `sslmode` of disable, allow, prefer, require, verify-ca or verify-full (or no-verify, which is require)"
            .to_owned()
    })
}

fn read_file(parameter: &str, path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path)
        .map_err(|reason| format!("names a file in `{parameter}` that cannot be read: {reason}"))
}
