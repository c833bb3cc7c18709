//! What calls take. What is `None` or empty is not sent.

mod comments;
mod issues;
mod tickets;
mod users;

use serde::{Serialize, Serializer};

pub use comments::{CommentChanges, NewComment};
pub use issues::{Category, IssueChanges, SearchIssues, Target, Transition};
pub use tickets::{ListTickets, NewTicket, TicketOrder};
pub use users::{AssignableUsers, SearchUsers};

/// An issue, and what is said of it.
#[derive(Serialize)]
pub(super) struct ForIssue<'a, T> {
    issue_id_or_key: &'a str,
    #[serde(flatten)]
    rest: T,
}

impl<'a, T> ForIssue<'a, T> {
    pub(super) fn new(issue_id_or_key: &'a str, rest: T) -> Self {
        Self {
            issue_id_or_key,
            rest,
        }
    }
}

/// A comment, and what is said of it.
#[derive(Serialize)]
pub(super) struct ForComment<'a, T> {
    comment_id: &'a str,
    #[serde(flatten)]
    rest: T,
}

impl<'a, T> ForComment<'a, T> {
    pub(super) fn new(comment_id: &'a str, rest: T) -> Self {
        Self { comment_id, rest }
    }
}

/// What becomes of a value that an issue may be without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// It becomes this one.
    To(T),
}

impl<T> Change<T> {
    fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::To(value) => value.serialize(serializer),
        }
    }
}
