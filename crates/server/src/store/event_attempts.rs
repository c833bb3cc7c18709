//! `event_attempt`: the requests that were made to deliver events, and what came of them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, push_list, query, query_as};
use crate::seal::Sealed;

/// The outcome of an attempt that has delivered its event.
pub const DELIVERED: &str = "delivered";

/// An attempt.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// Its id, which says when it began.
    pub attempt_id: Uuid,
    /// The event.
    pub event_id: Uuid,
    /// Whether the event was sent again because somebody asked for it.
    pub is_replay: bool,
    /// [`DELIVERED`], or why it was not.
    pub outcome: String,
    /// The status of the answer, if one came.
    pub status: Option<i64>,
    /// How long it took.
    pub duration_ms: i64,
    /// How the answer begins, sealed.
    pub excerpt: Option<Sealed>,
}

from_row!(AttemptRow {
    attempt_id,
    event_id,
    is_replay,
    outcome,
    status,
    duration_ms,
    excerpt,
});

/// Saves attempts at an endpoint that is there.
pub async fn insert(tx: &mut Tx, endpoint: Uuid, attempts: &[AttemptRow]) -> Result<()> {
    const INSERT: &str = "INSERT INTO event_attempt (attempt_id, endpoint_id, event_id, is_replay, outcome, \
        status, duration_ms, excerpt) ";
    if attempts.is_empty() {
        return Ok(());
    }
    on!(&mut *tx, |db| async {
        let mut insert = QueryBuilder::new(INSERT);
        insert.push_values(attempts, |mut values, attempt| {
            values
                .push_bind(attempt.attempt_id)
                .push_bind(endpoint)
                .push_bind(attempt.event_id)
                .push_bind(attempt.is_replay)
                .push_bind(&attempt.outcome)
                .push_bind(attempt.status)
                .push_bind(attempt.duration_ms)
                .push_bind(&attempt.excerpt);
        });
        // What was written down already, by a commit of which nobody knew how it ended.
        insert.push(" ON CONFLICT (attempt_id) DO NOTHING");
        insert.build().persistent(false).execute(db).await.map(drop)
    })?;
    tx.note_change();
    Ok(())
}

/// The newest attempts to deliver these events to an endpoint, oldest first: at most `most` in all.
pub async fn of_events(
    tx: &mut Tx,
    endpoint: Uuid,
    events: &[Uuid],
    most: i64,
) -> Result<Vec<AttemptRow>> {
    const OF_EVENTS: &str = "SELECT attempt_id, event_id, is_replay, outcome, status, duration_ms, excerpt \
        FROM event_attempt WHERE endpoint_id = ";
    let mut attempts: Vec<AttemptRow> = on!(tx, |db| async {
        let mut find = QueryBuilder::new(OF_EVENTS);
        find.push_bind(endpoint).push(" AND event_id");
        push_list(&mut find, events);
        find.push(" ORDER BY attempt_id DESC LIMIT ")
            .push_bind(most);
        find.build_query_as().persistent(false).fetch_all(db).await
    })?;
    attempts.reverse();
    Ok(attempts)
}

/// The attempts that have delivered something to an endpoint, newest first: what comes before `before`.
pub async fn delivered(
    tx: &mut Tx,
    endpoint: Uuid,
    before: Option<Uuid>,
    limit: u16,
) -> Result<Vec<AttemptRow>> {
    const DELIVERED: &str = "SELECT attempt_id, event_id, is_replay, outcome, status, duration_ms, excerpt \
        FROM event_attempt WHERE endpoint_id = $1 AND outcome = 'delivered' AND attempt_id < $2 \
        ORDER BY attempt_id DESC LIMIT $3";
    on!(tx, |db| query_as(DELIVERED)
        .bind(endpoint)
        .bind(before.unwrap_or(Uuid::max()))
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// Forgets attempts from before `since`, so many at most; how many they were.
pub async fn sweep_of_any_project(tx: &mut Tx, since: Uuid, most: i64) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM event_attempt WHERE attempt_id IN \
        (SELECT attempt_id FROM event_attempt WHERE attempt_id < $1 ORDER BY attempt_id LIMIT $2)";
    change!(tx, query(SWEEP).bind(since).bind(most))
}

/// Forgets attempts at an endpoint that is deleted, so many at most; how many they were.
pub async fn forget(tx: &mut Tx, endpoint: Uuid, most: i64) -> Result<u64> {
    const FORGET: &str = "DELETE FROM event_attempt WHERE attempt_id IN \
        (SELECT attempt_id FROM event_attempt WHERE endpoint_id = $1 LIMIT $2)";
    change!(tx, query(FORGET).bind(endpoint).bind(most))
}
