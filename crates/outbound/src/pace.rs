//! The pace at which one client may call each site: how many calls at once, and not before when.
//!
//! Not a forecast of a provider's budgets: it only remembers what the provider said, for as long as it
//! said. A pace belongs to one site, or to one grant where there is no site yet: what one customer is
//! told holds nobody else up. Only what a provider says of the app's own quota holds for all.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock as clock;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

/// How many sites, and how many grants, are remembered before idle ones are forgotten.
const MOST_REMEMBERED: usize = 1_000;

/// Whom a limit is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The writes to one object, such as an issue, which are free again within seconds.
    Object,
    /// The calls to one site in a moment, whoever calls.
    Burst,
    /// The quota of one site, for an hour or so.
    SiteQuota,
    /// The quota of this app, on all its sites.
    AppQuota,
}

impl Limit {
    /// Whether waiting in line is of no use, because it refills by the hour.
    #[must_use]
    pub fn is_quota(self) -> bool {
        matches!(self, Self::SiteQuota | Self::AppQuota)
    }
}

/// A quota of which little or nothing is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LowQuota {
    /// Whose it is.
    pub limit: Limit,
    /// Whether nothing is left.
    pub is_spent: bool,
    /// How long it is until it refills.
    pub refills_in: Duration,
}

/// The pace of all sites that one client calls.
pub struct Pace {
    in_flight_per_site: usize,
    /// What holds for all sites at once: the app's own quota.
    app: Mutex<Gate>,
    sites: Mutex<HashMap<String, Arc<SitePace>>>,
    /// By a hash of the access token that nobody outside this process can make.
    grants: Mutex<HashMap<u64, Arc<SitePace>>>,
    hashes: RandomState,
}

/// Whose pace a call keeps.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    /// The site's with this id, where calls to it are counted whoever makes them.
    Site(&'a str),
    /// The grant's that this access token is of, where no site is called.
    Grant(&'a SecretString),
}

/// The pace of one site or grant, shared by all who call with it.
pub struct SitePace {
    /// One for each call that may be in flight.
    pub slots: Semaphore,
    gate: Mutex<Gate>,
}

/// Whether calls may pass, and how free they are to be many.
#[derive(Clone, Copy, Debug, Default)]
struct Gate {
    closure: Option<Closure>,
    /// Until then little is left of the hourly quota.
    low_until: Option<Timestamp>,
}

/// A time in which no call is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Closure {
    /// When it ends.
    pub until: Timestamp,
    /// A quota is used up, so that waiting in line is of no use.
    pub is_quota: bool,
}

impl Pace {
    /// One that lets so many calls to a site be in flight; at least one.
    #[must_use]
    pub fn new(in_flight_per_site: usize) -> Self {
        Self {
            in_flight_per_site: in_flight_per_site.clamp(1, Semaphore::MAX_PERMITS),
            app: Mutex::default(),
            sites: Mutex::default(),
            grants: Mutex::default(),
            hashes: RandomState::new(),
        }
    }

    /// The pace of one site or grant, which is open if it was not known.
    pub fn of(&self, whose: Whose<'_>, now: Timestamp) -> Arc<SitePace> {
        match whose {
            Whose::Site(id) => self.recall(&self.sites, id.to_owned(), now),
            Whose::Grant(token) => {
                let hash = self.hashes.hash_one(token.expose_secret());
                self.recall(&self.grants, hash, now)
            }
        }
    }

    fn recall<K: Clone + Eq + Hash>(
        &self,
        paces: &Mutex<HashMap<K, Arc<SitePace>>>,
        key: K,
        now: Timestamp,
    ) -> Arc<SitePace> {
        let mut paces = lock(paces);
        if let Some(pace) = paces.get(&key) {
            return Arc::clone(pace);
        }
        make_room(&mut paces, now);
        let pace = Arc::new(SitePace {
            slots: Semaphore::new(self.in_flight_per_site),
            gate: Mutex::default(),
        });
        paces.insert(key, Arc::clone(&pace));
        pace
    }

    /// Remembers that no call to this site, or by this app, is wanted until then. The limit of one
    /// object is the matter of those who write to it.
    pub fn close(&self, site: &SitePace, until: Timestamp, limit: Limit) {
        let closure = Closure {
            until,
            is_quota: limit.is_quota(),
        };
        let mut gate = match limit {
            Limit::Object => return,
            Limit::Burst | Limit::SiteQuota => lock(&site.gate),
            Limit::AppQuota => lock(&self.app),
        };
        gate.closure = later(gate.closure, Some(closure));
    }

