//! `event_replay`: what endpoints were asked to be sent again.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, query, query_as};

/// The last request of an endpoint.
#[derive(Debug, Clone)]
pub struct ReplayRow {
    /// Of which endpoint.
    pub endpoint_id: Uuid,
    /// Its id.
    pub replay_id: Uuid,
    /// Which events, as JSON.
    pub filter: String,
    /// The position behind which it goes on.
    pub next: i64,
    /// The position at which it ends.
    pub last: i64,
    /// How many were put into lanes.
    pub queued: i64,
    /// Whether all were.
    pub is_done: bool,
    /// Milliseconds since the epoch.
    pub requested_at: i64,
}

from_row!(ReplayRow {
    endpoint_id,
    replay_id,
    filter,
    next,
    last,
    queued,
    is_done,
    requested_at,
});

/// Saves a request in the place of the one before; false if that is under way.
pub async fn insert(tx: &mut Tx, row: &ReplayRow) -> Result<bool> {
    const INSERT: &str = "INSERT INTO event_replay (endpoint_id, replay_id, filter, next, last, queued, is_done, requested_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (endpoint_id) DO UPDATE SET \
            replay_id = excluded.replay_id, filter = excluded.filter, next = excluded.next, last = excluded.last, \
            queued = excluded.queued, is_done = excluded.is_done, requested_at = excluded.requested_at \
        WHERE event_replay.is_done";
    let inserted = change!(
        tx,
        query(INSERT)
            .bind(row.endpoint_id)
            .bind(row.replay_id)
            .bind(&row.filter)
            .bind(row.next)
            .bind(row.last)
            .bind(row.queued)
            .bind(row.is_done)
            .bind(row.requested_at)
    )?;
    Ok(inserted == 1)
}

/// The last request of an endpoint.
pub async fn find(tx: &mut Tx, endpoint: Uuid) -> Result<Option<ReplayRow>> {
    const FIND: &str = "SELECT * FROM event_replay WHERE endpoint_id = $1";
    on!(tx, |db| query_as(FIND).bind(endpoint).fetch_optional(db))
}

/// Those under way, the oldest first.
pub async fn under_way_of_any_project(tx: &mut Tx) -> Result<Vec<ReplayRow>> {
    const UNDER_WAY: &str =
        "SELECT * FROM event_replay WHERE is_done = FALSE ORDER BY requested_at LIMIT 100";
    on!(tx, |db| query_as(UNDER_WAY).fetch_all(db))
}

/// A request has come so far; false if somebody else has brought it on meanwhile.
pub async fn go_on(
    tx: &mut Tx,
    row: &ReplayRow,
    next: i64,
    queued: i64,
    is_done: bool,
) -> Result<bool> {
    const GO_ON: &str = "UPDATE event_replay SET next = $3, queued = queued + $4, is_done = $5 \
        WHERE endpoint_id = $1 AND replay_id = $2 AND next = $6 AND is_done = FALSE";
    let gone_on = change!(
        tx,
        query(GO_ON)
            .bind(row.endpoint_id)
            .bind(row.replay_id)
            .bind(next)
            .bind(queued)
            .bind(is_done)
            .bind(row.next)
    )?;
    Ok(gone_on == 1)
}

/// When a request was made.
#[must_use]
pub fn requested_at(row: &ReplayRow) -> Timestamp {
    Timestamp::from_millisecond(row.requested_at).unwrap_or(Timestamp::UNIX_EPOCH)
}
