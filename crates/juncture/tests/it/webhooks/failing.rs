//! What becomes of events that do not arrive: nothing is lost, nothing else waits for them, and nobody is flooded.

use jiff::SignedDuration;
use serde_json::json;

use super::scene::{DELIVERIES, ENDPOINTS, Received, Receiver, Says, Scene};
use crate::support::real_time;
use crate::support::rows::{count_rows, execute};
use crate::support::{TestApp, free_port};

/// The pauses of the schedule, in seconds; a clock by hand draws the middle of each.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[tokio::test]
async fn a_poisoned_event_holds_back_its_own_subject_and_is_given_up() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says_to(1, Some(Says::Status(500)));
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    scene.record("b", 3).await;
    scene.deliver().await;
    assert_eq!(sorted(receiver.numbers()), [1, 3]);
    for (attempt, pause) in PAUSES.into_iter().enumerate() {
        scene.after(pause - 1).await;
        assert_eq!(receiver.numbers(), [] as [i64; 0], "attempt {attempt}");
        // Others arrive meanwhile, so that it is the event's failure and not the endpoint's.
        scene.record("b", 100).await;
        scene.after(1).await;
        let is_last = attempt + 1 == PAUSES.len();
        let expected = if is_last {
            vec![1, 2, 100]
        } else {
            vec![1, 100]
        };
        assert_eq!(sorted(receiver.numbers()), expected, "attempt {attempt}");
    }
    let failed = scene.deliveries(&made, "failed").await;
    assert_eq!(failed.len(), 1);
    let attempts = failed[0]["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 10);
    assert_eq!(attempts[0]["status"], 500);
    assert_eq!(attempts[0]["outcome"], "refused");
    assert_eq!(attempts[0]["excerpt"], "what it says");
    assert_eq!(scene.look(&made).await["failed"], 1);
    receiver.says_to(1, None);
    scene
        .tell(&made, "replay", json!({"failed_only": true}), 202)
        .await;
    let store = &scene.app.app.store;
    juncture_server::webhooks::replay::go_on(store, scene.now())
        .await
        .unwrap();
    scene.deliver().await;
    let again = receiver.take();
    assert_eq!(again.len(), 1);
    assert!(again[0].is_replay() && again[0].number() == 1);
    assert_eq!(scene.look(&made).await["failed"], 0);
}

#[tokio::test]
async fn a_poisoned_event_holds_its_subject_where_that_is_wanted() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url, "on_exhausted": "hold"});
    let made = scene.endpoint_with(body).await;
    receiver.says_to(1, Some(Says::Status(400)));
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    scene.deliver().await;
    for pause in PAUSES {
        scene.record("b", 100).await;
        scene.after(pause).await;
    }
    assert_eq!(
        receiver.numbers().iter().filter(|one| **one == 1).count(),
        10
    );
    scene.after(1_000_000).await;
    assert_eq!(receiver.count(), 0);
    let told = scene.look(&made).await;
    assert_eq!((&told["held"], &told["waiting"]), (&json!(2), &json!(2)));
    receiver.says_to(1, None);
    let waiting = scene.deliveries(&made, "waiting").await;
    let id = waiting[0]["id"].as_str().unwrap();
    let path = format!("{DELIVERIES}/{id}/retry");
    scene.app.post(&path, &json!({})).await.expect(202);
    scene.deliver().await;
    assert_eq!(receiver.numbers(), [1, 2]);
}

