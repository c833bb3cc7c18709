//! Whether the shared cache is gone without: after a failure, until it has answered a probe.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;

use super::remote::RemoteError;

/// The pause between two probes of a cache that does not answer.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// The shared cache is gone without for now.
#[derive(Debug)]
pub(super) struct Bypassed;

/// What a request may do with the shared cache.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// Ask it.
    Free,
    /// Go without.
    Barred,
    /// Go without, but see to it that somebody probes: this is told once a pause.
    BarredProbeDue,
}

/// Whether, and since when or since which probe, the cache is gone without.
pub(super) struct Bypass {
    since: Mutex<Option<Timestamp>>,
    clock: Arc<dyn Clock>,
}

impl Bypass {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            since: Mutex::default(),
            clock,
        }
    }

    pub(super) fn passage(&self) -> Passage {
        let mut since = self.since();
        let now = self.clock.now();
        match *since {
            None => Passage::Free,
            // A clock that was set back must not bar the way until it has caught up.
            Some(then) if then <= now && now.duration_since(then) < PAUSE => Passage::Barred,
            Some(_) => {
                *since = Some(now);
                Passage::BarredProbeDue
            }
        }
    }

    /// The cache has failed. Told once, when it begins.
    pub(super) fn begin(&self, reason: &RemoteError) {
        let before = self.since().replace(self.clock.now());
        if before.is_none() {
            tracing::warn!(
                error = reason as &dyn std::error::Error,
                "the shared cache does not answer; going on without it"
            );
        }
    }

    /// The cache has answered a probe.
    pub(super) fn end(&self) {
        if self.since().take().is_some() {
            tracing::info!("the shared cache answers again");
        }
    }

    fn since(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
