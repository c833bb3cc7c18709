//! What is done ahead of time: before a token expires, before a refresh token dies of disuse, and
//! nothing after the end of a grant.

use jiff::SignedDuration;
use juncture_server::upkeep;
use serde_json::json;

use crate::support::TestApp;

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl TestApp {
    /// Waits for what was begun in the background.
    pub(crate) async fn settle(&self) {
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.tasks.reopen();
    }
}

#[tokio::test]
async fn a_token_in_use_is_refreshed_before_it_expires() {
    let app = TestApp::start().await;
    app.connect("used").await;
    app.connect("unused").await;
    let first = app.access_token("used").await.expect(200);
    app.advance(SignedDuration::from_mins(49)).await;
    upkeep::refresh_ahead(&app.app.tokens);
    app.settle().await;
    assert_eq!(app.sandbox.refreshes().await, 0, "11 minutes are enough");

    app.advance(SignedDuration::from_mins(7)).await;
    upkeep::refresh_ahead(&app.app.tokens);
    app.settle().await;
    assert_eq!(app.sandbox.refreshes().await, 1, "the one in use alone");
    let second = app.access_token("used").await.expect(200);
    assert_ne!(first["access_token"], second["access_token"]);
    assert_eq!(app.sandbox.refreshes().await, 1, "it was there already");

    // Nobody asks for it any more: what was done ahead of time is no use.
    for _ in 0..3 {
        app.advance(SignedDuration::from_mins(56)).await;
        upkeep::refresh_ahead(&app.app.tokens);
        app.settle().await;
    }
    assert_eq!(
        app.sandbox.refreshes().await,
        2,
        "an hour long it counted as used"
    );
}

#[tokio::test]
async fn an_unused_connection_is_kept_alive_before_its_ninety_days_are_over() {
    let app = TestApp::start().await;
    app.sandbox.rotate_strictly().await;
    app.connect("a").await;
    app.advance(DAY * 79).await;
    upkeep::refresh_idle(&app.app.tokens).await.unwrap();
    app.settle().await;
    assert_eq!(app.sandbox.refreshes().await, 0);
    app.advance(DAY * 10).await;
    // Of two replicas, one does it. What the other waits for is real, and its pauses must not make the
    // first one's lease run out.
    app.clock.stop();
    let other = app.replica().await;
    for replica in [&app, &other] {
        upkeep::refresh_idle(&replica.app.tokens).await.unwrap();
    }
    app.settle().await;
    other.settle().await;
    assert_eq!(app.sandbox.refreshes().await, 1, "on day 89");
    app.advance(DAY * 80).await;
    app.access_token("a").await.expect(200);
    assert_eq!(app.validity("a").await["is_invalid"], false);
}

#[tokio::test]
async fn an_unused_connection_is_not_kept_alive_beyond_the_end_of_its_grant() {
    let app = TestApp::start().await;
    app.sandbox
        .set_switches(&json!({"absolute_expiry": false}))
        .await;
    app.connect("a").await;
    let end = app.validity("a").await["expires_at"].clone();
    for refreshes in 1..=4 {
        app.advance(DAY * 85).await;
        upkeep::refresh_idle(&app.app.tokens).await.unwrap();
        app.settle().await;
        assert_eq!(app.sandbox.refreshes().await, refreshes);
    }
    app.advance(DAY * 84).await;
    upkeep::refresh_idle(&app.app.tokens).await.unwrap();
    app.settle().await;
    assert_eq!(app.sandbox.refreshes().await, 4, "day 424");
    let validity = app.validity("a").await;
    let expected = json!({"exists": true, "is_expired": true, "is_invalid": false, "site_unavailable": false, "expires_at": end, "missing_scopes": []});
    assert_eq!(validity, expected);
    assert_eq!(app.access_token("a").await.status, 403);
}

#[tokio::test]
async fn a_token_that_died_of_disuse_is_found_out_and_marked() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(DAY * 91).await;
    upkeep::refresh_idle(&app.app.tokens).await.unwrap();
    app.settle().await;
    assert_eq!(app.validity("a").await["is_invalid"], true);
}
