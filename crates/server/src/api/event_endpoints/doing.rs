//! Endpoints are tested, paused, given new secrets, and sent events again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use juncture_views::event_endpoints::{
    EventAttempt, EventEndpoint, EventEndpointSecret, EventReplay,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::making::{example, exposed, secret_of, unfit_secret};
use super::{id_of, of_environment, refusals_of_one, replay_under_way, show};
use crate::app::App;
use crate::store::event_endpoints::EndpointRow;
use crate::store::event_lanes;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{JsonBody, Path, Text, body_refusals, external_id, no_external_id};
use crate::web::openapi::refusals;
use crate::webhooks::replay::{Asked, MOST_NAMED};

refusals!(DoingRefusals, refusals_of_one());

/// Test an event endpoint
///
/// Posts an event `endpoint.test` to the endpoint, at once, once and whatever its state, and tells what came of
/// it. It is signed as every event is, and stands in no feed.
#[utoipa::path(
    post, path = "/event-endpoints/{endpoint_id}/test", operation_id = "eventEndpointsTest", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    security(("secret_key" = [])),
    responses(
        (status = 200, description = "What came of it", body = EventAttempt, example = json!({"at": "2026-11-02T10:00:00Z", "outcome": "delivered", "status": 204, "duration_ms": 31})),
        DoingRefusals,
    ),
)]
pub(crate) async fn test_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<EventAttempt>, Error> {
    let (id, at) = (id_of(id)?, app.clock.now());
    let sent = app.webhooks.test(caller.project, id).await?;
    Ok(Json(EventAttempt {
        at,
        outcome: sent.outcome.as_str().to_owned(),
        status: sent.status,
        duration_ms: i64::try_from(sent.duration.as_millis()).unwrap_or(i64::MAX),
        excerpt: Some(sent.excerpt).filter(|excerpt| !excerpt.is_empty()),
    }))
}

/// Pause an event endpoint
///
/// Sends nothing to the endpoint until it is resumed. What it takes waits meanwhile, for as long as events are kept.
#[utoipa::path(
    post, path = "/event-endpoints/{endpoint_id}/pause", operation_id = "eventEndpointsPause", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    security(("secret_key" = [])),
    responses((status = 200, description = "The endpoint", body = EventEndpoint, example = json!(example())), DoingRefusals),
)]
pub(crate) async fn pause_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<EventEndpoint>, Error> {
    let row = app.webhooks.pause(caller.project, id_of(id)?).await?;
    shown(&app, &row).await
}

/// Resume an event endpoint
///
/// Goes on where the endpoint was paused, with what has waited first; what waits for its next attempt is sent at
/// once. An endpoint that is not paused is asked at once, too.
#[utoipa::path(
    post, path = "/event-endpoints/{endpoint_id}/resume", operation_id = "eventEndpointsResume", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    security(("secret_key" = [])),
    responses((status = 200, description = "The endpoint", body = EventEndpoint, example = json!(example())), DoingRefusals),
)]
pub(crate) async fn resume_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<EventEndpoint>, Error> {
    let row = app.webhooks.resume(caller.project, id_of(id)?).await?;
    shown(&app, &row).await
}

async fn shown(app: &App, row: &EndpointRow) -> Result<Json<EventEndpoint>, Error> {
    let mut tx = app.store.begin_read().await?;
    Ok(Json(show::endpoint(app, &mut tx, row).await?))
}

/// A secret that is to sign.
#[derive(Deserialize, ToSchema)]
#[schema(as = EventRotateSecret)]
pub(crate) struct RotateSecret {
    /// `whsec_` and the base64 of 24 to 64 random bytes. One is made if it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    secret: Text,
}

refusals!(RotateSecretRefusals, {
    let mut errors = vec![unfit_secret(), of_environment()];
    errors.extend(body_refusals());
    errors.extend(refusals_of_one());
    errors
});

/// Rotate the secret of an event endpoint
///
/// Gives the endpoint a new secret. For 24 hours both it and the one before sign everything that is sent, so that
/// you can change over without losing an event.
#[utoipa::path(
    post, path = "/event-endpoints/{endpoint_id}/rotate-secret", operation_id = "eventEndpointsRotateSecret", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    request_body(content = RotateSecret, example = json!({})),
    security(("secret_key" = [])),
    responses(
        (status = 200, description = "The new secret", body = EventEndpointSecret, example = json!({
            "secret": "whsec_ZXhhbXBsZS1vZi1hLXNpZ25pbmctc2VjcmV0LTMy", "old_secret_until": "2026-11-03T10:00:00Z"
        })),
        RotateSecretRefusals,
    ),
)]
pub(crate) async fn rotate_secret(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
    JsonBody(body): JsonBody<RotateSecret>,
) -> Result<Json<EventEndpointSecret>, Error> {
    let (id, secret) = (id_of(id)?, secret_of(&body.secret)?);
    let rotated = app.webhooks.rotate_secret(caller.project, id, secret).await;
    let (secret, old_secret_until) = rotated?;
    Ok(Json(EventEndpointSecret {
        secret: exposed(&secret),
        old_secret_until,
    }))
}

