//! A project whose flows begin by connect sessions alone.

use axum::http::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::admin::{APPS, PROJECTS};
use crate::support::sessions::{Jar, SESSIONS};

const INITIATE: &str = "/api/frontend/oauth/initiate-oauth-flow";

#[tokio::test]
async fn bare_external_ids_are_refused_in_a_plain_deployment() {
    let app = TestApp::start_with_admin().await;
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let require = json!({"settings": {"require_connect_sessions": true}});
    let changed = app.admin(Method::PATCH, &path, &require).await.expect(200);
    assert_eq!(changed["settings"]["require_connect_sessions"], true);
    app.app.projects.follow().await.unwrap();
    let bare = json!({"provider": "jira", "external_id": "a"});
    let refusal = json!({
        "error": "This project connects by connect sessions alone", "code": "connect_session_required",
    });
    for path in [INITIATE, "/api/frontend/oauth/get-authorization-uri"] {
        // With the secret key as without.
        app.post(path, &bare).await.assert(403, &refusal);
        Jar::default()
            .post(&app, path, &bare)
            .await
            .assert(403, &refusal);
    }
    let session = app.session("a", &json!({})).await;
    Jar::default().open(&app, &session).await;
    let session = app.session("a", &json!({})).await;
    let by_token = json!({"session_token": session["session_token"]});
    Jar::default()
        .post(&app, INITIATE, &by_token)
        .await
        .expect(200);
}

#[tokio::test]
async fn each_project_decides_for_itself() {
    let app = TestApp::start_cloud().await;
    let strict = app.make_project_with_app("Strict", APPS[0]).await;
    let open = app.make_project_with_app("Open", APPS[1]).await;
    let path = format!("{PROJECTS}/{}", strict.id);
    let require = json!({"settings": {"require_connect_sessions": true}});
    app.admin(Method::PATCH, &path, &require).await.expect(200);
    app.app.projects.follow().await.unwrap();
    let bare = json!({"provider": "jira", "external_id": "a"});
    let refused = app.page_call(&strict.public_key, INITIATE, &bare).await;
    assert_eq!(refused.expect(403)["code"], "connect_session_required");
    app.initiate_for(&open, "a").await;
    let made = app
        .call(Method::POST, SESSIONS, &strict.secret_key, &bare)
        .await;
    let uri = Jar::default().open(&app, &made.expect(201)).await;
    assert!(uri.as_str().contains("client_id=acme-client"), "{uri}");
}
