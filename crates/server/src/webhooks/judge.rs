//! What follows from an attempt, for the delivery and for the endpoint: decisions without a side effect.
//!
//! A failure that speaks of the endpoint (no connection, no answer, 429 …) is the endpoint's: it is asked again by
//! its own schedule, one delivery at a time, and no delivery is worn out by it. A failure that speaks of the event
//! is the delivery's, and holds back its own lane alone. An endpoint that fails every event is taken for one that
//! fails as a whole.

use jiff::Timestamp;

use super::outcome::{About, Attempted, Outcome};
use super::schedule::next_after;
use crate::store::event_endpoints::{ACTIVE, EndpointRow, Health, PAUSED};
use crate::store::event_lanes::{End, Lease, NEVER};

/// So many failures with no success between them, whatever they speak of, are the endpoint's.
const STRIKES: i64 = 10;

/// The endpoint is told to be failing when so many attempts at it as a whole have failed: after the third there
/// is half an hour to the next.
const FAILING: i64 = 3;

/// Why an endpoint is paused.
pub mod reasons {
    /// Somebody has asked for it.
    pub const REQUESTED: &str = "requested";
    /// It has answered 410.
    pub const GONE: &str = "gone";
    /// It has failed for its whole schedule.
    pub const EXHAUSTED: &str = "exhausted";

    /// Every one.
    pub const ALL: [&str; 3] = [REQUESTED, GONE, EXHAUSTED];

    /// The reason of this word, as a row has it.
    #[must_use]
    pub fn parse(word: &str) -> Option<&'static str> {
        ALL.into_iter().find(|known| *known == word)
    }
}

/// What an endpoint does with a delivery that has failed for its whole schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExhausted {
    /// It is given up, and the next of its lane goes on.
    Skip,
    /// Its lane waits for somebody to look after it.
    Hold,
}

impl OnExhausted {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Hold => "hold",
        }
    }

    /// That of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Skip, Self::Hold];
        all.into_iter().find(|known| known.as_str() == word)
    }
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It has arrived.
    Arrived,
    /// It is given up.
    GivenUp,
    /// It stays the first of its lane.
    Stays {
        /// How often it has failed because of its event.
        attempts: i64,
        /// When it is due again; milliseconds since the epoch.
        due_at: i64,
    },
}

impl Fate {
    /// How its lane ends, which goes on like this if it can.
    #[must_use]
    pub fn end(self, goes_on: Option<Lease>) -> End {
        match self {
            Self::Arrived | Self::GivenUp => End::Taken { goes_on },
            Self::Stays { attempts, due_at } => End::Stays { attempts, due_at },
        }
    }
}

/// What becomes of a delivery after an attempt. `attempts` are those before that failed because of its event.
#[must_use]
pub fn fate(
    attempted: &Attempted,
    attempts: i64,
    on_exhausted: OnExhausted,
    chance: f64,
    now: Timestamp,
) -> Fate {
    if attempted.outcome == Outcome::Delivered {
        return Fate::Arrived;
    }
    if attempted.outcome.about() == About::Endpoint {
        // The endpoint waits, and not the lane; behind the others, so that the next attempt is another's.
        return Fate::Stays {
            attempts,
            due_at: now.as_millisecond(),
        };
    }
    let failed = attempts + 1;
    let next = next_after(failed, attempted.retry_after, chance, now);
    match (next, on_exhausted) {
        (Some(next), _) => Fate::Stays {
            attempts: failed,
            due_at: next.as_millisecond(),
        },
        (None, OnExhausted::Skip) => Fate::GivenUp,
        (None, OnExhausted::Hold) => Fate::Stays {
            attempts: failed,
            due_at: NEVER,
        },
    }
}

/// A change of an endpoint that others are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It fails.
    Failing,
    /// It is paused, for this reason.
    Disabled(&'static str),
}

/// How an endpoint stands by its row.
#[must_use]
pub fn health_of(row: &EndpointRow) -> Health {
    let is_active = row.state == ACTIVE;
    let last_failure = row.last_failure.as_deref().and_then(Outcome::parse);
    Health {
        state: if is_active { ACTIVE } else { PAUSED },
        reason: row.reason.as_deref().and_then(reasons::parse),
        not_before: row.not_before,
        failures: row.failures,
        strikes: row.strikes,
        failing_since: row.failing_since,
        last_failure: last_failure.map(Outcome::as_str),
        last_success_at: row.last_success_at,
    }
}

