//! A token bucket, in thousandths of a request, so that it fills by the millisecond.

use axum::http::Method;
use jiff::Timestamp;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Requests for each second.
    pub(super) steady: u64,
    /// Requests in a full bucket.
    pub(super) burst: u64,
}

impl Rate {
    /// The rate of a route. Documented are the steady rates; the bursts of `GET`, of "Get issue" and
    /// of search were seen in `X-RateLimit-Limit`, the others follow them.
    pub(super) fn of(method: &Method, route: &str) -> Self {
        let (steady, burst) = match *method {
            Method::GET if route.ends_with("/issue/{id_or_key}") => (150, 400),
            _ if route.ends_with("/approximate-count") => (150, 400),
            Method::PUT | Method::DELETE => (50, 100),
            Method::POST => (100, 200),
            _ => (100, 350),
        };
        Self { steady, burst }
    }
}

/// What is left of a burst.
#[derive(Debug)]
pub(super) struct Bucket {
    level: u64,
    filled_at: Timestamp,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn full(rate: Rate, now: Timestamp) -> Self {
        Self {
            level: rate.burst * 1_000,
            filled_at: now,
        }
    }

    /// Takes one request and returns how many are left, or for how many seconds there is none.
    pub(super) fn take(&mut self, rate: Rate, now: Timestamp) -> Result<u64, u64> {
        let elapsed = now.as_millisecond() - self.filled_at.as_millisecond();
        let gained = u64::try_from(elapsed)
            .unwrap_or(0)
            .saturating_mul(rate.steady);
        self.level = self.level.saturating_add(gained).min(rate.burst * 1_000);
        self.filled_at = now;
        match self.level.checked_sub(1_000) {
            Some(left) => {
                self.level = left;
                Ok(left / 1_000)
            }
            None => Err((1_000 - self.level)
                .div_ceil(rate.steady)
                .div_ceil(1_000)
                .max(1)),
        }
    }
}
