//! An original deployment's database, and what stands in it, read without any code of ours.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, raw_sql};

use super::rows::Row;
use crate::support::database::TestDatabase;
use crate::support::postgres::{PrivatePostgres, until_somebody_waits};

/// The tables, and rows in them.
const TABLES: &str = include_str!("../../original.sql");

/// How every token in it begins.
pub(crate) const TOKEN: &str = "eyJraWQiOi.";

/// Gone when it drops, or with its server.
pub(crate) struct Original {
    url: String,
    database: Option<Arc<TestDatabase>>,
}

impl Original {
    /// A database with so many connections, where our own tables stand too.
    pub(crate) async fn with(rows: usize) -> Self {
        let database = TestDatabase::postgres().await;
        let original = Self {
            url: database.url().to_owned(),
            database: Some(database.into()),
        };
        original.fill(rows).await;
        original
    }

    /// The same in a database of `server`, without our tables.
    pub(crate) async fn on(server: &PrivatePostgres, database: &str, rows: usize) -> Self {
        let original = Self {
            url: server.url(database),
            database: None,
        };
        original.fill(rows).await;
        original
    }

    async fn fill(&self, rows: usize) {
        self.execute(TABLES.replace(":rows", &rows.to_string()))
            .await;
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The database, if it has our tables too.
    pub(crate) fn database(&self) -> Arc<TestDatabase> {
        self.database.clone().unwrap()
    }

    /// Connects one more customer.
    pub(crate) async fn add_connection(&self, external_id: &str) {
        self.add(
            external_id,
            &format!("{TOKEN}{external_id}"),
            "11111111-2222-4333-8444-555555555555",
        )
        .await;
    }

    /// Connects one more customer, whose token and site are these.
    pub(crate) async fn add(&self, external_id: &str, refresh_token: &str, site: &str) {
        let add = format!(
            r#"WITH c AS (INSERT INTO "juncture-core".connection (refresh_token, expires_at)
                    VALUES ('{refresh_token}', '2027-06-01 12:00:00.5Z') RETURNING connection_id),
                m AS (INSERT INTO "juncture-core".connection_external_map
                    SELECT '{external_id}', 'jira', connection_id FROM c)
            INSERT INTO "juncture-core".jira_connection (connection_id, jira_site_id, selected_jira_project_id)
            SELECT connection_id, '{site}', '10000' FROM c"#
        );
        self.execute(add).await;
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(self.url()).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: impl Into<String>) {
        let mut connection = self.connect().await;
        let sql = AssertSqlSafe(sql.into());
        raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// What shall arrive: its rows with the times in whole milliseconds.
    pub(crate) async fn rows(&self) -> Vec<Row> {
        const ROWS: &str = r#"SELECT c.connection_id, external_id, provider::text, refresh_token, invalid_refresh_token,
                floor(extract(epoch FROM c.expires_at) * 1000)::bigint,
                floor(extract(epoch FROM c.created_at) * 1000)::bigint,
                floor(extract(epoch FROM c.last_updated) * 1000)::bigint,
                jira_site_id, selected_jira_project_id,
                floor(extract(epoch FROM j.created_at) * 1000)::bigint,
                floor(extract(epoch FROM j.last_updated) * 1000)::bigint
            FROM "juncture-core".connection c
            JOIN "juncture-core".connection_external_map USING (connection_id)
            JOIN "juncture-core".jira_connection j USING (connection_id)
            ORDER BY connection_id"#;
        let mut connection = self.connect().await;
        let rows = raw_sql(ROWS).fetch_all(&mut connection).await.unwrap();
        let read = |row: &sqlx::postgres::PgRow| Row {
            connection_id: row.get(0),
            external_id: row.get(1),
            provider: row.get(2),
            refresh_token: row.get(3),
            is_invalid: row.get(4),
            times: [row.get(5), row.get(6), row.get(7), row.get(10), row.get(11)],
            site: row.get(8),
            project: row.get(9),
        };
        rows.iter().map(read).collect()
    }

    /// Changes with anything that is written: every row, its version, and how much was ever written.
    pub(crate) async fn fingerprint(&self) -> String {
        const FINGERPRINT: &str = r#"SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
                SELECT c::text || c.xmin::text || c.ctid::text FROM "juncture-core".connection c
                UNION ALL SELECT m::text || m.xmin::text || m.ctid::text FROM "juncture-core".connection_external_map m
                UNION ALL SELECT j::text || j.xmin::text || j.ctid::text FROM "juncture-core".jira_connection j
                UNION ALL SELECT relname || xmin::text || relfilenode FROM pg_class
                    WHERE relnamespace = '"juncture-core"'::regnamespace
            ) AS lines (line)"#;
        let mut connection = self.connect().await;
        let row = raw_sql(FINGERPRINT).fetch_one(&mut connection).await;
        row.unwrap().get(0)
    }

    /// From now on whoever reads the site of the connection with this place in the order of their ids
    /// waits for the advisory lock 7.
    pub(crate) async fn hold_up_at_row(&self, row: usize) {
        let id = self.rows().await[row].connection_id;
        let wait = format!("IF id = '{id}' THEN PERFORM pg_advisory_xact_lock_shared(7); END IF;");
        self.watch_sites(&wait).await;
    }

    /// From now on the sites can be read in a transaction only that cannot write.
    pub(crate) async fn refuse_writers(&self) {
        let refuse = "IF current_setting('transaction_read_only') <> 'on' THEN \
            RAISE 'this transaction may write'; END IF;";
        self.watch_sites(refuse).await;
    }

    /// Runs `statement` for each site that is read, of the connection `id`.
    async fn watch_sites(&self, statement: &str) {
        // So costly that it is asked last, of the rows that are wanted.
        self.execute(format!(
            r#"SET search_path = "juncture-core";
            CREATE FUNCTION watch(id uuid) RETURNS boolean LANGUAGE plpgsql COST 1000000 AS $$
                BEGIN {statement} RETURN true; END $$;
            ALTER TABLE jira_connection RENAME TO jira_connection_rows;
            CREATE VIEW jira_connection AS SELECT * FROM jira_connection_rows
                WHERE "juncture-core".watch(connection_id)"#
        ))
        .await;
    }

    /// Returns when a session of this database waits for another one.
    pub(crate) async fn until_somebody_waits(&self) {
        until_somebody_waits(self.url()).await;
    }
}
