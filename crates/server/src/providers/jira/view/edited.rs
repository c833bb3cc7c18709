//! The shape of what was changed.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::issue::{CoreView, KnownView};

/// What an edit takes away that Markdown cannot say: kinds of nodes and marks, and how many of each.
pub(crate) type Lost = BTreeMap<String, usize>;

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Edited {
    /// Always true: Jira has taken the changes.
    pub(crate) success: bool,
    pub(crate) issue: EditedIssue,
    /// What the old description had and Markdown cannot say, and the new one has no more: kinds of
    /// nodes and marks (`inlineCard`, `textColor`), and how many of each. Absent if nothing was lost.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) lost: Lost,
}

/// The issue as it now is; or, where it could not be read back in time, what is known of it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum EditedIssue {
    Whole(CoreView),
    Known(KnownView),
}
