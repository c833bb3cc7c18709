//! `event_lane`: one subject at one endpoint. What waits in it is sent one after the other, by whoever holds it.
//!
//! Lanes are claimed, not what waits in them: to find the first waiting delivery of each subject costs more the
//! more there are, and a claim must cost the same with 100,000 waiting in one lane as with none. `due_at` is both
//! the pause of a lane and the end of its lease, so that one range of one index has all that can be claimed and
//! nothing else.
//!
//! Everything that takes from a lane holds its row first, and only if it is still its owner; everything that adds
//! to one adds to `waiting` in the same transaction. So of "the last one was sent, drop the lane" and "a new one
//! came" whichever is second sees the first.
//!
//! On PostgreSQL the endpoint's row comes before its lanes, and lanes are locked in the order of their bytes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::event_deliveries::{self, NewDelivery};
use super::event_endpoints;
use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};
use crate::project::ProjectId;

/// How many rows one statement adds.
const AT_ONCE: usize = 500;

/// What stands before the subject in the lane of what is sent again.
const REPLAY: &str = "replay:";

/// When a lane is due that waits for somebody to look after it.
pub const NEVER: i64 = i64::MAX;

/// An event that is to be sent to whom it concerns.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a> {
    /// Its id.
    pub event_id: Uuid,
    /// Where it stands in the feed.
    pub position: i64,
    /// What it is about: the order of events is kept within it.
    pub subject: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Whose customer's it is, if it is one's.
    pub external_id: Option<&'a str>,
}

/// The lane of a subject.
#[must_use]
pub fn lane_of(subject: &str, is_replay: bool) -> String {
    if is_replay {
        format!("{REPLAY}{subject}")
    } else {
        subject.to_owned()
    }
}

/// The subject of a lane, and whether what is in it is sent again.
#[must_use]
pub fn subject_of(lane: &str) -> (&str, bool) {
    let subject = lane.strip_prefix(REPLAY);
    (subject.unwrap_or(lane), subject.is_some())
}

/// Puts events of a project, in the order of their positions, into the lanes of every endpoint that they concern.
/// Call it in the transaction that makes them, after all other locks.
pub async fn enqueue(
    tx: &mut Tx,
    project: ProjectId,
    events: &[NewEvent<'_>],
    now: Timestamp,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    for endpoint in event_endpoints::hold_all(tx, project).await? {
        let filter = endpoint.filter()?;
        let concerned = events.iter().filter(|event| {
            filter.takes(event.kind, event.external_id)
                // What happened to an endpoint is for the others.
                && event.subject != endpoint.endpoint_id.to_string()
        });
        let deliveries: Vec<_> = concerned
            .map(|event| NewDelivery {
                lane: event.subject.to_owned(),
                position: event.position,
                event_id: event.event_id,
            })
            .collect();
        add(tx, endpoint.endpoint_id, &deliveries, now).await?;
    }
    Ok(())
}

/// Puts deliveries into the lanes of an endpoint whose row is held; how many were not there before.
pub async fn add(
    tx: &mut Tx,
    endpoint: Uuid,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<u64> {
    const ADD: &str = "INSERT INTO event_lane (endpoint_id, lane, waiting, due_at) ";
    const TO_WHAT_WAITS: &str = " ON CONFLICT (endpoint_id, lane) \
        DO UPDATE SET waiting = event_lane.waiting + excluded.waiting";
    let mut added: BTreeMap<String, i64> = BTreeMap::new();
    for part in deliveries.chunks(AT_ONCE) {
        for lane in event_deliveries::insert(tx, endpoint, part).await? {
            *added.entry(lane).or_default() += 1;
        }
    }
    let lanes: Vec<_> = added.iter().collect();
    for part in lanes.chunks(AT_ONCE) {
        on!(&mut *tx, |db| async {
            let mut add = QueryBuilder::new(ADD);
            add.push_values(part, |mut values, (lane, waiting)| {
                values
                    .push_bind(endpoint)
                    .push_bind(lane.as_str())
                    .push_bind(**waiting)
                    .push_bind(now.as_millisecond());
            });
            add.push(TO_WHAT_WAITS);
            add.build().persistent(false).execute(db).await.map(drop)
        })?;
        tx.note_change();
    }
    Ok(added.values().sum::<i64>().unsigned_abs())
}

/// A lane that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLane {
    /// Its name.
    pub lane: String,
    /// How often the first of it has failed.
    pub attempts: i64,
}

from_row!(ClaimedLane { lane, attempts });

/// Claims lanes of an endpoint that are due, those that have been for the longest first: they are `owner`'s until
/// `lease_until`, and nobody else claims them before.
pub async fn claim(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    (now, lease_until): (Timestamp, Timestamp),
    most: i64,
) -> Result<Vec<ClaimedLane>> {
    // The sum keeps planners from going through all that is due a second time: what is claimed is found by its key.
    macro_rules! claim {
        ($locked:literal) => {
            concat!(
                "WITH due AS MATERIALIZED (SELECT lane FROM event_lane \
                    WHERE endpoint_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3",
                $locked,
                ") UPDATE event_lane SET owner = $4, due_at = $5 \
                WHERE endpoint_id = $1 AND lane IN (SELECT lane FROM due) AND due_at + 0 <= $2 \
                RETURNING lane, attempts"
            )
        };
    }
    const CLAIM: &str = claim!("");
    // What another process is about to claim is passed over.
    const CLAIM_SHARED: &str = claim!(" FOR UPDATE SKIP LOCKED");
    let sql = match tx {
        Tx::Sqlite(_) => CLAIM,
        Tx::Postgres(_) => CLAIM_SHARED,
    };
    let claimed: Vec<ClaimedLane> = on!(&mut *tx, |db| query_as(sql)
        .bind(endpoint)
        .bind(now.as_millisecond())
        .bind(most)
        .bind(owner)
        .bind(lease_until.as_millisecond())
        .fetch_all(db))?;
    if !claimed.is_empty() {
        tx.note_change();
    }
    Ok(claimed)
}

/// What came of the first delivery of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It waits no longer. The lane is kept for its next one, or given back.
    Taken {
        /// Until when it is kept, if it is.
        goes_on: Option<Lease>,
    },
    /// It stays the first of its lane, which is given back.
    Stays {
        /// How often it has failed.
        attempts: i64,
        /// When it is due again; milliseconds since the epoch.
        due_at: i64,
    },
}

