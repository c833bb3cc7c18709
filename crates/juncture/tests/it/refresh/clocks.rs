//! A wall clock that is set, ahead or back, for a moment or for good: nothing waits for the time that it
//! told, and no token is served for longer than it works.

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock as _;
use juncture_server::project::ProjectId;
use juncture_server::store::{connections, refreshes};
use juncture_server::upkeep::{self, Changes};
use serde_json::Value;
use uuid::Uuid;

use crate::support::TestApp;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The customer `a` is connected, and the access token has expired.
async fn start_expired() -> TestApp {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(HOUR).await;
    app
}

impl TestApp {
    /// A token that Atlassian takes, and does not say to outlive its hour.
    async fn good_token(&self, external_id: &str) -> String {
        let body = self.access_token(external_id).await.expect(200);
        let token = body["access_token"].as_str().unwrap().to_owned();
        assert!(self.sandbox.takes(&token).await, "{body}");
        let expires_at: Timestamp = body["expires_at"].as_str().unwrap().parse().unwrap();
        assert!(expires_at <= self.clock_now() + HOUR, "{body}");
        token
    }
}

#[tokio::test]
async fn a_try_that_was_put_off_while_the_clock_was_ahead_is_due_when_it_is_back() {
    for by_upkeep in [false, true] {
        let app = start_expired().await;
        let other = app.replica().await;
        // An outcome that nobody knows, so that upkeep takes it up too.
        app.sandbox.fail("/oauth/token", 503, None).await;
        app.clock.jump(DAY);
        app.access_token("a").await.expect(500);
        app.advance(SECOND * 2).await;
        app.sandbox.clear_faults().await;
        app.clock.jump(-DAY);
        let back = app.clock.steady();
        let before = app.sandbox.refreshes().await;
        if by_upkeep {
            upkeep::resume(&other.app.tokens).await.unwrap();
            other.settle().await;
        }
        other.good_token("a").await;
        assert_eq!(app.sandbox.refreshes().await, before + 1);
        let waited = app.clock.steady().saturating_sub(back);
        assert!(waited.as_secs() < 2, "{waited:?}");
    }
}

