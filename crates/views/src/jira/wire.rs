//! An issue's fields in the shape of Jira's own API, as far as the documentation shows them. What is
//! not set is null, as Jira has it; the description is Markdown.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use super::words::StatusCategoryKey;

/// The fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueFields))]
pub struct WireFields {
    /// The title.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub summary: Option<String>,
    /// The description, as Markdown; null if there is none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub description: Option<String>,
    /// Its status.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub status: Option<Status>,
    /// Who works on it; null for nobody.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub assignee: Option<Person>,
    /// Who reported it; null for nobody.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reporter: Option<Person>,
    /// When it was created, as Jira writes it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub created: Option<String>,
    /// When it was last changed, as Jira writes it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub updated: Option<String>,
    /// Its priority; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub priority: Option<Priority>,
}

/// A status, with what it means.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraStatusWithCategory))]
pub struct Status {
    /// Jira's id of it.
    pub id: String,
    /// What people call it; it may be translated.
    pub name: String,
    /// What it means; null if Jira does not tell.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub status_category: Option<StatusCategory>,
}

/// What a status means.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraStatusCategory))]
pub struct StatusCategory {
    /// Jira's id of it.
    pub id: u64,
    /// The same in every language and on every site.
    #[cfg_attr(feature = "openapi", schema(value_type = StatusCategoryKey))]
    pub key: String,
    /// The name of its colour, such as `blue-gray`; null if Jira does not tell.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub color_name: Option<String>,
}

/// A person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraPersonReference))]
pub struct Person {
    /// The id of the account, the same on every site.
    pub account_id: String,
    /// The name to show.
    pub display_name: String,
}

/// A priority.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraPriorityReference))]
pub struct Priority {
    /// Jira's id of it.
    pub id: String,
    /// What people call it.
    pub name: String,
}
