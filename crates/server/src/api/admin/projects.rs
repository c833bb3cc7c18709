//! `/api/admin/projects`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use juncture_views::admin;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{
    error, given_refusals, idempotency_key, making_refusals, project_of, project_refusals, refusals,
};
use crate::api::page::{self, Page, cut};
use crate::app::App;
use crate::project::ProjectId;
use crate::projects::Problem;
use crate::projects::settings::Settings;
use crate::web::error::Error;
use crate::web::extract::{BodyOrQuery, JsonBody, Path, Query, Text, body_refusals, required};
use crate::web::idempotency::Answer;
use crate::web::openapi::{DONE, Done, refusals};

/// The sentence where no name is given.
const MISSING_NAME: &str = "Missing name";

/// The sentence where nothing confirms a deletion.
const MISSING_CONFIRM: &str = "Missing confirm";

/// A project that is to be made.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminCreateProject)]
pub(crate) struct CreateProject {
    /// What people call it: 1 to 100 characters. No two projects have the same.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    name: Text,
    /// What is set for it; what is not named is as in the example of an answer.
    #[serde(default)]
    #[schema(value_type = Option<Settings>)]
    settings: Option<Value>,
}

/// What of a project is to be changed.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminUpdateProject)]
pub(crate) struct UpdateProject {
    /// Another name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Text,
    /// What of the settings is to be replaced; `null` resets (RFC 7396).
    #[serde(default)]
    #[schema(value_type = Option<Settings>)]
    settings: Option<Value>,
}

/// What makes sure that this very project is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Confirm {
    /// The name of the project.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "Acme")]
    confirm: Text,
}

refusals!(CreateRefusals, {
    let mut errors = refusals();
    errors.push(Error::missing(MISSING_NAME, &["name"]));
    errors.extend(making_refusals("settings.branding.accent_colour"));
    errors.push(error(Problem::NameTaken));
    errors
});

/// Make a project
///
/// Makes a project: one product whose customers connect, with keys, OAuth apps and connections of its own.
/// Settings that are misspelt are refused by name.
#[utoipa::path(
    post, path = "/projects", operation_id = "adminProjectsCreate", tag = "Admin",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body within 24 hours get the first answer.", example = "5b2f3f0e")),
    request_body(content = CreateProject, example = json!({
        "name": "Acme", "settings": {"allowed_origins": ["https://app.example.com"], "branding": {"name": "Acme"}}
    })),
    security(("admin_key" = [])),
    responses((status = 201, description = "The project", body = admin::Project, example = json!(project_example())), CreateRefusals),
)]
pub(crate) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateProject>,
) -> Result<Response, Error> {
    let [name] = required(MISSING_NAME, [("name", &body.name)])?;
    let key = idempotency_key(&headers, ProjectId::DEFAULT, "project")?;
    let settings = body.settings.filter(|settings| !settings.is_null());
    let asked = Asked {
        name: name.to_owned(),
        settings: settings.unwrap_or_else(|| json!({})),
    };
    let projects = app.projects.clone();
    let answer = app
        .idempotency
        .clone()
        .once(key, asked, async move |asked| {
            let made = projects.create(&asked.name, &asked.settings).await;
            Answer::of(StatusCode::CREATED, &made.map_err(error)?.view())
        });
    Ok(answer.await?.into_response())
}

/// What is asked for, as an idempotency key stands for it.
#[derive(Serialize)]
struct Asked {
    name: String,
    settings: Value,
}

refusals!(query ListRefusals, {
    let mut errors = refusals();
    errors.extend(page::refusals());
    errors
});

/// List the projects
///
/// Lists the projects, in the order of their making.
#[utoipa::path(
    get, path = "/projects", operation_id = "adminProjectsList", tag = "Admin",
    params(Page), security(("admin_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = admin::Projects, example = json!({
            "data": [project_example()], "next_cursor": null
        })),
        ListRefusals,
    ),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Query(page): Query<Page>,
) -> Result<Json<admin::Projects>, Error> {
    let (limit, after) = page.parse()?;
    let found = app.projects.list(after, limit + 1).await.map_err(error)?;
    let (found, next_cursor) = cut(found, limit, |project| project.id.uuid());
    let data = found.iter().map(crate::projects::Project::view).collect();
    Ok(Json(admin::Projects { data, next_cursor }))
}

