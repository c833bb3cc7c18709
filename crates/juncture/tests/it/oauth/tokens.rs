//! Access tokens: fresh when asked for, refreshed once, and never at the price of the grant.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::BRUNO;
use crate::support::rows::{connection_id, grant, owner};

const PAST_ANY_BACK_OFF: SignedDuration = SignedDuration::from_secs(30);

fn reauthorize() -> Value {
    json!({
        "error": "Connection is invalid or expired. Please reauthorize the connection.",
        "code": "needs_reauthorization",
        "needs_reauthorization": true,
    })
}

fn expires_at(body: &Value) -> Timestamp {
    body["expires_at"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_fresh_token_is_handed_out_as_it_is() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let one = app.access_token("a").await.expect(200);
    let two = app.access_token("a").await.expect(200);
    assert_eq!(one, two);
    assert_eq!(
        expires_at(&one),
        app.clock_now() + SignedDuration::from_hours(1),
        "the token's real expiry"
    );
    assert!(one["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(app.sandbox.refreshes().await, 0);
}

#[tokio::test]
async fn a_token_with_less_than_a_minute_left_is_refreshed() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let first = app.access_token("a").await.expect(200);
    app.advance(SignedDuration::from_secs(3600 - 60)).await;
    assert_eq!(
        app.access_token("a").await.expect(200),
        first,
        "60 s left is enough"
    );
    app.advance(SignedDuration::from_secs(1)).await;
    let second = app.access_token("a").await.expect(200);
    assert_ne!(
        second["access_token"], first["access_token"],
        "59 s left is not"
    );
    assert_eq!(
        expires_at(&second),
        app.clock_now() + SignedDuration::from_hours(1)
    );
    assert_eq!(app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn refresh_persists_the_rotated_token_before_answering() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let credentials = |body: Value| body["refresh_token"].as_str().unwrap().to_owned();
    let before = credentials(
        app.connection_info("get-connection-credentials", "a")
            .await
            .expect(200),
    );
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(1)).await;
        app.access_token("a").await.expect(200);
    }
    let after = credentials(
        app.connection_info("get-connection-credentials", "a")
            .await
            .expect(200),
    );
    assert_ne!(before, after);
    assert_eq!(app.sandbox.refreshes().await, 3);
    let issued = app.sandbox.read("issued").await.to_string();
    assert!(issued.contains(&after), "it is the sandbox's own");
}

#[tokio::test]
async fn many_callers_of_an_expired_token_make_one_refresh() {
    let app = TestApp::start().await;
    // Strict rotation: a second use of a refresh token would revoke the grant.
    app.sandbox
        .set_switches(&json!({"leeway_seconds": 0}))
        .await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(2)).await;
    let answers = futures_util::future::join_all((0..50).map(|_| app.access_token("a"))).await;
    let tokens: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            answer.expect(200)["access_token"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(tokens.len(), 1);
    assert_eq!(app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_take_the_new_token_along() {
    let app = TestApp::start().await;
    app.sandbox
        .set_switches(&json!({"leeway_seconds": 0}))
        .await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(2)).await;
    app.sandbox.hang("/oauth/token", true).await;
    {
        let call = app.access_token("a");
        tokio::pin!(call);
        app.sandbox
            .run_until_request(&mut call, "/oauth/token", 2)
            .await;
        // Here the caller is gone, and Atlassian has rotated the token.
    }
    app.sandbox.clear_faults().await;
    app.access_token("a").await.expect(200);
    assert_eq!(
        app.sandbox.refreshes().await,
        1,
        "the first refresh was brought to its end"
    );
}

#[tokio::test]
async fn a_revoked_grant_needs_reauthorization_and_reconnecting_heals_it() {
    for variant in ["invalid_grant", "unauthorized_client"] {
        let app = TestApp::start().await;
        app.sandbox
            .set_switches(&json!({"refused_refresh": variant}))
            .await;
        app.connect("a").await;
        let account_id = app.account_id(BRUNO).await;
        app.sandbox
            .control("revoke", &json!({"account_id": account_id}))
            .await;
        app.advance(SignedDuration::from_hours(1)).await;
        app.access_token("a").await.assert(403, &reauthorize());
        assert_eq!(app.validity("a").await["is_invalid"], true, "{variant}");
        app.access_token("a").await.assert(403, &reauthorize());
        assert_eq!(
            app.sandbox.refreshes().await,
            1,
            "a dead grant is not asked for again"
        );
        app.connect("a").await;
        assert_eq!(app.validity("a").await["is_invalid"], false);
        app.access_token("a").await.expect(200);
    }
}

#[tokio::test]
async fn a_wrong_client_secret_leaves_the_connection_valid() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    let misconfigured = json!({"error": "invalid_client", "error_description": "Unauthorized"});
    let fault = json!({"kind": "status", "status": 401, "body": misconfigured});
    app.sandbox.fault("/oauth/token", &fault, None).await;
    let body = json!({"error": "Failed to get access token", "code": "provider_misconfigured"});
    app.access_token("a").await.assert(500, &body);
    assert_eq!(app.validity("a").await["is_invalid"], false);
    app.sandbox.clear_faults().await;
    app.advance(PAST_ANY_BACK_OFF).await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn while_the_stored_token_works_a_failing_token_endpoint_withholds_nothing() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let first = app.access_token("a").await.expect(200);
    app.sandbox.fail("/oauth/token", 503, None).await;
    app.advance(SignedDuration::from_secs(3600 - 30)).await;
    assert_eq!(app.access_token("a").await.expect(200), first);
    app.advance(SignedDuration::from_secs(30)).await;
    let body = json!({"error": "Failed to get access token", "code": "upstream_unavailable"});
    app.access_token("a").await.assert(500, &body);
    assert_eq!(app.validity("a").await["is_invalid"], false);
    app.sandbox.clear_faults().await;
    app.advance(PAST_ANY_BACK_OFF).await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn each_failure_of_the_token_endpoint_has_its_code_and_spares_the_grant() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    for (kind, code) in [
        (
            json!({"kind": "status", "status": 500}),
            "upstream_unavailable",
        ),
        (
            json!({"kind": "status", "status": 403, "body": "<html>blocked</html>"}),
            "upstream_unavailable",
        ),
        (json!({"kind": "cut"}), "upstream_unavailable"),
        (
            json!({"kind": "garbage", "body": "html"}),
            "upstream_bad_response",
        ),
        (
            json!({"kind": "garbage", "body": "empty"}),
            "upstream_bad_response",
        ),
        (
            json!({"kind": "status", "status": 200, "body": {"access_token": "x"}}),
            "upstream_bad_response",
        ),
    ] {
        app.sandbox.fault("/oauth/token", &kind, None).await;
        let body = json!({"error": "Failed to get access token", "code": code});
        app.access_token("a").await.assert(500, &body);
        app.sandbox.clear_faults().await;
        app.advance(PAST_ANY_BACK_OFF).await;
    }
    app.sandbox.fail("/oauth/token", 429, None).await;
    let limited = app.access_token("a").await;
    limited.assert(
        429,
        &json!({"error": "Failed to get access token", "code": "upstream_rate_limited"}),
    );
    assert_eq!(limited.header("retry-after"), "30");
    app.sandbox.clear_faults().await;
    assert_eq!(app.validity("a").await["is_invalid"], false);
    app.advance(PAST_ANY_BACK_OFF).await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_token_endpoint_that_never_answers_is_given_up_after_two_tries_of_ten_seconds() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.hang("/oauth/token", false).await;
    let call = app.access_token("a");
    tokio::pin!(call);
    for requests in [2, 3] {
        app.sandbox
            .run_until_request(&mut call, "/oauth/token", requests)
            .await;
        app.clock.advance(SignedDuration::from_secs(10));
    }
    let body = json!({"error": "Failed to get access token", "code": "upstream_timeout"});
    call.await.assert(500, &body);
    app.sandbox.clear_faults().await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_late_refusal_does_not_harm_a_newer_grant() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.hang("/oauth/token", false).await;
    let call = app.access_token("a");
    tokio::pin!(call);
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    // While the refresh hangs the user revokes the old grant, and the store learns of a new one.
    let account_id = app.account_id(BRUNO).await;
    app.sandbox
        .control("revoke", &json!({"account_id": account_id}))
        .await;
    renew_in_store(&app).await;
    app.sandbox.clear_faults().await;
    let token = call.await.expect(200);
    assert_eq!(token["access_token"], "newer-access-token");
    assert_eq!(app.validity("a").await["is_invalid"], false);
}

/// What a reconnection in another process leaves in the store.
async fn renew_in_store(app: &TestApp) {
    use juncture_server::connection::{access_token_place, refresh_token_place};
    use juncture_server::store::connections::{self, SealedTokens};
    let id = connection_id(app, "a").await.unwrap();
    let mut tx = app.app.store.begin_write().await.unwrap();
    let now = app.clock_now();
    let tokens = SealedTokens {
        refresh_token: Some(app.app.sealer.seal_token(
            &refresh_token_place(id, owner("a")),
            &"newer-refresh-token".to_owned().into(),
        )),
        access_token: app.app.sealer.seal_token(
            &access_token_place(id, owner("a")),
            &"newer-access-token".to_owned().into(),
        ),
        access_token_expires_at: Some(now + SignedDuration::from_hours(1)),
        granted_scopes: None,
        kept: None,
    };
    let end = now + SignedDuration::from_hours(24 * 365);
    let renewed = connections::renew(&mut tx, id, &grant(tokens, end), now).await;
    assert!(renewed.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_grant_ends_365_days_after_consent_however_often_it_is_refreshed() {
    let app = TestApp::start().await;
    app.sandbox
        .set_switches(&json!({"absolute_expiry": false}))
        .await;
    app.connect("a").await;
    let end = expires_at(&app.validity("a").await);
    assert_eq!(end, app.clock_now() + SignedDuration::from_hours(24 * 365));
    for _ in 0..5 {
        app.advance(SignedDuration::from_hours(24 * 72)).await;
        app.access_token("a").await.expect(200);
        assert_eq!(
            expires_at(&app.validity("a").await),
            end,
            "never extended by a refresh"
        );
    }
    app.advance(SignedDuration::from_hours(24 * 5)).await;
    app.access_token("a").await.assert(403, &reauthorize());
    let validity = app.validity("a").await;
    assert_eq!(
        (&validity["is_expired"], &validity["is_invalid"]),
        (&json!(true), &json!(false))
    );
}
