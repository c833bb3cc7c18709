//! Creating, editing and deleting issues.
//!
//! Jira keeps no idempotency keys: whoever sends a write twice may have it carried out twice.
//! So nothing here is sent again unless Jira has not begun it; see
//! [`Error::is_outcome_unknown`].

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::issue_body::Body;
use crate::adf::Document;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::{Error, Kind};
use crate::fields::FieldValues;

const CREATE: Endpoint = Endpoint::write(Method::POST, "/ex/jira/{cloudId}/rest/api/3/issue");
const EDIT: Endpoint = Endpoint::write(Method::PUT, ISSUE);
const DELETE: Endpoint = Endpoint::write(Method::DELETE, ISSUE);
const ISSUE: &str = "/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}";

/// The refusal of a request that gives a field two values, of which Jira takes either.
pub(super) fn twice(endpoint: Endpoint) -> Error {
    Error::new(endpoint, Kind::Input("a field is given twice"))
}

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
    /// Any other fields, such as `parent`, `labels` and custom ones: what
    /// [`fields::check`](crate::fields::check) has written. None of those above.
    #[serde(skip_serializing_if = "FieldValues::is_empty")]
    pub extra: FieldValues,
    /// What others keep with the issue and nobody sees: any JSON, by key.
    #[serde(skip_serializing_if = "FieldValues::is_empty")]
    pub properties: FieldValues,
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
    /// Any other fields, such as `parent`, `labels` and custom ones: what
    /// [`fields::check`](crate::fields::check) has written. None of those above.
    pub extra: FieldValues,
    /// What is to be done to fields without giving them a new value as a whole: Jira's operations, a
    /// list for each field, as [`fields::check`](crate::fields::check) has written it.
    pub update: FieldValues,
    /// Labels that it is to have besides its own, whoever else changes those.
    pub add_labels: Vec<String>,
    /// Labels that it is to have no longer.
    pub remove_labels: Vec<String>,
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
            extra,
            update,
            add_labels,
            remove_labels,
        } = self;
        let texts = [summary, issue_type_id, priority_id];
        let labels = [add_labels, remove_labels];
        texts.iter().all(|text| text.is_none())
            && description.is_keep()
            && assignee.is_keep()
            && extra.is_empty()
            && update.is_empty()
            && labels.iter().all(|labels| labels.is_empty())
    }
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

impl Site<'_> {
    /// Creates an issue (`POST /rest/api/3/issue`), once: it is sent again only after a 429 or if
    /// no connection came about. If the error
    /// [leaves the outcome open](Error::is_outcome_unknown), the issue may exist. Needs
    /// `write:jira-work`.
    ///
    /// ```no_run
    /// use juncture_jira::NewIssue;
    /// use serde_json::json;
    ///
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let mut issue = NewIssue {
    ///     project: "ED".to_owned(),
    ///     summary: "It breaks".to_owned(),
    ///     issue_type_id: "10001".to_owned(),
    ///     ..NewIssue::default()
    /// };
    /// issue.extra.set("parent", &json!({"key": "ED-7"}));
    /// issue.extra.set("labels", &["crash"]);
    /// let created = site.create_issue(&issue).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_issue(&self, issue: &NewIssue) -> Result<CreatedIssue, Error> {
        let body = Body::of_new(issue).ok_or_else(|| twice(CREATE))?;
        let call = CREATE.call(&self.client.api_url, &[self.id])?.json(&body);
        self.client.fetch(self.id, call, self.token).await
    }

    /// Changes an issue (`PUT /rest/api/3/issue/{issueIdOrKey}`), all of it or nothing; sent
    /// again as rarely as a [creation](Site::create_issue). Jira gives back no issue: read it
    /// afterwards. Needs `write:jira-work`.
    pub async fn edit_issue(&self, id_or_key: &str, changes: &IssueChanges) -> Result<(), Error> {
        let body = Body::of_changes(changes).ok_or_else(|| twice(EDIT))?;
        let call = EDIT
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .json(&body);
        self.client.send(self.id, call, self.token).await
    }

    /// Deletes an issue (`DELETE /rest/api/3/issue/{issueIdOrKey}`), and its subtasks if
    /// `delete_subtasks`, else one that has some is refused ([`is_invalid`](Error::is_invalid)).
    /// Sent again as rarely as a [creation](Site::create_issue). Needs `write:jira-work`.
    pub async fn delete_issue(&self, id_or_key: &str, delete_subtasks: bool) -> Result<(), Error> {
        let delete_subtasks = if delete_subtasks { "true" } else { "false" };
        let call = DELETE
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .query("deleteSubtasks", delete_subtasks);
        self.client.send(self.id, call, self.token).await
    }
}