refusals!(GetRefusals, project_refusals());

/// Get a project
///
/// Gives one project with its settings.
#[utoipa::path(
    get, path = "/projects/{project_id}", operation_id = "adminProjectsGet", tag = "Admin",
    params(("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d")),
    security(("admin_key" = [])),
    responses((status = 200, description = "The project", body = admin::Project, example = json!(project_example())), GetRefusals),
)]
pub(crate) async fn get(
    State(app): State<App>,
    Path(project): Path<String>,
) -> Result<Json<admin::Project>, Error> {
    let found = app.projects.find(project_of(&project)?).await;
    Ok(Json(found.map_err(error)?.view()))
}

refusals!(UpdateRefusals, {
    let mut errors = project_refusals();
    errors.extend(given_refusals("settings.branding.accent_colour"));
    errors.extend([error(Problem::NameTaken), error(Problem::IsDefault)]);
    errors
});

/// Change a project
///
/// Changes the name or some of the settings of a project: what is named is replaced, `null` resets (RFC 7396).
#[utoipa::path(
    patch, path = "/projects/{project_id}", operation_id = "adminProjectsUpdate", tag = "Admin",
    params(("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d")),
    request_body(content = UpdateProject, example = json!({"settings": {"limits": {"requests_per_minute": 600}}})),
    security(("admin_key" = [])),
    responses((status = 200, description = "The project as it is now", body = admin::Project, example = json!(project_example())), UpdateRefusals),
)]
pub(crate) async fn update(
    State(app): State<App>,
    Path(project): Path<String>,
    JsonBody(body): JsonBody<UpdateProject>,
) -> Result<Json<admin::Project>, Error> {
    let project = project_of(&project)?;
    let name = body.name.optional("name")?;
    let settings = body.settings.filter(|settings| !settings.is_null());
    let changed = app.projects.update(project, name, settings.as_ref()).await;
    Ok(Json(changed.map_err(error)?.view()))
}

refusals!(query DeleteRefusals, {
    let mut errors = project_refusals();
    errors.push(Error::missing(MISSING_CONFIRM, &["confirm"]));
    errors.push(not_confirmed());
    errors.extend(body_refusals());
    errors.push(error(Problem::IsDefault));
    errors
});

/// Delete a project with all it has
///
/// Deletes a project with its keys, OAuth apps and connections, at once and for good; what processes hold of
/// them in memory goes within seconds. Needs the project's name in `confirm`.
#[utoipa::path(
    delete, path = "/projects/{project_id}", operation_id = "adminProjectsDelete", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        Confirm,
    ),
    security(("admin_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteRefusals),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Path(project): Path<String>,
    BodyOrQuery(given): BodyOrQuery<Confirm>,
) -> Result<Json<Done>, Error> {
    let project = project_of(&project)?;
    let [confirm] = required(MISSING_CONFIRM, [("confirm", &given.confirm)])?;
    let found = app.projects.find(project).await.map_err(error)?;
    if found.name != confirm {
        return Err(not_confirmed());
    }
    app.projects.delete(project).await.map_err(error)?;
    Ok(Json(DONE))
}

fn not_confirmed() -> Error {
    Error::invalid_field("confirm", "must be the name of the project")
}

fn project_example() -> Value {
    json!({
        "id": "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d", "name": "Acme", "created_at": "2026-11-02T09:00:00Z",
        "settings": {
            "allowed_origins": ["https://app.example.com"], "allowed_return_urls": [],
            "branding": {"name": "Acme"}, "require_connect_sessions": false, "may_use_default_apps": false,
            "limits": {}
        }
    })
}
