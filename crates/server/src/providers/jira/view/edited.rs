//! The shape of what was changed.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::issue::{CoreView, KnownView};
use super::words::{NodeCounts, NodeCountsByField};

/// What an edit takes away that Markdown cannot say: kinds of nodes and marks, and how many of each.
pub(crate) type Lost = BTreeMap<String, usize>;

/// The same by text.
#[derive(Default)]
pub(crate) struct Losses {
    pub(crate) of_description: Lost,
    /// By the ids of the fields; of those alone that have lost something.
    pub(crate) of_fields: BTreeMap<String, Lost>,
}

/// What was done.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraEdited)]
pub(crate) struct Edited {
    /// Always true: Jira has taken the changes.
    pub(crate) success: bool,
    /// The issue, as it now is.
    pub(crate) issue: EditedIssue,
    /// What the old description had and Markdown cannot say, and the new one has no more: kinds of
    /// nodes and marks (`inlineCard`, `textColor`), and how many of each. Absent if nothing was lost.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = NodeCounts)]
    pub(crate) lost: Lost,
    /// The same of other rich texts, by the ids of their fields. Absent if nothing was lost.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = NodeCountsByField)]
    pub(crate) lost_in_fields: BTreeMap<String, Lost>,
}

/// The issue as it now is; or, where it could not be read back in time, what is known of it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = JiraEditedIssue)]
pub(crate) enum EditedIssue {
    /// As it was read back.
    Whole(CoreView),
    /// As far as it is known.
    Known(KnownView),
}
