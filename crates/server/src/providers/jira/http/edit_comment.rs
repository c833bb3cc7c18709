//! `edit-comment`

use axum::Json;
use juncture_views::jira::comments::{EditedComment, VisibilityView};
use juncture_views::jira::words::Document;
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::boolean::{boolean, no_boolean};
use super::caller::CallersJira;
use super::comments::{
    BODY, comment_refusals, no_visibility, parse_comment, refused_comment, to_visibility,
};
use super::lost::{example_of, media_would_be_lost};
use super::rich_text::tidy;
use super::sentences::{Doing as _, conflict};
use super::subject::{
    MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::failure::{Conflict, RichText};
use crate::providers::jira::names::{CommentId, IssueIdOrKey};
use crate::providers::jira::operations;
use crate::providers::jira::operations::edit_comment::CommentEdit;
use crate::providers::jira::site::JiraSite;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Text, body_refusals, present, required};
use crate::web::openapi::refusals;

const EDIT_COMMENT: Call = Call {
    failed: "Failed to update Jira comment",
    denied: "Access denied to edit comment",
    scopes: operations::comments::WRITE,
};

const NO_CHANGE: &str = "Missing body, body_adf or visibility";
const INVALID_VALUES: &str = "Jira does not take the comment";

/// What to change of a comment. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraCommentChanges)]
pub(crate) struct EditComment {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[schema(value_type = Id, required = true)]
    issue_id_or_key: Text,
    /// The comment's id.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    comment_id: Text,
    /// The new text, in Markdown. What it does not change stays in Jira as it is: mentions, files,
    /// cards, colours, ids.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    body: Text,
    /// The new text, in the Atlassian Document Format. It is written as it is.
    #[serde(default)]
    #[schema(value_type = Option<Document>)]
    body_adf: Option<Box<RawValue>>,
    /// Whether files may go that `body` no longer shows: Jira deletes an attachment with the last
    /// place that shows it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    allow_media_loss: Option<Value>,
    /// What you take it to be: this cannot be changed, and a comment that is something else is left
    /// alone.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    internal: Option<Value>,
    /// Who may see it from now on, as in `add-comment`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<VisibilityView>)]
    visibility: Option<Value>,
}

refusals!(EditCommentRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(comment_refusals());
    errors.extend([
        Error::missing(NO_CHANGE, &["body"]),
        no_boolean("internal"),
        no_visibility(),
        refused_comment(INVALID_VALUES),
        media_would_be_lost(&[example_of(RichText::Comment)]),
    ]);
    errors.extend(
        [
            Conflict::IssueModified,
            Conflict::NotEditable(RichText::Comment),
            Conflict::InternalForGood,
        ]
        .map(conflict),
    );
    errors.extend(body_refusals());
    errors.extend(EDIT_COMMENT.refusals());
    errors.push(EDIT_COMMENT.unknown_outcome());
    errors
});

/// Edit a comment
///
/// Changes a comment and gives it back. Who may see it stays, unless `visibility` says something else.
/// Needs `write:jira-work` and `read:jira-work`.
#[utoipa::path(
    put, path = "/edit-comment", tag = "Jira", operation_id = "jiraEditComment",
    security(("secret_key" = [])),
    request_body(content = EditComment, example = json!({
        "external_id": "project123", "issue_id_or_key": "PROJ-123", "comment_id": "10040",
        "body": "Seen in **2.4** and 2.5."
    })),
    responses(
        (status = 200, description = "Changed", body = EditedComment, example = json!({"comment": {
            "id": "10040", "body": "Seen in **2.4** and 2.5.",
            "body_adf": {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "Seen in "},
                {"type": "text", "text": "2.4", "marks": [{"type": "strong"}]},
                {"type": "text", "text": " and 2.5."}
            ]}]},
            "author": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                "emailAddress": "john.doe@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png"},
            "created": "2026-01-02T16:45:00.000+0000", "updated": "2026-01-02T17:10:00.000+0000",
            "internal": false
        }})),
        EditCommentRefusals,
    ),
)]
pub(crate) async fn edit_comment(
    jira: CallersJira,
    JsonBody(body): JsonBody<EditComment>,
) -> Result<Json<EditedComment>, Error> {
    let (site, issue, id, edit) = body.read(jira).await?;
    let edited = operations::edit_comment::edit(&site, &issue, &id, edit).await;
    let (comment, lost) = edited.writing(&EDIT_COMMENT, INVALID_VALUES)?;
    Ok(Json(EditedComment { comment, lost }))
}

impl EditComment {
    /// The site, the issue, the comment, and what is to be done to it.
    async fn read(
        self,
        jira: CallersJira,
    ) -> Result<(JiraSite, IssueIdOrKey, CommentId, CommentEdit), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let issue = parse_issue(&self.issue_id_or_key)?;
        let comment = parse_comment(&self.comment_id)?;
        let edit = CommentEdit {
            markdown: self.body.optional("body")?.map(tidy),
            allow_media_loss: boolean(self.allow_media_loss.as_ref(), "allow_media_loss")?
                .unwrap_or_default(),
            internal: boolean(self.internal.as_ref(), "internal")?,
            visibility: to_visibility(self.visibility)?,
            body: BODY.to_document(&self.body, self.body_adf).await?,
        };
        if edit.body.is_none() && edit.visibility.is_none() {
            return Err(Error::missing(NO_CHANGE, &["body"]));
        }
        Ok((
            find_site(jira, &self.external_id).await?,
            issue,
            comment,
            edit,
        ))
    }
}
