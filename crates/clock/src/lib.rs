//! The one door through which time, pauses and chance enter Juncture: all else asks a [`Clock`], which a
//! test may set by hand.
//!
//! Not a calendar: Jira's own timestamps stay the strings that Jira sends.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

/// What the client takes from its surroundings, so that a test may set it by hand.
pub trait Clock: Send + Sync + 'static {
    /// The instant it is.
    fn now(&self) -> Timestamp;

    /// How long it has been since some moment of the past, which is the same for as long as the process
    /// lives. Nobody can set it: where [`now`](Clock::now) jumps, it goes on evenly.
    fn steady(&self) -> Duration;

    /// A pause between two tries. A clock that skips pauses moves its [`now`](Clock::now) on by
    /// them, as a wall clock would.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Resolves when an operation begun now has used up `duration`. Distinct from
    /// [`sleep`](Clock::sleep) so that a hand-set clock may skip pauses without ending operations.
    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// A number in `[0, 1)`, to spread retries.
    fn chance(&self) -> f64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[expect(
    clippy::disallowed_methods,
    reason = "the one door: everything else asks a `Clock`"
)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        ORIGIN.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}

/// The instant that lies `duration` after `instant`, or the last one there is.
#[must_use]
pub fn after(instant: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| instant.checked_add(duration).ok())
        .unwrap_or(Timestamp::MAX)
}

/// How long it is from `now` to `instant`; zero if that has passed.
#[must_use]
pub fn until(instant: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(instant.duration_since(now)).unwrap_or_default()
}
