//! A transaction of either database, and the one place where waiting for a database is bounded.
//!
//! Statements have the same text on both; [`on!`] and [`change!`] run one on whichever database the
//! [`Tx`] is of.

use std::time::Duration;

use sqlx::FromRow;
use sqlx::database::{Database, HasStatementCache};
use sqlx::query::{Query, QueryAs, QueryScalar};

use super::error::{Result, StoreError};
use super::postgres::PostgresTx;
use super::sqlite::SqliteTx;

/// How long a statement, a begin or a commit may take. A database that is silent for longer is
/// taken for gone, so that a request is answered with an error instead of not at all.
pub(super) const BOUND: Duration = Duration::from_secs(5);

/// A transaction of the store. Dropped without a commit, it is rolled back. After a statement that
/// failed it takes no other, and no commit.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

impl Tx {
    /// Makes everything that the transaction wrote durable and visible.
    ///
    /// After [`StoreError::Timeout`] nobody knows whether it is: read again before judging.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    pub(crate) fn note_change(&mut self) {
        match self {
            Self::Sqlite(tx) => tx.transaction.note_change(),
            Self::Postgres(tx) => tx.transaction.note_change(),
        }
    }
}

/// Reads in a [`Tx`], within the bound: `on!(tx, |db| query_as(SQL).bind(id).fetch_optional(db))`.
macro_rules! on {
    (@of $tx:ident, |$db:ident| $statement:expr) => {
        match $tx.transaction.begin_statement() {
            Ok(()) => {
                let answer = {
                    let $db = &mut *$tx.transaction;
                    $crate::store::answer($statement).await
                };
                $tx.transaction.end_statement(answer)
            }
            Err(failed) => Err(failed),
        }
    };
    ($tx:expr, |$db:ident| $statement:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => $crate::store::on!(@of tx, |$db| $statement),
            $crate::store::Tx::Postgres(tx) => $crate::store::on!(@of tx, |$db| $statement),
        }
    };
}
pub(crate) use on;

/// Writes in a [`Tx`], within the bound, and tells how many rows: `change!(tx, query(SQL).bind(id))`.
macro_rules! change {
    ($tx:expr, $statement:expr) => {{
        let tx: &mut $crate::store::Tx = $tx;
        let changed = $crate::store::on!(&mut *tx, |db| async {
            Ok($statement.execute(db).await?.rows_affected())
        });
        if let Ok(1..) = changed {
            tx.note_change();
        }
        changed
    }};
}
pub(crate) use change;

/// The answer to a statement, if it comes within the bound.
pub(crate) async fn answer<T>(asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    within(BOUND, asked).await
}

/// What was asked of a database, if it answers within `bound`.
#[expect(
    clippy::disallowed_methods,
    reason = "a database that is silent is silent in real time, whatever the clock says"
)]
pub(crate) async fn within<T, E: Into<StoreError>>(
    bound: Duration,
    asked: impl Future<Output = std::result::Result<T, E>>,
) -> Result<T> {
    match tokio::time::timeout(bound, asked).await {
        Ok(answer) => answer.map_err(E::into),
        Err(_) => Err(StoreError::Timeout),
    }
}

/// A statement that returns no rows, or a count.
///
/// Unlike sqlx's own, this and its siblings make unnamed statements: a pooler that gives each
/// transaction another connection (PgBouncer's transaction mode) does not know named ones there.
pub(crate) fn query<'q, DB: Database + HasStatementCache>(
    sql: &'static str,
) -> Query<'q, DB, DB::Arguments> {
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    let query = sqlx::query(sql);
    query.persistent(false)
}

/// A statement that returns rows.
pub(crate) fn query_as<'q, DB: Database + HasStatementCache, Row>(
    sql: &'static str,
) -> QueryAs<'q, DB, Row, DB::Arguments>
where
    Row: for<'r> FromRow<'r, DB::Row>,
{
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    let query = sqlx::query_as(sql);
    query.persistent(false)
}

/// A statement that returns rows of one value.
pub(crate) fn query_scalar<'q, DB: Database + HasStatementCache, Value>(
    sql: &'static str,
) -> QueryScalar<'q, DB, Value, DB::Arguments>
where
    (Value,): for<'r> FromRow<'r, DB::Row>,
{
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    let query = sqlx::query_scalar(sql);
    query.persistent(false)
}
