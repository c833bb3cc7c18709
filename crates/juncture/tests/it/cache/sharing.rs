//! What holds where entries leave the process: Redis and Upstash.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use juncture_server::cache::{Cache, Key};

use crate::support::replicas::{BackEnd, Replicas, on_each_shared_cache};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const TEXT: Key<String> = Key::new("text", HOUR);
const NAME: &str = "juncture:text:a";

on_each_shared_cache! {
    what_leaves_the_process_is_sealed_and_under_one_prefix,
    what_this_server_has_not_sealed_is_absent_and_can_be_overwritten,
    a_replica_with_another_key_finds_nothing,
    the_shared_cache_is_told_when_to_forget,
    a_lost_cache_is_empty_and_nothing_worse,
    a_copy_is_trusted_for_five_seconds,
    a_value_too_large_to_share_stays_in_its_process,
}

impl Replicas {
    /// Everything that the back end holds, as it holds it, by its name.
    async fn raw(&self) -> BTreeMap<String, Vec<u8>> {
        match &self.back_end {
            BackEnd::Memory(_) => BTreeMap::new(),
            BackEnd::Redis(redis) => {
                let names: Vec<String> = redis.ask(&["KEYS", "*"]).await;
                let mut raw = BTreeMap::new();
                for name in names {
                    let value = redis.ask(&["GET", &name]).await;
                    raw.insert(name, value);
                }
                raw
            }
            BackEnd::Upstash(upstash) => {
                let held = upstash.held.lock().unwrap();
                let entries = held.iter();
                let entries =
                    entries.map(|(name, (value, _))| (name.clone(), value.clone().into()));
                entries.collect()
            }
        }
    }

    /// Puts this in place of what the back end holds under `name`; Upstash holds text alone.
    async fn put_raw(&self, name: &str, value: &[u8]) {
        match &self.back_end {
            BackEnd::Memory(_) => {}
            BackEnd::Redis(redis) => redis.ask(&[b"SET", name.as_bytes(), value]).await,
            BackEnd::Upstash(upstash) => {
                let value = String::from_utf8_lossy(value).into_owned();
                upstash
                    .held
                    .lock()
                    .unwrap()
                    .insert(name.to_owned(), (value, 0));
            }
        }
    }

    /// Puts a list where there may be a string.
    async fn put_list(&self, name: &str) {
        match &self.back_end {
            BackEnd::Memory(_) => {}
            BackEnd::Redis(redis) => {
                redis.ask::<()>(&["DEL", name]).await;
                redis.ask::<()>(&["RPUSH", name, "item"]).await;
            }
            BackEnd::Upstash(upstash) => upstash.put_list(name),
        }
    }

    async fn lose_everything(&self) {
        match &self.back_end {
            BackEnd::Memory(_) => {}
            BackEnd::Redis(redis) => redis.ask(&["FLUSHALL"]).await,
            BackEnd::Upstash(upstash) => upstash.held.lock().unwrap().clear(),
        }
    }

    /// In how many milliseconds the back end forgets `name`.
    async fn lifetime_ms(&self, name: &str) -> i64 {
        match &self.back_end {
            BackEnd::Memory(_) => -1,
            BackEnd::Redis(redis) => redis.ask(&["PTTL", name]).await,
            BackEnd::Upstash(upstash) => upstash.held.lock().unwrap()[name].1,
        }
    }
}

async fn put(cache: &Cache, id: &str, value: &str) {
    cache.set(&TEXT, id, &value.to_owned()).await;
}

async fn what_leaves_the_process_is_sealed_and_under_one_prefix(replicas: &Replicas) {
    let cache = replicas.replica().await;
    let value = "a plain text that nobody else may read";
    put(&cache, "a", value).await;
    put(&cache, "b", value).await;
    let raw = replicas.raw().await;
    assert!(
        raw.keys().all(|name| name.starts_with("juncture:")),
        "{:?}",
        raw.keys()
    );
    let sealed = [&raw["juncture:text:a"], &raw["juncture:text:b"]];
    assert_ne!(sealed[0], sealed[1], "equal values do not look equal");
    for sealed in sealed {
        let opened = base64(sealed);
        for bytes in [sealed, &opened] {
            for start in 0..value.len() - 5 {
                let part = &value.as_bytes()[start..start + 6];
                assert!(
                    !bytes.windows(6).any(|window| window == part),
                    "{part:?} is readable"
                );
            }
        }
    }
}

