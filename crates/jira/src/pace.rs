//! The pace at which one client may call each site: how many calls at once, and not before when.
//!
//! Not a forecast of Jira's budgets: it only remembers what Jira said, for as long as Jira said.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::clock;
use crate::limit::{Limit, LowQuota};

/// How many sites are remembered before idle ones are forgotten.
const MAX_SITES: usize = 1_000;

/// The pace of all sites that one client calls.
pub(crate) struct Pace {
    in_flight_per_site: usize,
    /// What holds for all sites at once: the app's own quota.
    app: Mutex<Gate>,
    sites: Mutex<HashMap<String, Arc<SitePace>>>,
}

/// The pace of one site, shared by all who call it.
pub(crate) struct SitePace {
    pub(crate) slots: Semaphore,
    gate: Mutex<Gate>,
}

/// Whether calls may pass, and how free they are to be many.
#[derive(Clone, Copy, Debug, Default)]
struct Gate {
    closure: Option<Closure>,
    /// Until then little is left of the hourly quota.
    low_until: Option<Timestamp>,
}

/// A time in which Jira wants no call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closure {
    pub(crate) until: Timestamp,
    /// The hourly quota is used up, so that waiting in line is of no use.
    pub(crate) is_quota: bool,
}

impl Pace {
    pub(crate) fn new(in_flight_per_site: usize) -> Self {
        Self {
            in_flight_per_site: in_flight_per_site.clamp(1, Semaphore::MAX_PERMITS),
            app: Mutex::default(),
            sites: Mutex::default(),
        }
    }

    /// The pace of one site, which is open if it was not known.
    pub(crate) fn site(&self, id: &str, now: Timestamp) -> Arc<SitePace> {
        let mut sites = lock(&self.sites);
        if let Some(site) = sites.get(id) {
            return Arc::clone(site);
        }
        if sites.len() >= MAX_SITES {
            sites.retain(|_, site| Arc::strong_count(site) > 1 || site.closure(now).is_some());
        }
        if sites.len() >= MAX_SITES {
            sites.retain(|_, site| Arc::strong_count(site) > 1);
        }
        let site = Arc::new(SitePace {
            slots: Semaphore::new(self.in_flight_per_site),
            gate: Mutex::default(),
        });
        sites.insert(id.to_owned(), Arc::clone(&site));
        site
    }

    /// Remembers that Jira wants no call to this site, or by this app, until then. The limit of
    /// one issue is the matter of those who write to that issue.
    pub(crate) fn close(&self, site: &SitePace, until: Timestamp, limit: Limit) {
        let closure = Closure {
            until,
            is_quota: limit.is_quota(),
        };
        let mut gate = match limit {
            Limit::Issue => return,
            Limit::Burst | Limit::SiteQuota => lock(&site.gate),
            Limit::AppQuota => lock(&self.app),
        };
        gate.closure = later(gate.closure, Some(closure));
    }

    /// Remembers that a quota is near its end, or at it, until it refills.
    pub(crate) fn note(&self, site: &SitePace, low: LowQuota, now: Timestamp, longest: Duration) {
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
    pub(crate) fn closure(&self, site: &SitePace, now: Timestamp) -> Option<Closure> {
        let app = lock(&self.app).closure(now);
        later(app, site.closure(now))
    }

    /// Whether calls to this site should be few, because a quota is near its end.
    pub(crate) fn is_quota_low(&self, site: &SitePace, now: Timestamp) -> bool {
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
        let busy = pace.site("busy", instant(0));
        let closed = pace.site("closed", instant(0));
        pace.close(&closed, instant(60), Limit::Burst);
        drop(closed);
        for number in 0..3 * MAX_SITES {
            pace.site(&number.to_string(), instant(0));
        }
        assert!(lock(&pace.sites).len() <= MAX_SITES);
        assert!(Arc::ptr_eq(&busy, &pace.site("busy", instant(0))));
        let closed = pace.site("closed", instant(0));
        assert!(pace.closure(&closed, instant(59)).is_some());
        assert!(pace.closure(&closed, instant(60)).is_none());
    }

    #[test]
    fn a_shorter_closure_does_not_shorten_a_longer_one() {
        let pace = Pace::new(8);
        let site = pace.site("site", instant(0));
        pace.close(&site, instant(60), Limit::SiteQuota);
        pace.close(&site, instant(2), Limit::Burst);
        let closure = pace.closure(&site, instant(1)).expect("still closed");
        assert_eq!((closure.until, closure.is_quota), (instant(60), true));
    }
}
