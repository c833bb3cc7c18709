//! What is delivered: everything, in order, signed, once where nothing goes wrong.

use serde_json::json;

use super::scene::{CONNECTION, ENDPOINTS, Made, Received, Receiver, Says, Scene};
use crate::support::real_time;
use crate::support::rows::count_rows;

#[tokio::test]
async fn events_arrive_in_the_order_of_their_subjects_and_signed() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    for number in 0..40_usize {
        scene
            .record(["a", "b", "c"][number % 3], i64::try_from(number).unwrap())
            .await;
    }
    scene.deliver().await;
    let received = receiver.take();
    assert_eq!(received.len(), 40);
    for of in 0..3 {
        let numbers: Vec<i64> = received.iter().map(Received::number).collect();
        let of_subject = numbers.into_iter().filter(|number| number % 3 == of);
        assert!(of_subject.is_sorted());
    }
    for one in &received {
        one.verify(&made.secret);
    }
    // What is delivered is what the feed tells.
    let feed = scene.app.get("/api/backend/events").await.expect(200);
    for told in feed["data"].as_array().unwrap() {
        let one = received.iter().find(|one| told["id"] == one.id()).unwrap();
        let body = one.json();
        for member in ["type", "timestamp", "data"] {
            assert_eq!(body[member], told[member]);
        }
        assert_eq!(body.as_object().unwrap().len(), 3);
    }
    let told = scene.look(&made).await;
    assert_eq!(
        (&told["waiting"], &told["state"]),
        (&json!(0), &json!("active"))
    );
    assert!(told["last_success_at"].is_string());
    assert_eq!(scene.deliveries(&made, "delivered").await.len(), 40);
    let lanes = "SELECT COUNT(*) FROM event_lane";
    assert_eq!(count_rows(&scene.app, lanes).await, 0);
    // Nothing comes twice.
    scene.after(86_400).await;
    assert_eq!(receiver.count(), 0);
}

#[tokio::test]
async fn endpoints_get_what_they_take_and_thin_ones_no_contents() {
    let scene = Scene::start().await;
    let [all, others, thin] = [
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    ];
    scene.endpoint(&all).await;
    let types = json!({"url": others.url, "types": ["connection.deleted"]});
    scene.endpoint_with(types).await;
    scene
        .endpoint_with(json!({"url": thin.url, "mode": "thin"}))
        .await;
    scene.record("a", 1).await;
    scene.deliver().await;
    assert_eq!((all.numbers(), others.count()), (vec![1], 0));
    assert_eq!(
        thin.take()[0].json()["data"],
        json!({"connection_id": CONNECTION, "sequence": 2})
    );
}

#[tokio::test]
async fn events_wait_in_order_while_an_endpoint_is_paused() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    scene.record("a", 1).await;
    scene.deliver().await;
    let paused = scene.tell(&made, "pause", json!({}), 200).await;
    assert_eq!(paused["state"], "paused");
    assert_eq!(paused["reason"], "requested");
    for number in 2..6 {
        scene.record("a", number).await;
    }
    scene.after(100_000).await;
    assert_eq!(receiver.numbers(), [1]);
    let told = scene.look(&made).await;
    assert_eq!(told["waiting"], 4);
    assert!(told["oldest_waiting_at"].is_string());
    assert_eq!(scene.deliveries(&made, "waiting").await.len(), 4);
    scene.tell(&made, "resume", json!({}), 200).await;
    scene.deliver().await;
    assert_eq!(receiver.numbers(), [2, 3, 4, 5]);
}

#[tokio::test]
async fn both_secrets_sign_what_waits_when_one_is_rotated() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Status(503));
    for number in 0..5 {
        scene.record(&format!("s{number}"), number).await;
    }
    scene.deliver().await;
    let rotated = scene.tell(&made, "rotate-secret", json!({}), 200).await;
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, made.secret);
    receiver.take();
    receiver.says(Says::Status(200));
    scene.after(10).await;
    let received = receiver.take();
    assert_eq!(received.len(), 5);
    for one in received {
        one.verify(new);
        one.verify(&made.secret);
    }
    scene.record("a", 6).await;
    scene.after(86_400).await;
    let last = &receiver.take()[0];
    last.verify(new);
    assert!(!last.is_signed(&made.secret));
    let given = format!("whsec_{}", "QUFB".repeat(10));
    let body = json!({"secret": given});
    let told = scene.tell(&made, "rotate-secret", body, 200).await;
    assert_eq!(told["secret"], given);
}

#[tokio::test]
async fn what_is_sent_again_is_marked_and_keeps_out_of_the_way() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    for number in 0..6 {
        scene
            .record(["a", "b"][number % 2], i64::try_from(number).unwrap())
            .await;
    }
    scene.deliver().await;
    let first = receiver.take();
    // Live ones wait while those of before are asked for again.
    receiver.says(Says::Status(500));
    scene.record("a", 6).await;
    scene.record("a", 8).await;
    scene.deliver().await;
    receiver.take();
    let begun = scene.tell(&made, "replay", json!({}), 202).await;
    assert_eq!(begun["state"], "queuing");
    scene.tell(&made, "replay", json!({}), 409).await;
    receiver.says(Says::Status(200));
    let webhooks = &scene.app.app.webhooks;
    let gone_on = juncture_server::webhooks::replay::go_on(&webhooks.store, scene.now()).await;
    assert!(gone_on.unwrap());
    let told = scene.look(&made).await;
    assert_eq!(told["replay"]["queued"], 6);
    assert_eq!(told["replay"]["state"], "sending");
    scene.record("a", 10).await;
    scene.after(10).await;
    let received = receiver.take();
    let (again, live): (Vec<_>, Vec<_>) = received.iter().partition(|one| one.is_replay());
    let numbers: Vec<i64> = live.iter().map(|one| one.number()).collect();
    assert_eq!(numbers, [6, 8, 10]);
    assert_eq!(again.len(), 6);
    for one in &again {
        one.verify(&made.secret);
        let before = first.iter().find(|first| first.id() == one.id()).unwrap();
        assert_eq!(before.body, one.body);
    }
    for of in 0..2 {
        let numbers = again.iter().map(|one| one.number());
        assert!(numbers.filter(|number| number % 2 == of).is_sorted());
    }
    assert_eq!(scene.look(&made).await["replay"]["state"], "done");
    // Some of them, by their ids.
    let ids = json!({"event_ids": [first[0].id(), first[3].id()]});
    let begun = scene.tell(&made, "replay", ids, 202).await;
    assert_eq!(begun["queued"], 2);
    scene.deliver().await;
    assert_eq!(receiver.count(), 2);
}

