//! A shared cache that does not do its work costs one short wait, and is used again by itself.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use juncture_server::cache::{Cache, Key};

use crate::support::real_time::{eventually, timed};
use crate::support::redis::{PASSWORD, PrivateRedis, ask};
use crate::support::replicas::{BackEnd, Replicas};
use crate::support::upstash::Mood;

const TEXT: Key<String> = Key::new("text", SignedDuration::from_hours(1));

/// Cuts every connection but the one that says it.
const CUT: [&str; 4] = ["CLIENT", "KILL", "TYPE", "normal"];

async fn put(cache: &Cache, id: &str, value: &str) {
    cache.set(&TEXT, id, &value.to_owned()).await;
}

impl Replicas {
    fn redis(&mut self) -> &mut PrivateRedis {
        match &mut self.back_end {
            BackEnd::Redis(redis) => redis,
            _ => panic!("not on Redis"),
        }
    }

    fn set_mood(&self, mood: Mood) {
        match &self.back_end {
            BackEnd::Upstash(upstash) => upstash.set_mood(mood),
            _ => panic!("not on Upstash"),
        }
    }
}

/// The cache is out of order: what that costs a replica that goes on.
async fn endure(replicas: &Replicas, one: &Cache) {
    // Its own copy is no longer trusted: the question is asked, and not answered.
    replicas.clock.advance(SignedDuration::from_secs(5));
    let mut took = Vec::new();
    for round in 0..200 {
        let reading = timed(async {
            assert_eq!(one.get(&TEXT, "hot").await.as_deref(), Some("value"));
            assert_eq!(one.get(&TEXT, format!("cold {round}")).await, None);
            put(one, "new", "kept here").await;
            assert_eq!(one.get(&TEXT, "new").await.as_deref(), Some("kept here"));
        });
        took.push(reading.await.1);
        // Ten probes become due on the way.
        replicas.clock.advance(SignedDuration::from_millis(50));
    }
    let waits = took
        .iter()
        .filter(|took| **took > Duration::from_millis(250));
    // One, and what a busy machine takes: without a bypass it would be all of them.
    assert!(waits.count() <= 10, "{took:?}");
    took.sort();
    let median = took[took.len() / 2];
    assert!(median < Duration::from_millis(10), "{took:?}");
    let (does_answer, took) = timed(one.answers()).await;
    assert!(!does_answer);
    assert!(
        took < Duration::from_secs(3),
        "known within about a second: {took:?}"
    );
}

/// The cache is in order again: nobody looks at the readiness, reading alone finds out.
async fn heal(replicas: &Replicas, one: &Cache, other: &Cache) {
    let round = Cell::new(0);
    eventually(async || {
        replicas.clock.advance(SignedDuration::from_secs(1));
        round.set(round.get() + 1);
        let id = format!("after {}", round.get());
        put(one, &id, "shared").await;
        other.get(&TEXT, &id).await.is_some()
    })
    .await;
    assert!(one.answers().await);
}

async fn with_a_hot_entry(replicas: &Replicas) -> [Arc<Cache>; 2] {
    let pair = [replicas.replica().await, replicas.replica().await];
    put(&pair[0], "hot", "value").await;
    pair
}

#[tokio::test]
async fn a_paused_redis_costs_one_short_wait_and_is_used_again() {
    let mut replicas = Replicas::on_redis(PrivateRedis::start());
    let [one, other] = with_a_hot_entry(&replicas).await;
    replicas.redis().pause();
    endure(&replicas, &one).await;
    replicas.redis().resume();
    heal(&replicas, &one, &other).await;
}

#[tokio::test]
async fn a_stopped_redis_costs_nothing_and_is_used_again() {
    let mut replicas = Replicas::on_redis(PrivateRedis::start_on_port());
    let [one, other] = with_a_hot_entry(&replicas).await;
    replicas.redis().stop();
    endure(&replicas, &one).await;
    replicas.redis().restart();
    heal(&replicas, &one, &other).await;
}

#[tokio::test]
async fn a_redis_that_is_full_is_gone_without_until_it_has_room() {
    let mut replicas = Replicas::on_redis(PrivateRedis::start());
    let [one, other] = with_a_hot_entry(&replicas).await;
    let limit = ["CONFIG", "SET", "maxmemory"];
    replicas
        .redis()
        .ask::<()>(&[&limit[..], &["1"]].concat())
        .await;
    endure(&replicas, &one).await;
    replicas
        .redis()
        .ask::<()>(&[&limit[..], &["0"]].concat())
        .await;
    heal(&replicas, &one, &other).await;
}

#[tokio::test]
async fn a_redis_whose_password_is_changed_is_gone_without_until_it_is_put_right() {
    let mut replicas = Replicas::on_redis(PrivateRedis::start_on_port());
    let [one, other] = with_a_hot_entry(&replicas).await;
    let mut insider = replicas.redis().connect().await;
    ask::<()>(&mut insider, &["CONFIG", "SET", "requirepass", "another"]).await;
    ask::<i64>(&mut insider, &CUT).await;
    endure(&replicas, &one).await;
    ask::<()>(&mut insider, &["CONFIG", "SET", "requirepass", PASSWORD]).await;
    heal(&replicas, &one, &other).await;
}

#[tokio::test]
async fn a_connection_that_redis_has_cut_is_made_again_within_the_read() {
    let mut replicas = Replicas::on_redis(PrivateRedis::start());
    let [one, other] = with_a_hot_entry(&replicas).await;
    for round in 0..3 {
        let id = format!("round {round}");
        put(&one, &id, "value").await;
        let cut: i64 = replicas.redis().ask(&CUT).await;
        assert_eq!(cut, 2, "the connections of two replicas");
        assert_eq!(other.get(&TEXT, &id).await.as_deref(), Some("value"));
        put(&one, &id, "newer").await;
        assert_eq!(
            replicas.replica().await.get(&TEXT, &id).await.as_deref(),
            Some("newer")
        );
    }
}

#[tokio::test]
async fn an_upstash_that_hangs_costs_one_short_wait_and_is_used_again() {
    survive_mood(Mood::Hangs).await;
}

#[tokio::test]
async fn an_upstash_that_fails_costs_nothing_and_is_used_again() {
    survive_mood(Mood::Fails).await;
}

#[tokio::test]
async fn an_upstash_that_refuses_the_token_costs_nothing_and_is_used_again() {
    survive_mood(Mood::TokenIsRevoked).await;
}

#[tokio::test]
async fn an_upstash_behind_a_page_of_somebody_else_costs_nothing_and_is_used_again() {
    survive_mood(Mood::IsBehindAnotherPage).await;
}

async fn survive_mood(mood: Mood) {
    let replicas = Replicas::on_upstash().await;
    let [one, other] = with_a_hot_entry(&replicas).await;
    replicas.set_mood(mood);
    endure(&replicas, &one).await;
    replicas.set_mood(Mood::Answers);
    heal(&replicas, &one, &other).await;
}
