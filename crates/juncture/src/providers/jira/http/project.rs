//! The project that a request is about.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Error;
use crate::extract::Text;
use crate::providers::jira::site::{JiraConnection, MISSING_EXTERNAL_ID, connection_refusals};

/// The parameters of endpoints about one project.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForProject {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "project123")]
    pub(crate) external_id: Text,
    /// The id or key of a project; the selected one if it is absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "10000")]
    jira_project_id: Text,
}

impl ForProject {
    /// The project that the request names, else the selected one.
    pub(crate) fn project(&self, connection: &JiraConnection) -> Result<ProjectIdOrKey, Error> {
        choose_project(connection, &self.jira_project_id)
    }
}

/// The project that the parameter `given` names, else the selected one.
pub(crate) fn choose_project(
    connection: &JiraConnection,
    given: &Text,
) -> Result<ProjectIdOrKey, Error> {
    let given = given.optional("jira_project_id")?;
    match given.or(connection.selected_project()) {
        Some(project) => ProjectIdOrKey::parse(project),
        None => Err(no_project()),
    }
}

/// Every answer of such endpoints before Jira is asked.
pub(crate) fn project_refusals() -> Vec<Error> {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend([no_project(), ProjectIdOrKey::refusal()]);
    errors
}

/// The answer where no project is named and none is selected.
pub(crate) fn no_project() -> Error {
    let error = "No project selected and no project ID provided";
    Error::invalid(error, "no_project_selected")
}

/// The answer where Jira knows no such project, or shows none to this user.
pub(crate) fn project_not_found() -> Error {
    Error::NotFound {
        error: "Project not found",
        code: "project_not_found",
    }
}

/// The answer where the project is archived, so that Jira's searches leave out what is in it.
pub(crate) fn project_archived() -> Error {
    Error::Conflict {
        error: "Project is archived",
        code: "project_archived",
    }
}

/// A project's id (digits) or key (a letter, then letters, digits and `_`), as Jira makes them.
/// Nothing else reaches a JQL clause or a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectIdOrKey(String);

impl ProjectIdOrKey {
    /// Takes `text` if it is one. Jira's keys are upper-case; a lower-case one is read as such.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let is_id =
            (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_key = text.len() <= 255
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_id || is_key {
            return Ok(Self(text.to_ascii_uppercase()));
        }
        Err(Self::refusal())
    }

    /// The answer to anything else.
    pub(crate) fn refusal() -> Error {
        let reason = "must be a project id (digits) or a project key (such as PROJ)";
        Error::invalid_field("jira_project_id", reason)
    }

    /// The id or key.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
