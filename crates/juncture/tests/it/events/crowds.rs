//! Many that record at once: no number is left out or given twice, and no reader misses an event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use juncture_server::events::connection::{Change, record_change};
use serde_json::Value;
use uuid::Uuid;

use super::{all, page};
use crate::support::TestApp;
use crate::support::real_time::{PATIENCE, within};
use crate::support::rows::connection_id;

const WRITERS: usize = 8;
const EACH: usize = 40;

/// Records one change of a connection in a transaction of its own; every fifth is rolled back.
async fn write(app: &TestApp, id: Uuid, number: usize, now: Timestamp) -> bool {
    let mut tx = app.app.store.begin_write().await.unwrap();
    let sealer = &app.app.sealer;
    let event = record_change(&mut tx, sealer, id, Change::Created, now, now).await;
    assert!(event.unwrap().is_some());
    if number % 5 == 4 {
        return false;
    }
    tx.commit().await.unwrap();
    true
}

/// Reads on until all have written and nothing more comes.
async fn read_on(app: &TestApp, writing: &AtomicUsize) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let was_last = writing.load(Ordering::SeqCst) == 0;
        let query = if after.is_empty() {
            "limit=7".to_owned()
        } else {
            format!("limit=7&after={after}")
        };
        let next = page(app, &query).await;
        next["next_cursor"].as_str().unwrap().clone_into(&mut after);
        let events = next["data"].as_array().unwrap().clone();
        if events.is_empty() && was_last {
            return seen;
        }
        seen.extend(events);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_misses_nothing_while_eight_write() {
    let app = Arc::new(TestApp::start().await);
    let other = Arc::new(app.replica().await);
    let names = ["a", "b", "c"];
    let mut ids = Vec::new();
    for name in names {
        app.connect(name).await;
        ids.push(connection_id(&app, name).await.unwrap());
    }
    let now = app.clock_now();
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let app = if writer % 2 == 0 { &app } else { &other }.clone();
        let (ids, writing) = (ids.clone(), writing.clone());
        writers.push(tokio::spawn(async move {
            let mut written = 0;
            for number in 0..EACH {
                // Half of them on one connection, half on all.
                let id = if writer < 4 { ids[0] } else { ids[number % 3] };
                written += usize::from(write(&app, id, number, now).await);
            }
            writing.fetch_sub(1, Ordering::SeqCst);
            written
        }));
    }
    let seen = within(PATIENCE, read_on(&app, &writing)).await;
    let mut written = names.len();
    for writer in writers {
        written += writer.await.unwrap();
    }
    assert_eq!(seen.len(), written);
    assert_eq!(all(&app).await, seen);
    let ids: BTreeSet<String> = seen.iter().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.len(), written);
    let mut sequences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in &seen {
        let data = &event["data"];
        let of_one = sequences.entry(data["connection_id"].to_string());
        of_one.or_default().push(data["sequence"].as_i64().unwrap());
    }
    for (connection, sequence) in sequences {
        let last = i64::try_from(sequence.len()).unwrap();
        let gapless: Vec<i64> = (1..=last).collect();
        assert_eq!(sequence, gapless, "{connection}");
    }
}
