//! Lanes on both databases: many who add and many who take at once, and what a claim costs.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use juncture_server::store::event_lanes::{self, End, Lease, Settlement, Waiting};
use juncture_server::store::{Store, event_deliveries, event_endpoints, events};
use juncture_server::webhooks::judge;
use uuid::Uuid;

use super::rows::{PROJECT, enqueue, insert_endpoint};
use crate::store::on_each_store;
use crate::support::database::TestDatabase;
use crate::support::real_time;
use crate::support::rows::count_in;

on_each_store! {
    what_many_add_and_many_take_arrives_in_order,
    a_claim_costs_the_same_however_much_waits,
    what_lies_ahead_of_every_lease_and_pause_is_brought_back,
    what_is_written_down_twice_counts_once,
    what_waits_at_a_deleted_endpoint_goes_part_by_part,
}

const ENDPOINT: Uuid = Uuid::from_u128(7);
const LEASE: SignedDuration = SignedDuration::from_secs(40);

fn now() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

async fn with_endpoints(database: &TestDatabase, endpoints: &[Uuid]) -> Store {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    for endpoint in endpoints {
        insert_endpoint(&mut tx, *endpoint, now()).await;
    }
    tx.commit().await.unwrap();
    store
}

/// Two who record, three who deliver, of whom some die after a third of what they have sent.
async fn what_many_add_and_many_take_arrives_in_order(database: TestDatabase) {
    const EVENTS: i64 = 150;
    const SUBJECTS: [&str; 5] = ["a", "B", "c", "D", "e"];
    let store = with_endpoints(&database, &[ENDPOINT]).await;
    let time = AtomicI64::new(0);
    let at = || now() + SignedDuration::from_secs(time.load(Ordering::SeqCst));
    let is_recorded = AtomicBool::new(false);
    let received: Mutex<Vec<(String, i64)>> = Mutex::default();
    let record = async |seed: i64| {
        for round in 0..EVENTS / 2 {
            let of = |number: i64| SUBJECTS[usize::try_from((seed + number) % 5).unwrap()];
            let subjects = [of(round), of(round * 3 + 1)];
            let mut tx = store.begin_write().await.unwrap();
            let last = events::take_positions(&mut tx, PROJECT, 2).await.unwrap();
            enqueue(&mut tx, &subjects, last - 1, at()).await;
            tx.commit().await.unwrap();
        }
    };
    let deliver = async |seed: usize| {
        let mut sent = seed;
        let mut owner = Uuid::new_v4();
        loop {
            let was_recorded = is_recorded.load(Ordering::SeqCst);
            let times = (at(), at() + LEASE);
            let mut tx = store.begin_write().await.unwrap();
            let claimed = event_lanes::claim(&mut tx, ENDPOINT, owner, times, 2)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            for lane in &claimed {
                let mut tx = store.begin_read().await.unwrap();
                let heads = event_deliveries::heads(&mut tx, ENDPOINT, &[&lane.lane], 1).await;
                drop(tx);
                // Its lease may be over since another one died.
                let Some(head) = heads.unwrap().pop() else {
                    continue;
                };
                received
                    .lock()
                    .unwrap()
                    .push((head.lane.clone(), head.position));
                sent += 1;
                if sent.is_multiple_of(3) {
                    // It dies. The lease runs out for everybody.
                    time.fetch_add(60, Ordering::SeqCst);
                    owner = Uuid::new_v4();
                    break;
                }
                let settlements = [Settlement {
                    lane: head.lane,
                    position: head.position,
                    end: End::Taken { goes_on: None },
                }];
                let times = (at(), at() + LEASE);
                let mut tx = store.begin_write().await.unwrap();
                let held = event_lanes::settle(&mut tx, ENDPOINT, owner, &settlements, times);
                held.await.unwrap();
                tx.commit().await.unwrap();
            }
            if claimed.is_empty() {
                let mut tx = store.begin_read().await.unwrap();
                let waiting = event_lanes::waiting(&mut tx, ENDPOINT).await.unwrap();
                drop(tx);
                if was_recorded && waiting == Waiting::default() {
                    return;
                }
                time.fetch_add(60, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    };
    let recording = async {
        tokio::join!(record(0), record(2));
        is_recorded.store(true, Ordering::SeqCst);
    };
    tokio::join!(recording, deliver(0), deliver(1), deliver(2));
    let received = received.into_inner().unwrap();
    let mut newest: BTreeMap<String, i64> = BTreeMap::new();
    let mut distinct = 0;
    for (lane, position) in received {
        let last = newest.entry(lane).or_insert(0);
        // A lease that another one's death has ended early lets two send at once: what is new comes in order.
        if position > *last {
            distinct += 1;
            *last = position;
        }
    }
    assert_eq!(distinct, EVENTS * 2);
}

/// How many lanes a worker claims at once.
const AT_ONCE: i64 = 16;

/// 100,000 wait in one lane, as many at an endpoint that is not to be asked, and 20,000 lanes at a third.
#[expect(clippy::print_stdout, reason = "the figures are what it is about")]
async fn a_claim_costs_the_same_however_much_waits(database: TestDatabase) {
    const MOST: std::time::Duration = std::time::Duration::from_millis(100);
    let [hot, dead, many] = [1, 2, 3].map(Uuid::from_u128);
    let store = with_endpoints(&database, &[hot]).await;
    fill(&store, &vec!["hot"; 100_000], 0).await;
    let mut tx = store.begin_write().await.unwrap();
    event_endpoints::delete(&mut tx, PROJECT, hot, now())
        .await
        .unwrap();
    insert_endpoint(&mut tx, dead, now()).await;
    tx.commit().await.unwrap();
    let subjects: Vec<String> = (0..20_000)
        .map(|number| format!("issue-{number}"))
        .collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let mut tx = store.begin_write().await.unwrap();
    insert_endpoint(&mut tx, many, now()).await;
    tx.commit().await.unwrap();
    fill(&store, &subjects, 100_000).await;
    let mut tx = store.begin_write().await.unwrap();
    let held = event_endpoints::hold_of_any_project(&mut tx, dead).await;
    let mut health = judge::health_of(&held.unwrap().unwrap());
    health.not_before = (now() + SignedDuration::from_hours(1)).as_millisecond();
    event_endpoints::fare(&mut tx, dead, &health).await.unwrap();
    tx.commit().await.unwrap();
    let mut worst = std::time::Duration::ZERO;
    for endpoint in [hot, many] {
        for round in 0..8 {
            let owner = Uuid::from_u128(100 + round);
            let times = (now(), now() + LEASE);
            let mut tx = store.begin_write().await.unwrap();
            let claim = event_lanes::claim(&mut tx, endpoint, owner, times, AT_ONCE);
            let (claimed, took) = real_time::timed(claim).await;
            let claimed = claimed.unwrap();
            let lanes: Vec<&str> = claimed.iter().map(|claimed| &*claimed.lane).collect();
            let heads = event_deliveries::heads(&mut tx, endpoint, &lanes, 16);
            let (heads, read) = real_time::timed(heads).await;
            let (lanes, heads) = (lanes.len(), heads.unwrap().len());
            println!("{endpoint}: {lanes} lanes in {took:?}, {heads} heads in {read:?}");
            worst = worst.max(took);
            tx.commit().await.unwrap();
        }
    }
    let mut tx = store.begin_read().await.unwrap();
    let due = event_endpoints::due_of_any_project(&mut tx, now());
    let (due, took) = real_time::timed(due).await;
    println!("endpoints that are due in {took:?}");
    let due = due.unwrap();
    // The first is deleted, the second is not to be asked.
    let due: Vec<Uuid> = due.iter().map(|row| row.endpoint_id).collect();
    assert_eq!(due, [many]);
    // Many times what it takes; the figure itself is printed.
    assert!(worst < MOST, "a claim took {worst:?}");
}

async fn fill(store: &Store, subjects: &[&str], first: i64) {
    for (number, part) in (0..).zip(subjects.chunks(5_000)) {
        let mut tx = store.begin_write().await.unwrap();
        enqueue(&mut tx, part, first + number * 5_000 + 1, now()).await;
        tx.commit().await.unwrap();
    }
}

async fn what_lies_ahead_of_every_lease_and_pause_is_brought_back(database: TestDatabase) {
    let store = with_endpoints(&database, &[ENDPOINT]).await;
    let mut tx = store.begin_write().await.unwrap();
    enqueue(&mut tx, &["leased", "paused", "held"], 1, now()).await;
    let ahead = now() + SignedDuration::from_hours(100);
    let owner = Uuid::new_v4();
    let claimed = event_lanes::claim(&mut tx, ENDPOINT, owner, (now(), ahead), 3).await;
    assert_eq!(claimed.unwrap().len(), 3);
    let stays = |lane: &str, position, due_at| Settlement {
        lane: lane.to_owned(),
        position,
        end: End::Stays {
            attempts: 1,
            due_at,
        },
    };
    let settlements = [
        stays("paused", 2, ahead.as_millisecond()),
        stays("held", 3, event_lanes::NEVER),
    ];
    let times = (now(), ahead);
    let settled = event_lanes::settle(&mut tx, ENDPOINT, owner, &settlements, times).await;
    assert_eq!(settled.unwrap().len(), 2);
    let pause = SignedDuration::from_hours(30);
    event_lanes::mend_of_any_project(&mut tx, LEASE, pause, now())
        .await
        .unwrap();
    let claimed = event_lanes::claim(&mut tx, ENDPOINT, owner, (now(), ahead), 3).await;
    let mut lanes: Vec<String> = claimed.unwrap().into_iter().map(|lane| lane.lane).collect();
    lanes.sort_unstable();
    assert_eq!(lanes, ["leased", "paused"]);
}

/// As it is where nobody knew how the commit ended.
async fn what_is_written_down_twice_counts_once(database: TestDatabase) {
    let store = with_endpoints(&database, &[ENDPOINT]).await;
    let mut tx = store.begin_write().await.unwrap();
    enqueue(&mut tx, &["a", "a", "a"], 1, now()).await;
    let (owner, times) = (Uuid::new_v4(), (now(), now() + LEASE));
    let claimed = event_lanes::claim(&mut tx, ENDPOINT, owner, times, 1).await;
    assert_eq!(claimed.unwrap().len(), 1);
    let arrived = [Settlement {
        lane: "a".to_owned(),
        position: 1,
        end: End::Taken {
            goes_on: Some(Lease::Anew),
        },
    }];
    for _ in 0..3 {
        let settled = event_lanes::settle(&mut tx, ENDPOINT, owner, &arrived, times).await;
        assert_eq!(settled.unwrap().len(), 1, "it goes on");
    }
    // Two wait, and the lane is there until both have arrived.
    for position in [2, 3] {
        let arrived = [Settlement {
            lane: "a".to_owned(),
            position,
            end: End::Taken {
                goes_on: (position == 2).then_some(Lease::AsItIs),
            },
        }];
        let settled = event_lanes::settle(&mut tx, ENDPOINT, owner, &arrived, times).await;
        assert_eq!(settled.unwrap().len(), 1, "{position}");
    }
    tx.commit().await.unwrap();
    for rows in [
        "SELECT COUNT(*) FROM event_lane",
        "SELECT COUNT(*) FROM event_delivery",
    ] {
        assert_eq!(count_in(&store, rows).await, 0, "{rows}");
    }
}

async fn what_waits_at_a_deleted_endpoint_goes_part_by_part(database: TestDatabase) {
    let store = with_endpoints(&database, &[ENDPOINT]).await;
    let mut tx = store.begin_write().await.unwrap();
    enqueue(&mut tx, &["a", "a", "b"], 1, now()).await;
    assert!(
        event_endpoints::delete(&mut tx, PROJECT, ENDPOINT, now())
            .await
            .unwrap()
    );
    assert!(
        !event_endpoints::delete(&mut tx, PROJECT, ENDPOINT, now())
            .await
            .unwrap()
    );
    // Nothing new comes to it, and it is nobody's.
    enqueue(&mut tx, &["a"], 4, now()).await;
    assert!(
        event_endpoints::find(&mut tx, PROJECT, ENDPOINT)
            .await
            .unwrap()
            .is_none()
    );
    let mut parts = 1;
    while !event_endpoints::purge_some(&mut tx, ENDPOINT, 2)
        .await
        .unwrap()
    {
        parts += 1;
    }
    assert_eq!(parts, 3);
    let deleted = event_endpoints::deleted_of_any_project(&mut tx).await;
    assert!(deleted.unwrap().is_empty());
}
