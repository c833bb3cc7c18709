//! The time of the processes under test: it stands, and what waits for it waits until the test
//! rings.
//!
//! Two processes share one time; each may be ahead of or behind it by a constant, as the clocks of
//! two machines are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;

/// How often a process looks at the lease of another, in the middle of its jitter. It is of no
/// account when exactly, so time may move on over such a pause.
pub(super) const LOOK: Duration = Duration::from_millis(100);

/// The time, and all that waits for it.
#[derive(Clone)]
pub(super) struct Time(Arc<Mutex<State>>);

struct State {
    now: Timestamp,
    next: u64,
    timers: BTreeMap<u64, Timer>,
    /// The pauses begun so far, by process.
    pauses: BTreeMap<usize, Vec<Duration>>,
}

struct Timer {
    process: usize,
    kind: Kind,
    length: Duration,
    due: Timestamp,
    has_rung: bool,
    waker: Option<Waker>,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A pause.
    Sleep,
    /// The end of an operation under way.
    Deadline,
}

/// What waits in a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pending {
    pub(super) kind: Kind,
    pub(super) length: Duration,
    pub(super) left: SignedDuration,
    pub(super) has_rung: bool,
}

impl Pending {
    /// Whether it is a pause before another look at a lease.
    pub(super) fn is_look(&self) -> bool {
        is_look(self.kind, self.length)
    }
}

fn is_look(kind: Kind, length: Duration) -> bool {
    (kind, length) == (Kind::Sleep, LOOK)
}

impl Time {
    pub(super) fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(State {
            now,
            next: 0,
            timers: BTreeMap::new(),
            pauses: BTreeMap::new(),
        })))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// Moves on to `now`. Nothing rings by that.
    pub(super) fn set(&self, now: Timestamp) {
        self.lock().now = now;
    }

    /// All that waits in a process, in a fixed order.
    pub(super) fn pending(&self, process: usize) -> Vec<Pending> {
        let state = self.lock();
        let timers = state.timers.values();
        let mut pending: Vec<Pending> = timers
            .filter(|timer| timer.process == process)
            .map(|timer| Pending {
                kind: timer.kind,
                length: timer.length,
                left: timer.due.duration_since(state.now),
                has_rung: timer.has_rung,
            })
            .collect();
        pending.sort();
        pending
    }

    /// The pauses that a process has begun since this was last asked, but for looks at a lease.
    pub(super) fn take_pauses(&self, process: usize) -> Vec<Duration> {
        self.lock().pauses.remove(&process).unwrap_or_default()
    }

    /// When the next timer of a process is due, but for those that merely look at a lease.
    pub(super) fn next_due(&self, process: usize) -> Option<Timestamp> {
        let state = self.lock();
        let timers = state.timers.values();
        let timers =
            timers.filter(|timer| timer.process == process && !is_look(timer.kind, timer.length));
        timers.map(|timer| timer.due).min()
    }

    /// Rings what is due in a process; false if nothing is.
    pub(super) fn ring(&self, process: usize) -> bool {
        let mut state = self.lock();
        let now = state.now;
        let mut is_any = false;
        for timer in state.timers.values_mut() {
            if timer.process == process && timer.due <= now && !timer.has_rung {
                timer.has_rung = true;
                is_any = true;
                if let Some(waker) = timer.waker.take() {
                    waker.wake();
                }
            }
        }
        is_any
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock of one process.
pub(super) struct ProcessClock {
    pub(super) time: Time,
    pub(super) process: usize,
    /// How far it is ahead of the others.
    pub(super) skew: SignedDuration,
}

impl ProcessClock {
    fn wait(&self, kind: Kind, length: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.time.lock();
        if kind == Kind::Sleep && !is_look(kind, length) {
            state.pauses.entry(self.process).or_default().push(length);
        }
        let number = state.next;
        state.next += 1;
        let due = state.now + SignedDuration::try_from(length).unwrap();
        let timer = Timer {
            process: self.process,
            kind,
            length,
            due,
            has_rung: false,
            waker: None,
        };
        state.timers.insert(number, timer);
        let ticket = Ticket {
            time: self.time.clone(),
            number,
        };
        Box::pin(std::future::poll_fn(move |context| {
            let mut state = ticket.time.lock();
            let timer = state.timers.get_mut(&ticket.number).expect("it waits");
            if timer.has_rung {
                return Poll::Ready(());
            }
            timer.waker = Some(context.waker().clone());
            Poll::Pending
        }))
    }
}

/// Takes a timer off the list when nobody waits for it any more.
struct Ticket {
    time: Time,
    number: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.time.lock().timers.remove(&self.number);
    }
}

impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        self.time.now() + self.skew
    }

    fn steady(&self) -> Duration {
        let since = self.time.now().duration_since(Timestamp::UNIX_EPOCH);
        Duration::try_from(since).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(Kind::Sleep, duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(Kind::Deadline, duration)
    }

    /// The middle of every jitter.
    fn chance(&self) -> f64 {
        0.5
    }
}
