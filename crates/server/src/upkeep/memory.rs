//! Freed memory goes back to the system.
//!
//! A large list takes tens of megabytes for a moment, and the C library keeps most of them between what is in use
//! (docs/PERFORMANCE.md). Giving them back takes milliseconds, and taking them again as long: so it is done when the
//! process no longer grows, and only where it is worth it. That may be in the middle of a steady load, whose end sets
//! free the most and lets nothing grow: so it is done again, each time later, for two minutes and for as long as it is
//! worth it.

/// How much a process must have grown since memory was last given back, in bytes.
const WORTH_IT: u64 = 4 * 1024 * 1024;

/// What a process may grow by from one look to the next and not count as growing, in bytes.
const STILL: u64 = 1024 * 1024;

/// After how many looks it is done again at the latest.
const LATEST: u32 = 64;

/// What a process had of the system's memory when somebody looked, in bytes.
#[derive(Debug, Default)]
pub(super) struct Residence {
    /// At the last look.
    last: u64,
    /// The least since memory was last given back.
    least: u64,
    /// After how many looks it is to be done again, if it is.
    again: Option<u32>,
    /// After how many looks it was done again the last time; 0 if it was not.
    pause: u32,
}

impl Residence {
    /// Gives memory back if it is time to.
    pub(super) async fn look(&mut self) {
        let Some(now) = juncture_heap::resident() else {
            return;
        };
        if !self.is_due(now) {
            return;
        }
        // Beside the threads that serve: it takes as long as there is memory to look through.
        let given = tokio::task::spawn_blocking(juncture_heap::give_back).await;
        let after = juncture_heap::resident().unwrap_or(now);
        tracing::debug!(
            given = given.unwrap_or(false),
            before = now,
            after,
            "memory is given back"
        );
        self.begin(now, after);
    }

    /// Whether memory should be given back, now that the process has so much.
    fn is_due(&mut self, now: u64) -> bool {
        let is_still = now <= self.last + STILL;
        self.last = now;
        self.least = self.least.min(now);
        self.again = self.again.map(|looks| looks.saturating_sub(1));
        let has_grown = is_still && now > self.least + WORTH_IT;
        if has_grown {
            self.pause = 0;
        }
        has_grown || (is_still && self.again == Some(0))
    }

    /// Begins anew, when there is so much left of what there was.
    fn begin(&mut self, before: u64, left: u64) {
        (self.last, self.least) = (left, left);
        let was_worth_it = before.saturating_sub(left) > STILL;
        self.again = (was_worth_it || self.pause < LATEST).then(|| {
            self.pause = (self.pause * 2).clamp(1, LATEST);
            self.pause
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1024 * 1024;

    /// Of a process that has had so much for long.
    fn resting_at(now: u64) -> Residence {
        Residence {
            last: now,
            least: now,
            ..Residence::default()
        }
    }

    #[test]
    fn it_is_time_when_a_process_that_has_grown_grows_no_longer() {
        let mut residence = resting_at(14 * MB);
        assert!(!residence.is_due(16 * MB), "it has grown by little");
        assert!(!residence.is_due(16 * MB));
        assert!(!residence.is_due(30 * MB), "it grows");
        assert!(!residence.is_due(40 * MB), "it still grows");
        assert!(residence.is_due(40 * MB));
    }

    #[test]
    fn what_the_system_took_back_by_itself_counts_from_there() {
        let mut residence = resting_at(40 * MB);
        assert!(!residence.is_due(20 * MB));
        assert!(!residence.is_due(26 * MB));
        assert!(residence.is_due(26 * MB));
    }

    /// After how many looks it is due, where nothing changes.
    fn looks(residence: &mut Residence, now: u64) -> Option<u32> {
        (1..1_000).find(|_| residence.is_due(now))
    }

    #[test]
    fn it_is_done_again_later_each_time_and_to_the_end_where_it_is_not_worth_it() {
        let mut residence = Residence::default();
        residence.begin(50 * MB, 50 * MB);
        for after in [1, 2, 4, 8, 16, 32, LATEST] {
            assert_eq!(looks(&mut residence, 50 * MB), Some(after));
            residence.begin(50 * MB, 50 * MB);
        }
        assert_eq!(looks(&mut residence, 50 * MB), None);

        assert!(!residence.is_due(60 * MB), "it grows");
        assert!(residence.is_due(60 * MB), "and begins anew");
        residence.begin(60 * MB, 52 * MB);
        for after in [1, 2, 4, 8, 16, 32, LATEST, LATEST, LATEST] {
            assert_eq!(looks(&mut residence, 52 * MB), Some(after));
            residence.begin(54 * MB, 52 * MB);
        }
    }

    #[test]
    fn it_is_not_done_again_while_a_process_grows() {
        let mut residence = Residence::default();
        residence.begin(60 * MB, 50 * MB);
        assert!(!residence.is_due(52 * MB));
        assert!(!residence.is_due(54 * MB));
        assert!(residence.is_due(54 * MB), "it was to be done long ago");
    }

    #[test]
    fn a_new_process_gives_back_what_its_start_took() {
        let mut residence = Residence::default();
        assert!(!residence.is_due(12 * MB));
        assert!(residence.is_due(12 * MB));
    }
}
