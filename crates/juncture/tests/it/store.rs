//! The store's functions, where the API cannot show what they promise.

use jiff::{SignedDuration, Timestamp};
use juncture::config::Database;
use juncture::seal::Sealed;
use juncture::store::pending::{self, PendingRow};
use juncture::store::{Store, used_states};
use tempfile::TempDir;

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Database::Sqlite(folder.path().join("test.db")))
        .await
        .unwrap();
    (store, folder)
}

fn row(code_hash: &[u8], expires_at: Timestamp) -> PendingRow {
    PendingRow {
        code_hash: code_hash.to_vec(),
        provider: "jira".to_owned(),
        external_id: "a".to_owned(),
        refresh_token: Sealed::from_bytes(vec![1]),
        access_token: Sealed::from_bytes(vec![2]),
        access_token_expires_at: 0,
        consented_at: 0,
        expires_at: expires_at.as_millisecond(),
    }
}

#[tokio::test]
async fn what_is_not_committed_leaves_nothing() {
    let (store, _folder) = open().await;
    let now = Timestamp::UNIX_EPOCH;
    let mut tx = store.begin_write().await.unwrap();
    assert!(used_states::claim(&mut tx, b"state", now).await.unwrap());
    drop(tx);
    let mut tx = store.begin_write().await.unwrap();
    assert!(
        used_states::claim(&mut tx, b"state", now).await.unwrap(),
        "the first claim was rolled back"
    );
    tx.commit().await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    assert!(!used_states::claim(&mut tx, b"state", now).await.unwrap());
}

#[tokio::test]
async fn the_sweep_takes_what_has_expired_and_nothing_else() {
    let (store, _folder) = open().await;
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let later = now + SignedDuration::from_secs(1);
    let mut tx = store.begin_write().await.unwrap();
    for (name, expires_at) in [(b"dead", now), (b"live", later)] {
        used_states::claim(&mut tx, name, expires_at).await.unwrap();
        pending::insert(&mut tx, &row(name, expires_at))
            .await
            .unwrap();
    }
    assert_eq!(used_states::sweep(&mut tx, now).await.unwrap(), 1);
    assert_eq!(pending::sweep(&mut tx, now).await.unwrap(), 1);
    assert!(!used_states::claim(&mut tx, b"live", later).await.unwrap());
    assert!(
        pending::find(&mut tx, b"live", "jira", now)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn of_many_takers_of_a_pending_grant_one_gets_it() {
    let (store, _folder) = open().await;
    let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let mut tx = store.begin_write().await.unwrap();
    pending::insert(&mut tx, &row(b"code", later))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let take = async || {
        let mut tx = store.begin_write().await.unwrap();
        let taken = pending::take(&mut tx, b"code", "jira", Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        taken.is_some()
    };
    let taken = futures_util::future::join_all((0..20).map(|_| take())).await;
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
}

#[tokio::test]
async fn a_second_open_finds_what_the_first_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite(folder.path().join("sub/folder/test.db"));
    let now = Timestamp::UNIX_EPOCH;
    let store = Store::open(&database).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    used_states::claim(&mut tx, b"state", now).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let store = Store::open(&database).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    assert!(!used_states::claim(&mut tx, b"state", now).await.unwrap());
}
