//! `event_failure`: deliveries that were given up, until they are sent again.

use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, push_list, query, query_as, query_scalar};

/// A delivery that was given up.
#[derive(Debug, Clone)]
pub struct FailureRow {
    /// Where the event stands in the feed.
    pub position: i64,
    /// The event.
    pub event_id: Uuid,
    /// When it was given up; milliseconds since the epoch.
    pub failed_at: i64,
}

from_row!(FailureRow {
    position,
    event_id,
    failed_at
});

/// Notes that a delivery is given up.
pub async fn insert(
    tx: &mut Tx,
    endpoint: Uuid,
    position: i64,
    event: Uuid,
    now: Timestamp,
) -> Result<()> {
    const INSERT: &str = "INSERT INTO event_failure (endpoint_id, position, event_id, failed_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (endpoint_id, position) DO UPDATE SET failed_at = excluded.failed_at";
    change!(
        tx,
        query(INSERT)
            .bind(endpoint)
            .bind(position)
            .bind(event)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// Forgets those of an endpoint that have arrived after all, by their positions.
pub async fn forget(tx: &mut Tx, endpoint: Uuid, positions: &[i64]) -> Result<()> {
    const FORGET: &str = "DELETE FROM event_failure WHERE endpoint_id = ";
    on!(tx, |db| async {
        let mut forget = QueryBuilder::new(FORGET);
        forget.push_bind(endpoint).push(" AND position");
        push_list(&mut forget, positions);
        forget.build().persistent(false).execute(db).await.map(drop)
    })
}

/// Those of an endpoint behind `after` and up to `last`, in the order of the feed.
pub async fn page(
    tx: &mut Tx,
    endpoint: Uuid,
    after: i64,
    last: i64,
    limit: u16,
) -> Result<Vec<FailureRow>> {
    const PAGE: &str = "SELECT position, event_id, failed_at FROM event_failure \
        WHERE endpoint_id = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4";
    on!(tx, |db| query_as(PAGE)
        .bind(endpoint)
        .bind(after)
        .bind(last)
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// When the delivery of an event was given up, if it was.
pub async fn find(tx: &mut Tx, endpoint: Uuid, position: i64) -> Result<Option<FailureRow>> {
    const FIND: &str = "SELECT position, event_id, failed_at FROM event_failure \
        WHERE endpoint_id = $1 AND position = $2";
    on!(tx, |db| query_as(FIND)
        .bind(endpoint)
        .bind(position)
        .fetch_optional(db))
}

/// How many an endpoint has.
pub async fn count(tx: &mut Tx, endpoint: Uuid) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) FROM event_failure WHERE endpoint_id = $1";
    on!(tx, |db| query_scalar(COUNT).bind(endpoint).fetch_one(db))
}

/// Forgets some of an endpoint that is deleted, so many at most; how many they were.
pub async fn forget_some(tx: &mut Tx, endpoint: Uuid, most: i64) -> Result<u64> {
    const FORGET: &str = "DELETE FROM event_failure WHERE endpoint_id = $1 AND position IN \
        (SELECT position FROM event_failure WHERE endpoint_id = $1 LIMIT $2)";
    change!(tx, query(FORGET).bind(endpoint).bind(most))
}

/// Forgets those that were given up before then, so many at most; how many they were.
pub async fn sweep_of_any_project(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM event_failure WHERE (endpoint_id, position) IN \
        (SELECT endpoint_id, position FROM event_failure WHERE failed_at < $1 ORDER BY failed_at LIMIT $2)";
    change!(tx, query(SWEEP).bind(before.as_millisecond()).bind(most))
}