    /// Remembers that a quota is near its end, or at it, until it refills.
    pub fn note(&self, site: &SitePace, low: LowQuota, now: Timestamp, longest: Duration) {
        let until = clock::after(now, low.refills_in.min(longest));
        if low.is_spent {
            self.close(site, until, low.limit);
        }
        let mut gate = match low.limit {
            Limit::AppQuota => lock(&self.app),
            _ => lock(&site.gate),
        };
        gate.low_until = gate.low_until.max(Some(until));
    }

    /// The closure that keeps a call to this site waiting now.
    pub fn closure(&self, site: &SitePace, now: Timestamp) -> Option<Closure> {
        let app = lock(&self.app).closure(now);
        later(app, site.closure(now))
    }

    /// Whether calls to this site should be few, because a quota is near its end.
    pub fn is_quota_low(&self, site: &SitePace, now: Timestamp) -> bool {
        let until = lock(&self.app).low_until.max(lock(&site.gate).low_until);
        until.is_some_and(|until| until > now)
    }
}

impl SitePace {
    fn closure(&self, now: Timestamp) -> Option<Closure> {
        lock(&self.gate).closure(now)
    }
}

impl Gate {
    fn closure(&self, now: Timestamp) -> Option<Closure> {
        self.closure.filter(|closure| closure.until > now)
    }
}

/// Forgets who is idle and open; if that is nobody, the idle one that opens next. Who is being called
/// is never forgotten, for his slots are taken.
fn make_room<K: Clone + Eq + Hash>(paces: &mut HashMap<K, Arc<SitePace>>, now: Timestamp) {
    if paces.len() < MOST_REMEMBERED {
        return;
    }
    let is_idle = |pace: &Arc<SitePace>| Arc::strong_count(pace) == 1;
    paces.retain(|_, pace| !is_idle(pace) || pace.closure(now).is_some());
    if paces.len() < MOST_REMEMBERED {
        return;
    }
    let idle = paces.iter().filter(|(_, pace)| is_idle(pace));
    let next = idle.min_by_key(|(_, pace)| pace.closure(now).map(|closure| closure.until));
    if let Some(key) = next.map(|(key, _)| key.clone()) {
        paces.remove(&key);
    }
}

fn later(one: Option<Closure>, other: Option<Closure>) -> Option<Closure> {
    one.into_iter()
        .chain(other)
        .max_by_key(|closure| closure.until)
}

/// No holder of these locks can leave a value half written, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a small number")
    }

    #[test]
    fn idle_sites_are_forgotten_and_busy_or_closed_ones_are_not() {
        let pace = Pace::new(8);
        let busy = pace.of(Whose::Site("busy"), instant(0));
        let closed = pace.of(Whose::Site("closed"), instant(0));
        pace.close(&closed, instant(60), Limit::Burst);
        drop(closed);
        for number in 0..3 * MOST_REMEMBERED {
            pace.of(Whose::Site(&number.to_string()), instant(0));
        }
        assert!(lock(&pace.sites).len() <= MOST_REMEMBERED);
        assert!(Arc::ptr_eq(
            &busy,
            &pace.of(Whose::Site("busy"), instant(0))
        ));
        let closed = pace.of(Whose::Site("closed"), instant(0));
        assert!(pace.closure(&closed, instant(59)).is_some());
        assert!(pace.closure(&closed, instant(60)).is_none());
    }

    #[test]
    fn closed_grants_without_number_make_no_site_forgotten_nor_a_longer_closure() {
        let pace = Pace::new(8);
        let site = pace.of(Whose::Site("site"), instant(0));
        pace.close(&site, instant(60), Limit::SiteQuota);
        drop(site);
        let close = |token: &str, until| {
            let grant = pace.of(Whose::Grant(&token.into()), instant(0));
            pace.close(&grant, instant(until), Limit::Burst);
        };
        close("good", 3_000);
        for number in 0..2 * MOST_REMEMBERED {
            close(&format!("bad {number}"), 2_000);
        }
        assert!(lock(&pace.grants).len() <= MOST_REMEMBERED);
        let site = pace.of(Whose::Site("site"), instant(0));
        assert!(pace.closure(&site, instant(59)).is_some());
        let good = pace.of(Whose::Grant(&"good".into()), instant(0));
        assert!(pace.closure(&good, instant(2_999)).is_some());
        // Who was forgotten is merely told again by Atlassian.
        let new = pace.of(Whose::Grant(&"new".into()), instant(0));
        assert!(pace.closure(&new, instant(0)).is_none());
    }

    #[test]
    fn a_shorter_closure_does_not_shorten_a_longer_one() {
        let pace = Pace::new(8);
        let site = pace.of(Whose::Site("site"), instant(0));
        pace.close(&site, instant(60), Limit::SiteQuota);
        pace.close(&site, instant(2), Limit::Burst);
        let closure = pace.closure(&site, instant(1)).expect("still closed");
        assert_eq!((closure.until, closure.is_quota), (instant(60), true));
    }
}
