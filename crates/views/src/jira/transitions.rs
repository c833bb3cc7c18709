//! The shapes of steps through a workflow.

use serde::{Deserialize, Serialize};

use super::finding::{StatusView, WritableFieldView};

/// The steps that can be made from where an issue is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraTransitions))]
pub struct Transitions {
    /// Each of them.
    pub transitions: Vec<TransitionView>,
}

/// A step, with the fields that may be given with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraTransition))]
pub struct TransitionView {
    #[expect(missing_docs, reason = "its description would stand in the document")]
    #[serde(flatten)]
    pub offered: OfferedView,
    /// Whether it may ask for fields.
    pub has_screen: bool,
    /// The fields of its screen.
    pub fields: Vec<WritableFieldView>,
}

/// A step, and where it leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraTransitionReference))]
pub struct OfferedView {
    /// The id, which means something in its workflow alone.
    #[cfg_attr(feature = "openapi", schema(example = "31"))]
    pub id: String,
    /// The name to show, which may be translated.
    pub name: String,
    /// The status that it leads to.
    pub to: StatusView,
}

/// Where an issue is after `transition-issue`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraMoved))]
pub struct Moved {
    /// The issue, where it now is.
    pub issue: MovedIssue,
    /// Whether it has moved; false where it was there already.
    pub changed: bool,
    /// The step that was made; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub transition: Option<OfferedView>,
}

/// An issue and its status.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraMovedIssue))]
pub struct MovedIssue {
    /// Jira's id of it.
    pub id: String,
    /// The key that people call it by.
    pub key: String,
    /// Its status.
    pub status: StatusView,
    /// True where Jira could not tell the status afterwards in time: this is where the step leads.
    /// Absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub partial: bool,
}
