//! The one way in which people change issues.

use jiff::{SignedDuration, Timestamp};

use super::{Issue, Site};

/// The resolution "Done", which an issue gets with a status that is done.
pub(crate) const DONE: u64 = 10_000;

/// "Medium", the priority of issues for which nobody chooses one in Jira's own scheme.
pub(crate) const USUAL_PRIORITY: u64 = 3;

impl Site {
    /// Changes an issue at the wish of a person. Every write goes through here, so that one place
    /// sees what was there before and what is there now, and tells it to the history.
    pub(crate) fn write(
        &mut self,
        id: u64,
        by: impl Into<Option<usize>>,
        now: Timestamp,
        change: impl FnOnce(&mut Issue),
    ) {
        let Some(issue) = self.issues.get_mut(&id) else {
            return;
        };
        let before = issue.clone();
        change(issue);
        if issue.resolution != before.resolution {
            issue.resolved = issue.resolution.map(|_| now);
        }
        self.touch(id, now);
        let after = &self.issues[&id];
        let (items, at) = (self.differences(&before, after), after.updated);
        self.record(id, by.into(), at, items);
    }

    /// Marks an issue as updated. Two changes within one millisecond differ in their times.
    pub(crate) fn touch(&mut self, id: u64, now: Timestamp) {
        if let Some(issue) = self.issues.get_mut(&id) {
            let next = issue.updated + SignedDuration::from_millis(1);
            issue.updated = now.max(next);
        }
    }
}