/// How an endpoint stands after an attempt, and what others are to be told of it.
///
/// An attempt speaks for the time in which it began: of many under way when an endpoint fails the first one counts,
/// and one that succeeds late takes nothing back.
#[must_use]
pub fn judge(
    mut health: Health,
    attempted: &Attempted,
    chance: f64,
    now: Timestamp,
) -> (Health, Option<Change>) {
    let now_ms = now.as_millisecond();
    let is_current = attempted.seen_failures == health.failures;
    if attempted.outcome == Outcome::Delivered {
        // To the second, so that a fast endpoint is not written with every event.
        let last = health.last_success_at.unwrap_or(i64::MIN);
        if now_ms.saturating_sub(last) >= 1_000 || health.strikes > 0 {
            health.last_success_at = Some(now_ms);
        }
        if is_current {
            health.failures = 0;
            health.strikes = 0;
            health.not_before = 0;
            health.failing_since = None;
            health.last_failure = None;
        }
        return (health, None);
    }
    health.strikes += 1;
    health.last_failure = Some(attempted.outcome.as_str());
    health.failing_since = health.failing_since.or(Some(now_ms));
    if health.state != ACTIVE || !is_current {
        return (health, None);
    }
    if attempted.outcome == Outcome::Gone {
        return disable(health, reasons::GONE);
    }
    let is_slowed = health.failures > 0 || health.strikes >= STRIKES;
    if attempted.outcome.about() == About::Event && !is_slowed {
        return (health, None);
    }
    health.failures += 1;
    match next_after(health.failures, attempted.retry_after, chance, now) {
        None => disable(health, reasons::EXHAUSTED),
        Some(next) => {
            health.not_before = next.as_millisecond();
            let change = (health.failures == FAILING).then_some(Change::Failing);
            (health, change)
        }
    }
}

fn disable(mut health: Health, reason: &'static str) -> (Health, Option<Change>) {
    health.state = PAUSED;
    health.reason = Some(reason);
    (health, Some(Change::Disabled(reason)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn healthy() -> Health {
        Health {
            state: ACTIVE,
            reason: None,
            not_before: 0,
            failures: 0,
            strikes: 0,
            failing_since: None,
            last_failure: None,
            last_success_at: None,
        }
    }

    fn attempted(outcome: Outcome, seen_failures: i64) -> Attempted {
        Attempted {
            outcome,
            retry_after: None,
            seen_failures,
        }
    }

    fn after(health: Health, outcome: Outcome) -> (Health, Option<Change>) {
        let failures = health.failures;
        judge(health, &attempted(outcome, failures), 0.5, NOW)
    }

    #[test]
    fn of_many_under_way_when_an_endpoint_fails_one_counts() {
        let mut health = healthy();
        for _ in 0..16 {
            health = judge(health, &attempted(Outcome::TimedOut, 0), 0.5, NOW).0;
        }
        assert_eq!((health.failures, health.not_before), (1, 5_000));
        // One that began before and succeeds late takes nothing back.
        let late = judge(health.clone(), &attempted(Outcome::Delivered, 0), 0.5, NOW).0;
        assert_eq!((late.failures, late.not_before), (1, 5_000));
        let back = after(health, Outcome::Delivered).0;
        assert_eq!((back.failures, back.strikes, back.not_before), (0, 0, 0));
        assert_eq!(back.failing_since, None);
    }

    #[test]
    fn a_dead_endpoint_is_told_once_and_paused_at_the_end() {
        let (mut health, mut told) = (healthy(), Vec::new());
        for _ in 0..10 {
            let (next, change) = after(health, Outcome::Unreachable);
            health = next;
            told.extend(change);
        }
        let exhausted = Change::Disabled(reasons::EXHAUSTED);
        assert_eq!(told, [Change::Failing, exhausted]);
        assert_eq!((health.state, health.reason), (PAUSED, Some("exhausted")));
        // What was under way then changes nothing of it.
        assert_eq!(after(health, Outcome::Gone).1, None);
    }

    #[test]
    fn an_endpoint_that_fails_every_event_is_slowed_and_one_that_fails_some_is_not() {
        let mut health = healthy();
        for _ in 0..9 {
            health = after(health, Outcome::Refused).0;
        }
        assert_eq!(health.failures, 0);
        let slowed = after(health.clone(), Outcome::Refused).0;
        assert_eq!((slowed.failures, slowed.not_before), (1, 5_000));
        health = after(health, Outcome::Delivered).0;
        assert_eq!(after(health, Outcome::Refused).0.failures, 0);
    }

    #[test]
    fn gone_is_gone_at_once() {
        let (health, change) = after(healthy(), Outcome::Gone);
        assert_eq!(health.state, PAUSED);
        assert_eq!(change, Some(Change::Disabled(reasons::GONE)));
    }

    #[test]
    fn what_the_endpoint_fails_wears_no_delivery_out() {
        let skip = OnExhausted::Skip;
        let slowed = fate(&attempted(Outcome::Unavailable, 0), 7, skip, 0.5, NOW);
        let stays = Fate::Stays {
            attempts: 7,
            due_at: 0,
        };
        assert_eq!(slowed, stays);
        let refused = attempted(Outcome::Refused, 0);
        let again = Fate::Stays {
            attempts: 1,
            due_at: 5_000,
        };
        assert_eq!(fate(&refused, 0, skip, 0.5, NOW), again);
        assert_eq!(fate(&refused, 9, skip, 0.5, NOW), Fate::GivenUp);
        let held = Fate::Stays {
            attempts: 10,
            due_at: NEVER,
        };
        assert_eq!(fate(&refused, 9, OnExhausted::Hold, 0.5, NOW), held);
    }

    #[test]
    fn a_wait_that_is_asked_for_is_kept_to() {
        let mut asks = attempted(Outcome::Unavailable, 0);
        asks.retry_after = Some(Duration::from_hours(1));
        assert_eq!(judge(healthy(), &asks, 0.5, NOW).0.not_before, 3_600_000);
    }
}
