//! A back end makes a session: what it is told, and what it may say.

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::rows::count_rows;
use crate::support::sessions::{RETURN, SESSIONS};
use crate::support::{BASE_URL, TestApp, request};

fn asked(change: &Value) -> Value {
    let mut body = json!({"provider": "jira", "external_id": "a"});
    let change = change.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(change);
    body
}

#[tokio::test]
async fn a_session_is_told_with_its_token_link_and_end() {
    let app = TestApp::start_for_pages().await;
    for (seconds, given) in [
        (1800, json!({})),
        (60, json!({"expires_in": 60})),
        (3600, json!({"expires_in": "3600"})),
        (
            1800,
            json!({"return_url": RETURN, "allowed_sites": ["https://acme.atlassian.net"], "require_project": true}),
        ),
        (
            1800,
            json!({"return_url": null, "allowed_sites": null, "require_project": null, "expires_in": null}),
        ),
    ] {
        let made = app.post(SESSIONS, &asked(&given)).await.expect(201);
        let token = made["session_token"].as_str().unwrap();
        assert_eq!((&token[..7], token.len()), ("jct_cs_", 50), "{made}");
        assert_eq!(made["connect_url"], format!("{BASE_URL}/connect/{token}"));
        let expires_at: Timestamp = made["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            expires_at,
            app.clock_now() + SignedDuration::from_secs(seconds)
        );
    }
}

#[tokio::test]
async fn each_unfit_field_is_named() {
    let app = TestApp::start_for_pages().await;
    let too_many: Vec<_> = (0..101).map(|number| number.to_string()).collect();
    for (field, value) in [
        ("external_id", json!("x".repeat(256))),
        ("external_id", json!(true)),
        ("provider", json!(["jira"])),
        ("return_url", json!("app.example.com")),
        ("return_url", json!("https://evil.example/")),
        ("return_url", json!({"url": RETURN})),
        (
            "return_url",
            json!("https://app.example.com/?status=success"),
        ),
        ("allowed_sites", json!([])),
        ("allowed_sites", json!("https://acme.atlassian.net")),
        ("allowed_sites", json!([7])),
        ("allowed_sites", json!([""])),
        ("allowed_sites", json!(["a b"])),
        ("allowed_sites", json!(["ftp://acme.atlassian.net"])),
        ("allowed_sites", json!(too_many)),
        ("require_project", json!("yes")),
        ("require_project", json!(1)),
        ("expires_in", json!(59)),
        ("expires_in", json!(3601)),
        ("expires_in", json!(60.5)),
        ("expires_in", json!("soon")),
        ("expires_in", json!(-60)),
    ] {
        let given = json!({field: value});
        let refused = app.post(SESSIONS, &asked(&given)).await.expect(400);
        assert_eq!(refused["details"]["field"], field, "{given}: {refused}");
    }
    for (missing, body) in [
        (json!(["external_id"]), json!({"provider": "jira"})),
        (json!(["provider"]), json!({"external_id": "a"})),
    ] {
        let refused = app.post(SESSIONS, &body).await.expect(400);
        assert_eq!(refused["details"]["missing"], missing);
    }
    let refused = app
        .post(SESSIONS, &asked(&json!({"provider": "Jira"})))
        .await;
    assert_eq!(refused.expect(400)["code"], "invalid_provider");
    assert_eq!(
        count_rows(&app, "SELECT COUNT(*) FROM connect_session").await,
        0
    );
}

#[tokio::test]
async fn the_same_key_gets_the_first_session() {
    let app = TestApp::start_for_pages().await;
    let send = |key: &'static str, body: Value| {
        app.send(request(Method::POST, SESSIONS, Some(key), &body))
    };
    let first = send("k", asked(&json!({}))).await.expect(201);
    assert_eq!(send("k", asked(&json!({}))).await.expect(201), first);
    let other = send("k", asked(&json!({"external_id": "b"}))).await;
    assert_eq!(other.expect(409)["code"], "idempotency_key_reused");
    assert_ne!(send("l", asked(&json!({}))).await.expect(201), first);
    assert_eq!(
        count_rows(&app, "SELECT COUNT(*) FROM connect_session").await,
        2
    );
}

#[tokio::test]
async fn what_is_told_of_a_session_goes_a_day_after_its_end() {
    let app = TestApp::start_for_pages().await;
    app.session("a", &json!({})).await;
    app.advance(SignedDuration::from_mins(24 * 60 + 29)).await;
    app.sweep().await;
    assert_eq!(
        count_rows(&app, "SELECT COUNT(*) FROM connect_session").await,
        1
    );
    app.advance(SignedDuration::from_mins(1)).await;
    app.sweep().await;
    assert_eq!(
        count_rows(&app, "SELECT COUNT(*) FROM connect_session").await,
        0
    );
}