#[tokio::test]
async fn a_dead_endpoint_costs_one_attempt_a_step_and_is_paused_at_the_end() {
    let scene = Scene::start().await;
    let healthy = Receiver::start().await;
    scene.endpoint(&healthy).await;
    let dead = format!("http://127.0.0.1:{}/hook", free_port());
    let made = scene.endpoint_with(json!({"url": dead})).await;
    let attempts = "SELECT COUNT(*) FROM event_attempt WHERE outcome = 'unreachable'";
    scene.record("s0", 0).await;
    scene.deliver().await;
    assert_eq!(count_rows(&scene.app, attempts).await, 1);
    for number in 1..60 {
        scene.record(&format!("s{}", number % 20), number).await;
    }
    scene.deliver().await;
    for (step, pause) in (2..).zip(PAUSES) {
        scene.after(pause - 1).await;
        assert_eq!(count_rows(&scene.app, attempts).await, step - 1);
        scene.after(1).await;
        assert_eq!(count_rows(&scene.app, attempts).await, step);
    }
    let told = scene.look(&made).await;
    assert_eq!(told["state"], "paused");
    assert_eq!(told["reason"], "exhausted");
    assert_eq!(told["waiting"], 60);
    // The others hear of it, and the feed.
    scene.deliver().await;
    let types: Vec<_> = healthy
        .take()
        .iter()
        .map(|one| one.json()["type"].clone())
        .collect();
    let of_endpoint = types
        .iter()
        .filter(|kind| kind.as_str().unwrap().starts_with("endpoint"));
    let of_endpoint: Vec<_> = of_endpoint.cloned().collect();
    assert_eq!(of_endpoint, ["endpoint.failing", "endpoint.disabled"]);
    assert_eq!(types.len(), 62);
    // It comes back elsewhere, and all goes on where it stopped.
    let back = Receiver::start().await;
    let path = format!("{ENDPOINTS}/{}", made.id);
    let change = json!({"url": back.url});
    let changed = crate::support::request(axum::http::Method::PATCH, &path, None, &change);
    scene.app.send(changed).await.expect(200);
    scene.tell(&made, "resume", json!({}), 200).await;
    scene.deliver().await;
    let numbers = back.numbers();
    assert_eq!(numbers.len(), 60);
    for subject in 0..20 {
        assert!(
            numbers
                .iter()
                .filter(|number| *number % 20 == subject)
                .is_sorted()
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_asks_for_time_gets_it_and_is_probed_then() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Later(429, 3_600));
    scene.record("s0", 0).await;
    scene.deliver().await;
    for number in 1..9 {
        scene.record(&format!("s{number}"), number).await;
    }
    scene.after(3_599).await;
    assert_eq!(receiver.numbers(), [0]);
    assert_eq!(scene.look(&made).await["state"], "slowed");
    scene.after(1).await;
    assert_eq!(receiver.count(), 1, "one is tried");
    receiver.take();
    receiver.says(Says::Status(200));
    scene.after(3_600).await;
    assert_eq!(receiver.count(), 9);
    assert_eq!(scene.look(&made).await["state"], "active");
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_paused_at_once() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Status(410));
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    scene.deliver().await;
    scene.after(100_000).await;
    assert_eq!(receiver.numbers(), [1]);
    let told = scene.look(&made).await;
    assert_eq!(
        (&told["state"], &told["reason"]),
        (&json!("paused"), &json!("gone"))
    );
    assert_eq!(told["waiting"], 2);
    let feed = scene
        .app
        .get("/api/backend/events?types=endpoint.disabled")
        .await;
    let feed = feed.expect(200);
    let told = &feed["data"][0]["data"];
    assert_eq!(told["paused_reason"], "gone");
    assert_eq!(told["endpoint_id"], made.id);
}

#[tokio::test]
async fn redirects_are_not_followed_and_endless_answers_end() {
    let scene = Scene::start().await;
    let [receiver, elsewhere] = [Receiver::start().await, Receiver::start().await];
    let made = scene.endpoint(&receiver).await;
    receiver.says_next(Says::Redirect(elsewhere.url.clone()));
    scene.record("a", 1).await;
    scene.deliver().await;
    assert_eq!((receiver.count(), elsewhere.count()), (1, 0));
    let waiting = scene.deliveries(&made, "waiting").await;
    let attempt = &waiting[0]["attempts"][0];
    assert_eq!(
        (&attempt["outcome"], &attempt["status"]),
        (&json!("redirected"), &json!(307))
    );
    receiver.says(Says::Endlessly);
    scene.after(5).await;
    let delivered = scene.deliveries(&made, "delivered").await;
    let attempts = delivered[0]["attempts"].as_array().unwrap();
    let excerpt = attempts.last().unwrap()["excerpt"].as_str().unwrap();
    assert_eq!(excerpt.len(), 1_000);
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_given_its_time_and_then_slowed() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Never);
    scene.record("a", 1).await;
    scene.start_delivering().await;
    real_time::eventually(async || receiver.count() == 1).await;
    scene.after(15).await;
    let told = scene.look(&made).await;
    assert_eq!(
        (&told["state"], &told["last_failure"]),
        (&json!("slowed"), &json!("timed_out"))
    );
    receiver.says(Says::Status(200));
    scene.after(5).await;
    assert_eq!(receiver.numbers(), [1, 1]);
}

