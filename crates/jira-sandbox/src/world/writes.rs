//! The one way in which people make issues and change them.

use jiff::{SignedDuration, Timestamp};

use super::{Change, Issue, Item, Side, Site, Subject, What};

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
        let after = self.issues[&id].clone();
        let (items, at, by) = (self.differences(&before, &after), after.updated, by.into());
        let change = self.record(id, by, at, items);
        if change.is_some() {
            let subject = Subject::Issue {
                now: after,
                before: Some(Box::new(before)),
                change,
            };
            self.note(What::IssueUpdated, at, by, subject);
        }
    }

    /// Files an issue that is new, and returns its id.
    pub(crate) fn create_issue(&mut self, issue: Issue, by: Option<usize>, now: Timestamp) -> u64 {
        let id = self.add_issue(issue);
        let issue = self.issues[&id].clone();
        let change = self.first_change(&issue, by, now);
        let subject = Subject::Issue {
            now: issue,
            before: None,
            change: Some(change),
        };
        self.note(What::IssueCreated, now, by, subject);
        id
    }

    /// What webhooks tell of the first values of an issue, and its history does not. The status has
    /// a capital here, as recorded bodies have it.
    fn first_change(&mut self, issue: &Issue, by: Option<usize>, now: Timestamp) -> Change {
        let blank = Issue {
            summary: String::new(),
            description: None,
            priority: None,
            assignee: None,
            reporter: None,
            labels: Vec::new(),
            ..issue.clone()
        };
        let mut items = self.differences(&blank, issue);
        for item in &mut items {
            item.from = Side::Nothing;
        }
        if let Some(status) = self.status(issue.status) {
            let to = Side::Row(status.id.to_string(), status.name.clone());
            items.push(Item::named("Status", Some("status"), Side::Nothing, to));
        }
        let id = self.next_change_id;
        self.next_change_id += 1;
        Change {
            id,
            author: by,
            at: now,
            items,
        }
    }

    /// Marks an issue as updated. Two changes within one millisecond differ in their times.
    pub(crate) fn touch(&mut self, id: u64, now: Timestamp) {
        if let Some(issue) = self.issues.get_mut(&id) {
            let next = issue.updated + SignedDuration::from_millis(1);
            issue.updated = now.max(next);
        }
    }
}
