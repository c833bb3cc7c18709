//! PostgreSQL: a pool of connections, of which none keeps anything from one transaction to the next,
//! so that a pooler may stand between.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgPool};

use super::error::{Result, StoreError, reason};
use super::tx::{BOUND, Tx, within};
use crate::config::PostgresConfig;

/// How long a transaction waits for a connection, and a connection for a server that starts.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// Reads of one transaction see one moment, as SQLite's do. The server gives up when we have: a
/// statement by the bound, and a transaction whose process has stopped in the middle of it soon
/// after, so that its locks hold nobody up.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// An open database.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pool: PgPool,
}

impl Server {
    /// Connects, and refuses where that fails.
    pub(super) async fn open(config: &PostgresConfig) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_release(|connection, _| {
                // A silent server must not keep the places of the pool: what does not answer is closed.
                Box::pin(async move {
                    let answered = within(BOUND, connection.ping()).await;
                    answered
                        .map(|()| true)
                        .map_err(|_| sqlx::Error::PoolTimedOut)
                })
            })
            .connect_with(config.connect_options())
            .await
            .map_err(|refused| StoreError::Open {
                database: config.to_string(),
                reason: reason(&refused),
            })?;
        Ok(Self { pool })
    }

    pub(super) async fn begin_read(&self, bound: Duration) -> Result<Tx> {
        let begun = within(bound, self.pool.begin_with(BEGIN_READ));
        begun.await.map(Tx::Postgres)
    }

    pub(super) async fn begin_write(&self) -> Result<Tx> {
        let begun = within(BOUND, self.pool.begin_with(BEGIN_WRITE));
        begun.await.map(Tx::Postgres)
    }

    /// A transaction in which nothing is cut short by the server.
    pub(super) async fn begin_migration(&self) -> Result<Tx> {
        let begun = within(
            BOUND,
            self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED"),
        );
        begun.await.map(Tx::Postgres)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
