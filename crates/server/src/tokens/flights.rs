//! One refresh at a time for each connection of this process; everybody else waits for its outcome.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::Instrument as _;
use uuid::Uuid;

use super::access_token::AccessToken;
use super::failure::RefreshError;
use super::{Stale, Tokens, refresh};
use crate::provider::ProviderName;

/// How many token requests may be under way at once.
const MOST_REQUESTS: usize = 64;

/// How long a connection whose tokens were fetched by a clock that was ahead is left alone after that
/// was mended. Two machines whose clocks differ for good would take turns without end.
const BETWEEN_CORRECTIONS: Duration = Duration::from_mins(10);

/// How many corrections are remembered.
const MOST_CORRECTIONS: usize = 10_000;

/// What came of a refresh.
pub(super) type Outcome = Result<AccessToken, RefreshError>;

/// A refresh under way.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) outcome: Shared<BoxFuture<'static, Outcome>>,
    /// In steady time.
    pub(super) started: Duration,
    /// Whether it has new tokens that the store does not take.
    pub(super) is_store_failing: Arc<AtomicBool>,
}

/// The refreshes under way in this process.
pub struct Flights {
    by_connection: Mutex<HashMap<Uuid, Flight>>,
    requests: Semaphore,
    /// When tokens of a clock that was ahead were last replaced here, in steady time.
    corrected: Cache<Uuid, Duration>,
}

impl Default for Flights {
    fn default() -> Self {
        Self {
            by_connection: Mutex::default(),
            requests: Semaphore::new(MOST_REQUESTS),
            corrected: Cache::new(MOST_CORRECTIONS),
        }
    }
}

impl Flights {
    /// A place among the token requests.
    pub(super) async fn permit(&self) -> SemaphorePermit<'_> {
        let permit = self.requests.acquire().await;
        permit.expect("nobody closes the semaphore")
    }

    /// Whether tokens of a clock that is or was ahead may be replaced: not again and again.
    pub(super) fn may_correct(&self, id: Uuid, now: Duration) -> bool {
        let last = self.corrected.get(&id);
        last.is_none_or(|last| now >= last + BETWEEN_CORRECTIONS)
    }

    /// Notes that such tokens have been replaced.
    pub(super) fn note_correction(&self, id: Uuid, now: Duration) {
        self.corrected.insert(id, now);
    }

    /// The refresh of a connection that is under way, or a new one; and whether it is new.
    ///
    /// It runs as a task of its own: a caller that goes away must not take the new token along.
    pub(super) fn join(
        &self,
        tokens: &Tokens,
        id: Uuid,
        provider: ProviderName,
        stale: Stale,
    ) -> (Flight, bool) {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(&id) {
            return (flight.clone(), false);
        }
        let is_store_failing = Arc::new(AtomicBool::new(false));
        let flight = {
            let (tokens, is_store_failing) = (tokens.clone(), is_store_failing.clone());
            async move {
                let _landing = Landing(&tokens, id);
                refresh::run(&tokens, id, provider, stale, &is_store_failing).await
            }
        };
        // The span keeps the request's id on the lines that the refresh logs.
        let task = tokens.tasks.spawn(flight.in_current_span());
        let outcome = async move { task.await.unwrap_or(Err(RefreshError::Panicked)) };
        let flight = Flight {
            outcome: outcome.boxed().shared(),
            started: tokens.clock.steady(),
            is_store_failing,
        };
        flights.insert(id, flight.clone());
        (flight, true)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Flight>> {
        self.by_connection
            .lock()
            .expect("no holder of this lock panics")
    }
}

/// Takes a flight off the list when it ends, in whichever way.
struct Landing<'a>(&'a Tokens, Uuid);

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.0.flights.lock().remove(&self.1);
    }
}
