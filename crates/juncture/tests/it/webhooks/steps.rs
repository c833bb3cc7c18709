//! What a transaction of the deliverer costs, counted in steps of SQLite's machine: the same however much waits.
//! A statement for which SQLite goes through all that waits, or through all events of a project, is right in every
//! other test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use juncture_server::store::event_lanes::{self, End, Settlement};
use juncture_server::store::events::{self, EventRow};
use juncture_server::store::{Tx, event_deliveries};
use juncture_server::webhooks::window::AT_ONCE;
use uuid::Uuid;

use super::rows::{PROJECT, enqueue, event_id, insert_endpoint};
use crate::support::database::TestDatabase;

const ENDPOINT: Uuid = Uuid::from_u128(7);
const OWNER: Uuid = Uuid::from_u128(8);

/// How often what a transaction costs with little may be what it costs with a hundred times as much.
const MOST: u64 = 2;

fn now() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

fn event(position: i64, subject: &str) -> EventRow {
    EventRow {
        event_id: event_id(position),
        project_id: PROJECT,
        position,
        connection_id: None,
        provider: None,
        external_id: None,
        sequence: None,
        subject: subject.to_owned(),
        kind: "connection.created".to_owned(),
        dedupe_key: None,
        occurred_at: 0,
        recorded_at: 0,
        data: None,
    }
}

/// Counts what SQLite does on the connection of a transaction. What it counts are the places at which its machine
/// asks whether it is to go on: one for each row that it looks at, and some more.
async fn count_steps(tx: &mut Tx) -> Arc<AtomicU64> {
    let Tx::Sqlite(tx) = tx else {
        unreachable!("it is on SQLite");
    };
    let steps = Arc::<AtomicU64>::default();
    let counting = steps.clone();
    let mut handle = tx.lock_handle().await.unwrap();
    handle.set_progress_handler(1, move || {
        counting.fetch_add(1, Ordering::SeqCst);
        true
    });
    steps
}

/// What each statement takes at an endpoint for which so many wait, all of one project.
async fn steps_with(waiting: i64, lanes: i64) -> Vec<(&'static str, u64)> {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let subjects: Vec<String> = (0..waiting)
        .map(|number| format!("issue-{}", number % lanes))
        .collect();
    let mut tx = store.begin_write().await.unwrap();
    insert_endpoint(&mut tx, ENDPOINT, now()).await;
    let names: Vec<&str> = subjects.iter().map(String::as_str).collect();
    enqueue(&mut tx, &names, 1, now()).await;
    let rows: Vec<EventRow> = (1..)
        .zip(&names)
        .map(|(position, name)| event(position, name))
        .collect();
    events::insert(&mut tx, &rows).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin_write().await.unwrap();
    let steps = count_steps(&mut tx).await;
    let mut took = Vec::new();
    let mut note = |name| took.push((name, steps.swap(0, Ordering::SeqCst)));
    let times = (now(), now() + SignedDuration::from_secs(40));
    let most = i64::try_from(AT_ONCE).unwrap();
    let claimed = event_lanes::claim(&mut tx, ENDPOINT, OWNER, times, most).await;
    note("claim");
    let claimed = claimed.unwrap();
    let lanes: Vec<&str> = claimed.iter().map(|claimed| &*claimed.lane).collect();
    let heads = event_deliveries::heads(&mut tx, ENDPOINT, &lanes, 1).await;
    note("heads");
    let heads = heads.unwrap();
    assert_eq!(heads.len(), AT_ONCE);
    let ids: Vec<Uuid> = heads.iter().map(|head| head.event_id).collect();
    let found = events::find(&mut tx, PROJECT, &ids).await.unwrap();
    note("events");
    assert_eq!(found.len(), AT_ONCE);
    let settlements: Vec<Settlement> = heads
        .into_iter()
        .map(|head| Settlement {
            lane: head.lane,
            position: head.position,
            end: End::Taken { goes_on: None },
        })
        .collect();
    let settled = event_lanes::settle(&mut tx, ENDPOINT, OWNER, &settlements, times).await;
    note("settle");
    assert_eq!(settled.unwrap().len(), AT_ONCE);
    let places: Vec<(&str, i64)> = settlements
        .iter()
        .map(|settled| (&*settled.lane, settled.position))
        .collect();
    let waiting = event_deliveries::waiting_among(&mut tx, ENDPOINT, &places).await;
    note("what waits among");
    assert!(waiting.unwrap().is_empty());
    took
}

#[tokio::test]
async fn a_turn_costs_the_same_however_much_waits() {
    let (few, many) = (400, 20_000);
    let little = steps_with(few, 200).await;
    for (waiting, lanes) in [(many, 200), (many, 10_000)] {
        let much = steps_with(waiting, lanes).await;
        println!("{few} wait: {little:?}; {waiting} in {lanes} lanes: {much:?}");
        for ((name, little), (_, much)) in little.iter().zip(&much) {
            assert!(*little > 0, "{name} is counted");
            assert!(
                *much <= MOST * little,
                "{name}: {little} steps with {few}, {much} with {waiting} in {lanes} lanes"
            );
        }
    }
}
