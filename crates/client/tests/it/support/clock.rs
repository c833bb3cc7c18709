//! A clock that takes no time.

use std::future::{pending, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use juncture_client::Clock;

/// Pauses are noted, and end at once: so much later is it then. A deadline passes where it is said that all do.
#[derive(Clone, Default)]
pub(crate) struct TestClock {
    slept: Arc<Mutex<Vec<Duration>>>,
    is_late: bool,
}

impl TestClock {
    /// One on which every deadline has passed.
    pub(crate) fn late() -> Self {
        Self {
            is_late: true,
            ..Self::default()
        }
    }

    /// The pauses taken so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn steady(&self) -> Duration {
        self.slept.lock().unwrap().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.slept.lock().unwrap().push(duration);
        Box::pin(ready(()))
    }

    fn deadline(&self, _: Duration) -> BoxFuture<'static, ()> {
        if self.is_late {
            Box::pin(ready(()))
        } else {
            Box::pin(pending())
        }
    }

    /// The shortest of all pauses that chance makes.
    fn chance(&self) -> f64 {
        0.0
    }
}
