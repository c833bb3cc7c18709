//! How often somebody may call: so many requests a minute for each. Strangers are counted by their address,
//! apart for each project, and callers of the backend API by their project.
//!
//! A connection counts as one request from the moment at which it is accepted, so that whoever sends
//! no head is counted too. The first request that counts takes that over, and a request with the
//! secret key gives it back. Nobody is refused for a connection: a stranger over the limit only has
//! less time for a head (`accept::HASTE`), which whoever has something to say does not notice.
//!
//! It bounds what one caller can make the server write, and ask Atlassian, at no cost to itself. It
//! is each process's own and in memory: no defence against many machines, which is a proxy's work.

use std::convert::Infallible;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use quick_cache::sync::Cache;

use crate::project::ProjectId;

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;

/// Those who are remembered, some 15 MB of them at the most. Whoever is forgotten begins anew.
const MOST_REMEMBERED: usize = 65_536;

/// The requests of each client in the last minute.
pub struct Limit<K> {
    /// For each the moment at which its minute is whole again (microseconds since the epoch).
    whole_at: Cache<K, Arc<AtomicI64>>,
    has_warned: AtomicBool,
}

impl<K: Clone + Eq + Hash + Send + Sync + 'static> Default for Limit<K> {
    fn default() -> Self {
        Self {
            whole_at: Cache::new(MOST_REMEMBERED),
            has_warned: AtomicBool::new(false),
        }
    }
}

impl<K: Clone + Eq + Hash + Send + Sync + 'static> Limit<K> {
    /// Counts a request of `client`, who may send so many a minute, all of which may come at once, and with 0
    /// any number; or tells how long it must wait until one will be let through.
    ///
    /// This is the virtual scheduling of the generic cell rate algorithm (ITU-T I.371, annex A): one
    /// number for each client, and no queue.
    pub fn admit(&self, client: &K, per_minute: u32, now: Timestamp) -> Result<(), Duration> {
        let Some(share) = share(per_minute) else {
            return Ok(());
        };
        let begin = || Ok::<_, Infallible>(Arc::default());
        let Ok(whole_at) = self.whole_at.get_or_insert_with(client, begin);
        let now = now.as_microsecond();
        let after = |whole_at: i64| match whole_at {
            // More than a minute ahead: the clock was set back since.
            ahead if ahead > now + MINUTE => now + share,
            _ => whole_at.max(now) + share,
        };
        let admitted = whole_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |whole_at| {
            let after = after(whole_at);
            (after <= now + MINUTE).then_some(after)
        });
        match admitted {
            Ok(_) => Ok(()),
            Err(whole_at) => {
                let wait = after(whole_at) - (now + MINUTE);
                Err(Duration::from_micros(wait.unsigned_abs()))
            }
        }
    }

    /// Whether this is the first time that somebody asks: for a warning that is told once.
    pub(crate) fn warns(&self) -> bool {
        !self.has_warned.swap(true, Ordering::Relaxed)
    }

    /// Takes back that a request of `client`, who may send so many a minute, was counted.
    pub fn give_back(&self, client: &K, per_minute: u32) {
        if let (Some(share), Some(whole_at)) = (share(per_minute), self.whole_at.get(client)) {
            whole_at.fetch_sub(share, Ordering::Relaxed);
        }
    }
}

/// What one of so many requests takes of the minute, in microseconds; none where there is no limit.
fn share(per_minute: u32) -> Option<i64> {
    (per_minute > 0).then(|| (MINUTE / i64::from(per_minute)).max(1))
}

/// Whose strangers are counted: those of a project, or those who have named none yet.
pub type Stranger = (Option<ProjectId>, IpAddr);

/// What counts as one client. An IPv6 customer is given a network of 64 bits, and may take any
/// address of it (RFC 6177).
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}
