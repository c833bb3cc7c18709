//! Events on their way to an endpoint.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use juncture_views::event_endpoints::{
    DELIVERY_STATES, EventAttempt, EventDeliveries, EventDelivery, schemas,
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{delivery_not_found, endpoint_not_found};
use crate::api::page;
use crate::app::App;
use crate::project::ProjectId;
use crate::store::event_attempts::AttemptRow;
use crate::store::event_lanes::subject_of;
use crate::store::events::EventRow;
use crate::store::{Tx, event_attempts, event_deliveries, event_endpoints, event_failures, events};
use crate::timeline::happened_at;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Path, Query, Text, required};
use crate::web::openapi::{DONE, Done, refusals};
use crate::web::refusals::of_ours;
use crate::webhooks::endpoint::open_excerpt;

const MISSING: &str = "Missing endpoint_id or state";

/// How many attempts are told of a page at the most.
const MOST_ATTEMPTS: i64 = 1_000;

/// Which deliveries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDeliveries {
    /// Those of this endpoint.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")]
    endpoint_id: Text,
    /// Those in this state.
    #[serde(default)]
    #[param(value_type = schemas::DeliveryState, required = true, example = "failed")]
    state: Text,
    /// How many to tell: 1 to 200, 50 if absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Text,
    /// Where to begin: the `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "AAAAAAAAABIxMDAwMQ")]
    cursor: Text,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Waiting,
    Failed,
    Delivered,
}

impl Which {
    fn parse(word: &str) -> Result<Self, Error> {
        let all = [Self::Waiting, Self::Failed, Self::Delivered];
        let place = DELIVERY_STATES.iter().position(|known| *known == word);
        place.map(|place| all[place]).ok_or_else(unfit_state)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
        }
    }
}

fn unfit_state() -> Error {
    let known = DELIVERY_STATES.join(", ");
    Error::invalid_field("state", format!("must be one of {known}"))
}

fn unfit_cursor() -> Error {
    Error::invalid_field("cursor", "is none of this list's")
}

/// A delivery that was found.
struct Found {
    event: Uuid,
    is_replay: bool,
    /// What stands behind it begins here.
    cursor: Vec<u8>,
}

refusals!(query ListDeliveriesRefusals, {
    let mut errors = vec![Error::missing(MISSING, &["endpoint_id"]), unfit_state()];
    errors.extend(page::refusals());
    errors.extend([Error::InvalidSecretKey, endpoint_not_found()]);
    errors.extend(of_ours());
    errors
});

/// List the deliveries to an event endpoint
///
/// Gives what waits at an endpoint, what was given up there, or what has arrived, each with the attempts that were
/// made. Attempts, and with them what has arrived, are told for seven days.
#[utoipa::path(
    get, path = "/event-deliveries", operation_id = "eventDeliveriesList", tag = "Events",
    params(ListDeliveries), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = EventDeliveries, example = json!({"data": [{
            "id": "AZo_TnoccACAAB0sO0pZcQGaP056HHAAgAAdLDtKWXA", "endpoint_id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5971",
            "event_id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5970", "type": "connection.created", "external_id": "project123",
            "state": "failed", "is_replay": false,
            "attempts": [{"at": "2026-11-02T10:00:00Z", "outcome": "refused", "status": 500, "duration_ms": 12, "excerpt": "Oops"}]
        }], "next_cursor": null})),
        ListDeliveriesRefusals,
    ),
)]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListDeliveries>,
) -> Result<Json<EventDeliveries>, Error> {
    let fields = [("endpoint_id", &query.endpoint_id), ("state", &query.state)];
    let [endpoint, state] = required(MISSING, fields)?;
    let endpoint = Uuid::try_parse(endpoint).map_err(|_| endpoint_not_found())?;
    let state = Which::parse(state)?;
    let limit = page::parse(&query.limit, &Text::Absent)?.0;
    let cursor = query.cursor.optional("cursor")?;
    let cursor = cursor.map(|text| URL_SAFE_NO_PAD.decode(text)).transpose();
    let cursor = cursor.map_err(|_| unfit_cursor())?;
    let mut tx = app.store.begin_read().await?;
    let row = event_endpoints::find(&mut tx, caller.project, endpoint).await?;
    row.ok_or_else(endpoint_not_found)?;
    let mut found = find(&mut tx, endpoint, state, cursor.as_deref(), limit + 1).await?;
    let is_all = found.len() <= usize::from(limit);
    found.truncate(limit.into());
    let last = found.last().filter(|_| !is_all);
    let next_cursor = last.map(|last| URL_SAFE_NO_PAD.encode(&last.cursor));
    let data = show(&app, &mut tx, (caller.project, endpoint), state, found).await?;
    Ok(Json(EventDeliveries { data, next_cursor }))
}

