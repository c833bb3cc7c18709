//! Opening a database again.

use jiff::Timestamp;
use juncture::store::used_states;

use super::on_each_store;
use crate::support::database::TestDatabase;

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
