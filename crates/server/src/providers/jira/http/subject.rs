//! What a request is about: a customer's Jira, and a project or an issue in it.

use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::sentences::{no_project, not_found};
use crate::connection::{Customer, ExternalId};
use crate::providers::jira::NAME;
use crate::providers::jira::failure::{Absent, NoProject};
use crate::providers::jira::names::{IssueIdOrKey, ProjectIdOrKey};
use crate::providers::jira::site::JiraSite;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{Text, external_id, no_external_id, required};
use crate::web::refusals::of_ours;

/// The sentence of endpoints that require the external id alone.
pub(super) const MISSING_EXTERNAL_ID: &str = "Missing external_id";

/// The sentence where no issue is named.
const MISSING_ISSUE: &str = "Missing issue_id_or_key";

/// No provider is asked for it, so only the connection and the store can be to blame.
const FIND: Call = Call::undeniable("Failed to find the connection");

/// The Jira of the parameter `external_id`, which stands alone in the request.
pub(super) async fn find_site(jira: CallersJira, id: &Text) -> Result<JiraSite, Error> {
    let [id] = required(MISSING_EXTERNAL_ID, [("external_id", id)])?;
    find_site_of(jira, external_id(id)?).await
}

/// The Jira of an external id.
pub(super) async fn find_site_of(caller: CallersJira, id: ExternalId) -> Result<JiraSite, Error> {
    let CallersJira { jira, project } = caller;
    if jira.tokens.providers.get(NAME.as_str()).is_none() {
        return Err(Error::invalid_provider());
    }
    let customer = Customer {
        project,
        external_id: id,
    };
    let found = JiraSite::find(jira, customer).await;
    found.map_err(|failure| FIND.error(failure))
}

/// Every answer of an endpoint to a wrong key, a wrong external id or an unknown connection, where
/// `missing` is its sentence for required parameters.
pub(super) fn connection_refusals(missing: &'static str, fields: &[&str]) -> Vec<Error> {
    let mut errors = vec![
        Error::missing(missing, fields),
        no_external_id(),
        Error::invalid_provider(),
        Error::InvalidSecretKey,
        Error::connection_not_found(),
    ];
    errors.extend(of_ours());
    errors
}

/// The one parameter of endpoints that read what belongs to a connection.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ByExternalId {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    pub(super) external_id: Text,
}

/// The parameters of endpoints about one project.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForProject {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    pub(super) external_id: Text,
    /// The id or key of a project; the selected one if it is absent.
    #[serde(default)]
    #[param(value_type = Option<Id>, example = "10000")]
    pub(super) jira_project_id: Text,
}

impl ForProject {
    /// The site, and the project that the request names, else the selected one, if there is one.
    pub(super) async fn find_any(
        &self,
        jira: CallersJira,
    ) -> Result<(JiraSite, Option<ProjectIdOrKey>), Error> {
        let site = find_site(jira, &self.external_id).await?;
        let given = self.jira_project_id.optional("jira_project_id")?;
        let given = given.map(parse_project).transpose()?;
        match site.project(given) {
            Ok(project) => Ok((site, Some(project))),
            Err(NoProject::Selected) => Ok((site, None)),
            Err(why) => Err(no_project(why)),
        }
    }

    /// The site, and the project that the request names, else the selected one.
    pub(super) async fn find(
        &self,
        jira: CallersJira,
    ) -> Result<(JiraSite, ProjectIdOrKey), Error> {
        let site = find_site(jira, &self.external_id).await?;
        let project = choose_project(&site, &self.jira_project_id)?;
        Ok((site, project))
    }
}

/// The parameters of endpoints that read what belongs to an issue.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[param(value_type = Id, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
}

impl ForIssue {
    /// The site, and the issue that the request names.
    pub(super) async fn find(&self, jira: CallersJira) -> Result<(JiraSite, IssueIdOrKey), Error> {
        required(MISSING_EXTERNAL_ID, [("external_id", &self.external_id)])?;
        let issue = parse_issue(&self.issue_id_or_key)?;
        Ok((find_site(jira, &self.external_id).await?, issue))
    }
}

/// The project that the parameter `given` names, else the selected one.
pub(super) fn choose_project(site: &JiraSite, given: &Text) -> Result<ProjectIdOrKey, Error> {
    let given = given.optional("jira_project_id")?;
    let given = given.map(parse_project).transpose()?;
    site.project(given).map_err(no_project)
}

/// A project's id or key.
pub(super) fn parse_project(text: &str) -> Result<ProjectIdOrKey, Error> {
    ProjectIdOrKey::parse(text).ok_or_else(|| no_project(NoProject::Unfit))
}

/// Every answer of such endpoints before Jira is asked.
pub(super) fn project_refusals() -> Vec<Error> {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend([NoProject::Selected, NoProject::Unfit].map(no_project));
    errors
}

/// The issue of the parameter `issue_id_or_key`.
pub(super) fn parse_issue(text: &Text) -> Result<IssueIdOrKey, Error> {
    let [text] = required(MISSING_ISSUE, [("issue_id_or_key", text)])?;
    IssueIdOrKey::parse(text).ok_or_else(unfit_issue)
}

/// Every answer to a missing or impossible issue, and to one that is not there.
pub(super) fn issue_refusals() -> Vec<Error> {
    vec![
        Error::missing(MISSING_ISSUE, &["issue_id_or_key"]),
        unfit_issue(),
        not_found(Absent::Issue),
    ]
}

pub(super) fn unfit_issue() -> Error {
    let reason = "must be an issue id (digits) or an issue key (such as PROJ-123)";
    Error::invalid_field("issue_id_or_key", reason)
}
