//! A line: one TCP connection, and whom it waits for just now.
//!
//! The stream and the bodies tell it what happens; the watchdog and whoever needs its place ask it.
//! A line of our own work is never closed for the sake of another.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::task::AbortHandle;

/// Where a line stands between two requests or within one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// No byte of the next request has come.
    Idle,
    /// Its head has begun.
    Head,
    /// We work on the request, or on its answer.
    Work,
    /// The request's body is wanted, and more of it must come.
    Body,
    /// The answer is there, and the peer takes no more of it.
    Blocked,
    /// We have closed our side; the peer may still read the last answer.
    Linger,
    /// Its place was given to another.
    Closed,
}

/// The line has been closed to make place.
#[derive(Debug, thiserror::Error)]
#[error("the connection was closed to make place for another")]
pub(super) struct Closed;

/// What is known of who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Stranger,
    /// Nothing, and the connection itself counts as a call of its peer that no request has used yet
    /// (see `limit`).
    Charged,
    /// A request has carried the secret key.
    Known,
}

/// One TCP connection.
pub(super) struct Line {
    state: Mutex<State>,
    clockwork: Arc<AtomicU64>,
    task: OnceLock<AbortHandle>,
}

struct State {
    phase: Phase,
    /// Which change this phase began with: a number that grows over all lines, so that of two waits
    /// the lower one is the longer.
    since: u64,
    is_answer_made: bool,
    /// Whether bytes of a request were left unread.
    is_unread: bool,
    standing: Standing,
}

/// How long a line has been waiting for its peer: the least is the longest. Lines that have carried
/// the secret key come after all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wait {
    /// Whether the line has carried the secret key.
    pub(super) is_known: bool,
    since: u64,
}

impl Line {
    /// A line on which nothing has come.
    pub(super) fn new(clockwork: Arc<AtomicU64>, standing: Standing) -> Self {
        let state = State {
            phase: Phase::Idle,
            since: clockwork.fetch_add(1, Ordering::Relaxed),
            is_answer_made: false,
            is_unread: false,
            standing,
        };
        Self {
            state: Mutex::new(state),
            clockwork,
            task: OnceLock::new(),
        }
    }

    /// The task that serves this line, which ends with it.
    pub(super) fn served_by(&self, task: AbortHandle) {
        // There is one task a line.
        let _first = self.task.set(task);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> u64 {
        self.clockwork.fetch_add(1, Ordering::Relaxed)
    }

    /// Bytes have come.
    pub(super) fn hears(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            state.phase = Phase::Head;
            state.since = self.next();
        }
    }

    /// A whole head has come.
    pub(super) fn begin(&self) -> Result<Standing, Closed> {
        let mut state = self.state();
        if state.phase == Phase::Closed {
            return Err(Closed);
        }
        state.phase = Phase::Work;
        // A body is waited for since its head, however often a byte of it comes.
        state.since = self.next();
        state.is_answer_made = false;
        state.is_unread = false;
        Ok(state.standing)
    }

    /// The request carries the secret key. Returns whether the call that the connection counted for
    /// is to be given back.
    pub(super) fn know(&self) -> bool {
        std::mem::replace(&mut self.state().standing, Standing::Known) == Standing::Charged
    }

    /// Whether the connection counted as a call that no request has used yet; used now.
    pub(super) fn take_charge(&self) -> bool {
        let mut state = self.state();
        let is_charged = state.standing == Standing::Charged;
        if is_charged {
            state.standing = Standing::Stranger;
        }
        is_charged
    }

    /// More of the body must come.
    pub(super) fn awaits_body(&self) {
        let mut state = self.state();
        if state.phase == Phase::Work {
            state.phase = Phase::Body;
        }
    }

    /// A piece of a body came that may take its time: the next wait is one of its own.
    pub(super) fn goes_on(&self) {
        let mut state = self.state();
        if state.phase == Phase::Work {
            state.since = self.next();
        }
    }

    /// It came, or is wanted no more.
    pub(super) fn has_body(&self) {
        let mut state = self.state();
        if state.phase == Phase::Body {
            state.phase = Phase::Work;
        }
    }

    /// The rest of a request will not be read.
    pub(super) fn leaves_unread(&self) {
        self.state().is_unread = true;
    }

    /// The last of the answer is on its way to the stream.
    pub(super) fn has_answer(&self) {
        self.state().is_answer_made = true;
    }

    /// Whether what is written now answers no request of which we know.
    pub(super) fn is_unasked(&self) -> bool {
        matches!(self.state().phase, Phase::Idle | Phase::Head)
    }

    /// The peer takes no more bytes.
    pub(super) fn blocks(&self) {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Blocked | Phase::Closed) {
            state.phase = Phase::Blocked;
            state.since = self.next();
        }
    }

    /// It took some again.
    pub(super) fn unblocks(&self) {
        let mut state = self.state();
        if state.phase == Phase::Blocked {
            state.phase = Phase::Work;
        }
    }

    /// All that was written has left.
    pub(super) fn has_flushed(&self) {
        let mut state = self.state();
        if state.phase == Phase::Work && state.is_answer_made {
            state.phase = Phase::Idle;
            state.since = self.next();
        }
    }

    /// Our side is closed. Whether the peer may need a moment to read the last answer: a socket that
    /// is closed on unread bytes is reset, and takes what is under way with it (RFC 9112 §9.6).
    pub(super) fn lingers(&self) -> bool {
        let mut state = self.state();
        if state.is_unread && !matches!(state.phase, Phase::Linger | Phase::Closed) {
            state.phase = Phase::Linger;
            state.since = self.next();
        }
        state.is_unread
    }

    /// Where the line stands, and since which change.
    pub(super) fn stands(&self) -> (Phase, u64) {
        let state = self.state();
        (state.phase, state.since)
    }

    /// How long the line has been waiting for its peer, if it does.
    pub(super) fn wait(&self) -> Option<Wait> {
        self.state().wait()
    }

    /// Closes the line if this is still its wait; else nothing happens.
    pub(super) fn close(&self, wait: Wait) -> bool {
        let mut state = self.state();
        let is_so = state.wait() == Some(wait);
        if is_so {
            state.phase = Phase::Closed;
            if let Some(task) = self.task.get() {
                task.abort();
            }
        }
        is_so
    }
}

impl State {
    fn wait(&self) -> Option<Wait> {
        match self.phase {
            Phase::Work | Phase::Closed => None,
            Phase::Idle | Phase::Head | Phase::Body | Phase::Blocked | Phase::Linger => {
                Some(Wait {
                    is_known: self.standing == Standing::Known,
                    since: self.since,
                })
            }
        }
    }
}
