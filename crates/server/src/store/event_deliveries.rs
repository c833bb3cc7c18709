//! `event_delivery`: the events that wait in the lanes of endpoints.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};

/// An event that is to wait in a lane.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The lane.
    pub lane: String,
    /// Where the event stands in the feed, and so in the lane.
    pub position: i64,
    /// The event.
    pub event_id: Uuid,
}

/// An event that waits in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// The lane.
    pub lane: String,
    /// Where the event stands in the feed, and so in the lane.
    pub position: i64,
    /// The event.
    pub event_id: Uuid,
}

from_row!(DeliveryRow {
    lane,
    position,
    event_id
});

/// Adds those that are not there; the lane of each that is added.
pub(super) async fn insert(
    tx: &mut Tx,
    endpoint: Uuid,
    deliveries: &[NewDelivery],
) -> Result<Vec<String>> {
    const INSERT: &str = "INSERT INTO event_delivery (endpoint_id, lane, position, event_id) ";
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let added: Vec<(String,)> = on!(&mut *tx, |db| async {
        let mut insert = QueryBuilder::new(INSERT);
        insert.push_values(deliveries, |mut values, delivery| {
            values
                .push_bind(endpoint)
                .push_bind(&delivery.lane)
                .push_bind(delivery.position)
                .push_bind(delivery.event_id);
        });
        insert.push(" ON CONFLICT DO NOTHING RETURNING lane");
        let insert = insert.build_query_as().persistent(false);
        insert.fetch_all(db).await
    })?;
    if !added.is_empty() {
        tx.note_change();
    }
    Ok(added.into_iter().map(|(lane,)| lane).collect())
}

/// Takes deliveries away, each the first of its lane; the lanes of those that were there.
pub(super) async fn delete(
    tx: &mut Tx,
    endpoint: Uuid,
    taken: &[(&str, i64)],
) -> Result<BTreeSet<String>> {
    const DELETE: &str = "DELETE FROM event_delivery WHERE endpoint_id = ";
    if taken.is_empty() {
        return Ok(BTreeSet::new());
    }
    let deleted: Vec<(String,)> = on!(&mut *tx, |db| async {
        let mut delete = QueryBuilder::new(DELETE);
        delete.push_bind(endpoint);
        delete.push(" AND (lane, position) IN (");
        delete.push_values(taken, |mut values, (lane, position)| {
            values.push_bind(*lane).push_bind(*position);
        });
        delete.push(") RETURNING lane");
        let delete = delete.build_query_as().persistent(false);
        delete.fetch_all(db).await
    })?;
    tx.note_change();
    Ok(deleted.into_iter().map(|(lane,)| lane).collect())
}

/// The first deliveries of each of these lanes, at most `most` of each, in their order.
pub async fn heads(
    tx: &mut Tx,
    endpoint: Uuid,
    lanes: &[&str],
    most: i64,
) -> Result<Vec<DeliveryRow>> {
    const WANTED: &str = "WITH wanted (endpoint_id, lane) AS (";
    // Up to the one behind the last that is wanted; to the end where there is none.
    const HEADS: &str = ") SELECT there.lane, position, event_id \
        FROM wanted CROSS JOIN event_delivery AS there \
        WHERE there.endpoint_id = wanted.endpoint_id AND there.lane = wanted.lane \
            AND position < COALESCE((SELECT position FROM event_delivery AS ahead \
                WHERE ahead.endpoint_id = wanted.endpoint_id AND ahead.lane = wanted.lane \
                ORDER BY position LIMIT 1 OFFSET ";
    const TO_THE_END: &str = "), 9223372036854775807)";
    // PostgreSQL has a word for it.
    const HEADS_LATERAL: &str = ") SELECT there.lane, position, event_id \
        FROM wanted CROSS JOIN LATERAL (SELECT lane, position, event_id FROM event_delivery \
            WHERE endpoint_id = wanted.endpoint_id AND lane = wanted.lane \
            ORDER BY position LIMIT ";
    const AS_THERE: &str = ") AS there";
    if lanes.is_empty() {
        return Ok(Vec::new());
    }
    let (heads_up_to, end) = match tx {
        Tx::Sqlite(_) => (HEADS, TO_THE_END),
        Tx::Postgres(_) => (HEADS_LATERAL, AS_THERE),
    };
    on!(tx, |db| async {
        let mut heads = QueryBuilder::new(WANTED);
        heads.push_values(lanes, |mut values, lane| {
            values.push_bind(endpoint).push_bind(*lane);
        });
        heads.push(heads_up_to).push_bind(most).push(end);
        let heads = heads.build_query_as().persistent(false);
        let mut heads: Vec<DeliveryRow> = heads.fetch_all(db).await?;
        heads.sort_by(|one, other| (&one.lane, one.position).cmp(&(&other.lane, other.position)));
        Ok(heads)
    })
}

