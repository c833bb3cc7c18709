//! Harm done to the store behind the server's back.

use super::TestApp;

/// From now on every statement about connections fails.
pub(crate) async fn break_connections(app: &TestApp) {
    execute(app, "ALTER TABLE connection RENAME TO connection_away").await;
}

/// Undoes [`break_connections`].
pub(crate) async fn mend_connections(app: &TestApp) {
    execute(app, "ALTER TABLE connection_away RENAME TO connection").await;
}

async fn execute(app: &TestApp, sql: &'static str) {
    let mut tx = app.app.store.begin_write().await.unwrap();
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}
