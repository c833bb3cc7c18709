//! Why an operation on a Jira did not give what was asked for.

use std::time::Duration;

use juncture_jira::adf::LostFile;
use juncture_jira::fields::{self, WrongField};
use juncture_jira::{Error as JiraError, FieldMeta, Transition, jql};

use crate::failure::{Failure, UpstreamFailure};
use crate::store::StoreError;

/// Why an operation was not carried out.
#[derive(Debug)]
pub(crate) enum OperationError {
    /// Something that means the same whatever was to be done.
    Failed(Failure),
    /// It is not there, or not visible to this user.
    Absent(Absent),
    /// It is not as the request takes it to be.
    Conflict(Conflict),
    /// Jira does not take the values.
    Refused(Refusal),
    /// These fields cannot be given these values. Nothing was sent, or Jira has refused it.
    WrongFields(Vec<WrongField>),
    /// The query cannot be asked.
    InvalidJql(InvalidJql),
    /// The search finds more than one answer may hold: how many about, where Jira tells.
    TooManyResults(Option<u64>),
    /// The cursor is none of this search, or an old one.
    InvalidCursor,
    /// Fields are asked for that are not there, or of which there are several.
    UnknownFields(Vec<UnknownField>),
    /// Texts would no longer show these files, and Jira would delete them.
    LosesMedia(Vec<LostMedia>),
    /// The issue does not go where it was to go.
    Unmoved(Unmoved),
}

/// A text that can be edited as Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RichText {
    /// Of an issue.
    Description,
    /// Of another field of an issue, by its id.
    Field(String),
    /// Of a comment.
    Comment,
}

/// The files that a text would no longer show.
#[derive(Debug)]
pub(crate) struct LostMedia {
    pub(crate) text: RichText,
    pub(crate) files: Vec<LostFile>,
}

/// Why an issue does not go where it was to go.
#[derive(Debug)]
pub(crate) enum Unmoved {
    /// No step leads there; these can be made.
    NotAvailable(Vec<Transition>),
    /// Each of these may be meant.
    Ambiguous(Vec<Transition>),
    /// The step asks for these fields.
    FieldsRequired(Vec<WrongField>),
    /// The workflow has something against it, in its own words.
    Refused(Vec<String>),
    /// Jira said that the step was made, and the issue stands where it stood.
    WithoutEffect,
}

/// Why a query cannot be asked.
#[derive(Debug)]
pub(crate) struct InvalidJql {
    /// In Jira's words, or in ours.
    pub(crate) reasons: Vec<String>,
    /// The line and the character, from 1, where that is known.
    pub(crate) position: Option<(u32, u32)>,
}

impl InvalidJql {
    /// What Jira tells.
    pub(crate) fn told(reasons: &[String]) -> Self {
        Self {
            reasons: reasons.to_vec(),
            position: reasons.iter().find_map(|reason| jql::position(reason)),
        }
    }
}

/// Jira's refusal of a search.
impl From<&JiraError> for InvalidJql {
    fn from(error: &JiraError) -> Self {
        Self::told(error.messages())
    }
}

/// What was asked for as a field, and is none, or may be several.
#[derive(Debug)]
pub(crate) struct UnknownField {
    /// As it was written.
    pub(crate) name: String,
    /// What is wrong with it.
    pub(crate) reason: fields::Reason,
    /// Those that may be meant.
    pub(crate) candidates: Vec<Candidate>,
}

/// A field that may be meant.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The id of the project that it is in, if it is in one alone.
    pub(crate) project_id: Option<String>,
}

/// Why it is not clear which project is meant.
#[derive(Debug)]
pub(crate) enum NoProject {
    /// None is named, and none selected.
    Selected,
    /// The one that was selected once is neither an id nor a key.
    Unfit,
    /// None is named, and the store does not tell which one is selected.
    Unknown(StoreError),
}

