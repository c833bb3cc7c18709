//! How long a token is taken to live of which the answer says something odd. The tokens are kept: the
//! refresh token beside it may be the only one that works from now on.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::TestApp;

const DAY: i64 = 24 * 3_600_000;

#[tokio::test]
async fn an_odd_lifetime_costs_no_token_and_makes_no_row_that_cannot_be_read() {
    let assumed = 5 * 60_000;
    let answers = [
        (json!(3600), 3_600_000),
        (json!("3600"), 3_600_000),
        (json!(3600.9), 3_600_900),
        (json!(1_000_000_000_000_000_000_u64), DAY),
        (json!(i64::MAX), DAY),
        (json!(1e300), DAY),
        (json!("inf"), DAY),
        (json!(0), assumed),
        (json!(-3600), assumed),
        (json!(0.5), assumed),
        (json!("NaN"), assumed),
        (json!("soon"), assumed),
        (json!(true), assumed),
        (json!([3600]), assumed),
        (json!({"seconds": 3600}), assumed),
        (Value::Null, assumed),
    ];
    let app = TestApp::start().await;
    for (number, (expires_in, life)) in answers.iter().enumerate() {
        let external_id = format!("customer-{number}");
        app.connect(&external_id).await;
        app.advance(SignedDuration::from_hours(1)).await;
        let (access, refresh) = (format!("access-{number}"), format!("refresh-{number}"));
        let body =
            json!({"access_token": access, "refresh_token": refresh, "expires_in": expires_in});
        let fault = json!({"kind": "status", "status": 200, "body": body});
        app.sandbox.fault("/oauth/token", &fault, Some(1)).await;
        let asked_at = app.clock_now();
        let answer = app.access_token(&external_id).await.expect(200);
        assert_eq!(answer["access_token"], access.as_str(), "{expires_in}");
        let expires_at: Timestamp = answer["expires_at"].as_str().unwrap().parse().unwrap();
        let told = expires_at.duration_since(asked_at).as_millis();
        assert_eq!(told, i128::from(*life), "{expires_in}");
        // As after a restart.
        let other = app.replica().await;
        assert_eq!(other.access_token(&external_id).await.expect(200), answer);
        let credentials = other.connection_info("get-connection-credentials", &external_id);
        assert_eq!(credentials.await.expect(200)["refresh_token"], refresh);
    }
}

#[tokio::test]
async fn an_answer_without_a_lifetime_and_without_a_refresh_token_changes_nothing() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    let before = app.connection_info("get-connection-credentials", "a").await;
    for body in [
        json!({"access_token": "x"}),
        json!({"access_token": "x", "expires_in": 0}),
        json!({"access_token": "", "refresh_token": "y", "expires_in": 3600}),
    ] {
        let fault = json!({"kind": "status", "status": 200, "body": body});
        app.sandbox.fault("/oauth/token", &fault, None).await;
        let refused = app.access_token("a").await.expect(500);
        assert_eq!(refused["code"], "upstream_bad_response", "{body}");
        app.sandbox.clear_faults().await;
        app.advance(SignedDuration::from_secs(30)).await;
    }
    let after = app.connection_info("get-connection-credentials", "a").await;
    assert_eq!(after.json(), before.json());
    // RFC 6749 §6: without a new one, the refresh token stays in force; `null` is none.
    let body = json!({"access_token": "fresh", "refresh_token": null, "expires_in": 3600});
    let fault = json!({"kind": "status", "status": 200, "body": body});
    app.sandbox.fault("/oauth/token", &fault, Some(1)).await;
    let token = app.access_token("a").await.expect(200);
    assert_eq!(token["access_token"], "fresh");
    let after = app.connection_info("get-connection-credentials", "a").await;
    assert_eq!(
        after.json()["refresh_token"],
        before.json()["refresh_token"]
    );
}
