//! `edit-issue`: changes some fields of an issue.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::{Extension, Json};
use juncture_jira::{Change, Client, Error as JiraError, IssueChanges, Site, adf};
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::description::{self, Lost};
use super::issue::{
    IssueIdOrKey, invalid_values, issue_not_found, issue_refusals, refused_values, tidy,
    to_document,
};
use crate::app::App;
use crate::error::Error;
use crate::extract::{JsonBody, Text, body_refusals, present, required};
use crate::foreign;
use crate::openapi::refusals;
use crate::providers::jira::site::{
    Call, JiraConnection, MISSING_EXTERNAL_ID, connection_refusals, help,
};
use crate::providers::jira::view::described;
use crate::providers::jira::view::issue::{ByAccount, ById, CoreView, KnownView};

pub(crate) const EDIT_ISSUE: Call = Call {
    failed: "Failed to update Jira issue",
    denied: "Access denied to edit issue",
    scopes: &["write:jira-work"],
};

const INVALID_VALUES: &str = "Invalid field values provided";

/// What to change: at least one field. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EditIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[schema(value_type = String, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
    /// The new title.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    summary: Option<Value>,
    /// The new description, in Markdown; an empty one clears it. What its text does not change stays
    /// in Jira as it is: mentions, files, cards, colours, ids.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Value>,
    /// The new description, in the Atlassian Document Format. It is written as it is, without a look
    /// at the present one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    description_adf: Option<Value>,
    /// Whether files may go that `description` no longer shows: Jira deletes an attachment with the
    /// last place that shows it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    allow_media_loss: Option<Value>,
    /// The id of its new priority.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority_id: Text,
    /// The id of its new type.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    issue_type_id: Text,
    /// The account of who is to work on it; null or `"null"` for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee_account_id: Option<Value>,
}

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Edited {
    /// Always true: Jira has taken the changes.
    success: bool,
    issue: EditedIssue,
    /// What the old description had and Markdown cannot say, and the new one has no more: kinds of
    /// nodes and marks (`inlineCard`, `textColor`), and how many of each. Absent if nothing was lost.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    lost: Lost,
}

/// The issue as it now is; or, where it could not be read back in time, what is known of it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum EditedIssue {
    Whole(CoreView),
    Known(KnownView),
}

refusals!(EditIssueRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend([no_field(), empty_summary(), modified()]);
    errors.extend(description::refusals());
    errors.extend(body_refusals());
    errors.extend(EDIT_ISSUE.refusals());
    errors.push(EDIT_ISSUE.unknown_outcome());
    errors
});

/// Changes an issue and gives it back as it now is. An issue that cannot be read back within two
/// seconds is given as far as it is known, with `partial: true`: the changes are made all the same.
/// Needs `write:jira-work`, and `read:jira-work` for `description` and to give the issue back whole.
#[utoipa::path(
    put, path = "/edit-issue", tag = "Jira", security(("secret_key" = [])),
    request_body(content = EditIssue, example = json!({
        "external_id": "project123", "issue_id_or_key": "PROJ-123", "summary": "Updated issue summary",
        "description": "Updated issue description", "priority_id": "3", "issue_type_id": "10001",
        "assignee_account_id": "5b10a2844c20165700ede21g"
    })),
    responses(
        (status = 200, description = "Changed", body = Edited, example = json!({"success": true, "issue": {
            "id": "10000", "key": "PROJ-123", "summary": "Updated issue summary",
            "description": "Updated issue description",
            "priority": {"name": "High", "iconUrl": "https://example.atlassian.net/images/icons/priorities/high.svg"},
            "issueType": {"name": "Bug", "iconUrl": "https://example.atlassian.net/images/icons/issuetypes/bug.svg"},
            "assignee": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                "emailAddress": "john.doe@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png"},
            "updated": "2026-01-02T16:45:00.000+0000"
        }})),
        EditIssueRefusals,
    ),
)]
pub(crate) async fn edit_issue(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    JsonBody(body): JsonBody<EditIssue>,
) -> Result<Json<Edited>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &body.external_id)])?;
    let issue = IssueIdOrKey::of_parameter(&body.issue_id_or_key)?;
    let external_id = body.external_id;
    let markdown = body.description.as_ref().and_then(Value::as_str).map(tidy);
    let allow_media_loss = to_permission(body.allow_media_loss.as_ref())?;
    let mut changes = Changes {
        summary: to_summary(body.summary)?,
        description: to_description(body.description, body.description_adf).await?,
        priority_id: to_owned(&body.priority_id, "priority_id")?,
        issue_type_id: to_owned(&body.issue_type_id, "issue_type_id")?,
        assignee: to_assignee(body.assignee_account_id)?,
    };
    if changes.is_empty() {
        return Err(no_field());
    }
    let connection = JiraConnection::of_parameter(&app, &external_id).await?;
    let mut lost = Lost::new();
    // What the description says already.
    let mut said = None;
    if let Some(markdown) = markdown {
        let new = std::mem::replace(&mut changes.description, Change::Keep);
        (changes.description, lost) = description::edited(
            (&app, &client),
            &connection,
            &issue,
            &markdown,
            new,
            allow_media_loss,
        )
        .await?;
        said = matches!(changes.description, Change::Keep).then_some(markdown);
    }
    let edited = connection
        .ask(&app, &client, &EDIT_ISSUE, {
            let (issue, changes) = (issue.clone(), changes.clone());
            async move |site| edit(site, &issue, &changes).await
        })
        .await?;
    edited.map_err(|error| match error {
        error if error.is_not_found() => issue_not_found(),
        error if error.is_conflict() => modified(),
        error => refused_values(INVALID_VALUES, &error),
    })?;
    let read = connection.ask(&app, &client, &EDIT_ISSUE, {
        let issue = issue.clone();
        async move |site| site.issue(issue.as_str(), &CoreView::FIELDS).await
    });
    let issue = if let Some(Ok(issue)) = help("the edited issue", &app, read).await {
        let bytes = described(std::slice::from_ref(&issue));
        EditedIssue::Whole(foreign::convert(bytes, || issue.into()).await)
    } else {
        let mut known = changes.known(&issue);
        if let Some(said) = said {
            known.description = Some((!said.is_empty()).then_some(said));
        }
        EditedIssue::Known(known)
    };
    Ok(Json(Edited {
        success: true,
        issue,
        lost,
    }))
}