/// Until when a lane is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// As long as it is leased already. What is indexed of its row stays as it is, so PostgreSQL writes it in one
    /// place (a heap-only tuple), and SQLite leaves the indexes alone.
    AsItIs,
    /// A whole lease from now on.
    Anew,
}

/// The first delivery of a lane, and what came of it.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The lane.
    pub lane: String,
    /// Its first delivery.
    pub position: i64,
    /// What came of it.
    pub end: End,
}

/// Writes down what came of deliveries of lanes that `owner` holds, each lane once; those that it does hold. Of
/// the others nothing is changed: somebody else has them by now. A lease that is taken anew ends at `lease_until`.
pub async fn settle(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    settlements: &[Settlement],
    times: (Timestamp, Timestamp),
) -> Result<BTreeSet<String>> {
    let left = hand_on(tx, endpoint, owner, settlements, times).await?;
    let held = |one: &&Settlement| (left.get(&one.lane)).is_some_and(|left| *left > one.lacks());
    let held: Vec<&Settlement> = settlements.iter().filter(held).collect();
    let taken = held.iter().filter(|one| one.takes() > 0);
    let taken: Vec<(&str, i64)> = taken.map(|one| (&*one.lane, one.position)).collect();
    // What was written down already counts once: where nobody knew how a commit ended, it is written again.
    let gone = event_deliveries::delete(tx, endpoint, &taken).await?;
    let lanes = taken.into_iter().map(|(lane, _)| lane);
    let known: Vec<&str> = lanes.filter(|lane| !gone.contains(*lane)).collect();
    put_back(tx, endpoint, &known).await?;
    let empty = left.iter().filter(|(_, left)| **left <= 0);
    let empty: Vec<&str> = empty.map(|(lane, _)| &**lane).collect();
    drop_empty(tx, endpoint, &empty).await?;
    Ok(held.into_iter().map(|one| one.lane.clone()).collect())
}

impl Settlement {
    /// How many deliveries it takes away.
    fn takes(&self) -> i64 {
        i64::from(matches!(self.end, End::Taken { .. }))
    }

    /// What would be left in a lane that is not there.
    fn lacks(&self) -> i64 {
        -self.takes()
    }
}

