//! `/api/backend/connection-info/*`

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::TestApp;
use crate::support::admin::PROJECTS;

#[tokio::test]
async fn a_new_connection_is_valid_for_365_days() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let end = app.clock_now() + SignedDuration::from_hours(24 * 365);
    let body = json!({"exists": true, "is_expired": false, "is_invalid": false, "site_unavailable": false, "expires_at": end.to_string(), "missing_scopes": []});
    app.connection_info("check-connection-validity", "a")
        .await
        .assert(200, &body);
    assert!(end.to_string().ends_with('Z'));
}

#[tokio::test]
async fn what_is_asked_for_since_and_was_not_granted_is_told() {
    let app = TestApp::start_with_admin().await;
    app.connect("a").await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.validity("a").await["missing_scopes"], json!([]));
    let project = app.default_project().await;
    let path = format!("{PROJECTS}/{project}/oauth-apps/jira");
    let wanted = async |scopes: &[&str]| {
        let own = json!({
            "client_id": "other", "client_secret": "secret", "redirect_uri": "https://example.com/back",
            "scopes": scopes,
        });
        app.admin(Method::PUT, &path, &own).await.expect(200);
    };
    wanted(&["read:jira-work", "manage:jira-project", "offline_access"]).await;
    let missing = json!(["manage:jira-project"]);
    let listed = app.get("/api/backend/connections").await.expect(200);
    assert_eq!(listed["data"][0]["missing_scopes"], missing);
    // Also by a process that learns of the change from the store, and has to remember nothing.
    let other = app.replica().await;
    for server in [&app, &other, &app, &other] {
        assert_eq!(server.validity("a").await["missing_scopes"], missing);
    }
    wanted(&["read:jira-work"]).await;
    assert_eq!(app.validity("a").await["missing_scopes"], json!([]));
    other.app.projects.follow().await.unwrap();
    assert_eq!(other.validity("a").await["missing_scopes"], json!([]));
    // From memory, where nothing has changed since.
    app.app.store.close().await;
    assert_eq!(app.validity("a").await["missing_scopes"], json!([]));
}

#[tokio::test]
async fn credentials_are_the_refresh_token_and_the_end_of_the_grant() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let body = app
        .connection_info("get-connection-credentials", "a")
        .await
        .expect(200);
    let end = app.clock_now() + SignedDuration::from_hours(24 * 365);
    let refresh_token = &body["refresh_token"];
    assert_eq!(
        body,
        json!({"refresh_token": refresh_token, "expires_at": end.to_string(), "is_invalid": false})
    );
    let issued = app.sandbox.read("issued").await.to_string();
    assert!(issued.contains(&refresh_token.to_string()));
}

#[tokio::test]
async fn the_access_token_opens_jira() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let body = app.access_token("a").await.expect(200);
    assert_eq!(body.as_object().unwrap().len(), 2);
    let url = format!(
        "{}/ex/jira/{}/rest/api/3/myself",
        app.sandbox.url,
        app.site_id("Acme").await
    );
    let answer = app
        .sandbox
        .http
        .get(url)
        .bearer_auth(body["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn external_ids_of_any_script_are_kept_apart() {
    let app = TestApp::start().await;
    for id in ["日本語", "a b", "A", "a"] {
        app.connect(id).await;
    }
    for id in ["%E6%97%A5%E6%9C%AC%E8%AA%9E", "a%20b", "A", "a"] {
        assert_eq!(app.validity(id).await["exists"], true, "{id}");
    }
    for id in ["%E6%97%A5%E6%9C%AC", "a%20", "B"] {
        assert_eq!(app.validity(id).await["exists"], false, "{id}");
    }
}
