//! How patient the client is, and what it tries again: reads, and writes that Jira has not begun.
//!
//! Only the judgement; the loop that acts on it is `send`.

use std::time::Duration;

use crate::error::Error;

/// Tries, pauses and bounds. The default follows Atlassian's
/// [advice](https://developer.atlassian.com/cloud/jira/platform/rate-limiting/): pauses that
/// double from 2 s to 30 s, spread by ±30 %, at most four tries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// How often one call is tried in all; at least once.
    pub tries: u32,
    /// The pause after the first failure; each further one doubles it.
    pub first_pause: Duration,
    /// What the doubling stops at.
    pub longest_pause: Duration,
    /// The factors between which a pause is spread, so that callers do not return together.
    pub jitter: (f64, f64),
    /// How long one try may take, its body included.
    pub per_try: Duration,
    /// How long one call may take in all: tries, pauses and queueing.
    pub overall: Duration,
    /// How long one list may take in all, in however many calls. Less than the 180 s after which
    /// proxies give up.
    pub list_overall: Duration,
    /// How many bytes of answers one list may take, and so about the memory that its texts may.
    pub list_bytes: usize,
    /// The furthest that one answer may push a site's next call. Quotas refill every hour, so
    /// nothing honest asks for more.
    pub longest_wait: Duration,
    /// How many calls to one site may be in flight at once.
    pub max_in_flight_per_site: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tries: 4,
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_secs(30),
            jitter: (0.7, 1.3),
            per_try: Duration::from_secs(20),
            overall: Duration::from_mins(1),
            list_overall: Duration::from_secs(150),
            list_bytes: 128 * 1024 * 1024,
            longest_wait: Duration::from_hours(1),
            max_in_flight_per_site: 8,
        }
    }
}

impl Policy {
    /// How often a call is tried that failed so.
    ///
    /// A write is tried again only if Jira has not begun it. That holds for PUT and DELETE as
    /// well, idempotent as they are (RFC 9110 §9.2.2): a second PUT overwrites what somebody
    /// else wrote after the first and tells the watchers twice, and a second DELETE answers 404
    /// to a caller whose first one succeeded.
    pub(crate) fn tries_after(&self, failure: &Error) -> u32 {
        if failure.is_of_write() && !failure.is_before_acting() {
            return 1;
        }
        match failure.status().map(|status| status.as_u16()) {
            // Jira answers 500 for states that no retry heals, such as a board whose columns
            // have no status, so a second answer of it is believed.
            Some(500) => self.tries.min(2),
            Some(429 | 502 | 503 | 504) => self.tries,
            None if failure.is_timeout() || failure.is_unavailable() => self.tries,
            Some(_) if failure.is_cut() => self.tries,
            _ => 1,
        }
    }

    /// The pause after the `tried`th failure: the spread, doubled pause, or what the answer
    /// asked for if that is longer.
    pub(crate) fn pause(&self, tried: u32, asked: Option<Duration>, chance: f64) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)))
            .min(self.longest_pause);
        let (low, high) = self.jitter;
        let spread = doubled.as_secs_f64() * (low + (high - low) * chance);
        let spread = Duration::try_from_secs_f64(spread).unwrap_or(doubled);
        spread.max(asked.unwrap_or_default())
    }
}