/// To make the same change twice is to make it once, so it may be asked for again.
async fn edit(site: Site<'_>, issue: &IssueIdOrKey, changes: &Changes) -> Result<(), JiraError> {
    if changes.is_empty() {
        return Ok(()); // the text says nothing new
    }
    let changes = IssueChanges {
        summary: changes.summary.as_deref(),
        description: changes.description.as_ref(),
        issue_type_id: changes.issue_type_id.as_deref(),
        priority_id: changes.priority_id.as_deref(),
        assignee: changes.assignee.as_ref().map(String::as_str),
    };
    site.edit_issue(issue.as_str(), &changes).await
}

/// The changes asked for, checked.
#[derive(Clone)]
struct Changes {
    summary: Option<String>,
    description: Change<Value>,
    priority_id: Option<String>,
    issue_type_id: Option<String>,
    assignee: Change<String>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.summary.is_none()
            && matches!(self.description, Change::Keep)
            && self.priority_id.is_none()
            && self.issue_type_id.is_none()
            && matches!(self.assignee, Change::Keep)
    }

    /// What is known of the issue now that they are made.
    fn known(self, issue: &IssueIdOrKey) -> KnownView {
        let mut known = KnownView::of(issue);
        known.summary = self.summary;
        known.description = match &self.description {
            Change::Keep => None,
            Change::Clear => Some(None),
            Change::Set(document) => to_raw_value(document)
                .ok()
                .map(|document| Some(adf::to_markdown(&document))),
        };
        known.priority = self.priority_id.map(ById::from);
        known.issue_type = self.issue_type_id.map(ById::from);
        known.assignee = match self.assignee {
            Change::Keep => None,
            Change::Clear => Some(None),
            Change::Set(account_id) => Some(Some(ByAccount { account_id })),
        };
        known
    }
}

/// A summary may be left as it is, but not be emptied: to ignore `""` would be to lose it.
fn to_summary(summary: Option<Value>) -> Result<Option<String>, Error> {
    match summary {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Err(empty_summary()),
        Some(Value::String(text)) => Ok(Some(tidy(&text))),
        Some(_) => Err(Error::invalid_field("summary", "must be a string")),
    }
}

async fn to_description(
    markdown: Option<Value>,
    document: Option<Value>,
) -> Result<Change<Value>, Error> {
    if document.is_none() && markdown.as_ref().is_some_and(|text| text == "") {
        return Ok(Change::Clear);
    }
    let markdown = match markdown {
        None | Some(Value::Null) => Text::Absent,
        Some(Value::String(text)) => text.into(),
        Some(_) => Text::Unusable,
    };
    Ok(to_document(&markdown, document).await?.into())
}

fn to_permission(permission: Option<&Value>) -> Result<bool, Error> {
    match permission {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(permission)) => Ok(*permission),
        Some(_) => Err(Error::invalid_field(
            "allow_media_loss",
            "must be true or false",
        )),
    }
}

fn to_assignee(assignee: Option<Value>) -> Result<Change<String>, Error> {
    match assignee {
        None => Ok(Change::Keep),
        Some(Value::Null) => Ok(Change::Clear),
        Some(Value::String(text)) if text == "null" => Ok(Change::Clear),
        Some(Value::String(text)) if text.is_empty() => Ok(Change::Keep),
        Some(Value::String(text)) => Ok(Change::Set(text)),
        Some(_) => {
            let reason = "must be an account id, or null for nobody";
            Err(Error::invalid_field("assignee_account_id", reason))
        }
    }
}

fn to_owned(text: &Text, field: &'static str) -> Result<Option<String>, Error> {
    Ok(text.optional(field)?.map(str::to_owned))
}

fn no_field() -> Error {
    Error::invalid(
        "At least one field must be provided for update",
        "missing_parameter",
    )
}

fn empty_summary() -> Error {
    let details = json!({"fields": {"summary": "must not be empty"}});
    invalid_values(INVALID_VALUES, details)
}

fn modified() -> Error {
    Error::Conflict {
        error: "Issue has been modified since last read",
        code: "issue_modified",
    }
}
