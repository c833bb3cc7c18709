//! Rows that cannot be read: told, the misfortune of their own connection alone, and healed by connecting
//! again.

use juncture_server::store::sealed_columns::{ACCESS_TOKEN, REFRESH_TOKEN};
use juncture_server::store::{Tx, changes, imports};
use juncture_server::upkeep::{self, Changes};
use serde_json::json;

use crate::support::TestApp;
use crate::support::flow::BRUNO;
use crate::support::rows::{connection_id, customer, execute};

macro_rules! set {
    ($table:literal, $column:literal, $value:literal) => {
        (
            concat!($table, ".", $column),
            concat!(
                "UPDATE ", $table, " SET ", $column, " = ", $value,
                " WHERE connection_id = (SELECT connection_id FROM connection_external_map WHERE external_id = 'a')"
            ),
        )
    };
}

/// What no version of this program writes, on either database.
const OUT_OF_RANGE: &[(&str, &str)] = &[
    set!(
        "connection",
        "access_token_expires_at",
        "1000000000000000000"
    ),
    set!("connection", "expires_at", "-1000000000000000000"),
    set!("connection", "refreshed_at", "1000000000000000000"),
    set!("connection", "refresh_lease_until", "1000000000000000000"),
    set!("connection", "refresh_started_at", "1000000000000000000"),
    set!("connection", "refresh_not_before", "1000000000000000000"),
    set!("connection", "refresh_refused_since", "1000000000000000000"),
    set!("connection", "token_version", "9223372036854775807"),
    set!("connection", "token_version", "0"),
];

/// What SQLite lets stand in a column of another type.
const OF_ANOTHER_TYPE: &[(&str, &str)] = &[
    set!("connection", "access_token_expires_at", "'soon'"),
    set!("connection", "expires_at", "x'00ff'"),
    set!("connection", "refreshed_at", "'yesterday'"),
    set!("connection", "invalid_refresh_token", "'perhaps'"),
    set!("connection", "token_version", "'one'"),
    set!("connection", "refresh_owner", "x'01'"),
    set!("connection", "refresh_owner", "'nobody'"),
    set!("connection", "refresh_failures", "'many'"),
    set!("connection", "refresh_lease_until", "'never'"),
];

async fn is_sqlite(app: &TestApp) -> bool {
    let tx = app.app.store.begin_read().await.unwrap();
    matches!(tx, Tx::Sqlite(_))
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_its_own_connections_misfortune_and_heals() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let id = connection_id(&app, "a").await.unwrap();
    let mut spoilt = OUT_OF_RANGE.to_vec();
    if is_sqlite(&app).await {
        spoilt.extend(OF_ANOTHER_TYPE);
    }
    let body = json!({"error": "Internal server error", "code": "stored_value_unreadable"});
    for (column, spoil) in spoilt {
        execute(&app, spoil).await;
        // A server that holds nothing, and starts in spite of it.
        let other = app.replica().await;
        for endpoint in [
            "get-access-token",
            "get-connection-credentials",
            "check-connection-validity",
        ] {
            let answer = other.connection_info(endpoint, "a").await;
            assert_eq!(answer.json(), body, "{spoil}");
            answer.assert(500, &body);
        }
        let projects = "/api/backend/jira/get-projects?external_id=a";
        other.get(projects).await.assert(500, &body);
        // The log says which: it tells the cause of each failed request.
        let told = cause_of(&other).await;
        assert!(told.starts_with(&format!("{column}/{id} ")), "{told}");

        other.access_token("b").await.expect(200);
        upkeep_and_lists_go_on(&other).await;
        app.connect("a").await;
        let healed = app.replica().await;
        healed.access_token("a").await.expect(200);
        assert_eq!(healed.validity("a").await["is_invalid"], false, "{spoil}");
    }
}

/// Why the connection of `a` cannot be read, in the words of the log.
async fn cause_of(app: &TestApp) -> String {
    use juncture_server::connection::Connection;
    let provider = app.app.providers.get("jira").unwrap().name();
    let mut tx = app.app.store.begin_read().await.unwrap();
    let found = Connection::find(&mut tx, &customer("a"), provider).await;
    found.unwrap_err().to_string()
}

/// What reads many rows reads the others.
async fn upkeep_and_lists_go_on(app: &TestApp) {
    upkeep::resume(&app.app.tokens).await.unwrap();
    upkeep::correct(&app.app.tokens).await.unwrap();
    upkeep::refresh_idle(&app.app.tokens).await.unwrap();
    upkeep::count(&app.app.tokens).await.unwrap();
    app.settle().await;
    let mut following = Changes::default();
    following.follow(&app.app.tokens).await.unwrap();
    following.follow(&app.app.tokens).await.unwrap();
    let ids = [
        connection_id(app, "a").await.unwrap(),
        connection_id(app, "b").await.unwrap(),
    ];
    let mut tx = app.app.store.begin_read().await.unwrap();
    assert_eq!(
        imports::known_of_any_project(&mut tx, &ids)
            .await
            .unwrap()
            .len(),
        2
    );
    for column in [&REFRESH_TOKEN, &ACCESS_TOKEN] {
        let page = column.page(&mut tx, b"none", None, 10).await.unwrap();
        assert_eq!(page.len(), 2);
    }
    let changed = changes::since_of_any_project(&mut tx, jiff::Timestamp::MIN).await;
    assert_eq!(changed.unwrap().len(), 2);
}

#[tokio::test]
async fn a_time_of_change_that_cannot_be_read_hides_nobody_elses() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let other = app.replica().await;
    other.access_token("b").await.expect(200);
    let mut following = Changes::default();
    following.follow(&other.app.tokens).await.unwrap();
    let (_, spoil) = set!("connection", "last_updated", "1000000000000000000");
    execute(&app, spoil).await;
    following.follow(&other.app.tokens).await.unwrap();
    app.connect("b").await;
    let renewed = app.access_token("b").await.expect(200);
    following.follow(&other.app.tokens).await.unwrap();
    assert_eq!(other.access_token("b").await.expect(200), renewed);
}

#[tokio::test]
async fn the_rows_beside_a_connection_are_told_likewise() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let body = json!({"error": "Internal server error", "code": "stored_value_unreadable"});
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let mut spoilt = vec!["DELETE FROM jira_connection"];
    if is_sqlite(&app).await {
        spoilt.push("UPDATE jira_connection SET jira_site_id = x'ff'");
    }
    for spoil in spoilt {
        execute(&app, spoil).await;
        app.get(projects).await.assert(500, &body);
        app.connect("a").await;
        app.get(projects).await.expect(200);
    }
    if is_sqlite(&app).await {
        // A selection that cannot be read is none, and can be made again.
        execute(
            &app,
            "UPDATE jira_connection SET selected_jira_project_id = x'ff'",
        )
        .await;
        app.get(projects).await.expect(200);
        let select = json!({"external_id": "a", "jira_project_id": "10000"});
        let selected = app.post("/api/backend/jira/select-project", &select);
        selected.await.expect(200);
    }
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    execute(
        &app,
        "UPDATE pending_connection SET consented_at = 1000000000000000000",
    )
    .await;
    app.sites_of(&code).await.assert(500, &body);
    app.connect("a").await;
}