/// The next deliveries in a state.
async fn find(
    tx: &mut Tx,
    endpoint: Uuid,
    state: Which,
    cursor: Option<&[u8]>,
    limit: u16,
) -> Result<Vec<Found>, Error> {
    match state {
        Which::Waiting => {
            let after = cursor.map(lane_of_cursor).transpose()?;
            let rows = event_deliveries::page(tx, endpoint, after, limit).await?;
            let found = rows.into_iter().map(|row| Found {
                event: row.event_id,
                is_replay: subject_of(&row.lane).1,
                cursor: [&row.position.to_be_bytes()[..], row.lane.as_bytes()].concat(),
            });
            Ok(found.collect())
        }
        Which::Failed => {
            let after = cursor.map(position_of_cursor).transpose()?.unwrap_or(0);
            let rows = event_failures::page(tx, endpoint, after, i64::MAX, limit).await?;
            let found = rows.into_iter().map(|row| Found {
                event: row.event_id,
                is_replay: false,
                cursor: row.position.to_be_bytes().to_vec(),
            });
            Ok(found.collect())
        }
        Which::Delivered => {
            let before = cursor.map(Uuid::from_slice).transpose();
            let before = before.map_err(|_| unfit_cursor())?;
            let rows = event_attempts::delivered(tx, endpoint, before, limit).await?;
            let found = rows.into_iter().map(|row| Found {
                event: row.event_id,
                is_replay: row.is_replay,
                cursor: row.attempt_id.as_bytes().to_vec(),
            });
            Ok(found.collect())
        }
    }
}

fn lane_of_cursor(cursor: &[u8]) -> Result<(&str, i64), Error> {
    let (position, lane) = cursor.split_first_chunk().ok_or_else(unfit_cursor)?;
    let lane = str::from_utf8(lane).map_err(|_| unfit_cursor())?;
    // No column of PostgreSQL takes a NUL.
    if lane.contains('\0') {
        return Err(unfit_cursor());
    }
    Ok((lane, i64::from_be_bytes(*position)))
}

fn position_of_cursor(cursor: &[u8]) -> Result<i64, Error> {
    let position: Result<[u8; 8], _> = cursor.try_into();
    position.map(i64::from_be_bytes).map_err(|_| unfit_cursor())
}

async fn show(
    app: &App,
    tx: &mut Tx,
    (project, endpoint): (ProjectId, Uuid),
    state: Which,
    found: Vec<Found>,
) -> Result<Vec<EventDelivery>, Error> {
    let ids: Vec<Uuid> = found.iter().map(|found| found.event).collect();
    let rows = events::find(tx, project, &ids).await?;
    let rows: HashMap<Uuid, EventRow> = rows.into_iter().map(|row| (row.event_id, row)).collect();
    let made = event_attempts::of_events(tx, endpoint, &ids, MOST_ATTEMPTS).await?;
    let mut attempts: HashMap<(Uuid, bool), Vec<EventAttempt>> = HashMap::new();
    for attempt in made {
        let of = (attempt.event_id, attempt.is_replay);
        attempts
            .entry(of)
            .or_default()
            .push(to_attempt(app, project, attempt));
    }
    let shown = found.into_iter().map(|found| {
        let row = rows.get(&found.event);
        let attempts = attempts.get(&(found.event, found.is_replay));
        EventDelivery {
            id: id_of(endpoint, found.event),
            endpoint_id: endpoint.to_string(),
            event_id: found.event.to_string(),
            kind: row.map(|row| row.kind.clone()),
            external_id: row.and_then(|row| row.external_id.clone()),
            state: state.as_str().to_owned(),
            is_replay: found.is_replay,
            attempts: attempts.cloned().unwrap_or_default(),
        }
    });
    Ok(shown.collect())
}

fn to_attempt(app: &App, project: ProjectId, row: AttemptRow) -> EventAttempt {
    let id = row.attempt_id;
    let excerpt = row.excerpt.as_ref();
    let excerpt = excerpt.and_then(|sealed| open_excerpt(&app.sealer, project, id, sealed));
    EventAttempt {
        at: happened_at(id),
        outcome: row.outcome,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        duration_ms: row.duration_ms,
        excerpt,
    }
}

/// The id of a delivery: which event, to which endpoint.
fn id_of(endpoint: Uuid, event: Uuid) -> String {
    URL_SAFE_NO_PAD.encode([endpoint.into_bytes(), event.into_bytes()].concat())
}

/// An id that is none is nobody's.
fn parts_of(path: Result<Path<String>, Error>) -> Option<(Uuid, Uuid)> {
    let Path(text) = path.ok()?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (endpoint, event) = bytes.split_at_checked(16)?;
    Some((
        Uuid::from_slice(endpoint).ok()?,
        Uuid::from_slice(event).ok()?,
    ))
}

refusals!(RetryDeliveryRefusals, {
    let mut errors = vec![
        Error::InvalidSecretKey,
        delivery_not_found(),
        endpoint_not_found(),
    ];
    errors.extend(of_ours());
    errors
});

/// Retry a delivery
///
/// Sends an event to an endpoint at once: one that waits for its next attempt, as if it had never failed; one that
/// was given up, or has arrived, once more, as a replay does.
#[utoipa::path(
    post, path = "/event-deliveries/{delivery_id}/retry", operation_id = "eventDeliveriesRetry", tag = "Events",
    params(("delivery_id" = String, Path, description = "The delivery's id.", example = "AZo_TnoccACAAB0sO0pZcQGaP056HHAAgAAdLDtKWXA")),
    security(("secret_key" = [])),
    responses((status = 202, description = "It is on its way", body = Done, example = json!({"success": true})), RetryDeliveryRefusals),
)]
pub(crate) async fn retry_delivery(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<(StatusCode, Json<Done>), Error> {
    let (endpoint, event) = parts_of(id).ok_or_else(delivery_not_found)?;
    app.webhooks.retry(caller.project, endpoint, event).await?;
    Ok((StatusCode::ACCEPTED, Json(DONE)))
}
