//! Who learns of a commit that changed something.

use super::readiness::Written;
use super::recorded::{Noted, Recorded};

/// They are told by the transaction itself, so that nobody can forget it.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    pub(super) written: Written,
    pub(super) recorded: Recorded,
}

impl Committed {
    pub(super) fn note(&self, events: &Noted) {
        self.written.note();
        events.tell(&self.recorded);
    }
}
