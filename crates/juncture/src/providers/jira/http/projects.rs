//! Projects: which there are, and which one the caller works with.

use axum::extract::State;
use axum::{Extension, Json};
use futures_util::TryStreamExt as _;
use juncture_jira::Client;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::project::ProjectIdOrKey;
use crate::app::App;
use crate::connections::ExternalId;
use crate::error::Error;
use crate::extract::{JsonBody, Query, Text, body_refusals, required};
use crate::openapi::{DONE, Done, refusals};
use crate::providers::jira::site::{
    Call, JiraConnection, MISSING_EXTERNAL_ID, connection_refusals,
};
use crate::providers::jira::view::ProjectView;

const FETCH_PROJECTS: Call = Call {
    failed: "Failed to fetch Jira projects",
    denied: "Access denied to Jira projects",
    scopes: &["read:jira-work"],
};

/// The one parameter of endpoints that read what belongs to a connection.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByExternalId {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "project123")]
    external_id: Text,
}

/// The projects of a connection.
#[derive(Serialize, ToSchema)]
pub(crate) struct Projects {
    /// All of them, by key.
    projects: Vec<ProjectView>,
    /// How many they are.
    total: usize,
    /// The project selected by `select-project`.
    selected_project_id: Option<String>,
}

refusals!(GetProjectsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(FETCH_PROJECTS.list_refusals());
    errors
});

/// Gives every project that the customer sees. Also answers at `get-all-projects`. Needs
/// `read:jira-work`.
#[utoipa::path(
    get, path = "/get-projects", tag = "Jira",
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
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Projects>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let selected_project_id = connection.selected_project().map(str::to_owned);
    let fetched = connection
        .ask_for_list(&app, &client, &FETCH_PROJECTS, async |site| {
            site.projects().try_concat().await
        })
        .await?;
    let projects = fetched.map_err(|error| FETCH_PROJECTS.error(error))?;
    let projects: Vec<_> = projects.into_iter().map(ProjectView::from).collect();
    Ok(Json(Projects {
        total: projects.len(),
        projects,
        selected_project_id,
    }))
}

/// Which project to work with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SelectProject {
    /// Your own id of the customer.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "project123")]
    external_id: Text,
    /// The id or key of a project.
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "10000")]
    jira_project_id: Text,
}

const MISSING_PROJECT: &str = "Missing external_id or jira_project_id";

refusals!(SelectProjectRefusals, {
    let mut errors = connection_refusals(MISSING_PROJECT, &["jira_project_id"]);
    errors.extend(body_refusals());
    errors.push(ProjectIdOrKey::refusal());
    errors
});

/// Selects the project that other endpoints take when none is named. Touches only our store.
#[utoipa::path(
    post, path = "/select-project", tag = "Jira", security(("secret_key" = [])),
    request_body(content = SelectProject, example = json!({"external_id": "project123", "jira_project_id": "10000"})),
    responses((status = 200, description = "Selected", body = Done, example = json!({"success": true})), SelectProjectRefusals),
)]
pub(crate) async fn select_project(
    State(app): State<App>,
    JsonBody(body): JsonBody<SelectProject>,
) -> Result<Json<Done>, Error> {
    let fields = [
        ("external_id", &body.external_id),
        ("jira_project_id", &body.jira_project_id),
    ];
    let [external_id, project] = required(MISSING_PROJECT, fields)?;
    let (external_id, project) = (
        ExternalId::parse(external_id)?,
        ProjectIdOrKey::parse(project)?,
    );
    JiraConnection::find(&app, external_id)
        .await?
        .select_project(&app, project.as_str())
        .await?;
    Ok(Json(DONE))
}

/// The selected project.
#[derive(Serialize, ToSchema)]
pub(crate) struct Selected {
    /// The id or key given to `select-project`; null if there is none.
    jira_project_id: Option<String>,
}

refusals!(GetSelectedRefusals, {
    connection_refusals(MISSING_EXTERNAL_ID, &["external_id"])
});

/// Gives the selected project. Also answers at `get-selected-project-id`. Touches only our store.
#[utoipa::path(
    get, path = "/get-selected-project", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The selection", body = Selected, example = json!({"jira_project_id": "10000"})),
        GetSelectedRefusals,
    ),
)]
pub(crate) async fn get_selected_project(
    State(app): State<App>,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Selected>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let jira_project_id = connection.selected_project().map(str::to_owned);
    Ok(Json(Selected { jira_project_id }))
}
