//! `event_sink`: how far the feeds are copied into streams outside, and which process copies.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Result, Tx, change, on, query, query_scalar};
use crate::project::ProjectId;

/// The feed of a project on its way into a stream, by one process.
#[derive(Debug, Clone, Copy)]
pub struct Copying<'a> {
    /// Which stream.
    pub sink: &'a str,
    /// Whose feed.
    pub project: ProjectId,
    /// The process.
    pub owner: Uuid,
}

/// Projects whose feeds have more than was copied into this stream, and that no process copies at `now`.
pub async fn behind_of_any_project(
    tx: &mut Tx,
    sink: &str,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ProjectId>> {
    const BEHIND: &str = "SELECT event_feed.project_id FROM event_feed LEFT JOIN event_sink \
        ON event_sink.project_id = event_feed.project_id AND event_sink.sink = $1 \
        WHERE event_sink.position IS NULL \
        OR (event_sink.position < event_feed.position AND event_sink.lease_until <= $2) \
        ORDER BY event_feed.project_id LIMIT $3";
    on!(tx, |db| query_scalar(BEHIND)
        .bind(sink)
        .bind(now.as_millisecond())
        .bind(most)
        .fetch_all(db))
}

/// Takes the copying over until then, unless another process has it; the position behind which to go on. A
/// stream that is new begins with the oldest event that is kept.
pub async fn claim(
    tx: &mut Tx,
    copying: &Copying<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<i64>> {
    const CLAIM: &str = "INSERT INTO event_sink (sink, project_id, position, owner, lease_until) \
        SELECT $1, project_id, swept_to, $3, $5 FROM event_feed WHERE project_id = $2 \
        ON CONFLICT (sink, project_id) DO UPDATE SET owner = $3, lease_until = $5 \
        WHERE event_sink.lease_until <= $4 RETURNING position";
    let claimed = on!(&mut *tx, |db| query_scalar(CLAIM)
        .bind(copying.sink)
        .bind(copying.project)
        .bind(copying.owner)
        .bind(now.as_millisecond())
        .bind(lease_until.as_millisecond())
        .fetch_optional(db))?;
    tx.note_change();
    Ok(claimed)
}

/// Notes how far all is copied, and keeps the copying until then; false if another process has it by now.
pub async fn advance(
    tx: &mut Tx,
    copying: &Copying<'_>,
    position: i64,
    lease_until: Timestamp,
) -> Result<bool> {
    const ADVANCE: &str = "UPDATE event_sink SET position = $4, lease_until = $5 \
        WHERE sink = $1 AND project_id = $2 AND owner = $3";
    let advanced = change!(
        tx,
        query(ADVANCE)
            .bind(copying.sink)
            .bind(copying.project)
            .bind(copying.owner)
            .bind(position)
            .bind(lease_until.as_millisecond())
    )?;
    Ok(advanced == 1)
}

/// Leaves the copying to whoever comes next.
pub async fn release(tx: &mut Tx, copying: &Copying<'_>) -> Result<()> {
    const RELEASE: &str = "UPDATE event_sink SET lease_until = 0 \
        WHERE sink = $1 AND project_id = $2 AND owner = $3";
    change!(
        tx,
        query(RELEASE)
            .bind(copying.sink)
            .bind(copying.project)
            .bind(copying.owner)
    )?;
    Ok(())
}
