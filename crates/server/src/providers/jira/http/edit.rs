//! `edit-issue`

use axum::Json;
use juncture_jira::adf::Document;
use juncture_jira::fields::{Reason, WrongField};
use juncture_jira::{Change, IssueChanges};
use juncture_views::jira::edited::Edited;
use juncture_views::jira::words::{Document as AdfDocument, FieldValues};
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::boolean::boolean;
use super::caller::CallersJira;
use super::given::{Parameters, to_labels};
use super::lost::{example_of, media_would_be_lost};
use super::rich_text::{DESCRIPTION, tidy, to_document};
use super::sentences::{Doing as _, conflict, wrong_fields};
use super::subject::{
    MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::failure::{Conflict, RichText};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::operations;
use crate::providers::jira::operations::edit::Edit;
use crate::providers::jira::site::JiraSite;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Text, body_refusals, present, required};
use crate::web::openapi::refusals;

const EDIT_ISSUE: Call = Call {
    failed: "Failed to update Jira issue",
    denied: "Access denied to edit issue",
    scopes: operations::edit::SCOPES,
};

const INVALID_VALUES: &str = "Invalid field values provided";

/// What to change: at least one field. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraIssueChanges)]
pub(crate) struct EditIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[schema(value_type = Id, required = true)]
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
    #[schema(value_type = Option<AdfDocument>)]
    description_adf: Option<Box<RawValue>>,
    /// Whether files may go that `description`, or a rich text in `fields`, no longer shows: Jira
    /// deletes an attachment with the last place that shows it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    allow_media_loss: Option<Value>,
    /// The id of its new priority.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    priority_id: Text,
    /// The id of its new type.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    issue_type_id: Text,
    /// The account of who is to work on it; null or `"null"` for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee_account_id: Option<Value>,
    /// Values of any other fields, by id or exact name: text, numbers, dates, options by name or id,
    /// people by account id or e-mail address, lists of them. Rich text is Markdown, of which the same
    /// holds as of `description`, or a document, which is written as it is. Null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<FieldValues>)]
    fields: Option<Value>,
    /// The id or key of the issue that it is a part of.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Id>)]
    parent: Option<Value>,
    /// Its labels, without spaces.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    labels: Option<Value>,
    /// Labels to add, whoever else changes the labels.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    labels_add: Option<Value>,
    /// Labels to take away, likewise.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    labels_remove: Option<Value>,
    /// The day when it is due, as `2026-11-30`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "2026-11-30")]
    due_date: Option<Value>,
    /// The ids of its components.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Id>>)]
    component_ids: Option<Value>,
    /// The ids of the versions that it is to be fixed in.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Id>>)]
    fix_version_ids: Option<Value>,
    /// The ids of the versions that it affects.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Id>>)]
    affected_version_ids: Option<Value>,
    /// The account of who reports it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    reporter_account_id: Option<Value>,
}

refusals!(EditIssueRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend([
        no_field(),
        empty_summary(),
        conflict(Conflict::IssueModified),
    ]);
    let field = || RichText::Field("customfield_10102".to_owned());
    errors.extend([
        media_would_be_lost(&[example_of(RichText::Description)]),
        media_would_be_lost(&[example_of(field())]),
        conflict(Conflict::NotEditable(RichText::Description)),
        conflict(Conflict::NotEditable(field())),
    ]);
    errors.extend(body_refusals());
    errors.extend(EDIT_ISSUE.refusals());
    errors.push(EDIT_ISSUE.unknown_outcome());
    errors
});

/// Edit an issue
///
/// Changes an issue and gives it back as it now is. An issue that cannot be read back within two
/// seconds is given as far as it is known, with `partial: true`: the changes are made all the same.
/// Needs `write:jira-work`, and `read:jira-work` for rich text as Markdown and to give the issue back
/// whole.
#[utoipa::path(
    put, path = "/edit-issue", operation_id = "jiraEditIssue", tag = "Jira", security(("secret_key" = [])),
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
    jira: CallersJira,
    JsonBody(body): JsonBody<EditIssue>,
) -> Result<Json<Edited>, Error> {
    let (site, issue, edit) = body.read(jira).await?;
    let edited = operations::edit::edit(&site, &issue, edit).await;
    let (issue, lost) = edited.writing(&EDIT_ISSUE, INVALID_VALUES)?;
    Ok(Json(Edited {
        success: true,
        issue,
        lost: lost.of_description,
        lost_in_fields: lost.of_fields,
    }))
}

impl EditIssue {
    /// The site, the issue, and what is to be done to it.
    async fn read(self, jira: CallersJira) -> Result<(JiraSite, IssueIdOrKey, Edit), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let issue = parse_issue(&self.issue_id_or_key)?;
        let edit = Edit {
            given: Parameters {
                fields: self.fields,
                parent: self.parent,
                labels: self.labels,
                due_date: self.due_date,
                component_ids: self.component_ids,
                fix_version_ids: self.fix_version_ids,
                affected_version_ids: self.affected_version_ids,
                reporter_account_id: self.reporter_account_id,
            }
            .read()?,
            markdown: self.description.as_ref().and_then(Value::as_str).map(tidy),
            allow_media_loss: boolean(self.allow_media_loss.as_ref(), "allow_media_loss")?
                .unwrap_or_default(),
            changes: IssueChanges {
                summary: to_summary(self.summary)?,
                description: to_description(self.description, self.description_adf).await?,
                priority_id: to_owned(&self.priority_id, "priority_id")?,
                issue_type_id: to_owned(&self.issue_type_id, "issue_type_id")?,
                assignee: to_assignee(self.assignee_account_id)?,
                add_labels: to_labels("labels_add", self.labels_add)?,
                remove_labels: to_labels("labels_remove", self.labels_remove)?,
                ..IssueChanges::default()
            },
        };
        if edit.changes.is_empty() && edit.given.is_empty() {
            return Err(no_field());
        }
        Ok((find_site(jira, &self.external_id).await?, issue, edit))
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
    document: Option<Box<RawValue>>,
) -> Result<Change<Document>, Error> {
    if markdown.as_ref().is_some_and(|text| text == "") {
        return match document {
            None => Ok(Change::Clear),
            Some(_) => Err(DESCRIPTION.both()),
        };
    }
    let markdown = match markdown {
        None | Some(Value::Null) => Text::Absent,
        Some(Value::String(text)) => text.into(),
        Some(_) => Text::Unusable,
    };
    Ok(to_document(&markdown, document).await?.into())
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
    let summary = WrongField {
        id: "summary".to_owned(),
        name: "summary".to_owned(),
        reason: Reason::Required,
        allowed: Vec::new(),
        jira_says: None,
    };
    wrong_fields(INVALID_VALUES, &[summary])
}