async fn what_this_server_has_not_sealed_is_absent_and_can_be_overwritten(replicas: &Replicas) {
    let writer = replicas.replica().await;
    put(&writer, "a", "value").await;
    put(&writer, "b", "another value").await;
    let raw = replicas.raw().await;
    let (own, others) = (&raw[NAME], &raw["juncture:text:b"]);
    let mut altered = own.clone();
    *altered.last_mut().unwrap() ^= 1;
    let foreign: [&[u8]; 6] = [
        b"",
        b"\"value\"",
        b"garbage \xff\x00",
        &altered,
        &own[..own.len() / 2],
        others,
    ];
    for foreign in foreign {
        replicas.put_raw(NAME, foreign).await;
        let reader = replicas.replica().await;
        assert_eq!(reader.get(&TEXT, "a").await, None, "{foreign:?}");
        put(&reader, "a", "right again").await;
        let found = replicas.replica().await.get(&TEXT, "a").await;
        assert_eq!(found.as_deref(), Some("right again"));
    }
    replicas.put_list(NAME).await;
    let reader = replicas.replica().await;
    assert_eq!(reader.get(&TEXT, "a").await, None);
    assert_eq!(
        reader.get(&TEXT, "b").await.as_deref(),
        Some("another value"),
        "it is not bypassed"
    );
    put(&reader, "a", "right again").await;
    let found = replicas.replica().await.get(&TEXT, "a").await;
    assert_eq!(found.as_deref(), Some("right again"));
}

async fn a_replica_with_another_key_finds_nothing(replicas: &Replicas) {
    let (one, other) = (
        replicas.replica_with_key(1).await,
        replicas.replica_with_key(2).await,
    );
    put(&one, "a", "value").await;
    assert_eq!(other.get(&TEXT, "a").await, None);
    put(&other, "a", "its own").await;
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("its own"));
    assert_eq!(
        replicas.replica_with_key(1).await.get(&TEXT, "a").await,
        None
    );
}

async fn the_shared_cache_is_told_when_to_forget(replicas: &Replicas) {
    const BRIEF: Key<String> = Key::new("brief", SignedDuration::from_millis(90_500));
    let cache = replicas.replica().await;
    cache.set(&BRIEF, "a", &"value".to_owned()).await;
    let lifetime = replicas.lifetime_ms("juncture:brief:a").await;
    assert!((60_500..=90_500).contains(&lifetime), "{lifetime}");
}

async fn a_lost_cache_is_empty_and_nothing_worse(replicas: &Replicas) {
    let cache = replicas.replica().await;
    put(&cache, "a", "value").await;
    replicas.lose_everything().await;
    let other = replicas.replica().await;
    assert_eq!(other.get(&TEXT, "a").await, None);
    put(&other, "a", "asked again").await;
    replicas.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(cache.get(&TEXT, "a").await.as_deref(), Some("asked again"));
}

async fn a_copy_is_trusted_for_five_seconds(replicas: &Replicas) {
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    put(&one, "a", "value").await;
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("value"));
    replicas.lose_everything().await;
    replicas.clock.advance(SignedDuration::from_millis(4_999));
    for cache in [&one, &other] {
        assert_eq!(cache.get(&TEXT, "a").await.as_deref(), Some("value"));
    }
    replicas.clock.advance(SignedDuration::from_millis(1));
    for cache in [one, other] {
        assert_eq!(cache.get(&TEXT, "a").await, None);
    }
}

async fn a_value_too_large_to_share_stays_in_its_process(replicas: &Replicas) {
    let (one, other) = (replicas.replica().await, replicas.replica().await);
    let large = "x".repeat(600_000);
    put(&one, "a", &large).await;
    replicas.clock.advance(SignedDuration::from_mins(59));
    assert_eq!(one.get(&TEXT, "a").await, Some(large));
    assert_eq!(other.get(&TEXT, "a").await, None);
    put(&one, "b", "small").await;
    assert_eq!(
        other.get(&TEXT, "b").await.as_deref(),
        Some("small"),
        "it is not bypassed"
    );
}

/// Upstash's values are base64; what is not stays as it is.
fn base64(text: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD_NO_PAD.decode(text);
    decoded.unwrap_or_else(|_| text.to_owned())
}
