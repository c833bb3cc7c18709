//! The deadline of a line: so long may it wait for its peer, in each phase.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use juncture_clock::Clock;

use super::line::{Line, Phase};
use super::{LAST_MOMENT, LONGEST_IDLE, SLOWEST_HEAD, SLOWEST_READER};

/// Watches one line. It is polled after everything else of the line, so that what came in time wins.
pub(super) struct Watchdog {
    clock: Arc<dyn Clock>,
    /// The bound on the first head, where it is shorter than others'.
    first_head: Option<Duration>,
    is_stopping: bool,
    watched: Option<Watched>,
    alarm: Option<Alarm>,
}

/// A wait of the line.
#[derive(Clone, Copy)]
struct Watched {
    /// Which change it began with (see `line`).
    since: u64,
    /// When it has been too long, in steady time.
    end: Duration,
}

/// It rings at the end of what is watched, or earlier, for nothing: a line waits anew with every request,
/// and to set it for each would cost more than to set it again when it has rung.
struct Alarm {
    /// In steady time.
    at: Duration,
    rings: BoxFuture<'static, ()>,
}

impl Watchdog {
    /// `first_head`: how long the line may take for its first head, from its first byte on, if not as
    /// long as others. For the first byte it has as long as they: clients open connections ahead of
    /// their requests, and one that closes early takes a request with it.
    pub(super) fn new(clock: Arc<dyn Clock>, first_head: Option<Duration>) -> Self {
        Self {
            clock,
            first_head,
            is_stopping: false,
            watched: None,
            alarm: None,
        }
    }

    /// From now on nobody gets more than a last moment.
    pub(super) fn stop(&mut self) {
        self.is_stopping = true;
        self.watched = None;
    }

    /// Resolves when the line has waited for too long.
    pub(super) fn poll(&mut self, line: &Line, context: &mut Context<'_>) -> Poll<()> {
        let (phase, since) = line.stands();
        let Some(bound) = self.bound(phase) else {
            self.watched = None;
            return Poll::Pending;
        };
        if bound.is_zero() {
            return Poll::Ready(());
        }
        let watched = self.watched.filter(|watched| watched.since == since);
        let end = watched.map_or_else(|| self.clock.steady() + bound, |watched| watched.end);
        self.watched = Some(Watched { since, end });
        while self.alarm_by(end).rings.as_mut().poll(context).is_ready() {
            self.alarm = None;
            if self.clock.steady() >= end {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }

    /// An alarm that rings at `end` or earlier.
    fn alarm_by(&mut self, end: Duration) -> &mut Alarm {
        let set = self.alarm.take().filter(|set| set.at <= end);
        self.alarm.insert(set.unwrap_or_else(|| Alarm {
            at: end,
            rings: self.clock.deadline(end.saturating_sub(self.clock.steady())),
        }))
    }

    fn bound(&mut self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Idle | Phase::Head if self.is_stopping => Some(Duration::ZERO),
            Phase::Idle => Some(LONGEST_IDLE),
            Phase::Head => Some(self.first_head.unwrap_or(SLOWEST_HEAD)),
            Phase::Blocked if self.is_stopping => Some(LAST_MOMENT),
            Phase::Blocked => Some(SLOWEST_READER),
            Phase::Linger if self.is_stopping => Some(LAST_MOMENT / 4),
            Phase::Linger => Some(LAST_MOMENT),
            // A body has its own deadline, whose end is an answer.
            Phase::Work | Phase::Body => {
                self.first_head = None;
                None
            }
            Phase::Closed => Some(Duration::ZERO),
        }
    }
}