#[tokio::test]
async fn a_pause_that_was_begun_by_a_clock_that_is_set_back_ends_all_the_same() {
    let app = start_expired().await;
    app.sandbox.hang("/oauth/token", false).await;
    app.clock.jump(DAY);
    let mut call = Box::pin(app.access_token("a"));
    app.sandbox
        .run_until_request(&mut call, "/oauth/token", 2)
        .await;
    // The flight that everybody joins is under way; now the clock goes back.
    app.clock.jump(-DAY);
    app.sandbox.clear_faults().await;
    let token = call.await.expect(200);
    assert_eq!(app.access_token("a").await.expect(200), token);
    // And the row tells the right end, also to one who only reads it.
    let other = app.replica().await;
    assert_eq!(other.access_token("a").await.expect(200), token);
    other.good_token("a").await;
    assert_eq!(app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn a_lease_that_was_taken_by_a_clock_ahead_lasts_no_longer_than_a_lease() {
    let app = start_expired().await;
    let ahead = app.clock_now() + DAY;
    let mut tx = app.app.store.begin_write().await.unwrap();
    let row = connections::find(&mut tx, ProjectId::DEFAULT, "a", "jira")
        .await
        .unwrap();
    let id = row.unwrap().connection_id;
    let lease_until = ahead + SECOND * 15;
    let claimed = refreshes::claim(&mut tx, id, 1, Uuid::new_v4(), lease_until, ahead).await;
    assert!(claimed.unwrap().is_some());
    tx.commit().await.unwrap();
    let began = app.clock.steady();
    app.good_token("a").await;
    assert_eq!(app.sandbox.refreshes().await, 1);
    let waited = app.clock.steady().saturating_sub(began);
    // Its owner may be asking just now; and nobody else for as long.
    assert!((15..20).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test]
async fn a_lease_or_a_pause_within_the_difference_of_clocks_is_kept() {
    let app = start_expired().await;
    let now = app.clock_now();
    let mut tx = app.app.store.begin_write().await.unwrap();
    let row = connections::find(&mut tx, ProjectId::DEFAULT, "a", "jira")
        .await
        .unwrap();
    let id = row.unwrap().connection_id;
    let theirs = now + SECOND * 9;
    let owner = Uuid::new_v4();
    let claimed = refreshes::claim(&mut tx, id, 1, owner, theirs + SECOND * 15, theirs).await;
    assert!(claimed.unwrap().is_some());
    let mine = refreshes::claim(&mut tx, id, 1, Uuid::new_v4(), now + SECOND * 15, now).await;
    assert!(mine.unwrap().is_none(), "the lease");
    let release = refreshes::Release {
        not_before: theirs + MINUTE * 15,
        failures: 1,
        failure: "unavailable",
        code: "upstream_unavailable",
        at: now,
        is_outcome_unknown: false,
        refused_since: None,
    };
    refreshes::release(&mut tx, id, owner, &release)
        .await
        .unwrap();
    let mine = refreshes::claim(&mut tx, id, 1, Uuid::new_v4(), now + SECOND * 15, now).await;
    assert!(mine.unwrap().is_none(), "the back-off");
}

#[tokio::test]
async fn a_token_that_was_fetched_while_the_clock_was_ahead_is_served_as_long_as_it_works() {
    let app = start_expired().await;
    app.clock.jump(HOUR);
    let token = app.access_token("a").await.expect(200);
    app.advance(SECOND * 2).await;
    app.clock.jump(-HOUR);
    let held = app.good_token("a").await;
    assert_eq!(token["access_token"], held.as_str());
    app.advance(MINUTE * 58).await;
    assert_eq!(app.good_token("a").await, held);
    app.advance(MINUTE).await;
    assert_ne!(app.good_token("a").await, held);
    assert_eq!(app.sandbox.refreshes().await, 2);
}

#[tokio::test]
async fn a_token_whose_end_nobody_knows_is_replaced_once_by_whoever_notices() {
    for by_upkeep in [false, true] {
        let app = start_expired().await;
        app.clock.jump(HOUR);
        app.access_token("a").await.expect(200);
        app.clock.jump(-HOUR);
        // As after a restart: it does not hold the token, and reads a row from the future.
        let other = app.replica().await;
        if by_upkeep {
            upkeep::correct(&other.app.tokens).await.unwrap();
            other.settle().await;
            assert_eq!(app.sandbox.refreshes().await, 2);
        }
        let token = other.good_token("a").await;
        for _ in 0..3 {
            for server in [&app, &other] {
                upkeep::correct(&server.app.tokens).await.unwrap();
                server.settle().await;
            }
            assert_eq!(other.good_token("a").await, token);
        }
        assert_eq!(app.sandbox.refreshes().await, 2);
        app.advance(HOUR).await;
        other.good_token("a").await;
    }
}

#[tokio::test]
async fn while_it_cannot_be_replaced_such_a_token_is_served_for_its_hour_at_most() {
    let app = start_expired().await;
    app.clock.jump(HOUR * 3);
    app.access_token("a").await.expect(200);
    app.clock.jump(-HOUR * 3);
    let other = app.replica().await;
    app.sandbox.fail("/oauth/token", 503, None).await;
    other.good_token("a").await;
    app.advance(MINUTE * 50).await;
    other.good_token("a").await;
    app.advance(MINUTE * 11).await;
    other.access_token("a").await.expect(500);
    app.sandbox.clear_faults().await;
    app.advance(MINUTE).await;
    other.good_token("a").await;
}

#[tokio::test]
async fn a_clock_that_was_behind_during_a_refresh_makes_neither_a_storm_nor_a_gap() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.access_token("a").await.expect(200);
    app.advance(HOUR).await;
    app.clock.jump(-HOUR);
    app.good_token("a").await;
    assert_eq!(
        app.sandbox.refreshes().await,
        1,
        "its end is known all the same"
    );
    app.advance(SECOND * 2).await;
    app.clock.jump(HOUR);
    let other = app.replica().await;
    for _ in 0..5 {
        for server in [&app, &other] {
            server.good_token("a").await;
            upkeep::correct(&server.app.tokens).await.unwrap();
            upkeep::refresh_ahead(&server.app.tokens);
            upkeep::resume(&server.app.tokens).await.unwrap();
            server.settle().await;
        }
    }
    assert_eq!(app.sandbox.refreshes().await, 2, "once more, by the row");
}

#[tokio::test]
async fn two_machines_whose_clocks_differ_for_good_do_not_take_turns_without_end() {
    let app = start_expired().await;
    let ahead = app.replica_with_a_clock().await;
    ahead.clock.jump(HOUR);
    for _ in 0..30 {
        for server in [&ahead, &app] {
            let body: Value = server.access_token("a").await.expect(200);
            let token = body["access_token"].as_str().unwrap();
            assert!(app.sandbox.takes(token).await);
            upkeep::correct(&server.app.tokens).await.unwrap();
            server.settle().await;
        }
        app.advance(MINUTE).await;
    }
    // Every ten minutes the right one takes what the other one wrote for wrong.
    let refreshes = app.sandbox.refreshes().await;
    assert!(refreshes <= 10, "{refreshes} refreshes in 30 minutes");
}

#[tokio::test]
async fn a_clock_that_was_ahead_does_not_hide_what_others_changed_meanwhile() {
    let other = TestApp::start().await;
    other.connect("a").await;
    let app = other.replica_with_a_clock().await;
    app.access_token("a").await.expect(200);
    let mut changes = Changes::default();
    changes.follow(&app.app.tokens).await.unwrap();
    app.clock.jump(DAY);
    // What it writes now it sees itself, and takes for the present.
    app.connect("b").await;
    changes.follow(&app.app.tokens).await.unwrap();
    other.advance(MINUTE).await;
    let delete = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    other.delete(delete).await.expect(200);
    other.advance(MINUTE).await;
    changes.follow(&app.app.tokens).await.unwrap();
    app.clock.jump(-DAY);
    changes.follow(&app.app.tokens).await.unwrap();
    app.access_token("a").await.expect(401);
}

#[tokio::test]
async fn a_deletion_is_told_to_others_though_a_clock_is_ahead() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.access_token("a").await.expect(200);
    let mut changes = Changes::default();
    changes.follow(&app.app.tokens).await.unwrap();
    let other = app.replica_with_a_clock().await;
    let delete = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    other.delete(delete).await.expect(200);
    other.clock.jump(DAY);
    other.sweep().await;
    app.advance(SECOND).await;
    changes.follow(&app.app.tokens).await.unwrap();
    app.access_token("a").await.expect(401);
}
