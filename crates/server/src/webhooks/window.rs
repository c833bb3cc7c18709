//! How many attempts are made at once at one endpoint: a congestion window, as TCP has one (RFC 5681 §3.1).
//!
//! One that answers many requests together gets many. One that works on a single request at a time answers each
//! later the more it has, until they time out though nothing is wrong with it. So the window begins small, and grows
//! by one with each answer that comes as soon as one that nobody else delays; what comes later does not widen it,
//! and what comes so late that a time-out is near makes it smaller by one. How soon is soon is learned from the
//! quickest answer (as the `BaseRTT` of TCP Vegas is).

use std::time::Duration;

use super::TIMEOUT;

/// The most there are at once. While half of them are written down, the other half is under way: the more share a
/// transaction, the less each costs.
pub const AT_ONCE: usize = 128;

/// How many there are at first.
const FIRST: usize = 16;

/// An answer within this time is soon, whatever is usual.
const SOON: Duration = Duration::from_millis(100);

/// An answer behind this time is near a time-out.
const LATE: Duration = Duration::from_secs(TIMEOUT.as_secs() / 3);

/// The window of an endpoint, as one process sees it.
#[derive(Debug)]
pub(super) struct Window {
    size: usize,
    /// The least time an answer took.
    base: Option<Duration>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            size: FIRST,
            base: None,
        }
    }
}

/// How many attempts were under way beside one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// None from its beginning to its end, since one is all there may be.
    Nobody,
    /// Fewer than there may be.
    Few,
    /// As many as there may be, so that more would have been.
    All,
}

impl Window {
    /// How many attempts may be under way.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Learns from an attempt that took so long.
    pub(super) fn note(&mut self, took: Duration, is_delivered: bool, beside: Beside) {
        if is_delivered {
            // One that was alone is as quick as the endpoint is now.
            let known = self.base.filter(|_| beside != Beside::Nobody);
            self.base = Some(known.map_or(took, |base| base.min(took)));
        }
        let soon = self.base.map_or(SOON, |base| (base * 2).max(SOON));
        // Of one that takes long by itself twice as long may be behind a time-out.
        if took > soon.max(LATE) || took >= TIMEOUT {
            self.size = (self.size - 1).max(1);
        } else if is_delivered && beside != Beside::Few && took <= soon {
            self.size = (self.size + 1).min(AT_ONCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_out_makes_it_smaller_however_long_an_answer_takes() {
        for alone in [
            Duration::from_millis(1),
            TIMEOUT / 3,
            TIMEOUT / 2,
            TIMEOUT * 9 / 10,
        ] {
            let mut window = Window::default();
            window.note(alone, true, Beside::Few);
            for size in (1..FIRST).rev() {
                window.note(TIMEOUT, false, Beside::All);
                assert_eq!(window.size(), size, "{alone:?}");
            }
            window.note(TIMEOUT, false, Beside::All);
            assert_eq!(window.size(), 1);
        }
    }
}
