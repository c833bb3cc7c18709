//! Connections with all that belongs to them, from whichever database, to be compared.

use juncture_server::app::App;
use juncture_server::connection::{access_token_place, refresh_token_place};
use juncture_server::seal::{Owner, Sealed};
use juncture_server::store::Tx;
use secrecy::ExposeSecret as _;
use sqlx::{Row as _, raw_sql};
use uuid::Uuid;

/// A connection, with its token in clear.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) connection_id: Uuid,
    pub(crate) external_id: String,
    pub(crate) provider: String,
    pub(crate) refresh_token: String,
    pub(crate) is_invalid: bool,
    /// The connection's end, beginning and change, and the provider's row's beginning and change;
    /// milliseconds since the epoch.
    pub(crate) times: [i64; 5],
    pub(crate) site: String,
    pub(crate) project: Option<String>,
}

/// The beginning of the token is enough to tell rows apart.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            connection_id,
            external_id,
            provider,
            refresh_token,
            is_invalid,
            times,
            site,
            project,
        } = self;
        let token: String = refresh_token.chars().take(24).collect();
        write!(
            f,
            "{connection_id} {external_id:?} {provider} {token} {is_invalid} {times:?} {site} {project:?}"
        )
    }
}

/// Asserts that the same rows stand in both lists, and shows the first that differs.
#[track_caller]
pub(crate) fn assert_same(here: &[Row], there: &[Row]) {
    for (here, there) in here.iter().zip(there) {
        assert_eq!(here, there);
    }
    assert_eq!(here.len(), there.len());
}

/// What stands in a store of ours beside the columns of [`Row`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) access_token: String,
    pub(crate) access_token_expires_at: i64,
    pub(crate) token_version: i64,
    pub(crate) refreshed_at: i64,
}

/// Every connection in a store of ours, by its id.
pub(crate) async fn rows_of(app: &App) -> Vec<(Row, Rest)> {
    const ROWS: &str = "SELECT connection.connection_id, external_id, connection.provider, refresh_token, invalid_refresh_token, \
            expires_at, connection.created_at, connection.last_updated, jira_site_id, selected_jira_project_id, \
            jira_connection.created_at, jira_connection.last_updated, \
            access_token, access_token_expires_at, token_version, refreshed_at, connection.project_id \
        FROM connection \
            JOIN connection_external_map ON connection_external_map.connection_id = connection.connection_id \
            JOIN jira_connection ON jira_connection.connection_id = connection.connection_id \
        ORDER BY connection.connection_id";
    macro_rules! read {
        ($row:expr) => {{
            let row = $row;
            let (id, external_id): (Uuid, &str) = (row.get(0), row.get(1));
            let provider = row.get(2);
            let owner = Owner {
                project: row.get(16),
                provider,
                external_id,
            };
            let open = |place, bytes| {
                let opened = app.sealer.open_token(&place, &Sealed::from_bytes(bytes));
                opened.unwrap().expose_secret().to_owned()
            };
            let times = [row.get(5), row.get(6), row.get(7), row.get(10), row.get(11)];
            let read = Row {
                connection_id: id,
                external_id: row.get(1),
                provider: row.get(2),
                refresh_token: open(refresh_token_place(id, owner), row.get(3)),
                is_invalid: row.get(4),
                times,
                site: row.get(8),
                project: row.get(9),
            };
            let rest = Rest {
                access_token: open(access_token_place(id, owner), row.get(12)),
                access_token_expires_at: row.get(13),
                token_version: row.get(14),
                refreshed_at: row.get(15),
            };
            (read, rest)
        }};
    }
    match app.store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => {
            let rows = raw_sql(ROWS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| read!(row)).collect()
        }
        Tx::Postgres(mut tx) => {
            let rows = raw_sql(ROWS).fetch_all(&mut *tx).await.unwrap();
            rows.iter().map(|row| read!(row)).collect()
        }
    }
}

/// Every sealed value of `connection`, with its version.
pub(crate) async fn sealed_of(app: &App) -> Vec<(Vec<u8>, Vec<u8>, i64)> {
    const SEALED: &str =
        "SELECT refresh_token, access_token, token_version FROM connection ORDER BY connection_id";
    macro_rules! read {
        ($rows:expr) => {
            $rows
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect()
        };
    }
    match app.store.begin_read().await.unwrap() {
        Tx::Sqlite(mut tx) => read!(raw_sql(SEALED).fetch_all(&mut *tx).await.unwrap()),
        Tx::Postgres(mut tx) => read!(raw_sql(SEALED).fetch_all(&mut *tx).await.unwrap()),
    }
}
