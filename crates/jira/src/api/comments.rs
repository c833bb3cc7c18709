//! Comments of issues.

use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::issue_body::{Property, properties};
use super::null_as_empty;
use super::offsets::List;
use super::users::User;
use crate::adf::Document;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;
use crate::fields::FieldValues;

const LIST: Endpoint = Endpoint::get(COMMENTS);
const ADD: Endpoint = Endpoint::write(Method::POST, COMMENTS);
const COMMENTS: &str = "/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}/comment";
const SHOW: Endpoint = Endpoint::get(COMMENT);
const EDIT: Endpoint = Endpoint::write(Method::PUT, COMMENT);
const DELETE: Endpoint = Endpoint::write(Method::DELETE, COMMENT);
const COMMENT: &str = "/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}/comment/{id}";

/// What Jira gives if nothing else is asked for.
const PAGE_SIZE: usize = 100;

/// The property by which a comment of a help desk is for agents alone. Nowhere documented, and sent
/// by many.
const INTERNAL: &str = "sd.public.comment";

/// A comment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The id, a string of digits.
    pub id: String,
    /// What it says, as an Atlassian Document; see [`adf::to_markdown`](crate::adf::to_markdown).
    pub body: Option<Box<RawValue>>,
    /// Who wrote it; absent for people whom Jira does not know.
    pub author: Option<User>,
    /// Who changed it last.
    pub update_author: Option<User>,
    /// When it was written, as Jira writes it: `2026-09-27T10:03:11.123+0200`.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub created: String,
    /// When it last changed, written like `created`.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub updated: String,
    /// Who may see it, if that is not everybody who sees the issue.
    pub visibility: Option<Visibility>,
    /// Whether customers of a help desk see it; true everywhere else.
    pub jsd_public: Option<bool>,
    /// The comment that it answers, where Jira tells it.
    #[serde(default, deserialize_with = "id")]
    pub parent_id: Option<String>,
}

impl Comment {
    /// Whether it is for the agents of a help desk alone.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.jsd_public == Some(false)
    }
}

/// Who may see a comment: those who have a role in the project, or are in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Visibility {
    /// `role` or `group`.
    #[serde(rename = "type", default, deserialize_with = "null_as_empty")]
    pub kind: String,
    /// The name of the role or group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The id of the role or group, which stays when it is renamed. Where both are given, Jira goes by
    /// this.
    #[serde(
        default,
        deserialize_with = "id",
        skip_serializing_if = "Option::is_none"
    )]
    pub identifier: Option<String>,
}

/// A comment to be.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// What it says; see [`adf::from_markdown`](crate::adf::from_markdown).
    pub body: Document,
    /// Who may see it; all who see the issue, unless told otherwise. The writer must be among them.
    pub visibility: Option<Visibility>,
    /// Whether it is for the agents of a help desk alone. Whether Jira has heeded that,
    /// [`Comment::is_internal`] tells; if it has not, delete the comment at once.
    pub is_internal: bool,
    /// The id of the comment that it answers: one of the same issue that answers none itself. Nowhere
    /// documented, and seen to work; a reply has the readers of what it answers.
    pub parent_id: Option<u64>,
    /// What others keep with the comment and nobody sees: any JSON, by key.
    pub properties: FieldValues,
}

impl NewComment {
    /// A comment that says this, to all who see the issue.
    #[must_use]
    pub fn of(body: Document) -> Self {
        Self {
            body,
            visibility: None,
            is_internal: false,
            parent_id: None,
            properties: FieldValues::new(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    body: &'a Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<&'a Visibility>,
    /// A number, which stands beside the body: among the properties it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

/// An id, be it written as text or as a number.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(u64),
    }

    Ok(Option::deserialize(deserializer)?.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    }))
}

impl Site<'_> {
    /// The comments of an issue that the token's owner may see, oldest first
    /// (`GET /rest/api/3/issue/{issueIdOrKey}/comment`). Needs `read:jira-work`.
    pub async fn comments(&self, issue: &str) -> Result<Vec<Comment>, Error> {
        let site = *self;
        let call = move |start_at: usize| {
            Ok(LIST
                .call(&site.client.api_url, &[site.id, issue])?
                .query("startAt", &start_at.to_string())
                .query("maxResults", &PAGE_SIZE.to_string())
                .query("orderBy", "created"))
        };
        let id = |comment: &Comment| comment.id.clone();
        List::new(self.listing(), PAGE_SIZE, id, call).whole().await
    }

    /// One comment (`GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}`). Needs `read:jira-work`.
    pub async fn comment(&self, issue: &str, id: &str) -> Result<Comment, Error> {
        let call = SHOW.call(&self.client.api_url, &[self.id, issue, id])?;
        self.client.fetch(self.id, call, self.token).await
    }

    /// Adds a comment (`POST /rest/api/3/issue/{issueIdOrKey}/comment`), once: sent again as rarely as
    /// a [creation](Site::create_issue). Needs `write:jira-work`.
    ///
    /// ```no_run
    /// use juncture_jira::{NewComment, adf};
    ///
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let body = adf::from_markdown("Seen in **2.4** as well.");
    /// let comment = site.add_comment("ED-1", &NewComment::of(body.into())).await?;
    /// tracing::info!(comment.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Without the right to comment it is [invalid](Error::is_invalid), and not forbidden; an issue
    /// that has as many as it may have [is full](Error::is_full).
    pub async fn add_comment(&self, issue: &str, comment: &NewComment) -> Result<Comment, Error> {
        let mut kept = comment.properties.clone();
        if comment.is_internal {
            kept.set(INTERNAL, &json!({"internal": true}));
        }
        let call = ADD
            .call(&self.client.api_url, &[self.id, issue])?
            .json(&Body {
                body: &comment.body,
                visibility: comment.visibility.as_ref(),
                parent_id: comment.parent_id,
                properties: properties(&kept),
            });
        self.client.fetch(self.id, call, self.token).await
    }

    /// Gives a comment another body, in place of its own, and those who may see it anew
    /// (`PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}`). Sent again as rarely as a
    /// [creation](Site::create_issue). Needs `write:jira-work`.
    ///
    /// Files that the new body does not show any more are deleted by Jira:
    /// [`adf::edit`](crate::adf::edit) tells them. A comment that is not for everybody is, unless
    /// `visibility` says it again.
    pub async fn edit_comment(
        &self,
        issue: &str,
        id: &str,
        body: &Document,
        visibility: Option<&Visibility>,
    ) -> Result<Comment, Error> {
        let call = EDIT
            .call(&self.client.api_url, &[self.id, issue, id])?
            .json(&Body {
                body,
                visibility,
                parent_id: None,
                properties: Vec::new(),
            });
        self.client.fetch(self.id, call, self.token).await
    }

    /// Deletes a comment (`DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}`). Sent again as rarely
    /// as a [creation](Site::create_issue). Needs `write:jira-work`.
    pub async fn delete_comment(&self, issue: &str, id: &str) -> Result<(), Error> {
        let call = DELETE.call(&self.client.api_url, &[self.id, issue, id])?;
        self.client.send(self.id, call, self.token).await
    }
}
