//! A token endpoint that fails: nothing that works is withheld, and it is not asked too often.

use jiff::SignedDuration;
use juncture_server::project::ProjectId;
use juncture_server::store::{connections, refreshes};
use juncture_server::upkeep;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test]
async fn through_ten_minutes_of_outage_a_token_valid_for_eleven_is_served() {
    for fault in [
        json!({"kind": "status", "status": 503}),
        json!({"kind": "cut"}),
        json!({"kind": "garbage", "body": "html"}),
        json!({"kind": "status", "status": 429}),
    ] {
        let app = TestApp::start().await;
        app.connect("a").await;
        let token = app.access_token("a").await.expect(200);
        app.advance(SignedDuration::from_mins(49)).await;
        let outage_ends_at = app.clock_now() + SignedDuration::from_mins(10);
        app.sandbox.fault("/oauth/token", &fault, None).await;
        let mut reads = 0;
        while app.clock_now() < outage_ends_at {
            assert_eq!(app.access_token("a").await.expect(200), token, "{fault}");
            upkeep::refresh_ahead(&app.app.tokens);
            upkeep::resume(&app.app.tokens).await.unwrap();
            app.settle().await;
            app.clock.advance(SignedDuration::from_secs(5));
            reads += 1;
        }
        assert!(reads > 20, "{reads} reads");
        let refreshes = app.sandbox.refreshes().await;
        // Exponential to 30 s, jittered by half at most: some 40 tries in the 10 minutes.
        assert!((5..60).contains(&refreshes), "{refreshes} refreshes");
        app.sandbox.clear_faults().await;
        app.clock.advance(SignedDuration::from_secs(30));
        upkeep::refresh_ahead(&app.app.tokens);
        app.settle().await;
        assert_ne!(app.access_token("a").await.expect(200), token);
    }
}

#[tokio::test]
async fn retry_after_is_kept_by_all_who_share_the_store() {
    let app = TestApp::start().await;
    let other = app.replica().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    let limited = json!({"kind": "status", "status": 429, "retry_after": {"seconds": 120}});
    app.sandbox.fault("/oauth/token", &limited, Some(1)).await;
    let body = json!({"error": "Failed to get access token", "code": "upstream_rate_limited"});
    for (replica, left) in [(&app, "120"), (&other, "120")] {
        let answer = replica.access_token("a").await;
        answer.assert(429, &body);
        assert_eq!(answer.header("retry-after"), left);
    }
    app.advance(SignedDuration::from_secs(60)).await;
    let answer = app.access_token("a").await;
    answer.assert(429, &body);
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(app.sandbox.refreshes().await, 1);
    app.advance(SignedDuration::from_secs(60)).await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, 2);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again_within_the_reuse_window() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    // Atlassian rotates, and every answer is lost for two minutes.
    let cut =
        json!({"path": "/oauth/token", "fault": {"kind": "cut"}, "times": "forever", "act": true});
    app.sandbox.control("faults", &cut).await;
    assert_eq!(app.access_token("a").await.status, 500);
    for _ in 0..12 {
        app.advance(SignedDuration::from_secs(10)).await;
        upkeep::resume(&app.app.tokens).await.unwrap();
        app.settle().await;
    }
    app.sandbox.clear_faults().await;
    let asked = app.sandbox.refreshes().await;
    app.advance(SignedDuration::from_secs(30)).await;
    upkeep::resume(&app.app.tokens).await.unwrap();
    app.settle().await;
    assert_eq!(
        app.sandbox.refreshes().await,
        asked + 1,
        "without any caller"
    );
    upkeep::resume(&app.app.tokens).await.unwrap();
    app.settle().await;
    assert_eq!(app.sandbox.refreshes().await, asked + 1, "it is finished");
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, asked + 1);
}

#[tokio::test]
async fn a_long_retry_after_does_not_outlast_the_reuse_window_of_an_answer_that_was_lost() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.hang_once("/oauth/token", true).await;
    let limited = json!({"kind": "status", "status": 429, "retry_after": {"seconds": 900}});
    app.sandbox.fault("/oauth/token", &limited, Some(2)).await;
    let mut call = Box::pin(app.access_token("a"));
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    app.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(call.await.status, 429);
    let lost_at = app.clock_now();
    app.sandbox.clear_faults().await;
    while app.clock_now() < lost_at + SignedDuration::from_mins(9) {
        app.advance(SignedDuration::from_secs(5)).await;
        upkeep::resume(&app.app.tokens).await.unwrap();
        app.settle().await;
    }
    let refreshes = app.sandbox.refreshes().await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, refreshes, "it was there");
}

#[tokio::test]
async fn what_became_of_refreshes_is_counted() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.fail("/oauth/token", 503, Some(2)).await;
    app.access_token("a").await.expect(200);
    upkeep::count(&app.app.tokens).await.unwrap();
    let metrics = app.get("/metrics").await.text();
    for line in [
        r#"juncture_token_refreshes_total{provider="jira",outcome="refreshed"} 1"#,
        r#"juncture_token_refreshes_total{provider="jira",outcome="unavailable"} 2"#,
        r#"juncture_connections{provider="jira",state="active"} 2"#,
        r#"juncture_connections{provider="jira",state="invalid"} 0"#,
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn who_has_waited_for_the_lease_of_a_dead_process_is_still_served_after_a_timeout() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    claim_by_a_process_that_dies(&app, SignedDuration::from_secs(4)).await;
    app.sandbox.hang_once("/oauth/token", true).await;
    let mut call = Box::pin(app.access_token("a"));
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    app.clock.advance(SignedDuration::from_secs(10));
    call.await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, 2);
}

/// Takes the lease of `a` for so long, and does nothing with it.
async fn claim_by_a_process_that_dies(app: &TestApp, lease: SignedDuration) {
    let now = app.clock_now();
    let mut tx = app.app.store.begin_write().await.unwrap();
    let row = connections::find(&mut tx, ProjectId::DEFAULT, "a", "jira")
        .await
        .unwrap()
        .unwrap();
    let (id, version) = (row.connection_id, row.token_version.value().unwrap());
    let claimed = refreshes::claim(&mut tx, id, version, Uuid::new_v4(), now + lease, now).await;
    assert!(claimed.unwrap().is_some());
    tx.commit().await.unwrap();
}