/// What waits at an endpoint, lane by lane: what stands behind `after`.
pub async fn page(
    tx: &mut Tx,
    endpoint: Uuid,
    after: Option<(&str, i64)>,
    limit: u16,
) -> Result<Vec<DeliveryRow>> {
    const PAGE: &str = "SELECT lane, position, event_id FROM event_delivery \
        WHERE endpoint_id = $1 AND (lane, position) > ($2, $3) ORDER BY lane, position LIMIT $4";
    let (lane, position) = after.unwrap_or(("", 0));
    on!(tx, |db| query_as(PAGE)
        .bind(endpoint)
        .bind(lane)
        .bind(position)
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// Those of these positions, each in its lane, at which something waits.
pub async fn waiting_among(
    tx: &mut Tx,
    endpoint: Uuid,
    places: &[(&str, i64)],
) -> Result<BTreeSet<i64>> {
    const WAITING: &str = "SELECT position FROM event_delivery WHERE endpoint_id = ";
    if places.is_empty() {
        return Ok(BTreeSet::new());
    }
    let waiting: Vec<(i64,)> = on!(tx, |db| async {
        let mut waiting = QueryBuilder::new(WAITING);
        waiting.push_bind(endpoint);
        waiting.push(" AND (lane, position) IN (");
        waiting.push_values(places, |mut values, (lane, position)| {
            values.push_bind(*lane).push_bind(*position);
        });
        waiting.push(")");
        let waiting = waiting.build_query_as().persistent(false);
        waiting.fetch_all(db).await
    })?;
    Ok(waiting.into_iter().map(|(position,)| position).collect())
}

/// Where the event stands in the feed that has waited the longest at an endpoint.
pub async fn oldest(tx: &mut Tx, endpoint: Uuid) -> Result<Option<i64>> {
    const OLDEST: &str = "SELECT MIN(position) FROM event_delivery WHERE endpoint_id = $1";
    on!(tx, |db| query_scalar(OLDEST).bind(endpoint).fetch_one(db))
}

/// The delivery of an event in a lane, if it waits there.
pub async fn find(
    tx: &mut Tx,
    endpoint: Uuid,
    lane: &str,
    position: i64,
) -> Result<Option<DeliveryRow>> {
    const FIND: &str = "SELECT lane, position, event_id FROM event_delivery \
        WHERE endpoint_id = $1 AND lane = $2 AND position = $3";
    on!(tx, |db| query_as(FIND)
        .bind(endpoint)
        .bind(lane)
        .bind(position)
        .fetch_optional(db))
}

/// Forgets deliveries at an endpoint that is deleted, so many at most; how many they were.
pub async fn forget(tx: &mut Tx, endpoint: Uuid, most: i64) -> Result<u64> {
    const FORGET: &str = "DELETE FROM event_delivery WHERE endpoint_id = $1 AND (lane, position) IN \
        (SELECT lane, position FROM event_delivery WHERE endpoint_id = $1 LIMIT $2)";
    change!(tx, query(FORGET).bind(endpoint).bind(most))
}
