//! The cache: bounded, in memory, for what costs a call to ask again and may be lost at any moment.
//!
//! Every key stands in [`keys`] with the type of its value and its lifetime. Nothing here guards
//! anything: what must survive, or happen once, is the store's.

use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use juncture_jira::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The memory that all entries together may take, in bytes of keys and values.
const CAPACITY_BYTES: u64 = 32 * 1024 * 1024;

/// Everything that is cached.
pub mod keys {
    use jiff::SignedDuration;

    use super::Key;
    use crate::providers::jira::FieldFacts;

    /// The fields of a Jira site, by site. They change when an administrator changes them, or when
    /// the site gets or loses Jira Software: an hour is short.
    pub(crate) const JIRA_FIELDS: Key<Vec<FieldFacts>> =
        Key::new("jira_fields", SignedDuration::from_hours(1));
}

/// A kind of entry: the prefix of its keys, its lifetime and the type of its values.
#[derive(Debug)]
pub struct Key<T> {
    prefix: &'static str,
    lifetime: SignedDuration,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    const fn new(prefix: &'static str, lifetime: SignedDuration) -> Self {
        Self {
            prefix,
            lifetime,
            value: PhantomData,
        }
    }

    fn of(&self, id: impl Display) -> String {
        format!("{}:{id}", self.prefix)
    }
}

#[derive(Clone)]
struct Entry {
    value: Vec<u8>,
    expires_at: Timestamp,
}

/// The cache of one process.
#[derive(Clone)]
pub struct Cache {
    memory: moka::future::Cache<String, Entry>,
    clock: Arc<dyn Clock>,
}

impl Cache {
    /// An empty cache whose entries expire by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let weigh = |key: &String, entry: &Entry| {
            u32::try_from(key.len() + entry.value.len()).unwrap_or(u32::MAX)
        };
        Self {
            memory: moka::future::Cache::builder()
                .max_capacity(CAPACITY_BYTES)
                .weigher(weigh)
                .build(),
            clock,
        }
    }

    /// The value of `id`, if it is there and has not expired.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key<T>, id: impl Display) -> Option<T> {
        let entry = self.memory.get(&key.of(id)).await?;
        let is_fresh = self.clock.now() < entry.expires_at;
        is_fresh
            .then(|| serde_json::from_slice(&entry.value).ok())
            .flatten()
    }

    /// Keeps `value` for the lifetime of its key, or for less where memory is short.
    pub async fn set<T: Serialize>(&self, key: &Key<T>, id: impl Display, value: &T) {
        if let Ok(value) = serde_json::to_vec(value) {
            let expires_at = self.clock.now() + key.lifetime;
            self.memory
                .insert(key.of(id), Entry { value, expires_at })
                .await;
        }
    }

    /// Whether a value that is put in comes out again.
    pub async fn answers(&self) -> bool {
        const PING: Key<bool> = Key::new("ping", SignedDuration::from_secs(1));
        self.set(&PING, "", &true).await;
        self.get(&PING, "").await == Some(true)
    }
}
