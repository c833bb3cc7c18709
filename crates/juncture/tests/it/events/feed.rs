//! The feed: cursors, filters and refusals.

use serde_json::{Value, json};

use super::{DAY, EVENTS, HOUR, all, page, revoke, told};
use crate::support::TestApp;
use crate::support::rows::execute;

async fn three(app: &TestApp) {
    for name in ["a", "b", "c"] {
        app.connect(name).await;
    }
}

#[tokio::test]
async fn who_reads_on_gets_each_event_once_and_in_order() {
    let app = TestApp::start().await;
    let empty = page(&app, "").await;
    assert_eq!(empty["data"], json!([]));
    three(&app).await;
    let mut cursor = empty["next_cursor"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let next = page(&app, &format!("limit=1&after={cursor}")).await;
        assert_eq!(next["has_more"], seen.len() < 2);
        next["next_cursor"]
            .as_str()
            .unwrap()
            .clone_into(&mut cursor);
        for event in next["data"].as_array().unwrap() {
            assert_eq!(event["cursor"], next["next_cursor"]);
            seen.push(event["data"]["external_id"].clone());
        }
    }
    assert_eq!(seen, ["a", "b", "c"]);
    let whole = all(&app).await;
    for (number, event) in whole.iter().enumerate() {
        let after = event["cursor"].as_str().unwrap();
        let rest = page(&app, &format!("after={after}")).await;
        assert_eq!(rest["data"].as_array().unwrap()[..], whole[number + 1..]);
    }
    let latest = page(&app, "after=latest").await;
    assert_eq!(latest["data"], json!([]));
    assert_eq!(latest["next_cursor"], cursor);
}

#[tokio::test]
async fn a_reader_of_some_passes_by_the_others() {
    let app = TestApp::start().await;
    three(&app).await;
    revoke(&app).await;
    app.advance(2 * HOUR).await;
    app.access_token("b").await.expect(403);
    let of_b = page(&app, "external_id=b").await;
    let of_b = of_b["data"].as_array().unwrap();
    assert_eq!(told(of_b), [("created", 1), ("needs_reauthorization", 2)]);
    let head = page(&app, "after=latest").await["next_cursor"].clone();
    for (query, count) in [
        ("types=connection.created", 3),
        (
            "types=connection.created,connection.needs_reauthorization",
            4,
        ),
        ("types=connection.deleted", 0),
        ("external_id=b&types=connection.needs_reauthorization", 1),
        ("external_id=b&types=connection.deleted", 0),
        ("external_id=nobody", 0),
    ] {
        let found = page(&app, query).await;
        assert_eq!(found["data"].as_array().unwrap().len(), count, "{query}");
        // Also where nothing was found, so that retention does not overtake who waits for what is rare.
        assert_eq!(found["next_cursor"], head, "{query}");
        let one = page(&app, &format!("{query}&limit=1")).await;
        assert_eq!(
            one["data"].as_array().unwrap().len(),
            count.min(1),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_cursor_that_does_not_work_is_refused_and_told_why() {
    let app = TestApp::start().await;
    three(&app).await;
    let cursor = page(&app, "").await["next_cursor"].clone();
    for (query, field) in [
        ("after=nonsense", "after"),
        ("after=AAAAAAAAEmdW2FzJ", "after"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("wait=26", "wait"),
        ("wait=-1", "wait"),
        ("types=connection.exploded", "types"),
        ("external_id=%0A", "external_id"),
    ] {
        for path in [EVENTS.to_owned(), format!("{EVENTS}/stream")] {
            if path.ends_with("stream") && ["limit", "wait"].contains(&field) {
                continue;
            }
            let refused = app.get(&format!("{path}?{query}")).await.expect(400);
            assert_eq!(refused["details"]["field"], field, "{query}");
        }
    }
    // A database that was brought back from a copy has had fewer events.
    execute(&app, "UPDATE event_feed SET position = 2").await;
    let after = cursor.as_str().unwrap();
    let refused = app
        .get(&format!("{EVENTS}?after={after}"))
        .await
        .expect(400);
    let reason = refused["details"]["reason"].as_str().unwrap();
    assert!(reason.contains("ahead of the feed"), "{reason}");
}

#[tokio::test]
async fn what_retention_takes_goes_from_the_front_and_a_cursor_tells_of_it() {
    let app = TestApp::start_with(
        &[("JUNCTURE_EVENTS_RETENTION", "7")],
        crate::support::sandbox::TestSandbox::start().await,
    )
    .await;
    let begin = page(&app, "").await["next_cursor"].clone();
    app.connect("a").await;
    let of_a = page(&app, "").await["next_cursor"].clone();
    app.advance(4 * DAY).await;
    app.connect("b").await;
    sweep(&app).await;
    assert_eq!(all(&app).await.len(), 2);
    app.advance(4 * DAY).await;
    sweep(&app).await;
    let kept = all(&app).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["data"]["external_id"], "b");
    for path in [EVENTS.to_owned(), format!("{EVENTS}/stream")] {
        let begin = begin.as_str().unwrap();
        let gone = app.get(&format!("{path}?after={begin}")).await.expect(410);
        assert_eq!(gone["code"], "cursor_expired");
        assert_eq!(gone["details"]["oldest_cursor"], of_a);
    }
    let oldest = of_a.as_str().unwrap();
    let from_there = page(&app, &format!("after={oldest}")).await;
    assert_eq!(from_there["data"], Value::Array(kept));
    app.advance(30 * DAY).await;
    sweep(&app).await;
    assert_eq!(all(&app).await, Vec::<Value>::new());
    app.connect("c").await;
    assert_eq!(all(&app).await.len(), 1);
}

async fn sweep(app: &TestApp) {
    let lifetime = app.app.config.events_retention;
    let now = app.clock_now();
    let swept = juncture_server::events::retention::sweep(&app.app.store, lifetime, now);
    swept.await.unwrap();
}
