//! PostgreSQL: a pool of connections, of which none keeps anything from one transaction to the next,
//! so that a pooler may stand between.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres};

use super::bound::{BOUND, within};
use super::committed::Committed;
use super::error::{Result, StoreError, reason};
use super::transaction::Transaction;
use super::turns::{Turn, Turns};
use super::tx::Tx;
use crate::store::settings::PostgresConfig;

/// How long a transaction whose turn it is waits for a connection: a server may be starting again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a connection may take to show that it still leads to the server. Far less than the wait
/// for a connection, which finds another one then.
const LIFE_SIGN: Duration = Duration::from_secs(1);

/// Reads of one transaction see one moment, as SQLite's do. The server gives up when we have: a
/// statement by the bound, and a transaction whose process has stopped in the middle of it soon
/// after, so that its locks hold nobody up.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
    SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// A step of a migration may take as long as it takes.
const BEGIN_MIGRATION: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// An open database.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pool: PgPool,
    turns: Turns,
}

/// A transaction, with its turn at a connection.
#[derive(Debug)]
pub struct PostgresTx {
    pub(crate) transaction: Transaction<Postgres>,
    _turn: Turn,
}

impl PostgresTx {
    pub(super) async fn commit(self) -> Result<()> {
        self.transaction.commit().await
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

impl Server {
    /// Connects, and refuses where that fails.
    pub(super) async fn open(config: &PostgresConfig) -> Result<Self> {
        let options = config.connect_options();
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection that is dead or silent must neither be given to anybody nor keep its
            // place: it is closed, and another one opened.
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(lives(connection)))
            .after_release(|connection, _| Box::pin(lives(connection)))
            .connect_lazy_with(options.clone());
        let turns = Turns::new(config.max_connections);
        let server = Self { pool, turns };
        match server.reach(&options).await {
            Ok(()) => Ok(server),
            Err(refused) => Err(StoreError::Open {
                database: config.to_string(),
                reason: reason(&refused),
            }),
        }
    }

    async fn reach(&self, options: &PgConnectOptions) -> sqlx::Result<()> {
        match self.pool.acquire().await {
            // The pool tries for a while, and does not say what was in its way. One more try does.
            Err(timed_out @ sqlx::Error::PoolTimedOut) => {
                let connected = within(LIFE_SIGN, options.connect()).await;
                match connected {
                    Ok(connection) => connection.close().await,
                    Err(StoreError::Statement(refused)) => Err(refused),
                    Err(_) => Err(timed_out),
                }
            }
            other => other.map(drop),
        }
    }

    pub(super) async fn begin_read(&self) -> Result<Tx> {
        self.begin(BEGIN_READ, None).await
    }

    pub(super) async fn begin_write(&self, committed: Option<Committed>) -> Result<Tx> {
        self.begin(BEGIN_WRITE, committed).await
    }

    pub(super) async fn begin_migration(&self) -> Result<Tx> {
        self.begin(BEGIN_MIGRATION, None).await
    }

    pub(super) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    async fn begin(&self, begin: &'static str, committed: Option<Committed>) -> Result<Tx> {
        let turn = self.turns.take().await?;
        let begun = within(BOUND, async {
            let connection = self.pool.acquire().await?;
            Transaction::begin(connection, begin, committed).await
        });
        let begun = begun.await;
        if let Err(StoreError::Timeout) = begun {
            self.turns.fail();
        }
        Ok(Tx::Postgres(PostgresTx {
            transaction: begun?,
            _turn: turn,
        }))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether a connection still leads to a server that answers.
async fn lives(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let answered = within(LIFE_SIGN, connection.ping()).await;
    answered.map(|()| true).map_err(|silent| match silent {
        StoreError::Statement(failed) => failed,
        _ => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
    })
}