/// What an operation may be about, and not find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// A project.
    Project,
    /// A project or a type of issues: Jira tells which one as it likes.
    ProjectOrIssueType,
    /// An issue.
    Issue,
    /// A sprint.
    Sprint,
    /// Any board of a project.
    Boards,
    /// A comment of an issue that is there.
    Comment,
}

/// How a thing may not be as a request takes it to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The project is archived, so that Jira's searches leave out what is in it.
    ProjectArchived,
    /// Somebody has changed the issue since.
    IssueModified,
    /// The present text is no document, or nests deeper than people write.
    NotEditable(RichText),
    /// The issue has as many comments as it may have.
    IssueFull,
    /// Customers would see the comment: the project is none of a help desk.
    NotInternal,
    /// Whether customers see a comment is settled when it is written.
    InternalForGood,
}

/// Jira's reasons for not taking some values.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// Those that are about no field.
    pub(crate) reasons: Vec<String>,
    /// The fields that it blames.
    pub(crate) fields: Vec<WrongField>,
}

impl Refusal {
    /// What Jira says, of which `fields` are known as far as they are.
    pub(crate) fn of(error: &JiraError, fields: &[FieldMeta]) -> Self {
        let (reasons, field_errors) = (error.messages(), error.field_errors());
        Self {
            reasons: reasons.to_vec(),
            fields: fields::refused(reasons, field_errors, fields),
        }
    }
}

impl From<&JiraError> for Refusal {
    fn from(error: &JiraError) -> Self {
        Self::of(error, &[])
    }
}

/// Why a call to a site has failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// Jira's own 400, 404 or 409: only whoever has asked knows what it is about.
    #[error(transparent)]
    Told(JiraError),
    /// What means the same whatever was asked.
    #[error(transparent)]
    Failed(Failure),
}

impl CallError {
    /// What it means where Jira's 404 says that this is not there.
    pub(crate) fn about(self, absent: Absent) -> OperationError {
        match self {
            Self::Told(error) if error.is_not_found() => OperationError::Absent(absent),
            Self::Told(error) => OperationError::Failed(failure(error, &[])),
            Self::Failed(failure) => OperationError::Failed(failure),
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Told(error) => failure(error, &[]),
            CallError::Failed(failure) => failure,
        }
    }
}

impl From<CallError> for OperationError {
    fn from(error: CallError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for OperationError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<InvalidJql> for OperationError {
    fn from(why: InvalidJql) -> Self {
        Self::InvalidJql(why)
    }
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What a failure of Jira means, to a call that needs these scopes. A 404 is the business of whoever
/// has asked.
pub(crate) fn failure(error: JiraError, scopes: &[&'static str]) -> Failure {
    if error.is_outcome_unknown() {
        return Failure::Upstream {
            failure: UpstreamFailure::OutcomeUnknown,
            source: error.into(),
        };
    }
    if error.is_missing_scope() {
        return Failure::MissingScope {
            scopes: scopes.to_vec(),
        };
    }
    if error.is_site_unavailable() {
        return Failure::ChoiceUnavailable(error.into());
    }
    if error.is_unauthorized() {
        return Failure::NeedsReauthorization;
    }
    if error.is_forbidden() {
        return Failure::AccessDenied {
            reasons: error.messages().to_vec(),
            permissions: Vec::new(),
        };
    }
    if error.is_rate_limited() {
        return Failure::RateLimited {
            retry_after: error.retry_after().unwrap_or(Duration::from_secs(1)),
            source: error.into(),
        };
    }
    let failure = if let Some(fault) = error.list_fault() {
        if error.is_too_long() {
            UpstreamFailure::ListTooLong(fault)
        } else {
            UpstreamFailure::EndlessList(fault)
        }
    } else if error.is_timeout() {
        UpstreamFailure::Timeout
    } else if error.is_unavailable() {
        UpstreamFailure::Unavailable
    } else {
        UpstreamFailure::BadResponse
    };
    Failure::Upstream {
        failure,
        source: error.into(),
    }
}
