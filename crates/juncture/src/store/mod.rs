//! The store: one SQLite file, or one PostgreSQL database, that holds all that must not be lost.
//!
//! Functions that read or write a table stand in its module and take a [`Tx`], so that a handler
//! decides what is one transaction. What is not committed when a `Tx` drops is rolled back. The SQL
//! is the same text for both databases.

pub mod changes;
pub mod connections;
pub mod deleted_connections;
mod error;
pub mod idempotency_keys;
pub mod imports;
mod migrations;
pub mod pending;
mod postgres;
pub mod refreshes;
pub mod sealed_columns;
mod sqlite;
mod turns;
mod tx;
pub mod used_states;

use std::time::Duration;

use crate::config::Database;

pub use error::{Result, StoreError};
pub use postgres::PostgresTx;
pub use sqlite::folder_of;
pub use tx::Tx;
pub(crate) use tx::{answer, change, on, query, query_as, query_scalar, within};

/// How long `/readyz` waits for an answer.
const PING_BOUND: Duration = Duration::from_secs(1);

/// The open database.
#[derive(Clone, Debug)]
pub struct Store(Open);

#[derive(Clone, Debug)]
enum Open {
    Sqlite(sqlite::File),
    Postgres(postgres::Server),
}

impl Store {
    /// Opens the database, making a SQLite file and its folder, and the tables of either, as needed.
    pub async fn open(database: &Database) -> Result<Self> {
        let (open, tx) = match database {
            Database::Sqlite(path) => {
                let file = sqlite::File::open(path).await?;
                let tx = file.begin_write().await?;
                (Open::Sqlite(file), tx)
            }
            Database::Postgres(config) => {
                let server = postgres::Server::open(config).await?;
                let tx = server.begin_migration().await?;
                (Open::Postgres(server), tx)
            }
        };
        migrations::run(tx, database).await?;
        Ok(Self(open))
    }

    /// A transaction that only reads; it sees one moment of the database.
    pub async fn begin_read(&self) -> Result<Tx> {
        match &self.0 {
            Open::Sqlite(file) => file.begin_read().await,
            Open::Postgres(server) => server.begin_read().await,
        }
    }

    /// A transaction that writes.
    pub async fn begin_write(&self) -> Result<Tx> {
        match &self.0 {
            Open::Sqlite(file) => file.begin_write().await,
            Open::Postgres(server) => server.begin_write().await,
        }
    }

    /// Whether the store answers, told within a second.
    pub async fn ping(&self) -> Result<()> {
        const PING: &str = "SELECT 1 FROM connection LIMIT 1";
        let ask = Box::pin(async {
            let mut tx = self.begin_read().await?;
            let _one: Option<i32> = on!(&mut tx, |db| query_scalar(PING).fetch_optional(db))?;
            Ok::<(), StoreError>(())
        });
        within(PING_BOUND, ask).await
    }

    /// Waits for running statements and closes the database.
    pub async fn close(&self) {
        match &self.0 {
            Open::Sqlite(file) => file.close().await,
            Open::Postgres(server) => server.close().await,
        }
    }
}
