//! Endpoints are made and changed.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use juncture_views::event_endpoints::{EventEndpoint, NewEventEndpoint, schemas};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use utoipa::ToSchema;

use super::{blocked_url, id_of, of_environment, refusals_of_one, show, too_many};
use crate::app::App;
use crate::connection::ExternalId;
use crate::environment::reader::parse_web_url;
use crate::events::Kind;
use crate::project::ProjectId;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Text, body_refusals, present, required};
use crate::web::idempotency::{self, Answer, IdempotencyKey};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;
use crate::webhooks::endpoint::Mode;
use crate::webhooks::judge::OnExhausted;
use crate::webhooks::manage::Wish;
use crate::webhooks::sign::SigningSecret;

const MISSING: &str = "Missing url";

/// The longest URL, in bytes.
const LONGEST_URL: usize = 2_000;

/// How many external ids an endpoint may name.
const MOST_IDS: usize = 1_000;

/// An endpoint that is to be made.
#[derive(Deserialize, ToSchema)]
#[schema(as = EventCreateEndpoint)]
pub(crate) struct CreateEndpoint {
    /// Where events are to be posted to: `https://`, at a public address. Others need `JUNCTURE_EVENTS_ALLOWED_NETWORKS`.
    #[serde(default)]
    #[schema(value_type = String, required = true, format = "uri", example = "https://app.example.com/webhooks/juncture")]
    url: Text,
    /// The types of events to take; all if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<juncture_views::events::schemas::Kind>>, min_items = 1)]
    types: Option<Value>,
    /// The customers whose events to take, by your own ids; all if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 1000)]
    external_ids: Option<Value>,
    /// How much of an event to send; `full` if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<schemas::Mode>, nullable = false)]
    mode: Text,
    /// What becomes of an event that has failed for its whole schedule; `skip` if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<schemas::OnExhausted>, nullable = false)]
    on_exhausted: Text,
    /// What is to sign: `whsec_` and the base64 of 24 to 64 random bytes. One is made if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    secret: Text,
}

/// What is to change of an endpoint. What is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = EventUpdateEndpoint)]
pub(crate) struct UpdateEndpoint {
    /// Where events are to be posted to.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, format = "uri")]
    url: Text,
    /// The types of events to take; null for all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<juncture_views::events::schemas::Kind>>, min_items = 1)]
    types: Option<Value>,
    /// The customers whose events to take, by your own ids; null for all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 1000)]
    external_ids: Option<Value>,
    /// How much of an event to send.
    #[serde(default)]
    #[schema(value_type = Option<schemas::Mode>, nullable = false)]
    mode: Text,
    /// What becomes of an event that has failed for its whole schedule.
    #[serde(default)]
    #[schema(value_type = Option<schemas::OnExhausted>, nullable = false)]
    on_exhausted: Text,
}

/// An endpoint that is asked for, as an idempotency key stands for it.
#[derive(Serialize)]
struct Asked {
    wish: Wish,
    secret: Option<String>,
}

fn url_of(text: &str) -> Result<Url, Error> {
    let url = parse_web_url(text).filter(|_| text.len() <= LONGEST_URL);
    url.ok_or_else(unfit_url)
}

fn types_of(given: &Value) -> Result<Vec<String>, Error> {
    let words = match given {
        Value::Null => return Ok(Vec::new()),
        Value::Array(words) if !words.is_empty() => words,
        _ => return Err(unfit_types()),
    };
    let mut types: Vec<String> = Vec::new();
    for word in words {
        let kind = word
            .as_str()
            .and_then(Kind::parse)
            .ok_or_else(unfit_types)?;
        if !types.iter().any(|known| known == kind.as_str()) {
            types.push(kind.as_str().to_owned());
        }
    }
    Ok(types)
}

