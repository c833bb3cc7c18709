//! Projects: which there are, and which one the caller works with.

use axum::extract::State;
use axum::{Extension, Json};
use futures_util::TryStreamExt as _;
use juncture_jira::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::connection::{Call, JiraConnection};
use super::view::ProjectView;
use crate::app::App;
use crate::connections::ExternalId;
use crate::error::Error;
use crate::extract::{JsonBody, Query, Text, required};

const FETCH_PROJECTS: Call = Call {
    failed: "Failed to fetch Jira projects",
    denied: "Access denied to Jira projects",
    scopes: &["read:jira-work"],
};

/// The one parameter of endpoints that read what belongs to a connection.
#[derive(Deserialize)]
pub(super) struct ByExternalId {
    #[serde(default)]
    external_id: Text,
}

/// The answer of `get-projects`.
#[derive(Serialize)]
pub(super) struct Projects {
    projects: Vec<ProjectView>,
    total: usize,
    selected_project_id: Option<String>,
}

/// `GET get-projects`, also `get-all-projects`: every project that the customer sees.
pub(super) async fn get_projects(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Projects>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let selected_project_id = connection.selected_project().map(str::to_owned);
    let fetched = connection
        .ask(&app, &client, &FETCH_PROJECTS, async |site| {
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

/// The body of `select-project`.
#[derive(Deserialize)]
pub(super) struct SelectProject {
    #[serde(default)]
    external_id: Text,
    #[serde(default)]
    jira_project_id: Text,
}

/// `POST select-project`: touches only our store.
pub(super) async fn select_project(
    State(app): State<App>,
    JsonBody(body): JsonBody<SelectProject>,
) -> Result<Json<Value>, Error> {
    let fields = [
        ("external_id", &body.external_id),
        ("jira_project_id", &body.jira_project_id),
    ];
    let [external_id, project] = required("Missing external_id or jira_project_id", fields)?;
    let (external_id, project) = (
        ExternalId::parse(external_id)?,
        ProjectIdOrKey::parse(project)?,
    );
    JiraConnection::find(&app, external_id)
        .await?
        .select_project(&app, project.as_str())
        .await?;
    Ok(Json(json!({"success": true})))
}

/// `GET get-selected-project`, also `get-selected-project-id`: touches only our store.
pub(super) async fn get_selected_project(
    State(app): State<App>,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Value>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    Ok(Json(
        json!({"jira_project_id": connection.selected_project()}),
    ))
}

/// A project's id (digits) or key (a letter, then letters, digits and `_`), as Jira makes them.
/// Nothing else reaches a JQL clause or a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProjectIdOrKey(String);

impl ProjectIdOrKey {
    /// Takes `text` if it is one. Jira's keys are upper-case; a lower-case one is read as such.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
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
        Err(Error::invalid_field(
            "jira_project_id",
            "must be a project id (digits) or a project key (such as PROJ)",
        ))
    }

    /// The id or key.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
