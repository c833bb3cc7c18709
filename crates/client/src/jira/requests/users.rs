//! Which people.

use serde::Serialize;

/// Which people.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SearchUsers {
    /// The beginning of a word of the name or of the address.
    pub query: String,
    /// How many at most: 1 to 1000, and 50 if it is absent.
    pub limit: Option<u16>,
}

/// Which people of those who can be given issues: of a project, or one issue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AssignableUsers {
    /// The id or key of a project, to whose new issues they may be assigned; the selected one if neither this
    /// nor an issue is named.
    pub jira_project_id: Option<String>,
    /// The id or key of the issue that they may be assigned to, in place of a project.
    pub issue_id_or_key: Option<String>,
    /// The beginning of a word of the name or of the address.
    pub query: Option<String>,
    /// How many at most: 1 to 1000, and 50 if it is absent.
    pub limit: Option<u16>,
}
