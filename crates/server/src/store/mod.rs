//! The store: one SQLite file, or one PostgreSQL database, that holds all that must not be lost.
//!
//! Functions that read or write a table stand in its module and take a [`Tx`], so that a handler
//! decides what is one transaction. What is not committed when a `Tx` drops is rolled back. The SQL
//! is the same text for both databases.

pub mod api_keys;
pub(crate) mod bound;
pub mod changes;
mod committed;
pub mod connect_sessions;
pub mod connections;
pub mod deleted_connections;
mod error;
pub mod event_attempts;
pub mod event_deliveries;
pub mod event_endpoints;
pub mod event_failures;
pub mod event_lanes;
pub mod event_replays;
pub mod event_sinks;
#[macro_use]
pub mod events;
pub mod feed;
mod files;
pub mod finished_flows;
pub mod idempotency_keys;
pub mod imports;
pub mod key_check;
pub mod listed;
mod migrations;
pub mod oauth_apps;
pub mod pending;
mod postgres;
pub mod projects;
mod readiness;
mod recorded;
pub mod refreshes;
pub mod sealed_columns;
pub mod settings;
mod sqlite;
pub mod stored;
pub mod timeline;
pub mod told;
mod transaction;
mod trouble;
mod turns;
pub(crate) mod tx;
pub mod used_states;
pub mod uses;

use std::sync::Arc;

use uuid::Uuid;

use crate::store::settings::Database;

pub use bound::within;
pub use error::{Result, StoreError};
pub use files::folder_of;
pub use postgres::PostgresTx;
pub use recorded::Recorded;
pub use sqlite::SqliteTx;
pub use tx::{Tx, query};
pub(crate) use tx::{change, from_row, on, push_list, query_as, query_scalar};

use committed::Committed;
use readiness::Readiness;
use trouble::Trouble;

/// The open database.
#[derive(Clone, Debug)]
pub struct Store {
    open: Open,
    readiness: Readiness,
    recorded: Recorded,
    trouble: Arc<Trouble>,
}

#[derive(Clone, Debug)]
enum Open {
    Sqlite(sqlite::File),
    Postgres(postgres::Server),
}

impl Store {
    /// Opens the database, making a SQLite file and its folder, and the tables of either, as needed.
    pub async fn open(database: &Database) -> Result<Self> {
        let (store, tx) = Self::open_to_migrate(database).await?;
        migrations::run(tx, database).await?;
        Ok(store)
    }

    /// Opens a database that is there, and tells how many steps its tables lack. Nothing is changed.
    pub async fn look(database: &Database) -> Result<(Self, usize)> {
        let (store, tx) = Self::open_to_migrate(database).await?;
        let lacking = migrations::look(tx, database).await?;
        Ok((store, lacking))
    }

    /// The open database, and a transaction in which its tables can be made.
    async fn open_to_migrate(database: &Database) -> Result<(Self, Tx)> {
        let (open, tx) = match database {
            Database::Sqlite(path) => {
                let file = sqlite::File::open(path).await?;
                let tx = file.begin_write(None).await?;
                (Open::Sqlite(file), tx)
            }
            Database::Postgres(config) => {
                let server = postgres::Server::open(config).await?;
                let tx = server.begin_migration().await?;
                (Open::Postgres(server), tx)
            }
        };
        let store = Self {
            open,
            readiness: Readiness::default(),
            recorded: Recorded::default(),
            trouble: Arc::default(),
        };
        Ok((store, tx))
    }

    /// A transaction that only reads; it sees one moment of the database.
    pub async fn begin_read(&self) -> Result<Tx> {
        match &self.open {
            Open::Sqlite(file) => file.begin_read().await,
            Open::Postgres(server) => server.begin_read().await,
        }
    }

    /// A transaction that writes.
    pub async fn begin_write(&self) -> Result<Tx> {
        let committed = Some(Committed {
            written: self.readiness.written.clone(),
            recorded: self.recorded.clone(),
        });
        match &self.open {
            Open::Sqlite(file) => file.begin_write(committed).await,
            Open::Postgres(server) => server.begin_write(committed).await,
        }
    }

    /// How far events are recorded, as far as this process knows.
    #[must_use]
    pub fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// Notes what came of a work that is done without being asked for, and tells of a failure once.
    pub fn note(&self, work: &'static str, done: &Result<()>) {
        self.trouble.note(work, done);
    }

    /// Whether the store can be read and written, told within a second. However many ask, it is tried
    /// once a second at the most, and not at all while others write.
    pub async fn check(&self) -> Result<()> {
        match &self.open {
            Open::Sqlite(file) => file.check()?,
            Open::Postgres(server) if server.is_closed() => return Err(StoreError::Closed),
            Open::Postgres(_) => {}
        }
        (self.readiness)
            .tell(&self.trouble, Box::pin(self.probe()))
            .await
    }

    /// Writes a row that nobody will see, and reads.
    async fn probe(&self) -> Result<()> {
        const WRITE: &str = "INSERT INTO write_probe (id) VALUES ($1)";
        const FORGET: &str = "DELETE FROM write_probe WHERE id = $1";
        const READ: &str = "SELECT 1 FROM connection LIMIT 1";
        let id = Uuid::from_bytes(crate::random::bytes());
        let mut tx = self.begin_write().await?;
        change!(&mut tx, query(WRITE).bind(id))?;
        change!(&mut tx, query(FORGET).bind(id))?;
        tx.commit().await?;
        let mut tx = self.begin_read().await?;
        let _one: Option<i32> = on!(&mut tx, |db| query_scalar(READ).fetch_optional(db))?;
        Ok(())
    }

    /// Waits for running statements and closes the database.
    pub async fn close(&self) {
        match &self.open {
            Open::Sqlite(file) => file.close().await,
            Open::Postgres(server) => server.close().await,
        }
    }
}
