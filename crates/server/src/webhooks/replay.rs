//! Events are sent to an endpoint again: they are put into lanes of their own, part by part, so that live events
//! are neither held up nor overtaken.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::project::ProjectId;
use crate::random;
use crate::store::event_deliveries::NewDelivery;
use crate::store::event_endpoints::{EndpointRow, Filter};
use crate::store::event_lanes::lane_of;
use crate::store::event_replays::ReplayRow;
use crate::store::events::EventRow;
use crate::store::feed::{self, Wanted};
use crate::store::{
    self, Store, Tx, event_deliveries, event_endpoints, event_failures, event_lanes, event_replays,
    events,
};

/// How many events are looked at in one transaction.
const AT_ONCE: u16 = 500;

/// How many events one request sends again at the most.
pub const MOST: i64 = 100_000;

/// How many events may be named in one request.
pub const MOST_NAMED: usize = 1_000;

/// Which events are to be sent again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Those that were recorded then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// Those that were recorded before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// Those of this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// These.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_ids: Option<Vec<Uuid>>,
    /// Those that were given up.
    #[serde(default)]
    pub failed_only: bool,
}

/// Begins to send events again; none if a request of before is under way.
pub async fn begin(
    tx: &mut Tx,
    project: ProjectId,
    endpoint: Uuid,
    asked: &Asked,
    now: Timestamp,
) -> store::Result<Option<ReplayRow>> {
    let Some(row) = event_endpoints::hold_of_any_project(tx, endpoint).await? else {
        return Ok(None);
    };
    let ends = feed::ends(tx, project).await?;
    let first = match asked.after {
        Some(after) => position_at(tx, project, (ends.swept_to, ends.position), after).await?,
        None => ends.swept_to,
    };
    let last = match asked.before {
        Some(before) => position_at(tx, project, (ends.swept_to, ends.position), before).await?,
        None => ends.position,
    };
    let mut replay = ReplayRow {
        endpoint_id: endpoint,
        replay_id: random::uuid_v7(now),
        filter: serde_json::to_string(asked).expect("it is plain data"),
        next: first,
        last,
        queued: 0,
        is_done: first >= last,
        requested_at: now.as_millisecond(),
    };
    if let Some(ids) = &asked.event_ids {
        let rows = events::find(tx, project, ids).await?;
        replay.queued = queue(tx, &row, asked, rows, now).await?;
        replay.is_done = true;
    }
    let is_first = event_replays::insert(tx, &replay).await?;
    Ok(is_first.then_some(replay))
}

