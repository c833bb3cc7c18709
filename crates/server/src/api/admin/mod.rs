//! `/api/admin/*`: projects, their keys and their OAuth apps, for whoever runs the server.

mod keys;
mod oauth_apps;
mod projects;

use axum::http::HeaderMap;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::project::ProjectId;
use crate::projects::Problem;
use crate::web::error::Error;
use crate::web::extract::body_refusals;
use crate::web::idempotency::{self, IdempotencyKey};
use crate::web::refusals::of_ours;
use crate::web::routes::{Routes, handled};

/// All of them, below `/api/admin`.
pub(crate) fn routes() -> Routes<App> {
    Routes::new()
        .handle(handled!(projects::create))
        .handle(handled!(projects::list))
        .handle(handled!(projects::get))
        .handle(handled!(projects::update))
        .handle(handled!(projects::delete))
        .handle(handled!(keys::create))
        .handle(handled!(keys::list))
        .handle(handled!(keys::delete))
        .handle(handled!(oauth_apps::set))
        .handle(handled!(oauth_apps::get))
        .handle(handled!(oauth_apps::remove))
}

/// The project that a path names. What is no id names none.
fn project_of(text: &str) -> Result<ProjectId, Error> {
    let id: Result<Uuid, _> = text.parse();
    id.map(ProjectId::of).map_err(|_| error(Problem::NoProject))
}

/// What is said of a problem.
fn error(problem: Problem) -> Error {
    let not_found = |error, code| Error::NotFound { error, code };
    match problem {
        Problem::NoProject => not_found("Project not found", "project_not_found"),
        Problem::NoKey => not_found("Key not found", "key_not_found"),
        Problem::NoApp => not_found("OAuth app not found", "oauth_app_not_found"),
        Problem::NameTaken => Error::conflict("Another project has this name", "name_taken"),
        Problem::IsDefault => Error::conflict(
            "The project of the environment keeps its name, and is not deleted",
            "default_project",
        ),
        Problem::Invalid { field, reason } => Error::Invalid {
            error: "Invalid value".into(),
            code: "invalid_parameter",
            details: json!({"field": field, "reason": reason}),
        },
        Problem::Store(error) => error.into(),
        Problem::Seal(error) => error.into(),
    }
}

/// The `Idempotency-Key` of a request that makes something for a project: what, in a word.
fn idempotency_key(
    headers: &HeaderMap,
    project: ProjectId,
    what: &str,
) -> Result<Option<IdempotencyKey>, Error> {
    IdempotencyKey::of_admin(headers, project, what)
}

/// Every answer to a wrong key, and where the server itself is to blame.
fn refusals() -> Vec<Error> {
    let mut errors = vec![Error::InvalidAdminKey];
    errors.extend(of_ours());
    errors
}

/// The same, of what is about one project.
fn project_refusals() -> Vec<Error> {
    let mut errors = refusals();
    errors.push(error(Problem::NoProject));
    errors
}

/// Every answer to a body that cannot be read, or says what does not fit.
fn given_refusals(field: &str) -> Vec<Error> {
    let mut errors = body_refusals();
    errors.push(error(Problem::Invalid {
        field: field.to_owned(),
        reason: "must be fit".to_owned(),
    }));
    errors
}

/// The same, of what makes something.
fn making_refusals(field: &str) -> Vec<Error> {
    let mut errors = given_refusals(field);
    errors.extend(idempotency::refusals());
    errors
}
