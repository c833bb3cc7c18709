//! `DATABASE_URL`: a SQLite file, or a PostgreSQL database.

mod postgres;

use std::fmt;
use std::path::PathBuf;

use crate::environment::reader::Reader;
pub use postgres::PostgresConfig;

/// Where all that must not be lost is kept.
#[derive(Debug)]
pub enum Database {
    /// A file of this machine.
    Sqlite(PathBuf),
    /// A database on a server.
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

pub(crate) fn read(reader: &mut Reader<'_>) -> Database {
    const NAME: &str = "DATABASE_URL";
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
    let parsed = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        PostgresConfig::parse(&url, max_connections)
    } else {
        Err("must begin with `postgres://`, or be `sqlite://` and the path of a file".to_owned())
    };
    match parsed {
        Ok(config) => Database::Postgres(config),
        Err(reason) => {
            reader.problem(NAME, reason);
            default
        }
    }
}

fn read_max_connections(reader: &mut Reader<'_>) -> u32 {
    const NAME: &str = "DATABASE_MAX_CONNECTIONS";
    const WHAT: &str = "a number from 1 to 1000";
    let count = reader.parsed(NAME, WHAT).unwrap_or(10);
    if !(1..=1000).contains(&count) {
        reader.problem(NAME, format!("must be {WHAT}"));
    }
    count
}
