//! `/api/backend/connections/{connection_id}/timeline`: what happened to a connection.

use axum::Json;
use axum::extract::State;
use juncture_views::timeline::{Entry, Timeline};

use super::listed::parse_id;
use super::page::{self, Page};
use crate::app::App;
use crate::store::listed;
use crate::store::timeline::EntryRow;
use crate::timeline::{self, Detail, happened_at};
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Path, Query};
use crate::web::openapi::refusals;
use crate::web::refusals::of_ours;

refusals!(query TimelineRefusals, {
    let mut errors = page::refusals();
    errors.extend([Error::InvalidSecretKey, Error::connection_not_found()]);
    errors.extend(of_ours());
    errors
});

/// Look what happened to a connection
///
/// Gives what happened to a connection in the last seven days, newest first, as far as the newest thousand
/// entries go: consents, refreshes, failures, and its calls to the provider, without their arguments and
/// contents. Calls come some seconds late, and those of a process that was killed may be missing.
#[utoipa::path(
    get, path = "/connections/{connection_id}/timeline", operation_id = "connectionsTimeline", tag = "Connections",
    params(("connection_id" = String, Path, description = "The connection's own id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5968"), Page),
    security(("secret_key" = [])),
    responses(
        (status = 200, description = "Some of it", body = Timeline, example = json!({"data": [{
            "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5969", "at": "2026-11-02T10:00:00Z", "kind": "call",
            "call": {"method": "GET", "endpoint": "/rest/api/3/issue/{issueIdOrKey}", "status": 200, "points": 1, "duration_ms": 312}
        }], "next_cursor": null})),
        TimelineRefusals,
    ),
)]
pub(crate) async fn connection_timeline(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
    Query(page): Query<Page>,
) -> Result<Json<Timeline>, Error> {
    let (limit, before) = page.parse()?;
    let (id, now) = (parse_id(id)?, app.clock.now());
    let mut tx = app.store.begin_read().await?;
    if listed::find(&mut tx, caller.project, id).await?.is_none() {
        return Err(Error::connection_not_found());
    }
    // One more tells whether there are others.
    let rows = timeline::page(&mut tx, id, before, limit + 1, now).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |row| row.entry_id);
    let data = rows.into_iter().map(to_entry).collect();
    Ok(Json(Timeline { data, next_cursor }))
}

/// What cannot be read of an entry is not told: another version has written it, or a hand.
fn to_entry(row: EntryRow) -> Entry {
    let detail = row.detail.as_deref();
    let detail = detail.and_then(|detail| juncture_json::decode::<Detail>(detail.as_bytes()).ok());
    let Detail {
        code,
        site_id,
        call,
    } = detail.unwrap_or_default();
    Entry {
        id: row.entry_id.to_string(),
        at: happened_at(row.entry_id),
        kind: row.kind,
        code,
        site_id,
        call,
    }
}
