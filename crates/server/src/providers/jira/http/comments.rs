//! `get-comments`, `delete-comment`

use axum::Json;
use juncture_jira::Visibility;
use juncture_jira::fields::{Reason, WrongField};
use juncture_views::jira::comments::Comments;
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::rich_text::TextField;
use super::sentences::{Doing as _, conflict, not_found, wrong_fields};
use super::subject::{
    ForIssue, MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::failure::{Absent, Conflict};
use crate::providers::jira::names::CommentId;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{BodyOrQuery, Query, Text, body_refusals, required};
use crate::web::openapi::{DONE, Done, refusals};

const GET_COMMENTS: Call = Call {
    failed: "Failed to fetch Jira comments",
    denied: "Access denied to Jira comments",
    scopes: operations::comments::READ,
};

const DELETE_COMMENT: Call = Call {
    failed: "Failed to delete Jira comment",
    denied: "Access denied to delete comment",
    scopes: operations::comments::WRITE,
};

const REFUSED: &str = "Jira refused to delete the comment";

/// The sentence where no comment is named.
const MISSING_COMMENT: &str = "Missing comment_id";

/// The text of a comment.
pub(super) const BODY: TextField = TextField {
    markdown: "body",
    document: "body_adf",
};

/// Which comment; in the query, or as JSON in the body.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteComment {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[param(value_type = Id, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
    /// The comment's id.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "10040")]
    comment_id: Text,
}

refusals!(query GetCommentsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(GET_COMMENTS.list_refusals());
    errors
});

refusals!(query DeleteCommentRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(comment_refusals());
    errors.push(conflict(Conflict::IssueModified));
    errors.extend(DELETE_COMMENT.refusals());
    errors.push(DELETE_COMMENT.unknown_outcome());
    errors.extend(body_refusals());
    errors
});

/// List the comments of an issue
///
/// The comments of an issue that your customer may see, oldest first and whole. Needs
/// `read:jira-work`.
#[utoipa::path(
    get, path = "/get-comments", tag = "Jira", operation_id = "jiraGetComments",
    params(ForIssue), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The comments", body = Comments,
            example = json!({"comments": [{
                "id": "10040", "body": "Seen in **2.4** as well.",
                "body_adf": {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
                    {"type": "text", "text": "Seen in "},
                    {"type": "text", "text": "2.4", "marks": [{"type": "strong"}]},
                    {"type": "text", "text": " as well."}
                ]}]},
                "author": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                    "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png"},
                "created": "2026-01-02T16:45:00.000+0000", "updated": "2026-01-02T16:45:00.000+0000",
                "internal": false, "visibility": {"type": "role", "value": "Developers", "identifier": "10003"}
            }], "total": 1})),
        GetCommentsRefusals,
    ),
)]
pub(crate) async fn get_comments(
    jira: CallersJira,
    Query(query): Query<ForIssue>,
) -> Result<Json<Comments>, Error> {
    let (site, issue) = query.find(jira).await?;
    let comments = operations::comments::comments(&site, &issue).await;
    let comments = comments.doing(&GET_COMMENTS)?;
    let total = comments.len();
    Ok(Json(Comments { comments, total }))
}

/// Delete a comment
///
/// Deletes a comment. The parameters may also stand as JSON in the body. Needs `write:jira-work`.
#[utoipa::path(
    delete, path = "/delete-comment", tag = "Jira", operation_id = "jiraDeleteComment",
    params(DeleteComment), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Deleted", body = Done, example = json!({"success": true})),
        DeleteCommentRefusals,
    ),
)]
pub(crate) async fn delete_comment(
    jira: CallersJira,
    BodyOrQuery(query): BodyOrQuery<DeleteComment>,
) -> Result<Json<Done>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let issue = parse_issue(&query.issue_id_or_key)?;
    let comment = parse_comment(&query.comment_id)?;
    let site = find_site(jira, &query.external_id).await?;
    let deleted = operations::comments::delete(&site, &issue, &comment).await;
    deleted.writing(&DELETE_COMMENT, REFUSED)?;
    Ok(Json(DONE))
}

/// The comment of the parameter `comment_id`.
pub(super) fn parse_comment(text: &Text) -> Result<CommentId, Error> {
    let [text] = required(MISSING_COMMENT, [("comment_id", text)])?;
    CommentId::parse(text).ok_or_else(unfit_comment)
}

/// Every answer to a missing or impossible comment, and to one that is not there.
pub(super) fn comment_refusals() -> Vec<Error> {
    vec![
        Error::missing(MISSING_COMMENT, &["comment_id"]),
        unfit_comment(),
        not_found(Absent::Comment),
    ]
}

fn unfit_comment() -> Error {
    Error::invalid_field("comment_id", "must be a comment id (digits)")
}

/// 400 because Jira does not take a comment.
pub(super) fn refused_comment(error: &'static str) -> Error {
    let body = WrongField {
        id: "body".to_owned(),
        name: "body".to_owned(),
        reason: Reason::Refused,
        allowed: Vec::new(),
        jira_says: Some("Comment body can not be empty!".to_owned()),
    };
    wrong_fields(error, &[body])
}

/// Who is to see a comment: a role or a group, by name or by id.
pub(super) fn to_visibility(value: Option<Value>) -> Result<Option<Visibility>, Error> {
    let value = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let member = |name: &str| match &value[name] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    };
    let visibility = Visibility {
        kind: member("type").unwrap_or_default(),
        value: member("value"),
        identifier: member("identifier"),
    };
    let is_named = visibility.value.is_some() || visibility.identifier.is_some();
    if !matches!(visibility.kind.as_str(), "role" | "group") || !is_named {
        return Err(no_visibility());
    }
    Ok(Some(visibility))
}

/// The answer to a visibility that is none.
pub(super) fn no_visibility() -> Error {
    let reason =
        "must be an object: type (role or group), and value (its name) or identifier (its id)";
    Error::invalid_field("visibility", reason)
}
