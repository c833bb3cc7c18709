//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use tokio::sync::watch;

/// `sleep` moves the clock and returns at once; `deadline` waits until the clock has been moved.
#[derive(Clone)]
pub(crate) struct HandSetClock {
    /// How long it has been since the test began.
    steady: watch::Sender<Duration>,
    /// What the wall clock said then, or would have, as it goes now.
    origin: Arc<Mutex<Timestamp>>,
    slept: Arc<Mutex<Vec<Duration>>>,
    is_stopped: Arc<AtomicBool>,
}

impl HandSetClock {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self {
            steady: watch::Sender::new(Duration::ZERO),
            origin: Arc::new(Mutex::new(now)),
            slept: Arc::default(),
            is_stopped: Arc::default(),
        }
    }

    /// From now on pauses end at once without moving the clock: what waits for something real tries
    /// again and again, and no deadline passes.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }

    /// Lets this much time pass.
    pub(crate) fn advance(&self, duration: SignedDuration) {
        let duration = Duration::try_from(duration).unwrap();
        self.steady.send_modify(|steady| *steady += duration);
    }

    /// Sets the wall clock ahead, or back, though no time passes: as an operator does, or NTP.
    pub(crate) fn jump(&self, by: SignedDuration) {
        *self.origin.lock().unwrap() += by;
    }

    /// Another clock of the same time, which can be set without this one.
    pub(crate) fn another(&self) -> Self {
        Self {
            origin: Arc::new(Mutex::new(*self.origin.lock().unwrap())),
            ..self.clone()
        }
    }

    /// The pauses taken so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Clock for HandSetClock {
    fn now(&self) -> Timestamp {
        *self.origin.lock().unwrap() + self.steady()
    }

    fn steady(&self) -> Duration {
        *self.steady.borrow()
    }

    fn sleep(&self, duration: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        if self.is_stopped.load(Ordering::SeqCst) {
            return Box::pin(tokio::task::yield_now());
        }
        self.slept.lock().unwrap().push(duration);
        self.advance(duration.try_into().unwrap());
        Box::pin(async {})
    }

    fn deadline(&self, duration: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        let end = self.steady() + duration;
        let mut steady = self.steady.subscribe();
        Box::pin(async move {
            if steady.wait_for(|steady| *steady >= end).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    /// The middle of every jitter.
    fn chance(&self) -> f64 {
        0.5
    }
}
