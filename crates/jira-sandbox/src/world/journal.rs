//! The journal of a site: every change in order, whoever made it.
//!
//! It is what tests hold against all that a client was told. Its entries are kept in memory, as the
//! log of requests is; only their number goes on in a file. What webhooks tell of a change is taken
//! from [`Fact`]s, which have the rows as they were at that moment.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Audience, Change, Comment, Issue, Side, Site, Sprint, Version};

/// The most entries that are kept.
const ENTRIES: usize = 10_000;
/// The most bytes of texts in entries that are kept.
const WEIGHT: usize = 16 * 1024 * 1024;

/// The kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    IssueCreated,
    IssueUpdated,
    IssueMoved,
    IssueDeleted,
    CommentCreated,
    CommentUpdated,
    CommentDeleted,
    PropertySet,
    PropertyDeleted,
    SprintCreated,
    SprintUpdated,
    SprintStarted,
    SprintClosed,
    SprintDeleted,
    VersionCreated,
    VersionUpdated,
    VersionReleased,
    VersionUnreleased,
    VersionMoved,
    VersionDeleted,
}

/// What was changed, as it was right after; a thing that is gone, as it was before.
#[derive(Debug)]
pub(crate) enum Subject {
    Issue {
        now: Issue,
        /// `None` for one that is new or gone.
        before: Option<Box<Issue>>,
        /// Its entry in the history; a new issue has one that only webhooks tell.
        change: Option<Change>,
    },
    Comment {
        issue: Issue,
        comment: Comment,
    },
    Property {
        issue: Issue,
        key: String,
        value: Value,
    },
    Sprint(Sprint),
    Version {
        project: u64,
        version: Version,
    },
}

/// A change with everything that may be told of it.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) what: What,
    pub(crate) at: Timestamp,
    /// `None` where no person of the site made it.
    pub(crate) actor: Option<usize>,
    /// Whether it only followed from another change.
    pub(crate) is_secondary: bool,
    /// What an app wrote on the request that made it.
    pub(crate) trace: Option<String>,
    pub(crate) subject: Subject,
}

/// A change in a few words.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) sequence: u64,
    pub(crate) what: What,
    pub(crate) at: Timestamp,
    pub(crate) actor: Option<usize>,
    /// The project of the issue or the version.
    pub(crate) project: Option<u64>,
    /// Id and key.
    pub(crate) issue: Option<(u64, String)>,
    /// The id of the comment, sprint or version, or the key of the property.
    pub(crate) part: Option<String>,
    pub(crate) change: Option<Change>,
    /// The only readers of the comment.
    pub(crate) audience: Option<Audience>,
}

/// The entries, and the facts of which webhooks have not heard yet.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Journal {
    last: u64,
    #[serde(skip)]
    entries: VecDeque<Entry>,
    #[serde(skip)]
    weight: usize,
    #[serde(skip)]
    fresh: Vec<Fact>,
    #[serde(skip)]
    trace: Option<String>,
}

impl Journal {
    /// What is written about the changes that persons make from now on.
    pub(crate) fn set_trace(&mut self, trace: Option<&String>) {
        self.trace = trace.cloned();
    }

    /// The entries after one of this number, oldest first, as far as they are kept.
    pub(crate) fn since(&self, sequence: u64) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.sequence > sequence)
    }

    /// The number of the last entry, kept or not.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// The facts since they were last taken.
    pub(crate) fn take_facts(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.fresh)
    }

    fn keep(&mut self, entry: Entry) {
        self.weight += entry.weight();
        self.entries.push_back(entry);
        while self.entries.len() > ENTRIES || self.weight > WEIGHT {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.weight -= oldest.weight();
        }
    }
}

impl Entry {
    /// The bytes of its longest parts.
    fn weight(&self) -> usize {
        let side = |side: &Side| match side {
            Side::Nothing | Side::Person(_) => 0,
            Side::Text(text) => text.len(),
            Side::Row(id, text) => id.len() + text.len(),
            Side::People(people) => size_of_val(people.as_slice()),
        };
        let items = self.change.iter().flat_map(|change| &change.items);
        items.map(|item| side(&item.from) + side(&item.to)).sum()
    }
}

impl Site {
    /// Writes down what somebody did just now.
    pub(crate) fn note(
        &mut self,
        what: What,
        at: Timestamp,
        actor: Option<usize>,
        subject: Subject,
    ) {
        self.file_fact(what, at, actor, false, subject);
    }

    /// Writes down what followed from another change.
    pub(super) fn note_fallout(
        &mut self,
        what: What,
        at: Timestamp,
        actor: Option<usize>,
        subject: Subject,
    ) {
        self.file_fact(what, at, actor, true, subject);
    }

    fn file_fact(
        &mut self,
        what: What,
        at: Timestamp,
        actor: Option<usize>,
        is_secondary: bool,
        subject: Subject,
    ) {
        let (issue, project, part) = match &subject {
            Subject::Issue { now, .. } => (Some(now), None, None),
            Subject::Comment { issue, comment } => {
                (Some(issue), None, Some(comment.id.to_string()))
            }
            Subject::Property { issue, key, .. } => (Some(issue), None, Some(key.clone())),
            Subject::Sprint(sprint) => (None, None, Some(sprint.id.to_string())),
            Subject::Version { project, version } => {
                (None, Some(*project), Some(version.id.to_string()))
            }
        };
        let change = match &subject {
            Subject::Issue { change, .. } => change.clone(),
            _ => None,
        };
        let audience = match &subject {
            Subject::Comment { comment, .. } => comment.audience.clone(),
            _ => None,
        };
        let entry = Entry {
            sequence: self.journal.last + 1,
            what,
            at,
            actor,
            project: project.or(issue.map(|issue| issue.project)),
            issue: issue.map(|issue| (issue.id, self.key_of(issue))),
            part,
            change,
            audience,
        };
        self.journal.last += 1;
        self.journal.keep(entry);
        // What no person did came by no request, and no app wrote anything on it.
        let trace = actor.and_then(|_| self.journal.trace.clone());
        self.journal.fresh.push(Fact {
            what,
            at,
            actor,
            is_secondary,
            trace,
            subject,
        });
    }
}
