//! The writes of one issue: 20 within 2 seconds, and 100 within 30.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// The most writes within a number of seconds.
const WINDOWS: [(usize, i64); 2] = [(20, 2), (100, 30)];

/// When an issue was written, oldest first, as far as it matters.
#[derive(Debug, Default)]
pub(super) struct Writes(VecDeque<Timestamp>);

impl Writes {
    /// Notes a write, or returns for how many seconds there may be none.
    pub(super) fn note(&mut self, now: Timestamp) -> Result<(), u64> {
        let (_, longest) = WINDOWS[WINDOWS.len() - 1];
        self.0
            .retain(|at| *at + SignedDuration::from_secs(longest) > now);
        let waits = WINDOWS.iter().filter_map(|(most, seconds)| {
            let window = SignedDuration::from_secs(*seconds);
            let mut recent = self.0.iter().filter(|at| **at + window > now);
            let oldest = recent.next()?;
            let is_full = recent.count() + 1 >= *most;
            let wait = (*oldest + window).as_millisecond() - now.as_millisecond();
            is_full.then(|| wait.unsigned_abs().div_ceil(1_000).max(1))
        });
        if let Some(longest) = waits.max() {
            return Err(longest);
        }
        self.0.push_back(now);
        Ok(())
    }
}
