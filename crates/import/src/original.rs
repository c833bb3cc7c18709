//! The original deployment's database: read in one transaction that cannot write, page by page.
//!
//! The transaction sees one moment of the database, and two cursors in it walk the tables, so that
//! memory holds a page at a time. A pooler may stand between: nothing outlives the transaction.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{Connection as _, PgConnection, Row as _, raw_sql};

use super::row::{OriginalConnection, Stray};
use juncture_server::store::settings::PostgresConfig;
use juncture_server::store::{self, StoreError, query};

/// How long the original may take for a page. The first one sorts and joins whole tables.
const BOUND: Duration = Duration::from_mins(5);

/// The server shall not hurry us: while we write a page, its transaction idles.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

/// One row for each connection, however many rows map to it.
const DECLARE_CONNECTIONS: &str = r#"DECLARE juncture_connections NO SCROLL CURSOR FOR
    SELECT connection_id, refresh_token, invalid_refresh_token, expires_at, created_at, last_updated,
        COALESCE(mappings, 0) AS mappings, external_id, provider
    FROM "juncture-core".connection LEFT JOIN (
        SELECT connection_id, COUNT(*) AS mappings, MIN(external_id) AS external_id, MIN(provider::text) AS provider
        FROM "juncture-core".connection_external_map GROUP BY connection_id
    ) AS map USING (connection_id)
    ORDER BY connection_id"#;

/// What maps to no connection. The original's foreign keys do not allow it, if it has them.
const DECLARE_STRAYS: &str = r#"DECLARE juncture_strays NO SCROLL CURSOR FOR
    SELECT map.connection_id, external_id, provider::text AS provider
    FROM "juncture-core".connection_external_map AS map
        LEFT JOIN "juncture-core".connection USING (connection_id)
    WHERE connection.connection_id IS NULL
    ORDER BY external_id, provider"#;

/// The original deployment cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the original deployment in {database}: {reason}")]
pub struct OriginalError {
    /// The database, without its password.
    database: String,
    /// The database's words, or the operating system's.
    reason: String,
}

/// An open original.
pub(super) struct Original {
    connection: PgConnection,
    name: String,
}

impl Original {
    /// Begins to read. Fails where the tables are not those of an original deployment.
    pub(super) async fn open(config: &PostgresConfig) -> Result<Self, OriginalError> {
        let name = config.to_string();
        let options = config.connect_options();
        let connected = store::within(BOUND, PgConnection::connect_with(&options)).await;
        let connection = connected.map_err(|failed| unreadable(&name, &failed))?;
        let mut original = Self { connection, name };
        for sql in [BEGIN, DECLARE_CONNECTIONS, DECLARE_STRAYS] {
            let begun = raw_sql(sql).execute(&mut original.connection);
            let begun = store::within(BOUND, begun).await;
            begun.map_err(|failed| unreadable(&original.name, &failed))?;
        }
        Ok(original)
    }

    /// How many connections it has.
    pub(super) async fn count(&mut self) -> Result<i64, OriginalError> {
        const COUNT: &str = r#"SELECT COUNT(*) FROM "juncture-core".connection"#;
        let rows = self.rows(COUNT).await?;
        self.read(rows.first().map_or(Ok(0), |row| row.try_get(0)))
    }

    /// The next page of connections, in the order of their ids; empty at the end.
    pub(super) async fn next_connections(
        &mut self,
    ) -> Result<Vec<OriginalConnection>, OriginalError> {
        const FETCH: &str = "FETCH 1000 FROM juncture_connections";
        let rows = self.rows(FETCH).await?;
        self.read(rows.iter().map(OriginalConnection::of_row).collect())
    }

    /// The next page of rows that map to no connection; empty at the end.
    pub(super) async fn next_strays(&mut self) -> Result<Vec<Stray>, OriginalError> {
        const FETCH: &str = "FETCH 1000 FROM juncture_strays";
        let rows = self.rows(FETCH).await?;
        Ok(rows.iter().map(Stray::of_row).collect())
    }

    /// What a provider asks of its own table.
    pub(super) async fn ask<T>(
        &mut self,
        ask: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>,
    ) -> Result<T, OriginalError> {
        let answered = store::within(BOUND, ask(&mut self.connection)).await;
        answered.map_err(|failed| unreadable(&self.name, &failed))
    }

    /// Ends the transaction.
    pub(super) async fn close(self) -> Result<(), OriginalError> {
        let closed = store::within(BOUND, self.connection.close()).await;
        closed.map_err(|failed| unreadable(&self.name, &failed))
    }

    async fn rows(&mut self, sql: &'static str) -> Result<Vec<PgRow>, OriginalError> {
        let rows = query(sql).fetch_all(&mut self.connection);
        let rows = store::within(BOUND, rows).await;
        rows.map_err(|failed| unreadable(&self.name, &failed))
    }

    fn read<T>(&self, read: sqlx::Result<T>) -> Result<T, OriginalError> {
        read.map_err(|failed| unreadable(&self.name, &failed.into()))
    }
}

fn unreadable(database: &str, failed: &StoreError) -> OriginalError {
    OriginalError {
        database: database.to_owned(),
        reason: failed.reason(),
    }
}
