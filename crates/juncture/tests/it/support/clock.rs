//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_jira::Clock;
use tokio::sync::watch;

/// `sleep` moves the clock and returns at once; `deadline` waits until the clock has been moved.
#[derive(Clone)]
pub(crate) struct HandSetClock {
    now: watch::Sender<Timestamp>,
    slept: Arc<Mutex<Vec<Duration>>>,
    is_stopped: Arc<AtomicBool>,
}

impl HandSetClock {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self {
            now: watch::Sender::new(now),
            slept: Arc::default(),
            is_stopped: Arc::default(),
        }
    }

    /// From now on pauses end at once without moving the clock: what waits for something real tries
    /// again and again, and no deadline passes.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, duration: SignedDuration) {
        self.now.send_modify(|now| *now += duration);
    }

    /// The pauses taken so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Clock for HandSetClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
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
        let end = self.now() + SignedDuration::try_from(duration).unwrap();
        let mut now = self.now.subscribe();
        Box::pin(async move {
            if now.wait_for(|now| *now >= end).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    /// The middle of every jitter.
    fn chance(&self) -> f64 {
        0.5
    }
}
