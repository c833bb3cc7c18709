//! An index of issues that is behind what is written.

use jiff::Timestamp;

use super::run::Search;
use crate::world::Issue;

/// What an index does not have yet.
#[derive(Debug)]
pub(super) struct Lag {
    /// The instant up to which new issues are in it.
    until: Timestamp,
    /// Younger issues that are looked up all the same.
    reconciled: Vec<u64>,
}

impl Lag {
    /// Whether a search may find an issue.
    pub(super) fn has(&self, issue: &Issue) -> bool {
        issue.created <= self.until || self.reconciled.contains(&issue.id)
    }
}

impl Search {
    /// The same search in an index that has issues made up to an instant, and no younger ones.
    pub(crate) fn indexed_until(mut self, until: Timestamp) -> Self {
        self.lag = Some(Lag {
            until,
            reconciled: Vec::new(),
        });
        self
    }

    /// The same search, which looks these issues up where the index may not have them
    /// ("Search for issues using JQL enhanced search", `reconcileIssues`).
    pub(crate) fn reconciling(mut self, ids: &[u64]) -> Self {
        if let Some(lag) = &mut self.lag {
            lag.reconciled.extend(ids);
        }
        self
    }
}
