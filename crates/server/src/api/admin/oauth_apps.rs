//! `/api/admin/projects/{project_id}/oauth-apps/{provider}`

use axum::Json;
use axum::extract::State;
use juncture_views::admin;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::keys::texts;
use super::{error, given_refusals, project_of, project_refusals};
use crate::app::App;
use crate::project::ProjectId;
use crate::projects::{App as OAuthApp, GivenApp, Problem};
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Text, required};
use crate::web::openapi::{DONE, Done, refusals};

/// The sentence where no client id is given.
const MISSING: &str = "Missing client_id";

/// An OAuth app as it is to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminSetOAuthApp)]
pub(crate) struct SetOAuthApp {
    /// The client id at the provider. Another one than before is another app; connections keep the old one.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    client_id: Text,
    /// Its secret; may be left out where the client id stays.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    client_secret: Option<SecretString>,
    /// The scopes to ask for; none are those of the environment's app.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    scopes: Option<Value>,
    /// Where the provider sends the customer back to, as registered there; absent, this server's own callback.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    redirect_uri: Text,
}

refusals!(SetRefusals, {
    let mut errors = project_refusals();
    errors.extend([
        Error::missing(MISSING, &["client_id"]),
        Error::invalid_provider(),
    ]);
    errors.extend(given_refusals("client_secret"));
    errors
});

/// Set the OAuth app of a project at a provider
///
/// Sets the client id and secret with which a project's customers connect. With another client id new flows
/// begin with it, and the connections that are there go on with the one that gave their grant.
#[utoipa::path(
    put, path = "/projects/{project_id}/oauth-apps/{provider}", operation_id = "adminOAuthAppsSet", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        ("provider" = String, Path, description = "The provider, in lower case.", example = "jira"),
    ),
    request_body(content = SetOAuthApp, example = json!({"client_id": "Yx3kT0exampleclientid", "client_secret": "ATOAexample"})),
    security(("admin_key" = [])),
    responses((status = 200, description = "The app", body = admin::OAuthApp, example = json!(example())), SetRefusals),
)]
pub(crate) async fn set(
    State(app): State<App>,
    Path((project, provider)): Path<(String, String)>,
    JsonBody(body): JsonBody<SetOAuthApp>,
) -> Result<Json<admin::OAuthApp>, Error> {
    let (project, provider) = parse(&app, &project, &provider)?;
    let [client_id] = required(MISSING, [("client_id", &body.client_id)])?;
    let redirect_uri = body.redirect_uri.optional("redirect_uri")?;
    let given = GivenApp {
        client_id: client_id.to_owned(),
        scopes: texts("scopes", body.scopes.as_ref())?,
        redirect_uri: redirect_uri.map_or_else(|| app.callback_of(provider), str::to_owned),
        client_secret: body
            .client_secret
            .filter(|it| !it.expose_secret().is_empty()),
    };
    let set = app.projects.set_app(project, provider, &given).await;
    view(&set.map_err(error)?)
}

refusals!(GetRefusals, {
    let mut errors = project_refusals();
    errors.extend([error(Problem::NoApp), Error::invalid_provider()]);
    errors
});

/// Get the OAuth app of a project at a provider
///
/// Gives the app with which a project's flows begin, without its secret.
#[utoipa::path(
    get, path = "/projects/{project_id}/oauth-apps/{provider}", operation_id = "adminOAuthAppsGet", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        ("provider" = String, Path, description = "The provider, in lower case.", example = "jira"),
    ),
    security(("admin_key" = [])),
    responses((status = 200, description = "The app", body = admin::OAuthApp, example = json!(example())), GetRefusals),
)]
pub(crate) async fn get(
    State(app): State<App>,
    Path((project, provider)): Path<(String, String)>,
) -> Result<Json<admin::OAuthApp>, Error> {
    let (project, provider) = parse(&app, &project, &provider)?;
    view(&app.projects.app(project, provider).await.map_err(error)?)
}

refusals!(RemoveRefusals, {
    let mut errors = project_refusals();
    errors.extend([error(Problem::NoApp), Error::invalid_provider()]);
    errors
});

/// Take the OAuth app of a project away
///
/// No flow begins with the app any more. Connections that were made with it go on to work.
#[utoipa::path(
    delete, path = "/projects/{project_id}/oauth-apps/{provider}", operation_id = "adminOAuthAppsDelete", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        ("provider" = String, Path, description = "The provider, in lower case.", example = "jira"),
    ),
    security(("admin_key" = [])),
    responses((status = 200, description = "Taken away", body = Done, example = json!({"success": true})), RemoveRefusals),
)]
pub(crate) async fn remove(
    State(app): State<App>,
    Path((project, provider)): Path<(String, String)>,
) -> Result<Json<Done>, Error> {
    let (project, provider) = parse(&app, &project, &provider)?;
    let removed = app.projects.remove_app(project, provider).await;
    removed.map_err(error)?;
    Ok(Json(DONE))
}

/// The project and the provider that a path names.
fn parse<'a>(app: &'a App, project: &str, provider: &str) -> Result<(ProjectId, &'a str), Error> {
    Ok((
        project_of(project)?,
        app.provider(provider)?.name().as_str(),
    ))
}

fn view(app: &OAuthApp) -> Result<Json<admin::OAuthApp>, Error> {
    Ok(Json(app.view()?))
}

fn example() -> Value {
    json!({
        "id": "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5f", "provider": "jira", "client_id": "Yx3kT0exampleclientid",
        "scopes": [], "redirect_uri": "https://integrations.example.com/api/frontend/oauth/authorization-callback/jira",
        "created_at": "2026-11-02T09:00:00Z", "updated_at": "2026-11-02T09:00:00Z"
    })
}