#[tokio::test]
async fn what_waits_at_a_deleted_endpoint_is_gone() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Status(503));
    for number in 0..50 {
        scene.record(&format!("s{}", number % 7), number).await;
    }
    scene.deliver().await;
    receiver.take();
    receiver.says(Says::Status(200));
    let path = format!("{ENDPOINTS}/{}", made.id);
    scene.app.delete(&path).await.expect(200);
    scene.app.get(&path).await.expect(404);
    scene.after(86_400).await;
    assert_eq!(receiver.count(), 0);
    let store = &scene.app.app.store;
    juncture_server::webhooks::work::purge(store).await.unwrap();
    for left in [
        "SELECT COUNT(*) FROM event_endpoint",
        "SELECT COUNT(*) FROM event_lane",
        "SELECT COUNT(*) FROM event_delivery",
        "SELECT COUNT(*) FROM event_attempt",
    ] {
        assert_eq!(count_rows(&scene.app, left).await, 0, "{left}");
    }
    let feed = scene.app.get("/api/backend/events").await.expect(200);
    assert_eq!(feed["data"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn an_endpoint_of_the_environment_is_there_after_a_start() {
    let receiver = Receiver::start().await;
    let secret = format!("whsec_{}", "QUFB".repeat(10));
    let variables = [
        ("JUNCTURE_EVENTS_ENDPOINT_URL", &*receiver.url),
        ("JUNCTURE_EVENTS_ENDPOINT_SECRET", &*secret),
    ];
    let scene = Scene::start_with(&variables).await;
    let replica = scene.app.replica().await;
    scene.record("a", 1).await;
    scene.deliver().await;
    let received = receiver.take();
    assert_eq!(received.len(), 1);
    received[0].verify(&secret);
    let listed = replica.get(ENDPOINTS).await.expect(200);
    let listed = listed["data"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["origin"], "environment");
    let made = Made {
        id: listed[0]["id"].as_str().unwrap().to_owned(),
        secret,
    };
    scene.tell(&made, "rotate-secret", json!({}), 409).await;
    let path = format!("{ENDPOINTS}/{}", made.id);
    scene.app.delete(&path).await.expect(409);
    let tested = scene.tell(&made, "test", json!({}), 200).await;
    assert_eq!(tested["outcome"], "delivered");
    let test = &receiver.take()[0];
    test.verify(&made.secret);
    assert_eq!(test.json()["type"], "endpoint.test");
}

#[tokio::test]
async fn events_of_one_project_reach_no_endpoint_of_another() {
    use juncture_server::project::ProjectId;
    use juncture_server::store::projects;
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    scene.endpoint(&receiver).await;
    let other = uuid::Uuid::from_u128(5);
    let mut tx = scene.app.app.store.begin_write().await.unwrap();
    let inserted = projects::insert(&mut tx, other, "Other", "{}", scene.now()).await;
    assert!(inserted.unwrap());
    tx.commit().await.unwrap();
    scene.record_in(ProjectId::of(other), "a", 1).await;
    scene.record("a", 2).await;
    scene.deliver().await;
    assert_eq!(receiver.numbers(), [2]);
}

/// Without a call, and within the time that one look takes to the next: the server's own work.
#[tokio::test]
async fn the_work_that_goes_on_delivers() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    scene.endpoint(&receiver).await;
    scene.app.clock.stop();
    let jobs = scene.app.app.jobs();
    let working = tokio::spawn(scene.app.supervisor().run(jobs));
    scene.record("a", 1).await;
    real_time::eventually(async || receiver.count() > 0).await;
    working.abort();
    assert_eq!(receiver.numbers(), [1]);
}

#[tokio::test]
async fn what_is_erased_is_not_sent_and_what_was_answered_to_it_is_gone() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    receiver.says(Says::Status(200));
    for customer in ["a", "b"] {
        scene.app.connect(customer).await;
    }
    scene.deliver().await;
    assert_eq!(receiver.take().len(), 2);
    scene.tell(&made, "pause", json!({}), 200).await;
    let delete = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    scene.app.delete(delete).await.expect(200);
    let erased = scene.app.delete("/api/backend/events?external_id=a").await;
    assert_eq!(erased.expect(200)["erased"], 2);
    scene.tell(&made, "resume", json!({}), 200).await;
    scene.deliver().await;
    let sent = receiver.take().remove(0).json();
    assert_eq!(sent["type"], "connection.deleted");
    let data = sent["data"].as_object().unwrap();
    assert_eq!(
        (&data["erased"], data.get("external_id")),
        (&json!(true), None)
    );
    let delivered = scene.deliveries(&made, "delivered").await;
    let excerpts = delivered.iter().map(|one| &one["attempts"][0]["excerpt"]);
    let is_there = excerpts.filter(|excerpt| excerpt.is_string());
    // That to the event of the other customer, and that to the one that was sent erased.
    assert_eq!(is_there.count(), 2);
}
