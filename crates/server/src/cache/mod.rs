//! The cache: for what costs a call to ask again and may be lost at any moment.
//!
//! A kind of entry is a [`Key`], which stands with whose entries they are. This process keeps copies in memory; with `REDIS_URL` or
//! Upstash configured, replicas share entries there as well, sealed. A shared cache that is slow,
//! wrong or away is gone without: reading and writing the cache cannot fail. Nothing here guards
//! anything: what must survive, or happen once, is the store's.

mod bypass;
mod entry;
mod key;
mod memory;
mod redis;
mod remote;
pub mod settings;
mod shared;
pub mod streams;
mod under_way;
mod upstash;

use std::fmt::{self, Display};
use std::sync::Arc;

use jiff::SignedDuration;
use juncture_clock::Clock;
use juncture_outbound::Http;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cache::settings::CacheConfig;
use crate::seal::Sealer;
use entry::Entry;
pub use key::Key;
use memory::{Kept, Memory};
use remote::Remote;
use shared::Shared;
use under_way::UnderWay;

/// How long a copy of a shared entry is used without asking whether another replica has written a
/// newer one. A hot key costs one question in this time.
const TRUSTED_FOR: SignedDuration = SignedDuration::from_secs(5);

/// The cache of one process, and what it shares with other replicas.
pub struct Cache {
    memory: Memory,
    under_way: UnderWay,
    shared: Option<Arc<Shared>>,
    clock: Arc<dyn Clock>,
}

/// Where entries are, for the operator: no user, no password, no token.
impl Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shared {
            Some(shared) => shared.fmt(f),
            None => f.write_str("memory of this process alone"),
        }
    }
}

impl Cache {
    /// The configured cache. Nothing is connected yet.
    #[must_use]
    pub fn new(
        config: &CacheConfig,
        sealer: Arc<Sealer>,
        clock: Arc<dyn Clock>,
        http: Http,
    ) -> Self {
        let remote = Remote::of(config, http);
        let share = |remote| Arc::new(Shared::new(remote, sealer, clock.clone()));
        Self {
            memory: Memory::default(),
            under_way: UnderWay::default(),
            shared: remote.map(share),
            clock,
        }
    }

    /// The value of `id`, if it is there and has not expired.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key<T>, id: impl Display) -> Option<T> {
        // Boxed, here and below: what a shared cache does is large.
        let entry = Box::pin(self.find(key.of(id))).await?;
        juncture_json::decode(&entry.value).ok()
    }

    /// What `fetch` gives, which is then the value of `id`. Of all who want it at the same time one
    /// fetches it, and the others get what that one gets, be it an error.
    pub async fn fetch<T, E>(
        &self,
        key: &Key<T>,
        id: impl Display,
        fetch: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Clone + Send + Sync + 'static,
    {
        let name = key.of(&id);
        let fetch = async {
            let value = fetch.await?;
            let json = serde_json::to_vec(&value).expect("plain data is JSON");
            Box::pin(self.keep(key, name.clone(), json.clone())).await;
            Ok(json.into())
        };
        let json = self.under_way.get(&name, fetch).await?;
        Ok(juncture_json::decode(&json).expect("what was written can be read"))
    }

    /// Keeps `value` for the lifetime of its key, or for less where memory is short.
    pub async fn set<T: Serialize>(&self, key: &Key<T>, id: impl Display, value: &T) {
        if let Ok(value) = serde_json::to_vec(value) {
            Box::pin(self.keep(key, key.of(id), value)).await;
        }
    }

    async fn keep<T>(&self, key: &Key<T>, name: String, value: Vec<u8>) {
        let now = self.clock.now();
        let entry = Entry {
            value: value.into(),
            expires_at: now + key.lifetime(),
        };
        let kept = Kept {
            entry: entry.clone(),
            since: now,
        };
        self.memory.set(name.clone(), kept);
        if let Some(shared) = &self.shared {
            shared.set(&name, &entry, key.lifetime()).await;
        }
    }

    /// Whether a value that is put in comes out again; known within a second.
    pub async fn answers(&self) -> bool {
        match &self.shared {
            Some(shared) => shared.answers().await,
            None => true,
        }
    }

    async fn find(&self, name: String) -> Option<Entry> {
        let now = self.clock.now();
        let kept = self.memory.get(&name);
        let kept = kept.filter(|kept| kept.entry.is_alive(now));
        let Some(shared) = &self.shared else {
            return kept.map(|kept| kept.entry);
        };
        let is_trusted = |kept: &Kept| {
            now.duration_since(kept.since) < TRUSTED_FOR || !shared::is_shareable(&kept.entry)
        };
        match kept {
            Some(kept) if is_trusted(&kept) => Some(kept.entry),
            kept => match shared.get(&name).await {
                Ok(found) => {
                    let entry = found.filter(|entry| entry.is_alive(now))?;
                    let kept = Kept {
                        entry: entry.clone(),
                        since: now,
                    };
                    self.memory.set(name, kept);
                    Some(entry)
                }
                Err(_bypassed) => kept.map(|kept| kept.entry),
            },
        }
    }
}
