//! Freed memory goes back to the system.
//!
//! A large list takes tens of megabytes for a moment, and the C library keeps most of them between what is in use
//! (docs/PERFORMANCE.md). Giving them back takes milliseconds, and taking them again as long: so it is done when the
//! process no longer grows, and only where it is worth it.

/// How much a process must have grown since memory was last given back, in bytes.
const WORTH_IT: u64 = 4 * 1024 * 1024;

/// What a process may grow by from one look to the next and not count as growing, in bytes.
const STILL: u64 = 1024 * 1024;

/// What a process had of the system's memory when somebody looked, in bytes.
#[derive(Debug, Default)]
pub(super) struct Residence {
    /// At the last look.
    last: u64,
    /// The least since memory was last given back.
    least: u64,
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
        self.begin(after);
    }

    /// Whether memory should be given back, now that the process has so much.
    fn is_due(&mut self, now: u64) -> bool {
        let is_still = now <= self.last + STILL;
        self.last = now;
        self.least = self.least.min(now);
        is_still && now > self.least + WORTH_IT
    }

    /// Begins anew with so much.
    fn begin(&mut self, now: u64) {
        (self.last, self.least) = (now, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1024 * 1024;

    #[test]
    fn it_is_time_when_a_process_that_has_grown_grows_no_longer() {
        let mut residence = Residence::default();
        residence.begin(14 * MB);
        assert!(!residence.is_due(16 * MB), "it has grown by little");
        assert!(!residence.is_due(16 * MB));
        assert!(!residence.is_due(30 * MB), "it grows");
        assert!(!residence.is_due(40 * MB), "it still grows");
        assert!(residence.is_due(40 * MB));
        residence.begin(38 * MB);
        assert!(!residence.is_due(38 * MB), "what is in use stays");
    }

    #[test]
    fn what_the_system_took_back_by_itself_counts_from_there() {
        let mut residence = Residence::default();
        residence.begin(40 * MB);
        assert!(!residence.is_due(20 * MB));
        assert!(!residence.is_due(26 * MB));
        assert!(residence.is_due(26 * MB));
    }

    #[test]
    fn a_new_process_gives_back_what_its_start_took() {
        let mut residence = Residence::default();
        assert!(!residence.is_due(12 * MB));
        assert!(residence.is_due(12 * MB));
    }
}
