//! The shapes of what has changed in an issue. What is not there is absent.

use serde::{Deserialize, Serialize};

use super::finding::UserView;

/// All that has changed in an issue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraChangelog))]
pub struct Changelog {
    /// Oldest first.
    pub changes: Vec<ChangeView>,
}

/// What somebody changed at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraChange))]
pub struct ChangeView {
    /// Jira's id of it.
    pub id: String,
    /// When, as Jira writes it.
    pub at: String,
    /// Who; absent where Jira tells nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub author: Option<UserView>,
    /// The fields that changed.
    pub items: Vec<ItemView>,
}

/// A field that changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraChangedField))]
pub struct ItemView {
    /// The id of the field; absent where Jira tells none, as of links and parents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub field: Option<String>,
    /// What Jira calls the field, in English if it is built in.
    pub name: String,
    /// What it was; absent if it was not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub from: Option<ValueView>,
    /// What it is since; absent if it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub to: Option<ValueView>,
}

/// A value of a field, as Jira keeps it and as people read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraChangedValue))]
pub struct ValueView {
    /// The id of what it is, or ids with commas between; absent of texts and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub id: Option<String>,
    /// The text of it. Rich text is in Jira's older markup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub text: Option<String>,
}
