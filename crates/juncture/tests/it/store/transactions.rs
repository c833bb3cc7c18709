//! What a transaction promises.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use jiff::Timestamp;
use juncture_server::store::{StoreError, used_states};

use super::on_each_store;
use crate::support::database::TestDatabase;
use crate::support::real_time::pause;

on_each_store! {
    what_is_not_committed_leaves_nothing,
    a_read_sees_one_moment,
    a_read_cannot_write,
    a_transaction_after_one_that_failed_is_sound,
    what_has_failed_takes_no_other_statement_and_is_not_committed,
    one_that_is_given_up_in_the_middle_leaves_nothing,
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

async fn what_has_failed_takes_no_other_statement_and_is_not_committed(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    insert_pending(&mut tx).await;
    super::claims::insert(&mut tx, b"code", NOW)
        .await
        .unwrap_err();
    let next = used_states::claim(&mut tx, b"state", NOW).await;
    assert!(matches!(next, Err(StoreError::Failed)), "{next:?}");
    let committed = tx.commit().await;
    assert!(
        matches!(committed, Err(StoreError::Failed)),
        "{committed:?}"
    );
    let mut tx = store.begin_read().await.unwrap();
    assert_eq!(pending(&mut tx).await, None);
}

/// Callers who go away at every moment that a transaction has.
async fn one_that_is_given_up_in_the_middle_leaves_nothing(database: TestDatabase) {
    let store = database.open().await;
    for polls in 0..40 {
        let write = async {
            let mut tx = store.begin_write().await.unwrap();
            insert_pending(&mut tx).await;
            std::future::pending::<()>().await;
        };
        give_up_after(polls, Box::pin(write)).await;
    }
    let mut tx = store.begin_write().await.unwrap();
    assert_eq!(pending(&mut tx).await, None);
    insert_pending(&mut tx).await;
    tx.commit().await.unwrap();
}

/// Polls `work` so many times, as a caller does who then goes away.
async fn give_up_after(polls: usize, mut work: impl Future<Output = ()> + Unpin) {
    for _ in 0..polls {
        let poll = poll_fn(|context| Poll::Ready(Pin::new(&mut work).poll(context).is_ready()));
        assert!(!poll.await, "it never ends");
        pause(Duration::from_micros(200)).await;
    }
}

async fn insert_pending(tx: &mut juncture_server::store::Tx) {
    super::claims::insert(tx, b"code", Timestamp::MAX)
        .await
        .unwrap();
}

async fn pending(tx: &mut juncture_server::store::Tx) -> Option<String> {
    let row = juncture_server::store::pending::find(tx, b"code", "jira", NOW)
        .await
        .unwrap();
    row.map(|row| row.external_id)
}
