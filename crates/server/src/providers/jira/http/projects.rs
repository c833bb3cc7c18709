//! Projects: which there are, and which one the caller works with.

use axum::Json;
use juncture_views::jira::projects::{Projects, Selected};
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller::CallersJira;
use super::sentences::{Doing as _, no_project};
use super::subject::{
    ByExternalId, MISSING_EXTERNAL_ID, connection_refusals, find_site, find_site_of, parse_project,
};
use crate::providers::jira::failure::NoProject;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{self, JsonBody, Query, Text, body_refusals, required};
use crate::web::openapi::{DONE, Done, refusals};

const FETCH_PROJECTS: Call = Call {
    failed: "Failed to fetch Jira projects",
    denied: "Access denied to Jira projects",
    scopes: operations::projects::SCOPES,
};

refusals!(query GetProjectsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(FETCH_PROJECTS.list_refusals());
    errors
});

/// List projects
///
/// Gives every project that the customer sees. Also answers at `get-all-projects`. Needs
/// `read:jira-work`.
#[utoipa::path(
    get, path = "/get-projects", operation_id = "jiraGetProjects", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All projects", body = Projects, example = json!({
            "projects": [{
                "id": "10000", "key": "PROJ", "name": "Example Project", "lead": {"displayName": "John Doe"},
                "projectTypeKey": "software", "projectCategory": null, "isPrivate": false, "archived": false,
                "avatarUrl": "https://example.atlassian.net/rest/api/3/universal_avatar/view/type/project/avatar/10400"
            }],
            "total": 1, "selected_project_id": "10000"
        })),
        GetProjectsRefusals,
    ),
)]
pub(crate) async fn get_projects(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Projects>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let projects = operations::projects::projects(&site).await;
    projects.doing(&FETCH_PROJECTS).map(Json)
}

/// Which project to work with.
#[derive(Deserialize, ToSchema)]
#[schema(as = JiraProjectSelection)]
pub(crate) struct SelectProject {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    external_id: Text,
    /// The id or key of a project.
    #[serde(default)]
    #[schema(value_type = Id, required = true)]
    jira_project_id: Text,
}

const MISSING_PROJECT: &str = "Missing external_id or jira_project_id";

refusals!(SelectProjectRefusals, {
    let mut errors = connection_refusals(MISSING_PROJECT, &["jira_project_id"]);
    errors.extend(body_refusals());
    errors.push(no_project(NoProject::Unfit));
    errors
});

/// Select a project
///
/// Selects the project that other endpoints take when none is named. Touches only our store.
#[utoipa::path(
    post, path = "/select-project", operation_id = "jiraSelectProject", tag = "Jira", security(("secret_key" = [])),
    request_body(content = SelectProject, example = json!({"external_id": "project123", "jira_project_id": "10000"})),
    responses((status = 200, description = "Selected", body = Done, example = json!({"success": true})), SelectProjectRefusals),
)]
pub(crate) async fn select_project(
    jira: CallersJira,
    JsonBody(body): JsonBody<SelectProject>,
) -> Result<Json<Done>, Error> {
    let fields = [
        ("external_id", &body.external_id),
        ("jira_project_id", &body.jira_project_id),
    ];
    let [external_id, project] = required(MISSING_PROJECT, fields)?;
    let external_id = extract::external_id(external_id)?;
    let project = parse_project(project)?;
    let site = find_site_of(jira, external_id).await?;
    site.select(&project).await?;
    Ok(Json(DONE))
}

refusals!(query GetSelectedRefusals, {
    connection_refusals(MISSING_EXTERNAL_ID, &["external_id"])
});

/// Get the selected project
///
/// Gives the selected project. Also answers at `get-selected-project-id`. Touches only our store.
#[utoipa::path(
    get, path = "/get-selected-project", operation_id = "jiraGetSelectedProject", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The selection", body = Selected, example = json!({"jira_project_id": "10000"})),
        GetSelectedRefusals,
    ),
)]
pub(crate) async fn get_selected_project(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Selected>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let jira_project_id = site.selected_project()?.map(str::to_owned);
    Ok(Json(Selected { jira_project_id }))
}
