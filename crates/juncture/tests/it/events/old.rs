//! A database of the version before events.

use juncture_server::upkeep;

use super::{DAY, all, told};
use crate::support::TestApp;
use crate::support::rows::{self, count_rows, execute};

#[tokio::test]
async fn connections_of_an_older_database_are_told_of_what_happens_from_now_on() {
    let app = TestApp::start().await;
    for name in ["lives", "dead", "ending"] {
        app.connect(name).await;
    }
    let (dead, ending) = (
        "UPDATE connection SET invalid_refresh_token = TRUE WHERE connection_id IN \
            (SELECT connection_id FROM connection_external_map WHERE external_id = 'dead')",
        "UPDATE connection SET expires_at = expires_at - 30585600000 WHERE connection_id IN \
            (SELECT connection_id FROM connection_external_map WHERE external_id = 'ending')",
    );
    execute(&app, dead).await;
    execute(&app, ending).await;
    // What the step has made, taken back.
    for undo in [
        "DROP INDEX connection_end_due_at",
        "ALTER TABLE connection DROP COLUMN event_sequence",
        "ALTER TABLE connection DROP COLUMN told_dead",
        "ALTER TABLE connection DROP COLUMN told_missing_scopes",
        "ALTER TABLE connection DROP COLUMN end_due_at",
        "DROP TABLE event_account",
        "DROP TABLE event",
        "DROP TABLE event_feed",
        "DELETE FROM _sqlx_migrations WHERE version = 7",
    ] {
        let mut tx = app.app.store.begin_write().await.unwrap();
        rows::change(&mut tx, undo).await;
        tx.commit().await.unwrap();
    }
    app.app.store.close().await;

    let app = app.replica().await;
    assert_eq!(all(&app).await, Vec::<serde_json::Value>::new());
    assert_eq!(
        count_rows(
            &app,
            "SELECT COUNT(*) FROM connection WHERE told_dead = TRUE"
        )
        .await,
        1
    );
    upkeep::tell_ends(&app.app.tokens).await.unwrap();
    let events = all(&app).await;
    assert_eq!(told(&events), [("expiring", 1)]);
    assert_eq!(events[0]["data"]["external_id"], "ending");
    app.connect("dead").await;
    app.advance(352 * DAY).await;
    upkeep::tell_ends(&app.app.tokens).await.unwrap();
    let events = all(&app).await;
    assert_eq!(events[1]["data"]["external_id"], "dead");
    assert_eq!(events[1]["type"], "connection.recovered");
}
