//! What holds on memory, Redis (by a socket, TCP and TLS) and Upstash alike.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use juncture_server::cache::{Cache, Key};
use serde_json::{Value, json};

use crate::support::replicas::{Replicas, on_each_cache};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const TEXT: Key<String> = Key::new("text", HOUR);

on_each_cache! {
    what_one_replica_puts_in_comes_out_in_another,
    what_was_never_put_in_is_absent,
    an_entry_lives_for_the_lifetime_of_its_key,
    a_second_value_takes_the_place_of_the_first,
    entries_of_other_ids_and_kinds_do_not_meet,
    any_value_comes_out_as_it_was,
    a_value_of_another_type_is_absent,
    many_at_once_get_each_their_own,
    it_answers_however_many_ask,
}

async fn put(cache: &Cache, id: &str, value: &str) {
    cache.set(&TEXT, id, &value.to_owned()).await;
}

async fn what_one_replica_puts_in_comes_out_in_another(replicas: &Replicas) {
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    put(&one, "a", "value").await;
    assert_eq!(one.get(&TEXT, "a").await.as_deref(), Some("value"));
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("value"));
}

async fn what_was_never_put_in_is_absent(replicas: &Replicas) {
    assert_eq!(replicas.replica().await.get(&TEXT, "a").await, None);
}

async fn an_entry_lives_for_the_lifetime_of_its_key(replicas: &Replicas) {
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    put(&one, "a", "value").await;
    replicas
        .clock
        .advance(HOUR - SignedDuration::from_millis(1));
    for cache in [&one, &other] {
        assert_eq!(cache.get(&TEXT, "a").await.as_deref(), Some("value"));
    }
    replicas.clock.advance(SignedDuration::from_millis(1));
    for cache in [one, other, replicas.replica().await] {
        assert_eq!(cache.get(&TEXT, "a").await, None);
    }
}

async fn a_second_value_takes_the_place_of_the_first(replicas: &Replicas) {
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    put(&one, "a", "first").await;
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("first"));
    put(&one, "a", "second").await;
    assert_eq!(one.get(&TEXT, "a").await.as_deref(), Some("second"));
    // Another replica sees it when it no longer trusts its own copy.
    replicas.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("second"));
}

async fn entries_of_other_ids_and_kinds_do_not_meet(replicas: &Replicas) {
    const OTHER_KIND: Key<String> = Key::new("other", HOUR);
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    let long = "x".repeat(1000);
    let ids = [
        "",
        "a",
        "A",
        "a:b",
        "a b",
        "a\0b",
        "a\r\nb",
        "*",
        "한지우",
        &long,
    ];
    for id in ids {
        put(&one, id, &format!("text {id}")).await;
        one.set(&OTHER_KIND, id, &format!("other {id}")).await;
    }
    for id in ids {
        assert_eq!(other.get(&TEXT, id).await, Some(format!("text {id}")));
        assert_eq!(
            other.get(&OTHER_KIND, id).await,
            Some(format!("other {id}"))
        );
    }
}

async fn any_value_comes_out_as_it_was(replicas: &Replicas) {
    const ANY: Key<Value> = Key::new("any", HOUR);
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    let bytes: Vec<u8> = (0..=255).collect();
    for (id, value) in [
        json!(null),
        json!(""),
        json!({}),
        json!("\0\u{7f}\u{ffff}🦀\r\n\""),
        json!(bytes),
        // 400 kB: larger than a socket takes at once.
        json!("0123456789".repeat(40_000)),
    ]
    .into_iter()
    .enumerate()
    {
        one.set(&ANY, id, &value).await;
        assert_eq!(other.get(&ANY, id).await, Some(value));
    }
}

async fn a_value_of_another_type_is_absent(replicas: &Replicas) {
    const NUMBER: Key<u64> = Key::new("text", HOUR);
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    put(&one, "a", "not a number").await;
    assert_eq!(other.get(&NUMBER, "a").await, None);
}

async fn many_at_once_get_each_their_own(replicas: &Replicas) {
    let caches = [replicas.replica().await, replicas.replica().await];
    let tasks = (0..10).map(|task| {
        let [one, other] = caches.each_ref().map(Arc::clone);
        tokio::spawn(async move {
            for round in 0..20 {
                let (id, value) = (format!("{task} {round}"), format!("{task}, {round}"));
                put(&one, &id, &value).await;
                put(&one, "all", "the same").await;
                assert_eq!(other.get(&TEXT, &id).await, Some(value));
                assert_eq!(one.get(&TEXT, "all").await.as_deref(), Some("the same"));
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
}

async fn it_answers_however_many_ask(replicas: &Replicas) {
    let caches = [replicas.replica().await, replicas.replica().await];
    let asked = (0..20).map(|number| caches[number % 2].answers());
    assert_eq!(join_all(asked).await, [true; 20]);
}
