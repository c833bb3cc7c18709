//! The shape of comments.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::edited::Lost;
use super::finding::UserView;
#[cfg(feature = "openapi")]
use super::words::{Document, NodeCounts, VisibilityType};

/// The comments of an issue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraComments))]
pub struct Comments {
    /// All that the customer may see, oldest first.
    pub comments: Vec<CommentView>,
    /// How many they are.
    pub total: usize,
}

/// One comment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraCommentAnswer))]
pub struct OneComment {
    /// The comment, as it now is.
    pub comment: CommentView,
}

/// A comment that was changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraEditedComment))]
pub struct EditedComment {
    /// The comment, as it now is.
    pub comment: CommentView,
    /// What the old text had and Markdown cannot say, and the new one has no more: kinds of nodes and
    /// marks, and how many of each. Absent if nothing was lost.
    #[serde(default, skip_serializing_if = "Lost::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = NodeCounts))]
    pub lost: Lost,
}

/// A comment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraComment))]
pub struct CommentView {
    /// Jira's id of it.
    #[cfg_attr(feature = "openapi", schema(example = "10040"))]
    pub id: String,
    /// What it says, as Markdown.
    pub body: String,
    /// The same in Jira's document format. Absent for a document that is not fit to become a tree;
    /// `body` shows the texts of such a one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Document, nullable = false))]
    pub body_adf: Option<Box<RawValue>>,
    /// Who wrote it; absent where Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub author: Option<UserView>,
    /// When it was written, as Jira writes it: `2026-01-02T16:45:00.000+0000`.
    pub created: String,
    /// When it was last changed, likewise.
    pub updated: String,
    /// Whether it is for the agents of a service project alone.
    pub internal: bool,
    /// Who may see it, if that is not everybody who sees the issue; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub visibility: Option<VisibilityView>,
    /// The comment that it answers; absent where Jira does not tell, as most do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub parent_id: Option<String>,
}

/// Those who have a role in the project, or are in a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraVisibility))]
pub struct VisibilityView {
    /// Whether it is a role or a group.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = VisibilityType))]
    pub kind: String,
    /// The name of the role or group; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub value: Option<String>,
    /// Its id, which stays when it is renamed; absent if Jira does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub identifier: Option<String>,
}
