//! `/readyz` proves that the store takes writes, at the cost of one a second.

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use jiff::Timestamp;
use juncture_server::store::used_states;

use super::on_each_store;
use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::deployment::Deployment;
use crate::support::faulty_disk::{Fault, FaultyDisk};
use crate::support::postgres::PrivatePostgres;
use crate::support::real_time::{eventually, pause, timed};
use crate::support::rows::change;
use crate::support::sandbox::TestSandbox;

on_each_store! {
    a_queue_of_writers_that_moves_is_ready,
    who_cannot_write_is_not_ready,
}

async fn a_queue_of_writers_that_moves_is_ready(database: TestDatabase) {
    let store = database.open().await;
    // Each holds the store for longer than a third of what an answer may take.
    let write = async |number: u8| {
        let mut tx = store.begin_write().await.unwrap();
        let state = [number];
        let claimed = used_states::claim(&mut tx, &state, Timestamp::UNIX_EPOCH).await;
        assert!(claimed.unwrap());
        pause(Duration::from_millis(350)).await;
        tx.commit().await.unwrap();
    };
    let ask = async {
        pause(Duration::from_millis(100)).await;
        for _ in 0..20 {
            store.check().await.unwrap();
            pause(Duration::from_millis(100)).await;
        }
    };
    tokio::join!(join_all((0..7).map(write)), ask);
}

/// Nobody else's table is in the way of a read.
async fn who_cannot_write_is_not_ready(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    change(&mut tx, "ALTER TABLE write_probe RENAME TO away").await;
    tx.commit().await.unwrap();
    store.check().await.unwrap_err();
    let mut tx = store.begin_write().await.unwrap();
    change(&mut tx, "ALTER TABLE away RENAME TO write_probe").await;
    tx.commit().await.unwrap();
    eventually(async || store.check().await.is_ok()).await;
}

#[tokio::test]
async fn however_many_ask_the_disk_is_tried_once_a_second() {
    let database = TestDatabase::sqlite();
    let disk = FaultyDisk::of(database.folder());
    let variables = disk.variables();
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    let deployment = Deployment::start_on(database, &variables, 0).await;
    let server = deployment.serve().await;
    let ask = || server.browser.call(Method::GET, "/readyz");
    disk.fail(Fault::Full, 0);
    eventually(async || ask().await.status() == 503).await;
    let before = disk.hits();
    let asked = async {
        for _ in 0..10 {
            for answer in join_all((0..10).map(|_| ask())).await {
                assert_eq!(answer.status(), 503);
            }
        }
    };
    let ((), took) = timed(asked).await;
    let tries = disk.hits() - before;
    let seconds = i32::try_from(took.as_secs()).unwrap();
    assert!(tries <= seconds + 1, "{tries} tries in {took:?}");
    disk.mend();
    eventually(async || ask().await.status() == 200).await;
}

/// A standby answers every read.
#[tokio::test]
async fn a_postgresql_that_only_reads_is_not_ready_until_it_is_promoted() {
    let mut server = PrivatePostgres::start();
    let keys = juncture_server::seal::generate();
    let url = server.url("postgres");
    let variables = [
        ("DATABASE_URL", url.as_str()),
        ("JUNCTURE_ENCRYPTION_KEYS", &keys),
    ];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    app.connect("a").await;
    app.visit("/readyz").await.expect(200);
    server.stop();
    std::fs::write(server.data().join("standby.signal"), "").unwrap();
    server.begin();
    eventually(async || app.visit("/readyz").await.status == 503).await;
    assert_eq!(app.validity("a").await["is_invalid"], false, "it reads");
    let mut tx = app.app.store.begin_read().await.unwrap();
    let refused = used_states::claim(&mut tx, b"state", Timestamp::UNIX_EPOCH).await;
    refused.unwrap_err();
    assert!(app.app.store.begin_write().await.is_err());
    server.execute("postgres", "SELECT pg_promote()").await;
    eventually(async || app.visit("/readyz").await.status == 200).await;
    app.connect("b").await;
}
