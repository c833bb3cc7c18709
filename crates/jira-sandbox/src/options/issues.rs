//! Unsettled behaviours of comments, transitions, histories and searches by date.

use serde::{Deserialize, Serialize};

/// Whether something that is nowhere documented shows in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// It does not.
    Absent,
    /// It does.
    Present,
}

/// What the property `sd.public.comment` does to a comment in a service project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentInternalProperty {
    /// It makes the comment internal, as many clients report.
    Honoured,
    /// It is kept, and the customers see the comment.
    Ignored,
}

/// Which changes of a comment move the `updated` of its issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentTouchesIssue {
    /// A new one.
    AddOnly,
    /// Edits and deletions, too.
    All,
    /// None.
    None,
}

/// The refusals of a transition to a person without the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransitionDenied {
    /// 400, as of a transition that is not there; none is listed.
    #[serde(rename = "empty_then_400")]
    EmptyThen400,
    /// 403.
    #[serde(rename = "403")]
    Forbidden,
}

/// The sentences about a transition that does not leave the status of the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitionInvalidText {
    /// That its id is not valid.
    IdNotValid,
    /// That somebody may have changed the issue.
    WorkflowOperation,
}

/// Where the refusal of a transition names a field that it requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredFieldError {
    /// Under the field, as a screen does.
    ErrorsField,
    /// Among the messages, as a validator does.
    ErrorMessages,
}

/// How "Bulk fetch changelogs" writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkfetchChangelogCreated {
    /// A number of milliseconds since 1970.
    Ms,
    /// A text, as everywhere else.
    Iso,
}

/// What a JQL query does that compares a date with milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JqlEpochMillis {
    /// As with every date that Jira cannot read: it finds nothing, unless such mistakes are loud.
    SilentEmpty,
    /// It is understood, as the search was reported to do before 2025.
    Accepted,
    /// It is refused, however silent other mistakes are.
    Refused,
}
