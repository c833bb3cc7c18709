//! The shapes of steps through a workflow.

use juncture_jira::{Standing, Status, Transition};
use juncture_views::jira::finding::{StatusView, WritableFieldView};
use juncture_views::jira::transitions::{MovedIssue, OfferedView, TransitionView};

use super::Of;

impl Of<Transition> for TransitionView {
    fn of(mut transition: Transition) -> Self {
        let fields = std::mem::take(&mut transition.fields);
        Self {
            offered: OfferedView::of(&transition),
            has_screen: transition.has_screen,
            fields: fields.into_iter().map(WritableFieldView::of).collect(),
        }
    }
}

impl Of<&Transition> for OfferedView {
    fn of(transition: &Transition) -> Self {
        Self {
            id: transition.id.clone(),
            name: transition.name.clone(),
            to: StatusView::of(transition.to.clone()),
        }
    }
}

/// An issue that is now in this status.
pub(crate) fn moved(standing: &Standing, status: &Status) -> MovedIssue {
    MovedIssue {
        id: standing.id.clone(),
        key: standing.key.clone(),
        status: StatusView::of(status.clone()),
        partial: false,
    }
}
