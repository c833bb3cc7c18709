//! Many callers at once, and many connections at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use jiff::SignedDuration;

use crate::support::TestApp;
use crate::support::answer::Answer;

async fn strict_and_lenient() -> [TestApp; 2] {
    let strict = TestApp::start().await;
    strict.sandbox.rotate_strictly().await;
    [strict, TestApp::start().await]
}

#[track_caller]
fn one_token(answers: &[Answer]) {
    let tokens: BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.expect(200)["access_token"].to_string())
        .collect();
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn a_thousand_callers_of_an_expired_token_make_one_refresh() {
    for app in strict_and_lenient().await {
        app.connect("a").await;
        app.advance(SignedDuration::from_hours(2)).await;
        one_token(&join_all((0..1_000).map(|_| app.access_token("a"))).await);
        assert_eq!(app.sandbox.refreshes().await, 1);
    }
}

#[tokio::test]
async fn a_thousand_callers_are_served_though_the_first_try_takes_too_long() {
    // Strictly, Atlassian must not have acted, or nobody could save the grant.
    for (app, has_acted) in strict_and_lenient().await.into_iter().zip([false, true]) {
        app.connect("a").await;
        app.advance(SignedDuration::from_hours(2)).await;
        app.sandbox.hang_once("/oauth/token", has_acted).await;
        let mut calls = join_all((0..1_000).map(|_| app.access_token("a")));
        app.sandbox
            .run_until_request(&mut calls, "/oauth/token", 2)
            .await;
        app.clock.advance(SignedDuration::from_secs(10));
        one_token(&calls.await);
        assert_eq!(
            app.sandbox.refreshes().await,
            2,
            "the one that took too long, and the one that all share"
        );
    }
}

#[tokio::test]
async fn three_hundred_expired_connections_are_refreshed_sixty_four_at_a_time() {
    let app = TestApp::start().await;
    app.sandbox.rotate_strictly().await;
    let ids: Vec<String> = (0..300)
        .map(|number| format!("customer-{number}"))
        .collect();
    for id in &ids {
        app.connect(id).await;
    }
    app.advance(SignedDuration::from_hours(2)).await;
    app.sandbox.hang("/oauth/token", false).await;
    let mut calls = join_all(ids.iter().map(|id| app.access_token(id)));
    app.sandbox
        .run_until_request(&mut calls, "/oauth/token", 300 + 64)
        .await;
    tokio::select! {
        _ = &mut calls => panic!("the token endpoint hangs"),
        // Time enough for any further request to arrive.
        () = async { for _ in 0..50 { app.sandbox.requests().await; } } => {}
    }
    assert_eq!(app.sandbox.refreshes().await, 64);
    app.sandbox.clear_faults().await;
    for answer in calls.await {
        answer.expect(200);
    }
    assert_eq!(app.sandbox.refreshes().await, 300);
}

#[tokio::test]
async fn nobody_waits_for_the_token_of_another_connection() {
    let app = TestApp::start().await;
    let ids: Vec<String> = (0..20).map(|number| format!("customer-{number}")).collect();
    for id in &ids {
        app.connect(id).await;
    }
    app.advance(SignedDuration::from_hours(2)).await;
    app.sandbox.hang_once("/oauth/token", true).await;
    let mut stuck = Box::pin(app.access_token(&ids[0]));
    app.sandbox
        .run_until_request(&mut stuck, "/oauth/token", 21)
        .await;
    for id in &ids[1..] {
        app.access_token(id).await.expect(200);
    }
    app.sandbox.clear_faults().await;
    stuck.await.expect(200);
}
