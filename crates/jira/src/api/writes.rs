//! Creating, editing and deleting issues.
//!
//! Jira keeps no idempotency keys: whoever sends a write twice may have it carried out twice.
//! So nothing here is sent again unless Jira has not begun it; see
//! [`Error::is_outcome_unknown`].

use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::adf::Document;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const CREATE: Endpoint = Endpoint::write(Method::POST, "/ex/jira/{cloudId}/rest/api/3/issue");
const EDIT: Endpoint = Endpoint::write(Method::PUT, ISSUE);
const DELETE: Endpoint = Endpoint::write(Method::DELETE, ISSUE);
const ISSUE: &str = "/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}";

/// An issue to be. What is `None` is left to the project's defaults.
///
/// It serializes by these names, for whoever must tell two of them apart; Jira gets another form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewIssue {
    /// The id (digits alone) or key of the project to create it in.
    pub project: String,
    /// The title: one line of at most 255 characters.
    pub summary: String,
    /// The id of its type, which must be one of the project's.
    pub issue_type_id: String,
    /// The id of its priority.
    pub priority_id: Option<String>,
    /// The account of who is to work on it.
    pub assignee_account_id: Option<String>,
    /// The description; see [`adf::from_markdown`](crate::adf::from_markdown).
    pub description: Option<Document>,
}

/// An issue that has just been created.
#[derive(Clone, Debug, Deserialize)]
pub struct CreatedIssue {
    /// The id, a string of digits that never changes.
    pub id: String,
    /// The key, which a move to another project changes.
    pub key: String,
}

/// What is to become of a field that may be empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is empty from now on.
    Clear,
    /// It gets this value.
    Set(T),
}

/// What to change of an issue; by default nothing. `None` keeps a field as it is.
#[derive(Clone, Debug, Default)]
pub struct IssueChanges {
    /// The title: one line of at most 255 characters.
    pub summary: Option<String>,
    /// The description; see [`adf::from_markdown`](crate::adf::from_markdown).
    pub description: Change<Document>,
    /// The id of its type, which must be one of the project's with a like workflow.
    pub issue_type_id: Option<String>,
    /// The id of its priority.
    pub priority_id: Option<String>,
    /// The account of who is to work on it.
    pub assignee: Change<String>,
}

impl IssueChanges {
    /// Whether everything is to stay as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            summary,
            description,
            issue_type_id,
            priority_id,
            assignee,
        } = self;
        let texts = [summary, issue_type_id, priority_id];
        texts.iter().all(|text| text.is_none()) && description.is_keep() && assignee.is_keep()
    }
}

/// The body of both: fields that are absent stay as they are, `null` clears them.
#[derive(Serialize)]
struct Body<'a> {
    fields: Fields<'a>,
}

#[derive(Serialize)]
struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Project<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuetype: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Change::is_keep")]
    description: Change<&'a Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Change::is_keep")]
    assignee: Change<Account<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Project<'a> {
    Id(&'a str),
    Key(&'a str),
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    account_id: &'a str,
}

impl<T> Change<T> {
    /// The same change, with a reference to its value.
    pub fn as_ref(&self) -> Change<&T> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(value),
        }
    }

    /// The same change of what `to` makes of its value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(to(value)),
        }
    }

    /// Whether it changes nothing.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    /// `None` keeps the field.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}

impl<'a> From<&'a NewIssue> for Body<'a> {
    fn from(issue: &'a NewIssue) -> Self {
        let is_id = issue.project.bytes().all(|byte| byte.is_ascii_digit());
        let account = |account_id| Account { account_id };
        Self {
            fields: Fields {
                project: Some(if is_id {
                    Project::Id(&issue.project)
                } else {
                    Project::Key(&issue.project)
                }),
                summary: Some(&issue.summary),
                issuetype: Some(Id {
                    id: &issue.issue_type_id,
                }),
                description: issue.description.as_ref().into(),
                priority: issue.priority_id.as_deref().map(|id| Id { id }),
                assignee: issue.assignee_account_id.as_deref().map(account).into(),
            },
        }
    }
}

impl<'a> From<&'a IssueChanges> for Body<'a> {
    fn from(changes: &'a IssueChanges) -> Self {
        let id = |id: &'a Option<String>| id.as_deref().map(|id| Id { id });
        let account = |account_id: &'a String| Account { account_id };
        Self {
            fields: Fields {
                project: None,
                summary: changes.summary.as_deref(),
                issuetype: id(&changes.issue_type_id),
                description: changes.description.as_ref(),
                priority: id(&changes.priority_id),
                assignee: changes.assignee.as_ref().map(account),
            },
        }
    }
}

impl Site<'_> {
    /// Creates an issue (`POST /rest/api/3/issue`), once: it is sent again only after a 429 or if
    /// no connection came about. If the error
    /// [leaves the outcome open](Error::is_outcome_unknown), the issue may exist.
    pub async fn create_issue(&self, issue: &NewIssue) -> Result<CreatedIssue, Error> {
        let call = CREATE
            .call(&self.client.api_url, &[self.id])?
            .json(&Body::from(issue));
        self.client.fetch(self.id, call, self.token).await
    }

    /// Changes an issue (`PUT /rest/api/3/issue/{issueIdOrKey}`), all of it or nothing; sent
    /// again as rarely as a [creation](Site::create_issue). Jira gives back no issue: read it
    /// afterwards.
    pub async fn edit_issue(&self, id_or_key: &str, changes: &IssueChanges) -> Result<(), Error> {
        let call = EDIT
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .json(&Body::from(changes));
        self.client.send(self.id, call, self.token).await
    }

    /// Deletes an issue (`DELETE /rest/api/3/issue/{issueIdOrKey}`), and its subtasks if
    /// `delete_subtasks`, else one that has some is refused ([`is_invalid`](Error::is_invalid)).
    /// Sent again as rarely as a [creation](Site::create_issue).
    pub async fn delete_issue(&self, id_or_key: &str, delete_subtasks: bool) -> Result<(), Error> {
        let delete_subtasks = if delete_subtasks { "true" } else { "false" };
        let call = DELETE
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .query("deleteSubtasks", delete_subtasks);
        self.client.send(self.id, call, self.token).await
    }
}
