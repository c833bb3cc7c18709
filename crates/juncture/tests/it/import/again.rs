//! A run after the first: what has become of the connections meanwhile, here and there, decides.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::original::Original;
use super::rows::rows_of;
use super::target::import_into;
use super::tokens::{taken, token_of};
use crate::support::TestApp;

const DELETE: &str = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";

/// The original refreshes its connection.
async fn refresh_there(old: &TestApp, original: &Original) {
    old.advance(SignedDuration::from_hours(2)).await;
    old.access_token("a").await.expect(200);
    let token = token_of(old, "a").await;
    let store = format!(
        r#"UPDATE "juncture-core".connection SET refresh_token = '{token}', last_updated = now(),
            expires_at = '2027-09-01 12:00:00Z'"#
    );
    original.execute(store).await;
}

#[tokio::test]
async fn a_connection_that_was_refreshed_here_is_left_as_it_is() {
    let (_old, original, app) = taken().await;
    app.access_token("a").await.expect(200);
    let here = rows_of(&app.app).await;
    for renew_unused in [false, true] {
        import_into(&app, &original, renew_unused)
            .await
            .assert(0, 1, 0);
        assert_eq!(rows_of(&app.app).await, here);
    }
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_token_that_the_original_has_used_up_since_is_told_and_renewed_when_asked_for() {
    let (old, original, app) = taken().await;
    refresh_there(&old, &original).await;
    let before = rows_of(&app.app).await;
    let told = import_into(&app, &original, false).await;
    told.assert(0, 0, 1);
    assert_eq!(told.count("used_up"), 1);
    assert_eq!(told.lines[0]["reason"], "used_up");
    assert_eq!(told.lines[0]["external_id"], "a");
    assert_eq!(rows_of(&app.app).await, before, "it is not overwritten");

    let renewed = import_into(&app, &original, true).await;
    renewed.assert(0, 0, 0);
    assert_eq!(renewed.count("renewed"), 1);
    assert_eq!(
        app.validity("a").await["expires_at"],
        "2027-09-01T12:00:00Z"
    );
    import_into(&app, &original, true).await.assert(0, 1, 0);
    let refreshes = app.sandbox.refreshes().await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, refreshes + 1);
}

#[tokio::test]
async fn what_was_deleted_here_stays_deleted() {
    let (_old, original, app) = taken().await;
    app.delete(DELETE).await.expect(200);
    // Longer than anybody else remembers it.
    app.advance(SignedDuration::from_hours(30)).await;
    app.sweep().await;
    let run = import_into(&app, &original, true).await;
    run.assert(0, 0, 0);
    assert_eq!(run.count("deleted here"), 1);
    let unknown = json!({"exists": false, "is_expired": false, "is_invalid": false, "site_unavailable": false});
    assert_eq!(app.validity("a").await, unknown);

    // The customer comes back by connecting, and the import is no more to them than to anybody.
    app.connect("a").await;
    let run = import_into(&app, &original, false).await;
    assert_eq!((run.code, run.count("deleted here")), (0, 1));
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_customer_who_has_connected_here_already_keeps_that_connection() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let here = rows_of(&app.app).await;
    let original = Original::with(0).await;
    original.add_connection("a").await;
    original.add_connection("b").await;
    let run = import_into(&app, &original, false).await;
    run.assert(1, 0, 1);
    assert_eq!(run.count("already_connected"), 1);
    let id = here[0].0.connection_id;
    let told: &Value = &run.lines[0];
    assert_eq!(
        told["detail"],
        format!("its external_id is connected here as {id}")
    );
    assert!(rows_of(&app.app).await.contains(&here[0]));
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_connection_that_is_here_for_another_customer_is_told() {
    let (_old, original, app) = taken().await;
    let rename = r#"UPDATE "juncture-core".connection_external_map SET external_id = 'b'"#;
    original.execute(rename).await;
    let run = import_into(&app, &original, true).await;
    run.assert(0, 0, 1);
    assert_eq!(run.count("connected_as_another"), 1);
    app.access_token("a").await.expect(200);
}
