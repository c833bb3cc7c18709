//! `add-comment`

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use juncture_views::jira::comments::{OneComment, VisibilityView};
use juncture_views::jira::words::Document;
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::boolean::{boolean, no_boolean};
use super::caller::CallersJira;
use super::comments::{BODY, no_visibility, refused_comment, to_visibility};
use super::sentences::{Doing as _, conflict, wrong_fields};
use super::subject::{
    MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::failure::Conflict;
use crate::providers::jira::names::CommentId;
use crate::providers::jira::operations::add_comment::{Remark, no_parent};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::{NAME, operations};
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Text, body_refusals, present, required};
use crate::web::idempotency::{self, Answer, IdempotencyKey};
use crate::web::openapi::refusals;

const ADD_COMMENT: Call = Call {
    failed: "Failed to add Jira comment",
    denied: "Access denied to comment on the issue",
    scopes: operations::comments::WRITE,
};

const MISSING_BODY: &str = "Missing body or body_adf";
const INVALID_VALUES: &str = "Jira does not take the comment";

/// A comment to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraNewComment)]
pub(crate) struct AddComment {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[schema(value_type = Id, required = true)]
    issue_id_or_key: Text,
    /// What it says, in Markdown.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    body: Text,
    /// What it says, in the Atlassian Document Format; one of the two.
    #[serde(default)]
    #[schema(value_type = Option<Document>)]
    body_adf: Option<Box<RawValue>>,
    /// Whether it is for the agents of a service project alone. In any other project that is refused.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    internal: Option<Value>,
    /// Who may see it, if not everybody who sees the issue: `type` (`role` or `group`), and `value`
    /// (its name) or `identifier` (its id). Your customer must be among them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<VisibilityView>)]
    visibility: Option<Value>,
    /// The id of the comment that it answers: one of the same issue that answers none itself. Those who
    /// see that one see the reply.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    parent_id: Text,
}

refusals!(AddCommentRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend([
        Error::missing(MISSING_BODY, &["body"]),
        no_boolean("internal"),
        no_visibility(),
        unfit_parent(),
        wrong_fields(INVALID_VALUES, &[no_parent()]),
        refused_comment(INVALID_VALUES),
    ]);
    errors.extend(
        [
            Conflict::NotInternal,
            Conflict::IssueFull,
            Conflict::IssueModified,
        ]
        .map(conflict),
    );
    errors.extend(body_refusals());
    errors.extend(idempotency::refusals());
    errors.extend(ADD_COMMENT.refusals());
    errors.push(ADD_COMMENT.unknown_outcome());
    errors
});

/// Add a comment
///
/// Adds a comment, once. With an `Idempotency-Key`, the same request within 24 hours gets the first
/// answer; without one, a 500 with the code `outcome_unknown` says that the comment may be there. Needs
/// `write:jira-work`, and `read:jira-work` for an internal one.
#[utoipa::path(
    post, path = "/add-comment", tag = "Jira", operation_id = "jiraAddComment",
    security(("secret_key" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "Any text of yours that is new for each new comment: 1 to 255 visible ASCII characters.",
        example = "order-4711-comment",
    )),
    request_body(content = AddComment, example = json!({
        "external_id": "project123", "issue_id_or_key": "PROJ-123", "body": "Seen in **2.4** as well."
    })),
    responses(
        (status = 201, description = "Added", body = OneComment, example = json!({"comment": {
            "id": "10040", "body": "Seen in **2.4** as well.",
            "body_adf": {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "Seen in "},
                {"type": "text", "text": "2.4", "marks": [{"type": "strong"}]},
                {"type": "text", "text": " as well."}
            ]}]},
            "author": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                "emailAddress": "john.doe@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png"},
            "created": "2026-01-02T16:45:00.000+0000", "updated": "2026-01-02T16:45:00.000+0000",
            "internal": false
        }})),
        AddCommentRefusals,
    ),
)]
pub(crate) async fn add_comment(
    jira: CallersJira,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AddComment>,
) -> Result<Response, Error> {
    let (site, remark) = body.read(jira).await?;
    let key = IdempotencyKey::of_headers(&headers, site.connection_id(), NAME, site.customer())?;
    let idempotency = site.jira().idempotency.clone();
    let adding = |remark: Remark| async move {
        let comment = operations::add_comment::add(&site, &remark).await;
        let comment = comment.writing(&ADD_COMMENT, INVALID_VALUES)?;
        Answer::of(StatusCode::CREATED, &OneComment { comment })
    };
    let answer = idempotency.once(key, remark, adding).await;
    answer.map(Answer::into_response)
}

impl AddComment {
    /// The site, and what is to be said there.
    async fn read(self, jira: CallersJira) -> Result<(JiraSite, Remark), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let comment_on = parse_issue(&self.issue_id_or_key)?;
        let body = BODY.to_document(&self.body, self.body_adf).await?;
        let remark = Remark {
            comment_on,
            body: body.ok_or_else(|| Error::missing(MISSING_BODY, &["body"]))?,
            internal: boolean(self.internal.as_ref(), "internal")?.unwrap_or_default(),
            visibility: to_visibility(self.visibility)?,
            parent_id: match self.parent_id.optional("parent_id")? {
                Some(text) => Some(CommentId::parse(text).ok_or_else(unfit_parent)?),
                None => None,
            },
        };
        Ok((find_site(jira, &self.external_id).await?, remark))
    }
}

fn unfit_parent() -> Error {
    Error::invalid_field("parent_id", "must be a comment id (digits)")
}
