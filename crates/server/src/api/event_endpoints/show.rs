//! Endpoints as they are told.

use jiff::Timestamp;
use juncture_views::event_endpoints::{EventEndpoint, EventReplay};

use crate::app::App;
use crate::store::event_endpoints::{ACTIVE, EndpointRow};
use crate::store::event_lanes::{self, Waiting};
use crate::store::event_replays::{self, ReplayRow};
use crate::store::stored::Stored;
use crate::store::{self, Tx, event_deliveries, event_failures, feed};
use crate::web::error::Error;
use crate::webhooks::endpoint::url_of;

/// An endpoint, with what waits at it at the moment of `tx`.
pub(super) async fn endpoint(
    app: &App,
    tx: &mut Tx,
    row: &EndpointRow,
) -> Result<EventEndpoint, Error> {
    let (id, now) = (row.endpoint_id, app.clock.now());
    let waiting = event_lanes::waiting(tx, id).await?;
    let oldest = oldest(tx, row).await?;
    let failed = event_failures::count(tx, id).await?;
    let replay = event_replays::find(tx, id).await?;
    let types: Vec<String> = row.types.split_whitespace().map(str::to_owned).collect();
    let is_active = row.state == ACTIVE;
    let is_slowed = is_active && row.failures > 0;
    let until = row.old_secret_until.and_then(Stored::value);
    let until = until.filter(|until| *until > now.as_millisecond());
    Ok(EventEndpoint {
        id: id.to_string(),
        origin: row.origin.clone(),
        url: url_of(row, &app.sealer)?,
        types: (!types.is_empty()).then_some(types),
        external_ids: row.external_ids()?,
        mode: row.mode.clone(),
        on_exhausted: row.on_exhausted.clone(),
        state: if is_slowed { "slowed" } else { &row.state }.to_owned(),
        reason: row.reason.clone(),
        next_attempt_at: is_slowed.then(|| time(row.not_before)).flatten(),
        failing_since: row.failing_since.and_then(time),
        last_failure: row.last_failure.clone(),
        last_success_at: row.last_success_at.and_then(time),
        waiting: waiting.deliveries,
        held: waiting.held,
        oldest_waiting_at: oldest,
        failed,
        old_secret_until: until.and_then(time),
        replay: replay.map(|replay| to_replay(&replay, waiting)),
        created_at: row.created_at.time("event_endpoint", "created_at", id)?,
    })
}

/// When what has waited the longest was recorded. What is no longer kept is told by what comes after it.
async fn oldest(tx: &mut Tx, row: &EndpointRow) -> store::Result<Option<Timestamp>> {
    let oldest = event_deliveries::oldest(tx, row.endpoint_id).await?;
    let Some(oldest) = oldest else {
        return Ok(None);
    };
    let recorded = feed::recorded_behind(tx, row.project_id, oldest - 1).await?;
    Ok(recorded.and_then(time))
}

/// A replay, where so much waits.
pub(super) fn to_replay(row: &ReplayRow, waiting: Waiting) -> EventReplay {
    let state = match (row.is_done, waiting.replays) {
        (false, _) => "queuing",
        (true, 0) => "done",
        (true, _) => "sending",
    };
    EventReplay {
        id: row.replay_id.to_string(),
        state: state.to_owned(),
        queued: row.queued,
        waiting: waiting.replays,
        requested_at: event_replays::requested_at(row),
    }
}

fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}
