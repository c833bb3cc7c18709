//! How many file descriptors the process may have, and what share of them connections get.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::lines::Capacity;

/// So many connections are enough for anybody, whatever the system would allow.
const MOST: usize = 10_000;

/// So many descriptors at the least are kept for the store, the providers, the cache and files, or
/// half of them where there are few.
const RESERVE: usize = 256;

impl Capacity {
    /// Raises the soft limit of the process to its hard one, and takes what of it connections may
    /// have: three quarters. One peer may have half of that.
    #[must_use]
    pub fn of_process() -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        // No reason to end: the soft limit is a limit too.
        let limit = match setrlimit(Resource::Nofile, raised) {
            Ok(()) => maximum,
            Err(error) => {
                tracing::warn!(%error, "the limit of open files cannot be raised");
                current
            }
        };
        Self::of_descriptors(limit.map_or(usize::MAX, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        }))
    }

    /// What connections may have of so many descriptors.
    #[must_use]
    pub fn of_descriptors(descriptors: usize) -> Self {
        let reserve = (descriptors / 4).max(RESERVE.min(descriptors / 2));
        let in_all = (descriptors - reserve).clamp(1, MOST);
        Self {
            in_all,
            of_peer: in_all.div_ceil(2),
        }
    }

    /// How many descriptors connections may have, with those that still end: an eighth more, which
    /// comes from what is kept for others.
    pub(super) fn descriptors(self) -> usize {
        self.in_all + self.in_all.div_ceil(8)
    }
}
