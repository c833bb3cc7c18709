//! What events tell is sealed, and sealed anew when the key is rotated; what does not open holds nobody up.

use juncture_server::rotation;
use juncture_server::seal::Sealer;
use juncture_server::store::sealed_columns::EVENT_DATA;
use serde_json::json;

use super::{all, told};
use crate::support::TestApp;
use crate::support::rows::{connection_id, execute};

/// How many events are sealed with a key.
async fn sealed_with(app: &TestApp, key: &str) -> usize {
    let beginning = Sealer::beginning(key);
    let mut tx = app.app.store.begin_read().await.unwrap();
    let rows = EVENT_DATA.page(&mut tx, &beginning, None, 500).await;
    let rows = rows.unwrap();
    rows.iter().filter(|row| row.value.is_none()).count()
}

#[tokio::test]
async fn a_rotation_seals_events_anew() {
    let app = TestApp::on_sqlite().await;
    for name in ["a", "b", "c"] {
        app.connect(name).await;
    }
    let before = all(&app).await;
    let old = app.app.sealer.key_ids().swap_remove(0);
    assert_eq!(sealed_with(&app, &old).await, 3);
    rotation::rotate(&app.app.config, &app.clock, false, |_| {})
        .await
        .unwrap();
    let new = app.app.sealer.key_ids().swap_remove(0);
    assert_ne!(new, old);
    assert_eq!(sealed_with(&app, &old).await, 0);
    assert_eq!(sealed_with(&app, &new).await, 3);
    assert_eq!(all(&app).await, before);
}

#[tokio::test]
async fn what_is_damaged_is_told_as_such_and_what_comes_after_it_is_told() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let id = connection_id(&app, "a").await.unwrap();
    // Given to somebody else by a hand.
    execute(
        &app,
        "UPDATE event SET external_id = 'c' WHERE external_id = 'a'",
    )
    .await;
    let events = all(&app).await;
    assert_eq!(told(&events), [("created", 1), ("created", 1)]);
    let unreadable = json!({"connection_id": id.to_string(), "sequence": 1, "unreadable": true});
    assert_eq!(events[0]["data"], unreadable);
    assert_eq!(events[1]["data"]["external_id"], "b");
}
