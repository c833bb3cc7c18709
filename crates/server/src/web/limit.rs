//! How often a stranger may call what is open to all: so many requests a minute for each client.
//!
//! A connection counts as one request from the moment at which it is accepted, so that whoever sends
//! no head is counted too. The first request that counts takes that over, and a request with the
//! secret key gives it back. Nobody is refused for a connection: a stranger over the limit only has
//! less time for a head (`accept::HASTE`), which whoever has something to say does not notice.
//!
//! It bounds what one caller can make the server write, and ask Atlassian, at no cost to itself. It
//! is each process's own and in memory: no defence against many machines, which is a proxy's work.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use moka::sync::Cache;

/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;

/// The clients that are remembered, some 15 MB of them at the most. One that is forgotten begins
/// anew.
const MOST_CLIENTS: u64 = 65_536;

/// The requests of each client in the last minute.
pub struct Limit {
    /// What one request takes of the minute, in microseconds; none where there is no limit.
    share: Option<i64>,
    /// For each client the moment at which its minute is whole again (microseconds since the epoch).
    whole_at: Cache<IpAddr, Arc<AtomicI64>>,
    has_warned: AtomicBool,
}

impl Limit {
    /// A limit of so many requests a minute, all of which may come at once; 0 is no limit.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            share: (per_minute > 0).then(|| MINUTE / i64::from(per_minute)),
            whole_at: Cache::new(MOST_CLIENTS),
            has_warned: AtomicBool::new(false),
        }
    }

    /// Counts a request of `client`, or tells how long it must wait until one will be let through.
    ///
    /// This is the virtual scheduling of the generic cell rate algorithm (ITU-T I.371, annex A): one
    /// number for each client, and no queue.
    pub fn admit(&self, client: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let Some(share) = self.share else {
            return Ok(());
        };
        let whole_at = self.whole_at.get_with(network(client), Arc::default);
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

    /// Takes back that a request of `client` was counted.
    pub fn give_back(&self, client: IpAddr) {
        if let (Some(share), Some(whole_at)) = (self.share, self.whole_at.get(&network(client))) {
            whole_at.fetch_sub(share, Ordering::Relaxed);
        }
    }
}

/// What counts as one client. An IPv6 customer is given a network of 64 bits, and may take any
/// address of it (RFC 6177).
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}
