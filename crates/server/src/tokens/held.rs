//! The access tokens that this process holds, so that one that works is handed out without asking
//! the store or anybody else.
//!
//! They are copies: the store decides. What this process changes it changes here at once; what
//! another one changes, [`upkeep`](crate::upkeep) brings here within seconds. While the
//! store is out of reach the copies go on being served for as long as the provider takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use moka::ops::compute::Op;
use moka::sync::Cache;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::access_token::AccessToken;
use crate::connection::{Connection, ExternalId};
use crate::provider::ProviderName;

/// The memory that all tokens together may take, in bytes: some ten thousand at Atlassian's sizes.
const CAPACITY_BYTES: u64 = 64 * 1024 * 1024;

/// What an entry takes beside its token, in bytes, roughly.
const OVERHEAD_BYTES: usize = 512;

/// How many external ids are remembered with their connections.
const CAPACITY_NAMES: u64 = 100_000;

/// A held token and what must be known to judge it.
#[derive(Debug)]
pub struct Held {
    /// The connection.
    pub id: Uuid,
    /// Of which provider.
    pub provider: ProviderName,
    /// The end of the grant.
    pub grant_expires_at: Timestamp,
    /// The token.
    pub token: AccessToken,
    /// When it was last asked for; milliseconds of steady time, and one. 0 if it never was.
    used_at: AtomicU64,
    /// Until when a fresher one is not to be had; milliseconds of steady time.
    stuck_until: AtomicU64,
}

impl Held {
    pub(super) fn new(connection: &Connection, token: AccessToken) -> Self {
        Self {
            id: connection.id,
            provider: connection.provider,
            grant_expires_at: connection.expires_at,
            token,
            used_at: AtomicU64::new(0),
            stuck_until: AtomicU64::new(0),
        }
    }

    /// Notes that it is in use, at this steady time.
    pub(super) fn touch(&self, now: Duration) {
        self.used_at.store(millis(now) + 1, Ordering::Relaxed);
    }

    /// Whether it was asked for within this long before `now`, in steady time.
    #[must_use]
    pub fn is_used_within(&self, within: Duration, now: Duration) -> bool {
        match self.used_at.load(Ordering::Relaxed) {
            0 => false,
            used_at => used_at + millis(within) > millis(now),
        }
    }

    /// Notes that no fresher one is to be had before `until`, in steady time.
    pub(super) fn mark_stuck(&self, until: Duration) {
        self.stuck_until.store(millis(until), Ordering::Relaxed);
    }

    /// Whether asking for a fresher one would be in vain, at this steady time.
    pub(super) fn is_stuck(&self, now: Duration) -> bool {
        millis(now) < self.stuck_until.load(Ordering::Relaxed)
    }
}

fn millis(steady: Duration) -> u64 {
    u64::try_from(steady.as_millis()).expect("no process lives for as long")
}

/// A moment before which nothing loaded may be held: see [`HeldTokens::begin_load`].
#[derive(Debug, Clone, Copy)]
pub struct Epoch(u64);

/// Every token that this process holds, bounded in memory.
#[derive(Debug)]
pub struct HeldTokens {
    tokens: Cache<Uuid, Arc<Held>>,
    /// Connections by provider and external id. An entry whose connection is gone leads nowhere.
    names: Cache<String, Uuid>,
    /// Grows with everything that is forgotten.
    epoch: AtomicU64,
}

impl Default for HeldTokens {
    fn default() -> Self {
        let weigh = |_: &Uuid, held: &Arc<Held>| {
            let bytes = held.token.secret.expose_secret().len() + OVERHEAD_BYTES;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            tokens: Cache::builder()
                .max_capacity(CAPACITY_BYTES)
                .weigher(weigh)
                .build(),
            names: Cache::new(CAPACITY_NAMES),
            epoch: AtomicU64::new(0),
        }
    }
}

impl HeldTokens {
    /// The token of an external id.
    #[must_use]
    pub fn find(&self, external_id: &ExternalId, provider: ProviderName) -> Option<Arc<Held>> {
        let id = self.names.get(&name(external_id.as_str(), provider))?;
        self.tokens.get(&id)
    }

    /// The token of a connection.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<Arc<Held>> {
        self.tokens.get(&id)
    }

    /// Remembers whose connection `id` is.
    pub fn name(&self, external_id: &ExternalId, provider: ProviderName, id: Uuid) {
        self.names.insert(name(external_id.as_str(), provider), id);
    }

    /// Call it before loading from the store what `keep` shall hold: what is forgotten
    /// in between stays forgotten.
    #[must_use]
    pub fn begin_load(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Holds a token, unless a newer one is held or something was forgotten since `loaded`.
    pub(super) fn keep(&self, held: Held, loaded: Epoch) {
        self.tokens.entry(held.id).and_compute_with(|known| {
            if let Some(known) = known {
                let known = known.value();
                if known.token.version >= held.token.version {
                    return Op::Nop;
                }
                held.used_at
                    .fetch_max(known.used_at.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            if self.begin_load().0 == loaded.0 {
                Op::Put(Arc::new(held))
            } else {
                Op::Nop
            }
        });
    }

    /// Forgets the token of a connection, and whatever is being loaded just now.
    pub fn forget(&self, id: Uuid) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        // Not `invalidate`, which does not wait for a `keep` that is under way.
        self.tokens.entry(id).and_compute_with(|_| Op::Remove);
    }

    /// Forgets the token that an external id led to. It may be that of a connection which another
    /// process has deleted since, so to forget the present one is not enough.
    pub fn forget_named(&self, external_id: &str, provider: ProviderName) {
        if let Some(id) = self.names.remove(&name(external_id, provider)) {
            self.forget(id);
        }
    }

    /// All that is held, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Arc<Held>> + '_ {
        self.tokens.iter().map(|(_, held)| held)
    }
}

fn name(external_id: &str, provider: ProviderName) -> String {
    format!("{provider}/{external_id}")
}