/// Says of those of these lanes that `owner` holds whose they are from here on and until when, and takes from what
/// waits in them what is taken; what is left in each. One that is not there any more is made, with less than
/// nothing in it: drop it. On PostgreSQL nobody else changes them until the end of the transaction.
async fn hand_on(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    settlements: &[Settlement],
    (now, lease_until): (Timestamp, Timestamp),
) -> Result<BTreeMap<String, i64>> {
    const HAND_ON: &str =
        "INSERT INTO event_lane (endpoint_id, lane, waiting, attempts, owner, due_at) ";
    const TO_WHAT_IS_HELD: &str = " ON CONFLICT (endpoint_id, lane) \
        DO UPDATE SET waiting = event_lane.waiting + excluded.waiting, attempts = excluded.attempts, \
            owner = excluded.owner, \
            due_at = CASE excluded.due_at WHEN 0 THEN event_lane.due_at ELSE excluded.due_at END \
        WHERE event_lane.owner = ";
    const AS_IT_IS: i64 = 0;
    if settlements.is_empty() {
        return Ok(BTreeMap::new());
    }
    // In the order of their bytes they are locked, as `add` does it: an update would lock them in any.
    let mut ordered: Vec<&Settlement> = settlements.iter().collect();
    ordered.sort_by(|one, other| one.lane.cmp(&other.lane));
    let left: Vec<(String, i64)> = on!(&mut *tx, |db| async {
        let mut hand_on = QueryBuilder::new(HAND_ON);
        hand_on.push_values(&ordered, |mut values, settled| {
            let (attempts, owner, due_at) = match settled.end {
                End::Taken { goes_on: None } => (0, None, now.as_millisecond()),
                End::Taken {
                    goes_on: Some(Lease::AsItIs),
                } => (0, Some(owner), AS_IT_IS),
                End::Taken {
                    goes_on: Some(Lease::Anew),
                } => (0, Some(owner), lease_until.as_millisecond()),
                End::Stays { attempts, due_at } => (attempts, None, due_at),
            };
            values
                .push_bind(endpoint)
                .push_bind(&settled.lane)
                .push_bind(-settled.takes())
                .push_bind(attempts)
                .push_bind(owner)
                .push_bind(due_at);
        });
        hand_on.push(TO_WHAT_IS_HELD).push_bind(owner);
        hand_on.push(" RETURNING lane, waiting");
        let hand_on = hand_on.build_query_as().persistent(false);
        hand_on.fetch_all(db).await
    })?;
    if !left.is_empty() {
        tx.note_change();
    }
    Ok(left.into_iter().collect())
}

/// Adds one to what waits in lanes whose rows are held.
async fn put_back(tx: &mut Tx, endpoint: Uuid, lanes: &[&str]) -> Result<()> {
    const PUT_BACK: &str = "UPDATE event_lane SET waiting = waiting + 1 WHERE endpoint_id = ";
    if lanes.is_empty() {
        return Ok(());
    }
    on!(tx, |db| async {
        let mut put_back = QueryBuilder::new(PUT_BACK);
        put_back.push_bind(endpoint).push(" AND lane");
        super::push_list(&mut put_back, lanes);
        let put_back = put_back.build().persistent(false);
        put_back.execute(db).await.map(drop)
    })
}

/// Forgets those of these lanes, whose rows are held, in which nothing waits.
async fn drop_empty(tx: &mut Tx, endpoint: Uuid, lanes: &[&str]) -> Result<()> {
    const DROP: &str = "DELETE FROM event_lane WHERE waiting <= 0 AND endpoint_id = ";
    if lanes.is_empty() {
        return Ok(());
    }
    on!(tx, |db| async {
        let mut empty = QueryBuilder::new(DROP);
        empty.push_bind(endpoint).push(" AND lane");
        super::push_list(&mut empty, lanes);
        empty.build().persistent(false).execute(db).await.map(drop)
    })
}

/// Counts anew what waits in a lane that `owner` has claimed in this transaction and in which nothing was found, and
/// gives it back.
pub async fn recount(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    lane: &str,
    now: Timestamp,
) -> Result<()> {
    const COUNT: &str = "UPDATE event_lane SET owner = NULL, due_at = $3, waiting = \
        (SELECT COUNT(*) FROM event_delivery AS delivery \
            WHERE delivery.endpoint_id = $1 AND delivery.lane = $2) \
        WHERE endpoint_id = $1 AND lane = $2 AND owner = $4";
    let counted = change!(
        tx,
        query(COUNT)
            .bind(endpoint)
            .bind(lane)
            .bind(now.as_millisecond())
            .bind(owner)
    )?;
    if counted == 0 {
        return Ok(());
    }
    drop_empty(tx, endpoint, &[lane]).await
}

