//! The shapes of steps through a workflow.

use juncture_jira::{Standing, Status, Transition};
use serde::Serialize;
use utoipa::ToSchema;

use super::finding::{StatusView, WritableFieldView};

/// The steps that can be made from where an issue is.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraTransitions)]
pub(crate) struct Transitions {
    /// Each of them.
    pub(crate) transitions: Vec<TransitionView>,
}

/// A step, with the fields that may be given with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraTransition)]
pub(crate) struct TransitionView {
    #[serde(flatten)]
    offered: OfferedView,
    /// Whether it may ask for fields.
    has_screen: bool,
    /// The fields of its screen.
    fields: Vec<WritableFieldView>,
}

/// A step, and where it leads.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = JiraTransitionReference)]
pub(crate) struct OfferedView {
    /// The id, which means something in its workflow alone.
    #[schema(example = "31")]
    id: String,
    /// The name to show, which may be translated.
    name: String,
    /// The status that it leads to.
    to: StatusView,
}

/// Where an issue is after `transition-issue`.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraMoved)]
pub(crate) struct Moved {
    /// The issue, where it now is.
    pub(crate) issue: MovedIssue,
    /// Whether it has moved; false where it was there already.
    pub(crate) changed: bool,
    /// The step that was made; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) transition: Option<OfferedView>,
}

/// An issue and its status.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraMovedIssue)]
pub(crate) struct MovedIssue {
    /// Jira's id of it.
    id: String,
    /// The key that people call it by.
    key: String,
    /// Its status.
    status: StatusView,
    /// True where Jira could not tell the status afterwards in time: this is where the step leads.
    /// Absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool)]
    pub(crate) partial: bool,
}

impl From<Transition> for TransitionView {
    fn from(mut transition: Transition) -> Self {
        let fields = std::mem::take(&mut transition.fields);
        Self {
            offered: OfferedView::from(&transition),
            has_screen: transition.has_screen,
            fields: fields.into_iter().map(WritableFieldView::from).collect(),
        }
    }
}

impl From<&Transition> for OfferedView {
    fn from(transition: &Transition) -> Self {
        Self {
            id: transition.id.clone(),
            name: transition.name.clone(),
            to: transition.to.clone().into(),
        }
    }
}

impl MovedIssue {
    /// An issue that is now in this status.
    pub(crate) fn of(standing: &Standing, status: &Status) -> Self {
        Self {
            id: standing.id.clone(),
            key: standing.key.clone(),
            status: status.clone().into(),
            partial: false,
        }
    }
}
