//! Comments to be, and changes of them.

use juncture_views::jira::comments::VisibilityView;
use serde::Serialize;
use serde_json::Value;

/// A comment to be.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewComment {
    /// What it says, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The same in Jira's document format, in place of `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_adf: Option<Value>,
    /// Whether it is for the agents of a service project alone. In any other project that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal: Option<bool>,
    /// Who may see it, if not everybody who sees the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<VisibilityView>,
    /// The comment that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
}

impl NewComment {
    /// A comment that says this, in Markdown.
    #[must_use]
    pub fn of(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }
}

/// What is to become of a comment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CommentChanges {
    /// The new text, in Markdown. What it does not change stays in Jira as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The same in Jira's document format, in place of `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_adf: Option<Value>,
    /// Whether files may go that `body` no longer shows: Jira deletes an attachment with the last place that
    /// shows it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_media_loss: bool,
    /// What you take it to be: this cannot be changed, and a comment that is something else is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal: Option<bool>,
    /// Who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<VisibilityView>,
}