fn ids_of(given: &Value) -> Result<Option<Vec<String>>, Error> {
    let ids = match given {
        Value::Null => return Ok(None),
        Value::Array(ids) if (1..=MOST_IDS).contains(&ids.len()) => ids,
        _ => return Err(unfit_ids()),
    };
    let id = |given: &Value| {
        let id = ExternalId::parse(given.as_str()?).ok()?;
        Some(id.as_str().to_owned())
    };
    let ids: Option<Vec<String>> = ids.iter().map(id).collect();
    ids.map(Some).ok_or_else(unfit_ids)
}

fn mode_of(text: &Text) -> Result<Option<Mode>, Error> {
    let word = text.optional("mode")?;
    word.map(|word| Mode::parse(word).ok_or_else(unfit_mode))
        .transpose()
}

fn on_exhausted_of(text: &Text) -> Result<Option<OnExhausted>, Error> {
    let word = text.optional("on_exhausted")?;
    word.map(|word| OnExhausted::parse(word).ok_or_else(unfit_on_exhausted))
        .transpose()
}

/// A secret that a caller gives, if they do.
pub(super) fn secret_of(text: &Text) -> Result<Option<SigningSecret>, Error> {
    let text = text.optional("secret")?;
    text.map(|text| SigningSecret::parse(text).map_err(|_| unfit_secret()))
        .transpose()
}

impl CreateEndpoint {
    fn wish(&self) -> Result<Wish, Error> {
        let [url] = required(MISSING, [("url", &self.url)])?;
        let mut wish = Wish::of_all(url_of(url)?);
        if let Some(types) = &self.types {
            wish.types = types_of(types)?;
        }
        if let Some(ids) = &self.external_ids {
            wish.external_ids = ids_of(ids)?;
        }
        set(&mut wish, &self.mode, &self.on_exhausted)?;
        Ok(wish)
    }
}

impl UpdateEndpoint {
    fn change(&self, mut wish: Wish) -> Result<Wish, Error> {
        if let Some(url) = self.url.optional("url")? {
            wish.url = url_of(url)?;
        }
        if let Some(types) = &self.types {
            wish.types = types_of(types)?;
        }
        if let Some(ids) = &self.external_ids {
            wish.external_ids = ids_of(ids)?;
        }
        set(&mut wish, &self.mode, &self.on_exhausted)?;
        Ok(wish)
    }
}

fn set(wish: &mut Wish, mode: &Text, on_exhausted: &Text) -> Result<(), Error> {
    if let Some(mode) = mode_of(mode)? {
        mode.as_str().clone_into(&mut wish.mode);
    }
    if let Some(on_exhausted) = on_exhausted_of(on_exhausted)? {
        on_exhausted.as_str().clone_into(&mut wish.on_exhausted);
    }
    Ok(())
}

fn unfit_url() -> Error {
    blocked_url("must be a whole URL of at most 2,000 bytes that begins with https://")
}

fn unfit_types() -> Error {
    let known = Kind::ALL.map(Kind::as_str).join(", ");
    Error::invalid_field("types", format!("must be a list of some of these: {known}"))
}

fn unfit_ids() -> Error {
    let reason = format!("must be a list of 1 to {MOST_IDS} external ids");
    Error::invalid_field("external_ids", reason)
}

fn unfit_mode() -> Error {
    Error::invalid_field("mode", "must be `full` or `thin`")
}

fn unfit_on_exhausted() -> Error {
    Error::invalid_field("on_exhausted", "must be `skip` or `hold`")
}

pub(super) fn unfit_secret() -> Error {
    let reason = "must be whsec_ and the base64 of 24 to 64 random bytes";
    Error::invalid_field("secret", reason)
}

fn unfit_refusals() -> Vec<Error> {
    let mut errors = vec![
        unfit_url(),
        unfit_types(),
        unfit_ids(),
        unfit_mode(),
        unfit_on_exhausted(),
    ];
    errors.extend(body_refusals());
    errors
}

refusals!(CreateEndpointRefusals, {
    let mut errors = vec![
        Error::missing(MISSING, &["url"]),
        unfit_secret(),
        too_many(),
    ];
    errors.extend(unfit_refusals());
    errors.extend(idempotency::refusals());
    errors.push(Error::InvalidSecretKey);
    errors.extend(of_ours());
    errors
});

