//! The store behind the server's back: what it holds, and harm done to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use juncture_server::connection::{Customer, ExternalId};
use juncture_server::project::ProjectId;
use juncture_server::seal::Owner;
use juncture_server::store::connections::{ChoiceRow, GrantRow, SealedTokens};
use juncture_server::store::{Store, Tx, connections};
use sqlx::{Row as _, raw_sql};
use uuid::Uuid;

use super::TestApp;

/// How many rows a statement `SELECT COUNT(*) …` counts.
pub(crate) async fn count_rows(app: &TestApp, count: &'static str) -> i64 {
    count_in(&app.app.store, count).await
}

/// The number that a statement finds.
pub(crate) async fn count_in(store: &Store, count: &'static str) -> i64 {
    match store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => raw_sql(count).fetch_one(&mut *tx).await.unwrap().get(0),
        Tx::Postgres(mut tx) => raw_sql(count).fetch_one(&mut *tx).await.unwrap().get(0),
    }
}

/// The id under which a customer is connected: the API does not show it.
pub(crate) async fn connection_id(app: &TestApp, external_id: &str) -> Option<Uuid> {
    let mut tx = app.app.store.begin_read().await.unwrap();
    let id = connections::find_id(&mut tx, ProjectId::DEFAULT, external_id, "jira").await;
    id.unwrap()
}

/// A customer of the project of a deployment that has one.
pub(crate) fn customer(external_id: &str) -> Customer {
    Customer {
        project: ProjectId::DEFAULT,
        external_id: ExternalId::parse(external_id).unwrap(),
    }
}

/// Whose the connection of an external id is, for what is sealed.
pub(crate) fn owner(external_id: &str) -> Owner<'_> {
    Owner {
        project: ProjectId::DEFAULT,
        provider: "jira",
        external_id,
    }
}

/// A grant of these tokens, with some choice.
pub(crate) fn grant(tokens: SealedTokens, expires_at: Timestamp) -> GrantRow<'static> {
    GrantRow {
        tokens,
        oauth_app_id: None,
        expires_at: Some(expires_at),
        end_due_at: None,
        choice: Some(ChoiceRow {
            id: "1",
            name: "Acme",
            url: None,
        }),
        account: None,
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

/// The version of the tokens of every connection, by external id.
pub(crate) async fn token_versions(store: &Store) -> BTreeMap<String, i64> {
    const VERSIONS: &str = "SELECT external_id, token_version \
        FROM connection JOIN connection_external_map USING (connection_id)";
    match store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => {
            let rows = raw_sql(VERSIONS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1))).collect()
        }
        Tx::Postgres(mut tx) => {
            let rows = raw_sql(VERSIONS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1))).collect()
        }
    }
}

/// Who holds the leases of refreshes, or held them and never gave them back.
pub(crate) async fn lease_owners(store: &Store) -> Vec<Uuid> {
    const OWNERS: &str = "SELECT refresh_owner FROM connection WHERE refresh_owner IS NOT NULL";
    match store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => {
            let rows = raw_sql(OWNERS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
        Tx::Postgres(mut tx) => {
            let rows = raw_sql(OWNERS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    }
}

/// Runs a statement that returns nothing.
pub(crate) async fn execute(app: &TestApp, sql: &'static str) {
    let mut tx = app.app.store.begin_write().await.unwrap();
    change(&mut tx, sql).await;
    tx.commit().await.unwrap();
}

/// Adds 100,000 keys to the project of the environment. Nobody has them.
pub(crate) async fn add_keys(app: &TestApp) {
    const TO: &str = "INSERT INTO api_key \
        (key_id, project_id, kind, name, digest, shown, scopes, created_at)";
    let mut tx = app.app.store.begin_write().await.unwrap();
    let rows = match tx {
        Tx::Sqlite(_) => {
            "WITH RECURSIVE numbers (number) AS \
                (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100000) \
             SELECT randomblob(16), zeroblob(16), 'secret', 'Key', randomblob(32), 'jct_sk_', '', 0 \
             FROM numbers"
        }
        Tx::Postgres(_) => {
            "SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000000'::uuid, 'secret', 'Key', \
                sha256(number::text::bytea), 'jct_sk_', '', 0 \
             FROM generate_series(1, 100000) AS numbers (number)"
        }
    };
    change(&mut tx, format!("{TO} {rows}").leak()).await;
    tx.commit().await.unwrap();
}

/// Runs a statement that returns nothing.
pub(crate) async fn change(tx: &mut Tx, sql: &'static str) {
    match tx {
        Tx::Sqlite(tx) => drop(raw_sql(sql).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(raw_sql(sql).execute(&mut **tx).await.unwrap()),
    }
}