/// Lets a lane that nobody holds be due at once, its first delivery as if it had never failed; false if somebody
/// holds it, or nothing waits in it.
pub async fn hurry(tx: &mut Tx, endpoint: Uuid, lane: &str, now: Timestamp) -> Result<bool> {
    const HURRY: &str = "UPDATE event_lane SET attempts = 0, due_at = $3 \
        WHERE endpoint_id = $1 AND lane = $2 AND owner IS NULL";
    let hurried = change!(
        tx,
        query(HURRY)
            .bind(endpoint)
            .bind(lane)
            .bind(now.as_millisecond())
    )?;
    Ok(hurried > 0)
}

/// Lets all lanes of an endpoint be due that nobody holds and that wait for longer, those which wait for
/// somebody to look after them too.
pub async fn hurry_all(tx: &mut Tx, endpoint: Uuid, now: Timestamp) -> Result<()> {
    const HURRY: &str = "UPDATE event_lane SET attempts = 0, due_at = $2 \
        WHERE endpoint_id = $1 AND due_at > $2 AND owner IS NULL";
    change!(tx, query(HURRY).bind(endpoint).bind(now.as_millisecond()))?;
    Ok(())
}

/// Lets lanes be due whose lease or pause was written by a clock that was ahead: they lie further ahead than any
/// may.
pub async fn mend_of_any_project(
    tx: &mut Tx,
    longest_lease: SignedDuration,
    longest_pause: SignedDuration,
    now: Timestamp,
) -> Result<()> {
    const LEASES: &str = "UPDATE event_lane SET owner = NULL, due_at = $1 \
        WHERE owner IS NOT NULL AND due_at > $2";
    const PAUSES: &str = "UPDATE event_lane SET due_at = $1 \
        WHERE endpoint_id IN (SELECT endpoint_id FROM event_endpoint) AND due_at > $2 AND due_at < $3 \
            AND owner IS NULL";
    let lease = (now + longest_lease).as_millisecond();
    let pause = (now + longest_pause).as_millisecond();
    let now = now.as_millisecond();
    change!(tx, query(LEASES).bind(now).bind(lease))?;
    change!(tx, query(PAUSES).bind(now).bind(pause).bind(NEVER))?;
    Ok(())
}

/// What waits at an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// In all.
    pub deliveries: i64,
    /// Of these, what is sent again.
    pub replays: i64,
    /// In lanes that wait for somebody to look after them.
    pub held: i64,
}

from_row!(Waiting {
    deliveries,
    replays,
    held
});

/// What waits at an endpoint.
pub async fn waiting(tx: &mut Tx, endpoint: Uuid) -> Result<Waiting> {
    const WAITING: &str = "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) AS deliveries, \
            CAST(COALESCE(SUM(CASE WHEN substr(lane, 1, 7) = $2 THEN waiting END), 0) AS BIGINT) AS replays, \
            CAST(COALESCE(SUM(CASE WHEN due_at = $3 THEN waiting END), 0) AS BIGINT) AS held \
        FROM event_lane WHERE endpoint_id = $1";
    on!(tx, |db| query_as(WAITING)
        .bind(endpoint)
        .bind(REPLAY)
        .bind(NEVER)
        .fetch_one(db))
}

/// How many deliveries wait at all endpoints.
pub async fn count_of_any_project(tx: &mut Tx) -> Result<i64> {
    const COUNT: &str = "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) FROM event_lane";
    on!(tx, |db| query_scalar(COUNT).fetch_one(db))
}

/// Forgets lanes of an endpoint that is deleted, so many at most; how many they were.
pub async fn forget(tx: &mut Tx, endpoint: Uuid, most: i64) -> Result<u64> {
    const FORGET: &str = "DELETE FROM event_lane WHERE endpoint_id = $1 AND lane IN \
        (SELECT lane FROM event_lane WHERE endpoint_id = $1 LIMIT $2)";
    change!(tx, query(FORGET).bind(endpoint).bind(most))
}
