//! `DATABASE_URL`: a SQLite file, or a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

use super::problems::Reader;

/// Where all that must not be lost is kept.
#[derive(Debug)]
pub enum Database {
    /// A file of this machine.
    Sqlite(PathBuf),
    /// A server.
    Postgres(PostgresConfig),
}

/// The database as messages name it: without its password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(config) => config.fmt(f),
        }
    }
}

/// How to reach a PostgreSQL database.
pub struct PostgresConfig {
    /// The most connections that this process opens at once.
    pub max_connections: u32,
    options: Box<PgConnectOptions>,
}

impl PostgresConfig {
    /// What the URL says, for sessions that keep nothing from one transaction to the next.
    pub(crate) fn connect_options(&self) -> PgConnectOptions {
        (*self.options).clone()
    }
}

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

const NAME: &str = "DATABASE_URL";

pub(super) fn read(reader: &mut Reader<'_>) -> Database {
    let folder = reader
        .text("JUNCTURE_DATA_DIR")
        .unwrap_or_else(|| "juncture-data".to_owned());
    let default = Database::Sqlite(PathBuf::from(folder).join("juncture.db"));
    let max_connections = read_max_connections(reader);
    let Some(url) = reader.text(NAME) else {
        return default;
    };
    let file = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"));
    if let Some(path) = file.filter(|path| !path.is_empty()) {
        return Database::Sqlite(PathBuf::from(path));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        if let Ok(options) = url.parse::<PgConnectOptions>() {
            let options = options
                .application_name("juncture")
                // Poolers refuse to start a session with a setting that they do not know.
                .extra_float_digits(None)
                // A prepared statement would outlive its transaction.
                .statement_cache_capacity(0);
            return Database::Postgres(PostgresConfig {
                max_connections,
                options: Box::new(options),
            });
        }
        reader.problem(NAME, "must be a whole URL after `postgres://`: user, password, host and database, percent-encoded where they have `@ : / ? # %`");
    } else {
        reader.problem(
            NAME,
            "must begin with `postgres://`, or be `sqlite://` and the path of a file",
        );
    }
    default
}

fn read_max_connections(reader: &mut Reader<'_>) -> u32 {
    const NAME: &str = "DATABASE_MAX_CONNECTIONS";
    let count = reader.parsed(NAME, "a number from 1 to 1000").unwrap_or(10);
    if !(1..=1000).contains(&count) {
        reader.problem(NAME, "must be a number from 1 to 1000");
    }
    count
}