#[tokio::test]
async fn what_was_sent_and_not_written_down_is_sent_again_under_its_id() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says_next(Says::Never);
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    scene.start_delivering().await;
    real_time::eventually(async || receiver.count() == 1).await;
    // The process hangs for longer than its lease; another one takes over.
    let replica = scene.app.replica().await;
    scene.app.clock.advance(SignedDuration::from_secs(14));
    scene.app.clock.jump(SignedDuration::from_secs(60));
    replica.clock.jump(SignedDuration::ZERO);
    replica.app.webhooks.deliverer.start_due().await.unwrap();
    replica.app.webhooks.deliverer.idle().await;
    let received = receiver.take();
    let numbers: Vec<i64> = received.iter().map(Received::number).collect();
    assert_eq!(numbers, [1, 1, 2]);
    assert_eq!(received[0].id(), received[1].id());
    // What the first finds out late changes nothing.
    scene.after(15).await;
    assert_eq!(receiver.count(), 0);
    assert_eq!(scene.look(&made).await["waiting"], 0);
}

#[tokio::test]
async fn deliveries_go_on_when_the_store_comes_back() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    scene.record("a", 1).await;
    scene.record("b", 2).await;
    execute(
        &scene.app,
        "ALTER TABLE event_delivery RENAME TO event_delivery_away",
    )
    .await;
    scene.deliver().await;
    assert_eq!(receiver.count(), 0);
    execute(
        &scene.app,
        "ALTER TABLE event_delivery_away RENAME TO event_delivery",
    )
    .await;
    scene.deliver().await;
    assert_eq!(sorted(receiver.numbers()), [1, 2]);
    assert_eq!(scene.look(&made).await["waiting"], 0);
}

#[tokio::test]
async fn what_is_no_longer_kept_is_not_waited_for() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    scene.tell(&made, "pause", json!({}), 200).await;
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    execute(&scene.app, "DELETE FROM event WHERE position = 1").await;
    scene.tell(&made, "resume", json!({}), 200).await;
    scene.deliver().await;
    assert_eq!(receiver.numbers(), [2]);
    assert_eq!(scene.look(&made).await["waiting"], 0);
}

#[tokio::test]
async fn a_process_that_ends_gives_back_what_it_holds() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    scene.endpoint(&receiver).await;
    receiver.says(Says::Never);
    scene.record("a", 1).await;
    scene.record("a", 2).await;
    scene.start_delivering().await;
    real_time::eventually(async || receiver.count() == 1).await;
    let app = &scene.app.app;
    app.stopping.cancel();
    scene.app.clock.advance(SignedDuration::from_secs(15));
    app.webhooks.deliverer.idle().await;
    let held = "SELECT COUNT(*) FROM event_lane WHERE owner IS NOT NULL";
    assert_eq!(count_rows(&scene.app, held).await, 0);
    // It begins nothing any more; another one does.
    receiver.says(Says::Status(200));
    scene.after(10).await;
    assert_eq!(receiver.numbers(), [1]);
    let replica = scene.app.replica().await;
    replica.app.webhooks.deliverer.start_due().await.unwrap();
    replica.app.webhooks.deliverer.idle().await;
    assert_eq!(receiver.numbers(), [1, 2]);
}

#[tokio::test]
async fn an_address_inside_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    for (url, words) in [
        ("http://app.example.com/hook", "https://"),
        ("https://10.0.0.1/hook", "10.0.0.0/8"),
        ("https://user:pw@app.example.com/", "user name"),
        ("https://app.example.com/#part", "fragment"),
        ("not a url", "whole URL"),
    ] {
        let answer = app.post(ENDPOINTS, &json!({"url": url})).await;
        let answer = answer.expect(400);
        assert_eq!(answer["details"]["field"], "url");
        let reason = answer["details"]["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{url}: {reason}");
    }
    for (field, value) in [
        ("types", json!(["nothing.happens"])),
        ("external_ids", json!([])),
        ("mode", json!("other")),
        ("on_exhausted", json!("other")),
        ("secret", json!("whsec_c2hvcnQ=")),
    ] {
        let mut body = json!({"url": "https://app.example.com/hook"});
        body[field] = value;
        let answer = app.post(ENDPOINTS, &body).await.expect(400);
        assert_eq!(answer["details"]["field"], field);
    }
}

fn sorted(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort_unstable();
    numbers
}