/// The position behind which what was recorded at `time` or later stands. Positions come in the order of the
/// commits, so times do as well but for what clocks differ.
async fn position_at(
    tx: &mut Tx,
    project: ProjectId,
    (mut low, mut high): (i64, i64),
    time: Timestamp,
) -> store::Result<i64> {
    let time = time.as_millisecond();
    while low < high {
        let middle = low + (high - low) / 2;
        match feed::recorded_behind(tx, project, middle).await? {
            Some(recorded_at) if recorded_at < time => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// Brings all requests on that are under way, as far as they go.
pub async fn go_on(store: &Store, now: Timestamp) -> store::Result<bool> {
    let mut tx = store.begin_read().await?;
    let under_way = event_replays::under_way_of_any_project(&mut tx).await?;
    drop(tx);
    let is_any = !under_way.is_empty();
    for mut replay in under_way {
        while let Some(next) = part(store, &replay, now).await? {
            replay = next;
        }
    }
    Ok(is_any)
}

/// One part of a request; the request behind it, unless it is done or somebody else is at it.
async fn part(
    store: &Store,
    replay: &ReplayRow,
    now: Timestamp,
) -> store::Result<Option<ReplayRow>> {
    let mut tx = store.begin_write().await?;
    let row = event_endpoints::hold_of_any_project(&mut tx, replay.endpoint_id).await?;
    let row = row.filter(|row| row.state != event_endpoints::DELETED);
    let Some(row) = row else {
        return Ok(None);
    };
    let asked = juncture_json::decode::<Asked>(replay.filter.as_bytes()).unwrap_or_default();
    let (rows, next) = if asked.failed_only {
        failed(&mut tx, &row, replay).await?
    } else {
        recorded(&mut tx, &row, &asked, replay).await?
    };
    let next = next.min(replay.last);
    let queued = queue(&mut tx, &row, &asked, rows, now).await?;
    let is_done = next >= replay.last || replay.queued + queued >= MOST;
    if !event_replays::go_on(&mut tx, replay, next, queued, is_done).await? {
        return Ok(None);
    }
    tx.commit().await?;
    let next = ReplayRow {
        next,
        queued: replay.queued + queued,
        is_done,
        ..replay.clone()
    };
    Ok((!is_done).then_some(next))
}

/// The next events of the feed, and how far was looked.
async fn recorded(
    tx: &mut Tx,
    row: &EndpointRow,
    asked: &Asked,
    replay: &ReplayRow,
) -> store::Result<(Vec<EventRow>, i64)> {
    let wanted = Wanted {
        external_id: asked.external_id.clone(),
        kinds: Vec::new(),
    };
    let found = feed::page(tx, row.project_id, replay.next, &wanted, AT_ONCE).await?;
    let mut rows = found.rows;
    rows.retain(|event| event.position <= replay.last);
    Ok((rows, found.looked_to.unwrap_or(replay.last)))
}

/// The next events that were given up, and how far was looked.
async fn failed(
    tx: &mut Tx,
    row: &EndpointRow,
    replay: &ReplayRow,
) -> store::Result<(Vec<EventRow>, i64)> {
    let (next, last) = (replay.next, replay.last);
    let failures = event_failures::page(tx, row.endpoint_id, next, last, AT_ONCE).await?;
    let is_all = failures.len() < usize::from(AT_ONCE);
    let looked_to = failures.last().filter(|_| !is_all);
    let looked_to = looked_to.map_or(last, |failure| failure.position);
    let ids: Vec<Uuid> = failures.iter().map(|failure| failure.event_id).collect();
    Ok((events::find(tx, row.project_id, &ids).await?, looked_to))
}

/// Puts events into the lanes of what is sent again, but for those that wait to be sent for the first time; how
/// many were not there.
async fn queue(
    tx: &mut Tx,
    row: &EndpointRow,
    asked: &Asked,
    mut events: Vec<EventRow>,
    now: Timestamp,
) -> store::Result<i64> {
    let filter: Filter = row.filter()?;
    events.retain(|event| {
        let customer = event.external_id.as_deref();
        let is_asked = asked.external_id.is_none() || asked.external_id.as_deref() == customer;
        is_asked
            && filter.takes(&event.kind, customer)
            && event.subject != row.endpoint_id.to_string()
    });
    events.sort_by_key(|event| event.position);
    let live: Vec<(&str, i64)> = events
        .iter()
        .map(|event| (&*event.subject, event.position))
        .collect();
    let waiting = event_deliveries::waiting_among(tx, row.endpoint_id, &live).await?;
    events.retain(|event| !waiting.contains(&event.position));
    let deliveries: Vec<NewDelivery> = events
        .iter()
        .map(|event| NewDelivery {
            lane: lane_of(&event.subject, true),
            position: event.position,
            event_id: event.event_id,
        })
        .collect();
    let added = event_lanes::add(tx, row.endpoint_id, &deliveries, now).await?;
    Ok(i64::try_from(added).unwrap_or(i64::MAX))
}

/// Sends one event again, in the lane of what is.
pub async fn again(
    tx: &mut Tx,
    row: &EndpointRow,
    event: &EventRow,
    now: Timestamp,
) -> store::Result<()> {
    let delivery = NewDelivery {
        lane: lane_of(&event.subject, true),
        position: event.position,
        event_id: event.event_id,
    };
    event_lanes::add(tx, row.endpoint_id, &[delivery], now).await?;
    Ok(())
}
