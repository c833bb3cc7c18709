//! The sandbox's own time, and its only door to real time.
//!
//! The clock moves tokens, sprints and page tokens past their ends. Pauses are real time: a
//! latency of 50 ms is 50 ms, whatever the clock shows.

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

const CENTURY: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

/// A clock which stands or walks, and jumps when told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Clock {
    frozen_at: Option<Timestamp>,
    offset: SignedDuration,
}

impl Clock {
    /// A clock that stands at `frozen_at`, or shows real time.
    pub(crate) fn new(frozen_at: Option<Timestamp>) -> Self {
        Self {
            frozen_at,
            offset: SignedDuration::ZERO,
        }
    }

    /// Whether time passes by itself.
    pub(crate) fn walks(&self) -> bool {
        self.frozen_at.is_none()
    }

    /// The instant the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        let base = self.frozen_at.unwrap_or_else(real_now);
        base.saturating_add(self.offset)
            .expect("an instant plus an exact duration has no units to refuse")
    }

    /// Moves the clock; a negative number moves it back. It never goes further than a century
    /// from its base, so that lifetimes added to it stay within the calendar.
    pub(crate) fn advance(&mut self, seconds: i64) {
        let offset = self
            .offset
            .saturating_add(SignedDuration::from_secs(seconds));
        self.offset = offset.clamp(-CENTURY, CENTURY);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one door to the time of day; `Options::frozen_at` closes it"
)]
fn real_now() -> Timestamp {
    Timestamp::now()
}

/// What comes of something within a time, or `None`. The time is real: it is of a machine that does
/// not answer.
pub(crate) async fn within<T>(duration: Duration, act: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = act => Some(done),
        () = pause(duration) => None,
    }
}

/// Waits for real, for the faults that are slow.
#[expect(
    clippy::disallowed_methods,
    reason = "the one door to waiting; tests pause tokio's clock"
)]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
