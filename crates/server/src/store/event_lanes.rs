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
        /// Whether it is kept.
        goes_on: bool,
    },
    /// It stays the first of its lane, which is given back.
    Stays {
        /// How often it has failed.
        attempts: i64,
        /// When it is due again; milliseconds since the epoch.
        due_at: i64,
    },
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
/// the others nothing is changed: somebody else has them by now. Lanes that are kept are so until `lease_until`.
pub async fn settle(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    settlements: &[Settlement],
    (now, lease_until): (Timestamp, Timestamp),
) -> Result<BTreeSet<String>> {
    let lanes: Vec<&str> = settlements.iter().map(|settled| &*settled.lane).collect();
    let held = hold(tx, endpoint, owner, &lanes).await?;
    let (mut going_on, mut given_back, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for settled in settlements.iter().filter(|one| held.contains(&one.lane)) {
        match settled.end {
            End::Taken { goes_on } => {
                taken.push((&*settled.lane, settled.position));
                let to = if goes_on {
                    &mut going_on
                } else {
                    &mut given_back
                };
                to.push(&*settled.lane);
            }
            End::Stays { attempts, due_at } => {
                stay(tx, endpoint, &settled.lane, attempts, due_at).await?;
            }
        }
    }
    // What was written down already counts once: where nobody knew how a commit ended, it is written again.
    let gone = event_deliveries::delete(tx, endpoint, &taken).await?;
    for (lanes, owner, due_at) in [
        (&going_on, Some(owner), lease_until),
        (&given_back, None, now),
    ] {
        let (taken, known): (Vec<_>, Vec<_>) = lanes.iter().partition(|lane| gone.contains(**lane));
        set(tx, TAKE_ONE, endpoint, &taken, (owner, due_at)).await?;
        set(tx, TAKE_NONE, endpoint, &known, (owner, due_at)).await?;
    }
    drop_empty(tx, endpoint, taken.iter().map(|(lane, _)| *lane)).await?;
    Ok(held)
}

/// Those of these lanes that `owner` holds. On PostgreSQL nobody changes them until the end of the transaction.
async fn hold(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    lanes: &[&str],
) -> Result<BTreeSet<String>> {
    const HELD: &str = "SELECT lane FROM event_lane WHERE endpoint_id = ";
    // By their bytes, as `add` does it.
    const LOCKED: &str = " ORDER BY lane COLLATE \"C\" FOR UPDATE";
    let is_shared = matches!(tx, Tx::Postgres(_));
    let held: Vec<(String,)> = on!(tx, |db| async {
        let mut held = QueryBuilder::new(HELD);
        held.push_bind(endpoint);
        held.push(" AND owner = ").push_bind(owner);
        held.push(" AND lane");
        super::push_list(&mut held, lanes);
        if is_shared {
            held.push(LOCKED);
        }
        let held = held.build_query_as().persistent(false);
        held.fetch_all(db).await
    })?;
    Ok(held.into_iter().map(|(lane,)| lane).collect())
}

/// One less waits in a lane.
const TAKE_ONE: &str = "UPDATE event_lane SET waiting = waiting - 1, attempts = 0, owner = ";
/// As many wait as before.
const TAKE_NONE: &str = "UPDATE event_lane SET attempts = 0, owner = ";

/// Says of lanes, whose rows are held, whose they are from here on, and until when.
async fn set(
    tx: &mut Tx,
    sql: &'static str,
    endpoint: Uuid,
    lanes: &[&str],
    (owner, due_at): (Option<Uuid>, Timestamp),
) -> Result<()> {
    if lanes.is_empty() {
        return Ok(());
    }
    on!(&mut *tx, |db| async {
        let mut set = QueryBuilder::new(sql);
        set.push_bind(owner);
        set.push(", due_at = ").push_bind(due_at.as_millisecond());
        set.push(" WHERE endpoint_id = ").push_bind(endpoint);
        set.push(" AND lane");
        super::push_list(&mut set, lanes);
        set.build().persistent(false).execute(db).await.map(drop)
    })?;
    tx.note_change();
    Ok(())
}

/// A lane, whose row is held, is given back with all that waits in it.
async fn stay(tx: &mut Tx, endpoint: Uuid, lane: &str, attempts: i64, due_at: i64) -> Result<()> {
    const STAY: &str = "UPDATE event_lane SET attempts = $3, due_at = $4, owner = NULL \
        WHERE endpoint_id = $1 AND lane = $2";
    change!(
        tx,
        query(STAY)
            .bind(endpoint)
            .bind(lane)
            .bind(attempts)
            .bind(due_at)
    )?;
    Ok(())
}

/// Forgets those of these lanes, whose rows are held, in which nothing waits.
async fn drop_empty<'l>(
    tx: &mut Tx,
    endpoint: Uuid,
    lanes: impl Iterator<Item = &'l str>,
) -> Result<()> {
    const DROP: &str = "DELETE FROM event_lane WHERE waiting <= 0 AND endpoint_id = ";
    let lanes: Vec<&str> = lanes.collect();
    if lanes.is_empty() {
        return Ok(());
    }
    on!(tx, |db| async {
        let mut empty = QueryBuilder::new(DROP);
        empty.push_bind(endpoint);
        empty.push(" AND lane");
        super::push_list(&mut empty, &lanes);
        empty.build().persistent(false).execute(db).await.map(drop)
    })
}

/// Gives lanes that `owner` holds back, as they are, from `due_at` on.
pub async fn give_back(
    tx: &mut Tx,
    endpoint: Uuid,
    owner: Uuid,
    lanes: &[&str],
    due_at: Timestamp,
) -> Result<()> {
    const GIVE_BACK: &str = "UPDATE event_lane SET owner = NULL, due_at = ";
    let held = hold(tx, endpoint, owner, lanes).await?;
    let held: Vec<&str> = held.iter().map(String::as_str).collect();
    if held.is_empty() {
        return Ok(());
    }
    on!(&mut *tx, |db| async {
        let mut give_back = QueryBuilder::new(GIVE_BACK);
        give_back.push_bind(due_at.as_millisecond());
        give_back.push(" WHERE endpoint_id = ").push_bind(endpoint);
        give_back.push(" AND lane");
        super::push_list(&mut give_back, &held);
        let given_back = give_back.build().persistent(false);
        given_back.execute(db).await.map(drop)
    })?;
    tx.note_change();
    Ok(())
}

/// Counts anew what waits in a lane that `owner` holds and in which nothing was found, and gives it back.
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
        WHERE endpoint_id = $1 AND lane = $2";
    if hold(tx, endpoint, owner, &[lane]).await?.is_empty() {
        return Ok(());
    }
    change!(
        tx,
        query(COUNT)
            .bind(endpoint)
            .bind(lane)
            .bind(now.as_millisecond())
    )?;
    drop_empty(tx, endpoint, [lane].into_iter()).await
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
