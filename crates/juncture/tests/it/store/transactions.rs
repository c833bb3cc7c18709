//! What a transaction promises.

use jiff::Timestamp;
use juncture::store::used_states;

use super::on_each_store;
use crate::support::database::TestDatabase;

on_each_store! {
    what_is_not_committed_leaves_nothing,
    a_read_sees_one_moment,
    a_read_cannot_write,
    a_transaction_after_one_that_failed_is_sound,
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn what_is_not_committed_leaves_nothing(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    assert!(used_states::claim(&mut tx, b"state", NOW).await.unwrap());
    drop(tx);
    let mut tx = store.begin_write().await.unwrap();
    assert!(
        used_states::claim(&mut tx, b"state", NOW).await.unwrap(),
        "the first claim was rolled back"
    );
    tx.commit().await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    assert!(!used_states::claim(&mut tx, b"state", NOW).await.unwrap());
}

async fn a_read_sees_one_moment(database: TestDatabase) {
    let store = database.open().await;
    let mut reading = store.begin_read().await.unwrap();
    assert_eq!(pending(&mut reading).await, None);
    let mut writing = store.begin_write().await.unwrap();
    insert_pending(&mut writing).await;
    writing.commit().await.unwrap();
    assert_eq!(pending(&mut reading).await, None, "as before");
    let mut later = store.begin_read().await.unwrap();
    assert_eq!(pending(&mut later).await.as_deref(), Some("a"));
}

async fn a_read_cannot_write(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_read().await.unwrap();
    used_states::claim(&mut tx, b"state", NOW)
        .await
        .unwrap_err();
}

async fn a_transaction_after_one_that_failed_is_sound(database: TestDatabase) {
    let store = database.open().await;
    for _ in 0..30 {
        let mut tx = store.begin_write().await.unwrap();
        insert_pending(&mut tx).await;
        // The same row again is an error, after which this transaction is of no use.
        super::claims::insert(&mut tx, b"code", NOW)
            .await
            .unwrap_err();
        drop(tx);
    }
    let mut tx = store.begin_write().await.unwrap();
    insert_pending(&mut tx).await;
    tx.commit().await.unwrap();
}

async fn insert_pending(tx: &mut juncture::store::Tx) {
    super::claims::insert(tx, b"code", Timestamp::MAX)
        .await
        .unwrap();
}

async fn pending(tx: &mut juncture::store::Tx) -> Option<String> {
    let row = juncture::store::pending::find(tx, b"code", "jira", NOW)
        .await
        .unwrap();
    row.map(|row| row.external_id)
}
