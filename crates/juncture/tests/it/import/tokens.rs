//! What was imported works: one refresh with the imported token, and the customer's Jira answers.

use jiff::SignedDuration;
use serde_json::json;

use super::original::Original;
use super::target::import_into;
use crate::support::TestApp;
use crate::support::flow::BRUNO;

/// The original holds a customer's grant, made by the sandbox for `external_id`.
pub(super) async fn add_grant(original: &Original, old: &TestApp, external_id: &str) {
    let site = old.site_id("Acme").await;
    original
        .add(external_id, &token_of(old, external_id).await, &site)
        .await;
}

/// The refresh token of a connection.
pub(super) async fn token_of(app: &TestApp, external_id: &str) -> String {
    let credentials = app.connection_info("get-connection-credentials", external_id);
    let credentials = credentials.await.expect(200);
    credentials["refresh_token"].as_str().unwrap().to_owned()
}

/// An original and a server of ours that has taken its one connection, `a`. The original's own server
/// is the first one.
pub(super) async fn taken() -> (TestApp, Original, TestApp) {
    let old = TestApp::start().await;
    old.sandbox.rotate_strictly().await;
    old.connect("a").await;
    let original = Original::with(0).await;
    add_grant(&original, &old, "a").await;
    let app = old.neighbour().await;
    import_into(&app, &original, false).await.assert(1, 0, 0);
    (old, original, app)
}

#[tokio::test]
async fn an_imported_connection_refreshes_once_and_works() {
    let (old, _original, app) = taken().await;
    assert_eq!(app.sandbox.refreshes().await, 0, "an import asks nobody");
    let expected = json!({
        "exists": true, "is_expired": false, "is_invalid": false, "site_unavailable": false, "expires_at": "2027-06-01T12:00:00.5Z"
    });
    assert_eq!(app.validity("a").await, expected);
    let listed = app.get("/api/backend/connections").await.expect(200);
    let site = json!({"id": app.site_id("Acme").await});
    assert_eq!(listed["data"][0]["site"], site, "its name nobody has told");
    assert_eq!(token_of(&app, "a").await, token_of(&old, "a").await);
    let selected = "/api/backend/jira/get-selected-project?external_id=a";
    app.get(selected)
        .await
        .assert(200, &json!({"jira_project_id": "10000"}));

    let token = app.access_token("a").await.expect(200);
    assert!(token["access_token"].as_str().unwrap().len() > 1000);
    assert_eq!(app.access_token("a").await.expect(200), token);
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let projects = app.get(projects).await.expect(200);
    assert!(!projects["projects"].as_array().unwrap().is_empty());
    assert_eq!(app.sandbox.refreshes().await, 1);
    assert_ne!(token_of(&app, "a").await, token_of(&old, "a").await);

    // What its original did not know is learnt by then.
    app.settle().await;
    let listed = app.get("/api/backend/connections").await.expect(200);
    let told = &listed["data"][0];
    assert_eq!(told["site"]["name"], "Acme");
    assert!(
        told["site"]["url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    assert_eq!(told["account"]["name"], BRUNO);
    assert_eq!(told["missing_scopes"], json!([]));

    // From here on the connection is like any other.
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, 2);
}

#[tokio::test]
async fn of_many_first_callers_one_refreshes() {
    let (_old, _original, app) = taken().await;
    let calls = (0..50).map(|_| app.access_token("a"));
    for answer in futures_util::future::join_all(calls).await {
        answer.expect(200);
    }
    assert_eq!(app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn dead_and_expired_grants_arrive_as_such() {
    let app = TestApp::start().await;
    let original = Original::with(0).await;
    for external_id in ["dead", "expired"] {
        original.add_connection(external_id).await;
    }
    let end = |column: &str, external_id: &str| {
        format!(
            r#"UPDATE "juncture-core".connection SET {column} WHERE connection_id =
                (SELECT connection_id FROM "juncture-core".connection_external_map WHERE external_id = '{external_id}')"#
        )
    };
    original
        .execute(end("invalid_refresh_token = true", "dead"))
        .await;
    original
        .execute(end("expires_at = '2026-01-01'", "expired"))
        .await;
    import_into(&app, &original, false).await.assert(2, 0, 0);
    assert_eq!(app.validity("dead").await["is_invalid"], true);
    assert_eq!(app.validity("expired").await["is_expired"], true);
    for external_id in ["dead", "expired"] {
        let refused = app.access_token(external_id).await.expect(403);
        assert_eq!(refused["needs_reauthorization"], true);
    }
    assert_eq!(app.sandbox.refreshes().await, 0);

    // Connecting again heals them, under the ids that they had.
    let before = ids(&app).await;
    app.connect("dead").await;
    app.access_token("dead").await.expect(200);
    assert_eq!(ids(&app).await, before);
    import_into(&app, &original, false).await.assert(0, 2, 0);
    app.access_token("dead").await.expect(200);
}

async fn ids(app: &TestApp) -> Vec<uuid::Uuid> {
    let rows = super::rows::rows_of(&app.app).await;
    rows.into_iter().map(|(row, _)| row.connection_id).collect()
}
