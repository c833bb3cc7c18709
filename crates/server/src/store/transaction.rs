//! A transaction on a connection of a pool. A connection on which anything has failed is closed, and
//! never used again: what state it is in, nobody knows.
//!
//! sqlx's own transactions count the depth of each connection, and the count goes wrong where SQLite
//! rolls back by itself (a full disk, an I/O error: <https://sqlite.org/lang_transaction.html>, "Response
//! To Errors Within A Transaction"). So transactions are begun and ended by plain statements here.

use std::fmt;
use std::ops::{Deref, DerefMut};

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite, raw_sql};

use super::bound::{BOUND, within};
use super::committed::Committed;
use super::error::{Result, StoreError};
use super::recorded::Noted;
use crate::project::ProjectId;

/// A database whose connections take statements as they stand.
pub(crate) trait Plain: Database {
    /// Runs a statement that returns no rows.
    fn run<'a>(
        connection: &'a mut Self::Connection,
        statement: &'static str,
    ) -> BoxFuture<'a, sqlx::Result<()>>;
}

macro_rules! plain {
    ($($database:ty),+) => {$(
        impl Plain for $database {
            fn run<'a>(
                connection: &'a mut Self::Connection,
                statement: &'static str,
            ) -> BoxFuture<'a, sqlx::Result<()>> {
                Box::pin(async move { raw_sql(statement).execute(connection).await.map(drop) })
            }
        }
    )+};
}

plain!(Sqlite, Postgres);

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every statement so far has come to a good end.
    Sound,
    /// A statement has failed, or is under way, or was given up.
    Unsound,
    Committed,
}

/// A transaction. Dropped without a commit, it is rolled back.
pub(crate) struct Transaction<DB: Plain> {
    /// None once it is being dropped.
    connection: Option<PoolConnection<DB>>,
    state: State,
    has_changed: bool,
    recorded: Noted,
    /// Who learns of the commit.
    committed: Option<Committed>,
}

impl<DB: Plain> Transaction<DB> {
    /// Begins one by the statement `begin`. `committed` learns of the commit, if that changed anything.
    pub(super) async fn begin(
        connection: PoolConnection<DB>,
        begin: &'static str,
        committed: Option<Committed>,
    ) -> sqlx::Result<Self> {
        let mut begun = Self {
            connection: Some(connection),
            state: State::Unsound,
            has_changed: false,
            recorded: Noted::default(),
            committed,
        };
        DB::run(&mut begun, begin).await?;
        begun.state = State::Sound;
        Ok(begun)
    }

    /// Call it before a statement; until [`end_statement`](Self::end_statement) the transaction counts
    /// as failed, so that one whose caller goes away in the middle does too.
    pub(crate) fn begin_statement(&mut self) -> Result<()> {
        if self.state != State::Sound {
            return Err(StoreError::Failed);
        }
        self.state = State::Unsound;
        Ok(())
    }

    /// Call it with what came of the statement.
    pub(crate) fn end_statement<T>(&mut self, answer: Result<T>) -> Result<T> {
        if answer.is_ok() {
            self.state = State::Sound;
        }
        answer
    }

    /// Notes that a statement has changed rows.
    pub(crate) fn note_change(&mut self) {
        self.has_changed = true;
    }

    /// Notes that events of a project are recorded up to this position.
    pub(crate) fn note_event(&mut self, project: ProjectId, position: i64) {
        self.recorded.add(project, position);
    }

    /// Makes sure that nobody uses its connection again.
    pub(super) fn condemn(&mut self) {
        self.state = State::Unsound;
    }

    /// Commits, unless a statement has failed.
    pub(super) async fn commit(mut self) -> Result<()> {
        self.begin_statement()?;
        within(BOUND, DB::run(&mut self, "COMMIT")).await?;
        self.state = State::Committed;
        if let Some(committed) = self.committed.as_ref().filter(|_| self.has_changed) {
            committed.note(&self.recorded);
        }
        Ok(())
    }
}

impl<DB: Plain> Drop for Transaction<DB> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        match self.state {
            State::Committed => {}
            State::Unsound => connection.close_on_drop(),
            State::Sound => drop(tokio::spawn(async move {
                let rolled_back = within(BOUND, DB::run(&mut connection, "ROLLBACK")).await;
                if rolled_back.is_err() {
                    connection.close_on_drop();
                }
            })),
        }
    }
}

impl<DB: Plain> Deref for Transaction<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        self.connection.as_ref().expect("only a drop takes it")
    }
}

impl<DB: Plain> DerefMut for Transaction<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        self.connection.as_mut().expect("only a drop takes it")
    }
}

impl<DB: Plain> fmt::Debug for Transaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
