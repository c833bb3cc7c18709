//! The store behind the server's back: what it holds, and harm done to it.

use juncture::store::Tx;
use sqlx::raw_sql;

use super::TestApp;

/// How many rows a statement `SELECT COUNT(*) …` counts.
pub(crate) async fn count_rows(app: &TestApp, count: &'static str) -> i64 {
    use sqlx::Row as _;
    match app.app.store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => raw_sql(count).fetch_one(&mut *tx).await.unwrap().get(0),
        Tx::Postgres(mut tx) => raw_sql(count).fetch_one(&mut *tx).await.unwrap().get(0),
    }
}

/// From now on every statement about connections fails.
pub(crate) async fn break_connections(app: &TestApp) {
    execute(app, "ALTER TABLE connection RENAME TO connection_away").await;
}

/// Undoes [`break_connections`].
pub(crate) async fn mend_connections(app: &TestApp) {
    execute(app, "ALTER TABLE connection_away RENAME TO connection").await;
}

/// Runs a statement that returns nothing.
pub(crate) async fn execute(app: &TestApp, sql: &'static str) {
    let mut tx = app.app.store.begin_write().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => drop(raw_sql(sql).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(raw_sql(sql).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
}
