//! Endpoints are looked at, and taken away.

use axum::Json;
use axum::extract::State;
use juncture_views::event_endpoints::{EventEndpoint, EventEndpoints};

use super::making::example;
use super::{endpoint_not_found, id_of, of_environment, refusals_of_one, show};
use crate::api::page::{self, Page};
use crate::app::App;
use crate::store::event_endpoints;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Path, Query};
use crate::web::openapi::{DONE, Done, refusals};
use crate::web::refusals::of_ours;

refusals!(query ListEndpointsRefusals, {
    let mut errors = page::refusals();
    errors.push(Error::InvalidSecretKey);
    errors.extend(of_ours());
    errors
});

/// List the event endpoints
///
/// Gives the endpoints of the project, page by page, each with how it fares and what waits there.
#[utoipa::path(
    get, path = "/event-endpoints", operation_id = "eventEndpointsList", tag = "Events",
    params(Page), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = EventEndpoints, example = json!({"data": [example()], "next_cursor": null})),
        ListEndpointsRefusals,
    ),
)]
pub(crate) async fn list_endpoints(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<EventEndpoints>, Error> {
    let (limit, after) = page.parse()?;
    let mut tx = app.store.begin_read().await?;
    let rows = event_endpoints::page(&mut tx, caller.project, after, limit + 1).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |row| row.endpoint_id);
    let mut data = Vec::with_capacity(rows.len());
    for row in &rows {
        data.push(show::endpoint(&app, &mut tx, row).await?);
    }
    Ok(Json(EventEndpoints { data, next_cursor }))
}

refusals!(GetEndpointRefusals, refusals_of_one());

/// Get an event endpoint
///
/// Gives an endpoint by its id, with how it fares and what waits there.
#[utoipa::path(
    get, path = "/event-endpoints/{endpoint_id}", operation_id = "eventEndpointsGet", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    security(("secret_key" = [])),
    responses((status = 200, description = "The endpoint", body = EventEndpoint, example = json!(example())), GetEndpointRefusals),
)]
pub(crate) async fn get_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<EventEndpoint>, Error> {
    let id = id_of(id)?;
    let mut tx = app.store.begin_read().await?;
    let row = event_endpoints::find(&mut tx, caller.project, id).await?;
    let row = row.ok_or_else(endpoint_not_found)?;
    Ok(Json(show::endpoint(&app, &mut tx, &row).await?))
}

refusals!(DeleteEndpointRefusals, {
    let mut errors = vec![of_environment()];
    errors.extend(refusals_of_one());
    errors
});

/// Delete an event endpoint
///
/// Takes an endpoint away, and all that waits there. Nothing more is sent to it; what is on its way at this moment
/// may still arrive. The events stay in the feed.
#[utoipa::path(
    delete, path = "/event-endpoints/{endpoint_id}", operation_id = "eventEndpointsDelete", tag = "Events",
    params(("endpoint_id" = String, Path, description = "The endpoint's id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5971")),
    security(("secret_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteEndpointRefusals),
)]
pub(crate) async fn delete_endpoint(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<Done>, Error> {
    app.webhooks.delete(caller.project, id_of(id)?).await?;
    Ok(Json(DONE))
}
