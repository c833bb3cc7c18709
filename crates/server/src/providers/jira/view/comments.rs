//! The shape of comments.

use juncture_jira::{Comment, Visibility, adf};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::edited::Lost;
use super::finding::UserView;
use super::words::{Document, NodeCounts, VisibilityType};

/// The comments of an issue.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraComments)]
pub(crate) struct Comments {
    /// All that the customer may see, oldest first.
    pub(crate) comments: Vec<CommentView>,
    /// How many they are.
    pub(crate) total: usize,
}

/// One comment.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraCommentAnswer)]
pub(crate) struct OneComment {
    /// The comment, as it now is.
    pub(crate) comment: CommentView,
}

/// A comment that was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraEditedComment)]
pub(crate) struct EditedComment {
    /// The comment, as it now is.
    pub(crate) comment: CommentView,
    /// What the old text had and Markdown cannot say, and the new one has no more: kinds of nodes and
    /// marks, and how many of each. Absent if nothing was lost.
    #[serde(skip_serializing_if = "Lost::is_empty")]
    #[schema(value_type = NodeCounts)]
    pub(crate) lost: Lost,
}

/// A comment.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraComment)]
pub(crate) struct CommentView {
    /// Jira's id of it.
    #[schema(example = "10040")]
    id: String,
    /// What it says, as Markdown.
    body: String,
    /// The same in Jira's document format. Absent for a document that is not fit to become a tree;
    /// `body` shows the texts of such a one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Document, nullable = false)]
    body_adf: Option<Box<RawValue>>,
    /// Who wrote it; absent where Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    author: Option<UserView>,
    /// When it was written, as Jira writes it: `2026-01-02T16:45:00.000+0000`.
    created: String,
    /// When it was last changed, likewise.
    updated: String,
    /// Whether it is for the agents of a service project alone.
    internal: bool,
    /// Who may see it, if that is not everybody who sees the issue; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visibility: Option<VisibilityView>,
    /// The comment that it answers; absent where Jira does not tell, as most do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parent_id: Option<String>,
}

/// Those who have a role in the project, or are in a group.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraVisibility)]
pub(crate) struct VisibilityView {
    /// Whether it is a role or a group.
    #[serde(rename = "type")]
    #[schema(value_type = VisibilityType)]
    kind: String,
    /// The name of the role or group; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<String>,
    /// Its id, which stays when it is renamed; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    identifier: Option<String>,
}

/// How many bytes of texts there are to convert.
pub(crate) fn said(comments: &[Comment]) -> usize {
    let bodies = comments
        .iter()
        .filter_map(|comment| comment.body.as_deref());
    bodies.map(|body| body.get().len()).sum()
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        let internal = comment.is_internal();
        Self {
            id: comment.id,
            body: comment
                .body
                .as_deref()
                .map(adf::to_markdown)
                .unwrap_or_default(),
            body_adf: comment.body.and_then(juncture_jira::readable),
            author: comment.author.map(UserView::from),
            created: comment.created,
            updated: comment.updated,
            internal,
            visibility: comment.visibility.map(VisibilityView::from),
            parent_id: comment.parent_id,
        }
    }
}

impl From<Visibility> for VisibilityView {
    fn from(visibility: Visibility) -> Self {
        Self {
            kind: visibility.kind,
            value: visibility.value,
            identifier: visibility.identifier,
        }
    }
}