/// Make an event endpoint
///
/// Makes an endpoint, to which events are posted from now on, signed as Standard Webhooks says. Its secret is told
/// this once, but to the same `Idempotency-Key` within 24 hours.
#[utoipa::path(
    post, path = "/event-endpoints", operation_id = "eventEndpointsCreate", tag = "Events",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body within 24 hours get the first answer.", example = "5b2f3f0e")),
    request_body(content = CreateEndpoint, example = json!({"url": "https://app.example.com/webhooks/juncture", "types": ["connection.needs_reauthorization"]})),
    security(("secret_key" = [])),
    responses((status = 201, description = "The endpoint", body = NewEventEndpoint, example = json!(new_example())), CreateEndpointRefusals),
)]
pub(crate) async fn create_endpoint(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateEndpoint>,
) -> Result<Response, Error> {
    let project = caller.project;
    let asked = Asked {
        wish: body.wish()?,
        secret: secret_of(&body.secret)?.map(|secret| exposed(&secret)),
    };
    let key = IdempotencyKey::of_project(&headers, project, "event endpoint")?;
    let idempotency = app.idempotency.clone();
    let answer = idempotency.once(key, asked, async move |asked| {
        let made = make(&app, project, asked).await?;
        Answer::of(StatusCode::CREATED, &made)
    });
    Ok(answer.await?.into_response())
}

async fn make(app: &App, project: ProjectId, asked: Asked) -> Result<NewEventEndpoint, Error> {
    let secret = asked.secret.map(|text| SigningSecret::parse(&text));
    let secret = secret.transpose().map_err(|_| unfit_secret())?;
    let (row, secret) = app.webhooks.create(project, &asked.wish, secret).await?;
    let mut tx = app.store.begin_read().await?;
    Ok(NewEventEndpoint {
        about: show::endpoint(app, &mut tx, &row).await?,
        secret: exposed(&secret),
    })
}

/// A secret on its way to whom it is told.
pub(super) fn exposed(secret: &SigningSecret) -> String {
    let text: SecretString = secret.to_text();
    text.expose_secret().to_owned()
}

refusals!(UpdateEndpointRefusals, {
    let mut errors = unfit_refusals();
    errors.push(of_environment());
    errors.extend(refusals_of_one());
    errors
});

/// Change an event endpoint
///
/// Changes what is given, for what is sent from now on. What waits already goes on waiting, whatever the filter.
#[utoipa::path(
    patch, path = "/event-endpoints/{endpoint_id}", operation_id = "eventEndpointsUpdate", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    request_body(content = UpdateEndpoint, example = json!({"mode": "thin"})),
    security(("secret_key" = [])),
    responses((status = 200, description = "The endpoint", body = EventEndpoint, example = json!(example())), UpdateEndpointRefusals),
)]
pub(crate) async fn update_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
    JsonBody(body): JsonBody<UpdateEndpoint>,
) -> Result<Json<EventEndpoint>, Error> {
    let id = id_of(id)?;
    let webhooks = &app.webhooks;
    let row = webhooks.update(caller.project, id, |wish| body.change(wish));
    let row = row.await?;
    let mut tx = app.store.begin_read().await?;
    Ok(Json(show::endpoint(&app, &mut tx, &row).await?))
}

/// An endpoint, to show what one is like.
pub(super) fn example() -> Value {
    json!({
        "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5971", "origin": "api",
        "url": "https://app.example.com/webhooks/juncture",
        "types": ["connection.needs_reauthorization"], "external_ids": null, "mode": "full", "on_exhausted": "skip",
        "state": "active", "last_success_at": "2026-11-02T10:00:00Z", "waiting": 0, "held": 0, "failed": 0,
        "created_at": "2026-11-02T09:00:00Z"
    })
}

fn new_example() -> Value {
    let mut example = example();
    example["secret"] = "whsec_ZXhhbXBsZS1vZi1hLXNpZ25pbmctc2VjcmV0LTMy".into();
    example
}
