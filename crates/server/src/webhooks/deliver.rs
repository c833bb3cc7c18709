//! The deliverer of a process: for each endpoint at which something is due, one worker, for as long as there is
//! something to do.
//!
//! A worker claims lanes, sends the first delivery of each, and writes down together what has come back meanwhile:
//! the faster an endpoint answers, the more share a transaction. In a lane nothing is sent before it is written
//! down that the one before has arrived.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use juncture_clock::Clock;
use juncture_outbound::guard::{Connections, Guarded};
use metrics::{counter, histogram};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::attempt::{body_of, post};
use super::endpoint::Endpoint;
use super::held::{Held, How, Kept, Over, Ready, unreadable};
use super::judge::Change;
use super::may_begin;
use super::outcome::{Attempted, Outcome};
use super::turn::{TurnError, Turned, Turns, Wanted};
use super::window::{AT_ONCE, Beside, Window};
use crate::events::Event;
use crate::metrics::Metrics;
use crate::random;
use crate::seal::Sealer;
use crate::store::event_lanes::subject_of;
use crate::store::{self, Store, event_endpoints};
use crate::timeline::happened_at;

/// How many attempts a process makes at once in all.
const AT_ONCE_IN_ALL: usize = 4 * AT_ONCE;

/// How often a worker tries to write down what came of attempts while the store is away, and how long it waits
/// between. After that a lease has run out, and they are made again.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_secs(1);

const ATTEMPTS: &str = "juncture_event_attempts_total";
const LAG: &str = "juncture_event_delivery_lag_seconds";

/// What deliveries are made with.
pub struct Parts {
    /// Where they wait.
    pub store: Store,
    /// Opens and seals.
    pub sealer: Arc<Sealer>,
    /// The time and chance.
    pub clock: Arc<dyn Clock>,
    /// The way out.
    pub guarded: Guarded,
    /// Counts them.
    pub metrics: Arc<Metrics>,
    /// Work that must end before the process does.
    pub tasks: TaskTracker,
    /// Cancelled when it is to end.
    pub stopping: CancellationToken,
}

/// Delivers events; cheap to clone.
#[derive(Clone)]
pub struct Deliverer(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// The endpoints that have a worker, and whether it is to look again before it ends.
    workers: Mutex<HashMap<Uuid, bool>>,
    working: watch::Sender<usize>,
    places: Arc<Semaphore>,
}

impl Deliverer {
    /// One that has nothing to do yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        parts.metrics.record(|| {
            for outcome in Outcome::ALL {
                counter!(ATTEMPTS, "outcome" => outcome.as_str()).absolute(0);
            }
        });
        Self(Arc::new(Inner {
            parts,
            workers: Mutex::default(),
            working: watch::Sender::new(0),
            places: Arc::new(Semaphore::new(AT_ONCE_IN_ALL)),
        }))
    }

    /// Makes sure that everything is being delivered that is due.
    pub async fn start_due(&self) -> store::Result<()> {
        if self.0.parts.stopping.is_cancelled() {
            return Ok(());
        }
        let now = self.0.parts.clock.now();
        let mut tx = self.0.parts.store.begin_read().await?;
        let due = event_endpoints::due_of_any_project(&mut tx, now).await?;
        drop(tx);
        for row in due {
            self.start(row.endpoint_id);
        }
        Ok(())
    }

    /// Waits until nobody works.
    pub async fn idle(&self) {
        let mut working = self.0.working.subscribe();
        // The sender is our own, so it is there.
        drop(working.wait_for(|working| *working == 0).await);
    }

    fn start(&self, endpoint: Uuid) {
        let mut workers = self.0.workers();
        if let Some(again) = workers.get_mut(&endpoint) {
            *again = true;
            return;
        }
        workers.insert(endpoint, false);
        let place = Place {
            inner: self.0.clone(),
            endpoint,
        };
        self.0.working.send_modify(|working| *working += 1);
        let worker = Worker {
            inner: self.0.clone(),
            endpoint,
            owner: Uuid::from_bytes(random::bytes()),
            connections: Arc::default(),
        };
        self.0.parts.tasks.spawn(async move {
            loop {
                worker.work().await;
                if place.is_to_end() {
                    break;
                }
            }
        });
    }
}

