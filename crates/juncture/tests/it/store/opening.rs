//! Opening a database again.

use std::time::Duration;

use jiff::Timestamp;
use juncture_server::store::settings::Database;
use juncture_server::store::used_states;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection, raw_sql};

use super::on_each_store;
use crate::support::database::TestDatabase;
use crate::support::real_time::pause;

on_each_store! {
    a_second_open_finds_what_the_first_wrote,
}

async fn a_second_open_finds_what_the_first_wrote(database: TestDatabase) {
    let now = Timestamp::UNIX_EPOCH;
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    used_states::claim(&mut tx, b"state", now).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    assert!(!used_states::claim(&mut tx, b"state", now).await.unwrap());
}

/// Of several first starts on one file, one sets it up. SQLite does not wait for its lock while it
/// switches to a write-ahead log, but refuses at once.
#[tokio::test]
async fn a_new_file_that_another_process_sets_up_is_waited_for() {
    let database = TestDatabase::sqlite();
    let Database::Sqlite(path) = database.config() else {
        panic!("it is a file");
    };
    let options = SqliteConnectOptions::new().filename(path);
    let options = options.create_if_missing(true);
    let other = SqliteConnection::connect_with(&options);
    let mut other = other.await.unwrap();
    let begin = raw_sql("BEGIN IMMEDIATE");
    begin.execute(&mut other).await.unwrap();
    let end = async {
        pause(Duration::from_millis(200)).await;
        raw_sql("COMMIT").execute(&mut other).await.unwrap();
    };
    let (store, ()) = tokio::join!(database.open(), end);
    store.begin_write().await.unwrap();
}
