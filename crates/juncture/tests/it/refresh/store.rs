//! A store that fails after Atlassian has answered: the new tokens are kept until it works again.

use jiff::SignedDuration;
use juncture_server::shutdown;
use serde_json::json;

use crate::support::TestApp;
use crate::support::rows::{break_connections, mend_connections};

#[tokio::test]
async fn new_tokens_are_kept_until_the_store_takes_them_and_shutdown_waits() {
    let app = TestApp::start().await;
    app.sandbox.rotate_strictly().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.hang("/oauth/token", true).await;
    let mut call = Box::pin(app.access_token("a"));
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    app.clock.stop();
    break_connections(&app).await;
    app.sandbox.clear_faults().await;
    let stopping = shutdown::finish(&app.app);
    tokio::pin!(stopping);
    tokio::select! {
        _ = &mut call => panic!("nobody may have the token before the store has it"),
        () = &mut stopping => panic!("the shutdown waits for the new tokens"),
        () = mend_connections(&app) => {}
    }
    call.await.expect(200);
    stopping.await;
    let heir = app.replica().await;
    heir.access_token("a").await.expect(200);
    heir.advance(SignedDuration::from_hours(1)).await;
    heir.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, 2, "none was lost");
}

#[tokio::test]
async fn who_waits_for_tokens_that_are_not_stored_is_told_that_the_store_fails() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(1)).await;
    app.sandbox.hang("/oauth/token", true).await;
    let mut call = Box::pin(app.access_token("a"));
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    app.clock.stop();
    break_connections(&app).await;
    app.sandbox.clear_faults().await;
    while app
        .get("/metrics")
        .await
        .text()
        .contains("juncture_token_commit_failures_total{provider=\"jira\"} 0\n")
    {
        tokio::task::yield_now().await;
    }
    app.clock.advance(SignedDuration::from_secs(28));
    let body = json!({"error": "Internal server error", "code": "store_unavailable"});
    call.await.assert(500, &body);
    mend_connections(&app).await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.sandbox.refreshes().await, 1, "the same tokens");
}