impl Inner {
    fn workers(&self) -> MutexGuard<'_, HashMap<Uuid, bool>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That an endpoint has a worker, however it ends.
struct Place {
    inner: Arc<Inner>,
    endpoint: Uuid,
}

impl Place {
    /// Whether nobody has asked for another look; then the endpoint has no worker any more.
    fn is_to_end(&self) -> bool {
        let mut workers = self.inner.workers();
        let again = workers.get_mut(&self.endpoint);
        let is_asked = again.is_some_and(std::mem::take);
        let is_to_end = !is_asked || self.inner.parts.stopping.is_cancelled();
        if is_to_end {
            workers.remove(&self.endpoint);
        }
        is_to_end
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.workers().remove(&self.endpoint);
        self.inner.working.send_modify(|working| *working -= 1);
    }
}

/// Who delivers to one endpoint.
struct Worker {
    inner: Arc<Inner>,
    endpoint: Uuid,
    owner: Uuid,
    connections: Arc<Connections>,
}

impl Worker {
    /// Delivers what is due until nothing is, or nothing may be.
    async fn work(&self) {
        let parts = &self.inner.parts;
        let mut under_way = JoinSet::new();
        let mut over: Vec<Over> = Vec::new();
        let mut window = Window::default();
        loop {
            let places = self.places(window.size().saturating_sub(under_way.len()));
            let wanted = Wanted {
                room: places.len(),
                are_under_way: !under_way.is_empty(),
                is_ending: parts.stopping.is_cancelled(),
            };
            let Some(turned) = self.turn(&over, wanted).await else {
                // Those that are under way are let go with what is over: they are made again by whoever has the
                // lanes next.
                under_way.shutdown().await;
                return;
            };
            over.clear();
            self.tell(&turned);
            let is_alone = under_way.is_empty() && window.size() == 1;
            if let Some(endpoint) = turned.endpoint {
                // No more were wanted than there are places.
                for (ready, place) in turned.ready.into_iter().zip(places) {
                    let begun = self.begin(&endpoint, ready, place);
                    under_way.spawn(begun);
                }
            }
            let Some(first) = under_way.join_next().await else {
                return;
            };
            over.extend(first.ok());
            while let Some(next) = under_way.try_join_next() {
                over.extend(next.ok());
            }
            let beside = if is_alone {
                Beside::Nobody
            } else if over.len() + under_way.len() < window.size() {
                Beside::Few
            } else {
                Beside::All
            };
            for (kept, how) in over
                .iter()
                .filter_map(|over| Some((over.kept.as_ref()?, over.how)))
            {
                window.note(kept.duration, how.is_delivered(), beside);
            }
        }
    }

    /// Places for attempts, so many at most.
    fn places(&self, most: usize) -> Vec<OwnedSemaphorePermit> {
        let places = &self.inner.places;
        let taken = (0..most).map_while(|_| places.clone().try_acquire_owned().ok());
        taken.collect()
    }

    /// A turn, tried again for a while where the store is away. None if it has not come about.
    async fn turn(&self, over: &[Over], wanted: Wanted) -> Option<Turned> {
        let parts = &self.inner.parts;
        let turns = Turns {
            store: &parts.store,
            sealer: &parts.sealer,
            clock: &*parts.clock,
            endpoint: self.endpoint,
            owner: self.owner,
        };
        for tries in 1..=TRIES {
            match turns.turn(over, wanted).await {
                Ok(turned) => {
                    parts.store.note("deliver", &Ok(()));
                    return Some(turned);
                }
                Err(TurnError::Open(error)) => {
                    tracing::error!(endpoint_id = %self.endpoint, %error, "an event endpoint cannot be used");
                    return None;
                }
                Err(TurnError::Store(error)) => {
                    parts.store.note("deliver", &Err(error));
                    // There is something to write down only where something is over.
                    if over.is_empty() || tries == TRIES {
                        return None;
                    }
                    parts.clock.sleep(PAUSE).await;
                }
            }
        }
        None
    }

