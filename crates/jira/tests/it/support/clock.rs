//! A clock set by hand: pauses are noted and skipped, deadlines come only when the test says so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use juncture_jira::Clock;
use tokio::sync::watch;

pub(crate) struct HandClock {
    now: Mutex<Timestamp>,
    pauses: Mutex<Vec<Duration>>,
    /// The time that `advance` has let pass; skipped pauses do not count.
    advanced: watch::Sender<Duration>,
    chance: f64,
}

impl HandClock {
    /// It is a quarter past noon, and chance is even, so that no pause is spread.
    pub(crate) fn new() -> Arc<Self> {
        Self::with_chance(0.5)
    }

    pub(crate) fn with_chance(chance: f64) -> Arc<Self> {
        Arc::new(Self {
            now: Mutex::new("2026-11-22T12:15:00Z".parse().unwrap()),
            pauses: Mutex::default(),
            advanced: watch::Sender::new(Duration::ZERO),
            chance,
        })
    }

    /// Lets this much time pass.
    pub(crate) fn advance(&self, duration: Duration) {
        self.move_on(duration);
        self.advanced.send_modify(|advanced| *advanced += duration);
    }

    /// The pauses taken so far, in seconds.
    pub(crate) fn pauses(&self) -> Vec<f64> {
        let pauses = self.pauses.lock().unwrap();
        pauses.iter().map(Duration::as_secs_f64).collect()
    }

    fn move_on(&self, duration: Duration) {
        *self.now.lock().unwrap() += SignedDuration::try_from(duration).unwrap();
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn steady(&self) -> Duration {
        Duration::try_from(self.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.pauses.lock().unwrap().push(duration);
        self.move_on(duration);
        std::future::ready(()).boxed()
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut advanced = self.advanced.subscribe();
        let end = *advanced.borrow() + duration;
        async move {
            // The clock outlives the calls that it times.
            let _ = advanced.wait_for(|advanced| *advanced >= end).await;
        }
        .boxed()
    }

    fn chance(&self) -> f64 {
        self.chance
    }
}
