//! The end of a grant: told 14 and 3 days before, and when it has come.

use juncture_server::upkeep;

use super::{DAY, HOUR, all, told};
use crate::support::TestApp;
use crate::support::rows::{connection_id, count_rows};

async fn tell(app: &TestApp) {
    upkeep::tell_ends(&app.app.tokens).await.unwrap();
}

#[tokio::test]
async fn an_end_is_told_twice_before_it_and_once_when_it_has_come() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let end = app.clock_now() + 365 * DAY;
    let other = app.replica().await;
    let days = [
        (365 - 15, 1),
        (1, 2),
        (1, 2),
        (9, 2),
        (1, 3),
        (2, 3),
        (1, 4),
        (1, 4),
    ];
    for (pass, count) in days {
        app.advance(pass * DAY).await;
        tokio::join!(tell(&app), tell(&other));
        tell(&app).await;
        assert_eq!(all(&app).await.len(), count, "after {pass} days more");
    }
    let events = all(&app).await;
    let expected = [
        ("created", 1),
        ("expiring", 2),
        ("expiring", 3),
        ("needs_reauthorization", 4),
    ];
    assert_eq!(told(&events), expected);
    assert_eq!(events[1]["data"]["days_before"], 14);
    assert_eq!(events[2]["data"]["days_before"], 3);
    assert_eq!(events[3]["data"]["reason"], "expired");
    for event in &events {
        assert_eq!(event["data"]["expires_at"], end.to_string());
    }
    // A new grant has an end of its own.
    app.connect("a").await;
    app.advance(352 * DAY).await;
    tell(&app).await;
    let events = all(&app).await;
    assert_eq!(told(&events[4..]), [("recovered", 5), ("expiring", 6)]);
}

#[tokio::test]
async fn of_what_was_due_while_nobody_looked_the_last_is_told_alone() {
    let app = TestApp::start().await;
    app.connect("late").await;
    app.advance(363 * DAY).await;
    tell(&app).await;
    let events = all(&app).await;
    assert_eq!(told(&events), [("created", 1), ("expiring", 2)]);
    assert_eq!(events[1]["data"]["days_before"], 3);
    app.advance(3 * DAY).await;
    tell(&app).await;
    let expected = [
        ("created", 1),
        ("expiring", 2),
        ("needs_reauthorization", 3),
    ];
    assert_eq!(told(&all(&app).await), expected);
    let due = "SELECT COUNT(*) FROM connection WHERE end_due_at IS NOT NULL";
    assert_eq!(count_rows(&app, due).await, 0);
}

#[tokio::test]
async fn who_is_dead_is_told_of_no_end_and_a_wrong_clock_tells_nobody() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.clock.jump(400 * DAY);
    tell(&app).await;
    assert_eq!(told(&all(&app).await), [("created", 1)]);
    app.clock.jump(-400 * DAY);
    super::revoke(&app).await;
    app.advance(2 * HOUR).await;
    app.access_token("a").await.expect(403);
    app.advance(355 * DAY).await;
    tell(&app).await;
    app.advance(15 * DAY).await;
    tell(&app).await;
    let expected = [("created", 1), ("needs_reauthorization", 2)];
    assert_eq!(told(&all(&app).await), expected);
    assert!(connection_id(&app, "a").await.is_some());
}