    fn tell(&self, turned: &Turned) {
        let endpoint_id = self.endpoint;
        match turned.change {
            Some(Change::Failing) => {
                tracing::warn!(%endpoint_id, "an event endpoint fails; what it takes waits");
            }
            Some(Change::Disabled(reason)) => {
                tracing::warn!(%endpoint_id, reason, "an event endpoint is paused; what it takes waits");
            }
            None => {}
        }
    }

    /// One attempt, or why there is none.
    fn begin(
        &self,
        endpoint: &Arc<Endpoint>,
        ready: Ready,
        place: OwnedSemaphorePermit,
    ) -> impl Future<Output = Over> + Send + 'static {
        let (inner, endpoint) = (self.inner.clone(), endpoint.clone());
        let connections = self.connections.clone();
        async move {
            let over = match ready.event {
                None => Over {
                    held: ready.held,
                    how: How::Gone,
                    kept: None,
                },
                Some(Err(error)) => {
                    tracing::error!(%error, "an event cannot be delivered");
                    inner.count(Outcome::Unreadable);
                    Over {
                        held: ready.held,
                        how: How::Attempted(unreadable(ready.seen_failures)),
                        kept: None,
                    }
                }
                Some(Ok(event)) => {
                    let attempt = Attempt {
                        event,
                        held: ready.held,
                        seen_failures: ready.seen_failures,
                    };
                    inner.attempt(&endpoint, &connections, attempt).await
                }
            };
            drop(place);
            over
        }
    }
}

/// What is about to be sent.
struct Attempt {
    event: Event,
    held: Held,
    seen_failures: i64,
}

impl Inner {
    async fn attempt(
        &self,
        endpoint: &Endpoint,
        connections: &Connections,
        attempt: Attempt,
    ) -> Over {
        let Parts { clock, guarded, .. } = &self.parts;
        let Attempt {
            event,
            held,
            seen_failures,
        } = attempt;
        let held_for = clock.steady().saturating_sub(held.leased_at);
        if !may_begin(held_for) {
            // The store took too long: somebody else may have the lane before an answer comes.
            return Over {
                held,
                how: How::NotBegun,
                kept: None,
            };
        }
        let id = random::uuid_v7(clock.now());
        let (_, is_replay) = subject_of(&held.lane);
        let message = (event.id, body_of(&event, endpoint.mode));
        let sent = post(
            (guarded, connections),
            &**clock,
            endpoint,
            message,
            is_replay,
        )
        .await;
        self.count(sent.outcome);
        if sent.outcome == Outcome::Delivered && !is_replay {
            let lag = clock.now().duration_since(happened_at(event.id));
            let lag = lag.as_secs_f64().max(0.0);
            self.parts.metrics.record(|| histogram!(LAG).record(lag));
        }
        tracing::debug!(
            endpoint_id = %endpoint.id,
            event_id = %event.id,
            outcome = sent.outcome.as_str(),
            status = sent.status,
            duration_ms = sent.duration.as_millis(),
            "an event was sent"
        );
        Over {
            held,
            how: How::Attempted(Attempted {
                outcome: sent.outcome,
                retry_after: sent.retry_after,
                seen_failures,
            }),
            kept: Some(Kept {
                id,
                status: sent.status,
                duration: sent.duration,
                excerpt: sent.excerpt,
            }),
        }
    }

    fn count(&self, outcome: Outcome) {
        let outcome = outcome.as_str();
        (self.parts.metrics).record(|| counter!(ATTEMPTS, "outcome" => outcome).increment(1));
    }
}
