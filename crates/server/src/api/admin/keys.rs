//! `/api/admin/projects/{project_id}/keys`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use juncture_views::admin::{self, words::KeyKind, words::KeyScope};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{error, idempotency_key, making_refusals, project_of, project_refusals};
use crate::api::page::{self, Page, cut};
use crate::app::App;
use crate::project::ProjectId;
use crate::projects::{Key, NewKey, Problem, Projects};
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Query, Text, required};
use crate::web::idempotency::Answer;
use crate::web::openapi::{DONE, Done, refusals};

/// The sentence where what a key needs is not given.
const MISSING: &str = "Missing kind or name";

/// A key that is to be made.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminCreateKey)]
pub(crate) struct CreateKey {
    /// What it is for.
    #[serde(default)]
    #[schema(value_type = KeyKind, required = true)]
    kind: Text,
    /// What people call it: 1 to 100 characters.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    name: Text,
    /// What it may do; none named is everything. A public key has none.
    #[serde(default)]
    #[schema(value_type = Option<Vec<KeyScope>>)]
    scopes: Option<Value>,
    /// When it ends; RFC 3339. Absent, it does not.
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    expires_at: Text,
}

/// A key that is asked for, as an idempotency key stands for it.
#[derive(Serialize)]
struct Asked {
    kind: String,
    name: String,
    scopes: Vec<String>,
    expires_at: Option<Timestamp>,
}

impl CreateKey {
    fn parse(self) -> Result<Asked, Error> {
        let fields = [("kind", &self.kind), ("name", &self.name)];
        let [kind, name] = required(MISSING, fields)?;
        let expires_at = self.expires_at.optional("expires_at")?;
        let expires_at = expires_at.map(|text| {
            let parsed = text.parse();
            parsed.map_err(|_| Error::invalid_field("expires_at", "must be a time of RFC 3339"))
        });
        Ok(Asked {
            kind: kind.to_owned(),
            name: name.to_owned(),
            scopes: texts("scopes", self.scopes.as_ref())?,
            expires_at: expires_at.transpose()?,
        })
    }
}

/// The texts of a list that may be absent.
pub(super) fn texts(field: &'static str, given: Option<&Value>) -> Result<Vec<String>, Error> {
    let unfit = || Error::invalid_field(field, "must be a list of texts");
    match given {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or_else(unfit)
        }
        Some(_) => Err(unfit()),
    }
}

refusals!(CreateRefusals, {
    let mut errors = project_refusals();
    errors.push(Error::missing(MISSING, &["kind"]));
    errors.extend(making_refusals("scopes"));
    errors
});

/// Make a key
///
/// Makes a key of a project, and tells it: a secret key is stored as a digest, and never told again, but to
/// the same `Idempotency-Key` within 24 hours.
#[utoipa::path(
    post, path = "/projects/{project_id}/keys", operation_id = "adminKeysCreate", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body within 24 hours get the first answer.", example = "5b2f3f0e"),
    ),
    request_body(content = CreateKey, example = json!({"kind": "secret", "name": "Back end", "scopes": ["jira:read"]})),
    security(("admin_key" = [])),
    responses((status = 201, description = "The key", body = admin::NewKey, example = json!(new_key_example())), CreateRefusals),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Path(project): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateKey>,
) -> Result<Response, Error> {
    let project = project_of(&project)?;
    let asked = body.parse()?;
    app.projects.find(project).await.map_err(error)?;
    let key = idempotency_key(&headers, project, "key")?;
    let projects = app.projects.clone();
    let answer = app
        .idempotency
        .clone()
        .once(key, asked, async move |asked| {
            let made = make(&projects, project, asked).await.map_err(error)?;
            Answer::of(StatusCode::CREATED, &made)
        });
    Ok(answer.await?.into_response())
}

async fn make(
    projects: &Projects,
    project: ProjectId,
    asked: Asked,
) -> Result<admin::NewKey, Problem> {
    let new = NewKey {
        kind: asked.kind,
        name: asked.name,
        scopes: asked.scopes,
        expires_at: asked.expires_at,
    };
    let (about, key) = projects.create_key(project, &new).await?;
    Ok(admin::NewKey {
        key: key.expose_secret().to_owned(),
        about: about.view(),
    })
}

refusals!(query ListRefusals, {
    let mut errors = project_refusals();
    errors.extend(page::refusals());
    errors
});

/// List the keys of a project
///
/// Lists the keys of a project, in the order of their making, without the secret ones themselves.
#[utoipa::path(
    get, path = "/projects/{project_id}/keys", operation_id = "adminKeysList", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        Page,
    ),
    security(("admin_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = admin::Keys, example = json!({
            "data": [key_example()], "next_cursor": null
        })),
        ListRefusals,
    ),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Path(project): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<admin::Keys>, Error> {
    let project = project_of(&project)?;
    let (limit, after) = page.parse()?;
    let found = app.projects.keys(project, after, limit + 1).await;
    let (found, next_cursor) = cut(found.map_err(error)?, limit, |key| key.id);
    let data = found.into_iter().map(Key::view).collect();
    Ok(Json(admin::Keys { data, next_cursor }))
}

refusals!(DeleteRefusals, {
    let mut errors = project_refusals();
    errors.push(error(Problem::NoKey));
    errors
});

/// Delete a key
///
/// Deletes a key: the process that is asked refuses it at once, every other one within five seconds.
#[utoipa::path(
    delete, path = "/projects/{project_id}/keys/{key_id}", operation_id = "adminKeysDelete", tag = "Admin",
    params(
        ("project_id" = String, Path, description = "The project's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5d"),
        ("key_id" = String, Path, description = "The key's id.", example = "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5e"),
    ),
    security(("admin_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteRefusals),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Path((project, key)): Path<(String, String)>,
) -> Result<Json<Done>, Error> {
    let project = project_of(&project)?;
    let key = key.parse().map_err(|_| error(Problem::NoKey))?;
    app.projects.delete_key(project, key).await.map_err(error)?;
    Ok(Json(DONE))
}

fn key_example() -> Value {
    json!({
        "id": "0199b3f2-7d1c-7a2e-9d6b-0c7f2a3b4c5e", "kind": "secret", "name": "Back end",
        "shown": "jct_sk_Xk2v9T", "scopes": ["jira:read"], "created_at": "2026-11-02T09:00:00Z"
    })
}

fn new_key_example() -> Value {
    let mut example = key_example();
    example["key"] = "jct_sk_Xk2v9T…".into();
    example
}
