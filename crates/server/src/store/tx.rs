//! A transaction of either database.
//!
//! Statements have the same text on both; [`on!`] and [`change!`] run one on whichever database the
//! [`Tx`] is of.

use sqlx::database::{Database, HasStatementCache};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Encode, FromRow, QueryBuilder, Type};

use super::error::Result;
use super::postgres::PostgresTx;
use super::sqlite::SqliteTx;
use crate::project::ProjectId;

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
    /// After [`StoreError::Timeout`](super::StoreError::Timeout) nobody knows whether it is: read again before judging.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    /// Notes that events of a project are recorded up to this position: who waits for them is told when they
    /// are committed.
    pub(crate) fn note_event(&mut self, project: ProjectId, position: i64) {
        match self {
            Self::Sqlite(tx) => tx.transaction.note_event(project, position),
            Self::Postgres(tx) => tx.transaction.note_event(project, position),
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
                    $crate::store::bound::answer($statement).await
                };
                $tx.transaction.end_statement(answer)
            }
            Err(failed) => Err(failed),
        }
    };
    ($tx:expr, |$db:ident| $statement:expr) => {
        match $tx {
            $crate::store::tx::Tx::Sqlite(tx) => $crate::store::tx::on!(@of tx, |$db| $statement),
            $crate::store::tx::Tx::Postgres(tx) => $crate::store::tx::on!(@of tx, |$db| $statement),
        }
    };
}
pub(crate) use on;

/// Writes in a [`Tx`], within the bound, and tells how many rows: `change!(tx, query(SQL).bind(id))`.
macro_rules! change {
    ($tx:expr, $statement:expr) => {{
        let tx: &mut $crate::store::tx::Tx = $tx;
        let changed = $crate::store::tx::on!(&mut *tx, |db| async {
            Ok($statement.execute(db).await?.rows_affected())
        });
        if let Ok(1..) = changed {
            tx.note_change();
        }
        changed
    }};
}
pub(crate) use change;

/// A statement that returns no rows, or a count.
///
/// Unlike sqlx's own, this and its siblings make unnamed statements: a pooler that gives each
/// transaction another connection (PgBouncer's transaction mode) does not know named ones there.
pub fn query<'q, DB: Database + HasStatementCache>(
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

/// Adds `IN` and a list of values to a statement whose length depends on them.
pub(crate) fn push_list<'a, DB, T>(query: &mut QueryBuilder<DB>, values: &'a [T])
where
    DB: Database,
    T: Encode<'a, DB> + Type<DB> + Copy + 'a,
{
    // The list begins with what equals nothing, since an empty list is no SQL.
    query.push(" IN (NULL");
    for value in values {
        query.push(", ").push_bind(*value);
    }
    query.push(")");
}

/// Reads a struct from a row of either database, each field from the column of its name, and what
/// stands behind `..` from the same row: `from_row!(OwnedRow { ..connection, external_id })`.
///
/// sqlx has a derive for this, but it compiles sqlx and SQLite once more, for the compiler's use.
macro_rules! from_row {
    (@of $row:ty, $name:ident { $(..$part:ident,)* $($column:ident),* }) => {
        impl ::sqlx::FromRow<'_, $row> for $name {
            fn from_row(row: &$row) -> ::sqlx::Result<Self> {
                Ok(Self {
                    $($part: ::sqlx::FromRow::from_row(row)?,)*
                    $($column: ::sqlx::Row::try_get(row, stringify!($column))?,)*
                })
            }
        }
    };
    ($name:ident { $(..$part:ident,)* $($column:ident),* $(,)? }) => {
        $crate::store::tx::from_row!(@of ::sqlx::sqlite::SqliteRow, $name { $(..$part,)* $($column),* });
        $crate::store::tx::from_row!(@of ::sqlx::postgres::PgRow, $name { $(..$part,)* $($column),* });
    };
}
pub(crate) use from_row;