/// Which events are to be sent again.
#[derive(Deserialize, ToSchema)]
#[schema(as = EventStartReplay)]
pub(crate) struct ReplayEvents {
    /// Those that were recorded then or later; RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<jiff::Timestamp>, nullable = false)]
    after: Text,
    /// Those that were recorded before then; RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<jiff::Timestamp>, nullable = false)]
    before: Text,
    /// Those of this customer, by your own id.
    #[serde(default)]
    #[schema(value_type = Option<juncture_views::schema::Id>)]
    external_id: Text,
    /// These, and no others: 1 to 1,000 ids of events.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, nullable = false, min_items = 1, max_items = 1000)]
    event_ids: Option<Value>,
    /// Those that were given up alone.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    failed_only: Option<Value>,
}

impl ReplayEvents {
    fn parse(&self) -> Result<Asked, Error> {
        let time = |text: &Text, field| {
            let time = text.optional(field)?.map(str::parse).transpose();
            time.map_err(|_| unfit_time(field))
        };
        let customer = self.external_id.optional("external_id")?;
        let customer = customer.map(external_id).transpose()?;
        Ok(Asked {
            after: time(&self.after, "after")?,
            before: time(&self.before, "before")?,
            external_id: customer.map(|id| id.as_str().to_owned()),
            event_ids: ids(self.event_ids.as_ref())?,
            failed_only: match &self.failed_only {
                None | Some(Value::Null) => false,
                Some(Value::Bool(is_so)) => *is_so,
                Some(_) => return Err(unfit_failed_only()),
            },
        })
    }
}

fn ids(given: Option<&Value>) -> Result<Option<Vec<Uuid>>, Error> {
    let ids = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(ids)) if (1..=MOST_NAMED).contains(&ids.len()) => ids,
        Some(_) => return Err(unfit_event_ids()),
    };
    let id = |given: &Value| Uuid::try_parse(given.as_str()?).ok();
    let ids: Option<Vec<Uuid>> = ids.iter().map(id).collect();
    ids.map(Some).ok_or_else(unfit_event_ids)
}

fn unfit_time(field: &'static str) -> Error {
    Error::invalid_field(field, "must be a time of RFC 3339")
}

fn unfit_event_ids() -> Error {
    let reason = format!("must be a list of 1 to {MOST_NAMED} ids of events");
    Error::invalid_field("event_ids", reason)
}

fn unfit_failed_only() -> Error {
    Error::invalid_field("failed_only", "must be true or false")
}

refusals!(ReplayRefusals, {
    let mut errors = vec![
        unfit_time("after"),
        no_external_id(),
        unfit_event_ids(),
        unfit_failed_only(),
        replay_under_way(),
    ];
    errors.extend(body_refusals());
    errors.extend(refusals_of_one());
    errors
});

/// Send events again
///
/// Sends events that the endpoint takes once more, up to 100,000 of them, under the same `webhook-id` and with the
/// header `juncture-replay: true`. They are in order among themselves, hold up no new event, and do not come before
/// an event that still waits for the first time. How far it is stands in the endpoint's `replay`.
#[utoipa::path(
    post, path = "/event-endpoints/{endpoint_id}/replay", operation_id = "eventEndpointsReplay", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    request_body(content = ReplayEvents, example = json!({"after": "2026-11-02T09:00:00Z"})),
    security(("secret_key" = [])),
    responses(
        (status = 202, description = "It is under way", body = EventReplay, example = json!({
            "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5972", "state": "queuing", "queued": 0, "waiting": 0,
            "requested_at": "2026-11-02T10:00:00Z"
        })),
        ReplayRefusals,
    ),
)]
pub(crate) async fn replay_events(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
    JsonBody(body): JsonBody<ReplayEvents>,
) -> Result<(StatusCode, Json<EventReplay>), Error> {
    let (id, asked) = (id_of(id)?, body.parse()?);
    let replay = app.webhooks.replay(caller.project, id, &asked).await?;
    let mut tx = app.store.begin_read().await?;
    let waiting = event_lanes::waiting(&mut tx, id).await?;
    let replay = show::to_replay(&replay, waiting);
    Ok((StatusCode::ACCEPTED, Json(replay)))
}
