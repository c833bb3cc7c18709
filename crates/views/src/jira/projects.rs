//! The shapes of projects.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use super::words::ProjectType;

/// The projects of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraProjects))]
pub struct Projects {
    /// All of them, by key.
    pub projects: Vec<ProjectView>,
    /// How many they are.
    pub total: usize,
    /// The id or key given to `select-project`; null if there is none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub selected_project_id: Option<String>,
}

/// A project, as `get-projects` shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraProject))]
pub struct ProjectView {
    /// Jira's id of it.
    pub id: String,
    /// The key that its tickets begin with.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Who leads it; null if nobody does or Jira does not show them.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub lead: Option<Lead>,
    /// What kind of project it is; null if Jira does not tell.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ProjectType>, required))]
    pub project_type_key: Option<String>,
    /// The category that it is in; null if it is in none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub project_category: Option<Category>,
    /// Whether only its members see it.
    pub is_private: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// The address of its picture; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub avatar_url: Option<String>,
}

/// The lead of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraProjectLead))]
pub struct Lead {
    /// The name to show.
    pub display_name: String,
}

/// A category of projects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraProjectCategory))]
pub struct Category {
    /// Jira's id of it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What its projects have in common; null if nobody has said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub description: Option<String>,
}

/// The selected project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSelectedProject))]
pub struct Selected {
    /// The id or key given to `select-project`; null if there is none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub jira_project_id: Option<String>,
}
