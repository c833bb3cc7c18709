//! The shape of what was changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::issue::{CoreView, KnownView};
#[cfg(feature = "openapi")]
use super::words::{NodeCounts, NodeCountsByField};

/// What an edit takes away that Markdown cannot say: kinds of nodes and marks, and how many of each.
pub type Lost = BTreeMap<String, usize>;

/// What was done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraEdited))]
pub struct Edited {
    /// Always true: Jira has taken the changes.
    pub success: bool,
    /// The issue, as it now is.
    pub issue: EditedIssue,
    /// What the old description had and Markdown cannot say, and the new one has no more: kinds of
    /// nodes and marks (`inlineCard`, `textColor`), and how many of each. Absent if nothing was lost.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = NodeCounts))]
    pub lost: Lost,
    /// The same of other rich texts, by the ids of their fields. Absent if nothing was lost.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = NodeCountsByField))]
    pub lost_in_fields: BTreeMap<String, Lost>,
}

/// The issue as it now is; or, where it could not be read back in time, what is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", schema(as = JiraEditedIssue))]
pub enum EditedIssue {
    /// As it was read back.
    Whole(CoreView),
    /// As far as it is known.
    Known(KnownView),
}
