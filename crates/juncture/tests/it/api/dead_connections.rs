//! A connection that only connecting again can help: 403 on every endpoint that needs a token, and
//! only there.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::TestApp;
use crate::support::flow::BRUNO;

const NEED_A_TOKEN: [&str; 4] = [
    "/api/backend/connection-info/get-access-token?external_id=a&provider=jira",
    "/api/backend/jira/get-projects?external_id=a",
    "/api/backend/jira/get-all-projects?external_id=a",
    "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000",
];

const NEED_NONE: [&str; 4] = [
    "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira",
    "/api/backend/connection-info/get-connection-credentials?external_id=a&provider=jira",
    "/api/backend/jira/get-selected-project?external_id=a",
    "/api/backend/jira/get-selected-project-id?external_id=a",
];

async fn assert_dead(app: &TestApp) {
    let body = json!({
        "error": "Connection is invalid or expired. Please reauthorize the connection.",
        "code": "needs_reauthorization",
        "needs_reauthorization": true,
    });
    for path in NEED_A_TOKEN {
        app.get(path).await.assert(403, &body);
    }
    for path in NEED_NONE {
        app.get(path).await.expect(200);
    }
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn an_expired_connection_is_dead() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(24 * 365)).await;
    assert_dead(&app).await;
    let end = app.clock_now().to_string();
    let validity = json!({"exists": true, "is_expired": true, "is_invalid": false, "site_unavailable": false, "expires_at": end, "missing_scopes": []});
    app.get(NEED_NONE[0]).await.assert(200, &validity);
}

#[tokio::test]
async fn a_revoked_connection_is_dead() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let account_id = app.account_id(BRUNO).await;
    app.sandbox
        .control("revoke", &json!({"account_id": account_id}))
        .await;
    app.advance(SignedDuration::from_hours(1)).await;
    assert_dead(&app).await;
    let credentials = app.get(NEED_NONE[1]).await.expect(200);
    assert_eq!(credentials["is_invalid"], true);
}
