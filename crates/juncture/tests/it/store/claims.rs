//! What must be once is once, however many processes ask for it at the same moment.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use juncture_server::project::ProjectId;
use juncture_server::seal::Sealed;
use juncture_server::store::connections::{self, SealedTokens};
use juncture_server::store::pending::{self, PendingRow};
use juncture_server::store::{self, Store, Tx, idempotency_keys, refreshes, used_states};
use uuid::Uuid;

use super::on_each_store;
use crate::support::database::TestDatabase;
use crate::support::rows::grant;

on_each_store! {
    the_sweep_takes_what_has_expired_and_nothing_else,
    of_many_takers_of_a_pending_grant_one_gets_it,
    of_many_uses_of_a_state_one_counts,
    of_many_claims_of_a_key_one_counts_and_the_others_see_it,
    a_key_given_back_is_claimed_again_by_one,
    of_many_who_want_a_lease_one_gets_it,
    of_many_who_replace_the_same_tokens_one_does,
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const LATER: Timestamp = Timestamp::MAX;
const PROJECT: ProjectId = ProjectId::DEFAULT;

pub(super) async fn insert(tx: &mut Tx, code_hash: &[u8], until: Timestamp) -> store::Result<()> {
    let row = PendingRow {
        code_hash: code_hash.to_vec(),
        project_id: PROJECT,
        provider: "jira".to_owned(),
        external_id: "a".to_owned(),
        oauth_app_id: None,
        refresh_token: Some(Sealed::from_bytes(vec![1])),
        access_token: Sealed::from_bytes(vec![2]),
        access_token_expires_at: Some(0.into()),
        granted_scopes: None,
        kept: None,
        consented_at: 0.into(),
        expires_at: until.as_millisecond().into(),
    };
    pending::insert(tx, &row).await
}

/// Three processes.
async fn replicas(database: &TestDatabase) -> [Store; 3] {
    [
        database.open().await,
        database.open().await,
        database.open().await,
    ]
}

/// What 30 transactions at once bring, ten in each process.
async fn at_once<T>(
    replicas: &[Store; 3],
    run: impl AsyncFn(&mut Tx) -> store::Result<T>,
) -> Vec<T> {
    let transactions = replicas.iter().cycle().take(30).map(async |store| {
        let mut tx = store.begin_write().await.unwrap();
        let result = run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        result
    });
    join_all(transactions).await
}

fn count(answers: &[bool]) -> usize {
    answers.iter().filter(|answer| **answer).count()
}

async fn the_sweep_takes_what_has_expired_and_nothing_else(database: TestDatabase) {
    let store = database.open().await;
    let now = NOW + SignedDuration::from_hours(1);
    let later = now + SignedDuration::from_secs(1);
    let mut tx = store.begin_write().await.unwrap();
    for (name, expires_at) in [(b"dead", now), (b"live", later)] {
        used_states::claim(&mut tx, name, expires_at).await.unwrap();
        insert(&mut tx, name, expires_at).await.unwrap();
        idempotency_keys::claim(&mut tx, PROJECT, name, b"request", expires_at, NOW)
            .await
            .unwrap();
    }
    assert_eq!(used_states::sweep(&mut tx, now).await.unwrap(), 1);
    assert_eq!(pending::sweep(&mut tx, now).await.unwrap(), 1);
    assert_eq!(idempotency_keys::sweep(&mut tx, now).await.unwrap(), 1);
    assert!(!used_states::claim(&mut tx, b"live", later).await.unwrap());
    let live = pending::find(&mut tx, b"live", "jira", now).await.unwrap();
    assert!(live.is_some());
}

async fn of_many_takers_of_a_pending_grant_one_gets_it(database: TestDatabase) {
    let replicas = replicas(&database).await;
    let mut tx = replicas[0].begin_write().await.unwrap();
    insert(&mut tx, b"code", LATER).await.unwrap();
    tx.commit().await.unwrap();
    let taken = at_once(&replicas, async |tx| {
        let row = pending::take(tx, b"code", "jira", NOW).await?;
        Ok(row.is_some())
    });
    assert_eq!(count(&taken.await), 1);
}

async fn of_many_uses_of_a_state_one_counts(database: TestDatabase) {
    let replicas = replicas(&database).await;
    let claimed = at_once(&replicas, async |tx| {
        used_states::claim(tx, b"state", LATER).await
    });
    assert_eq!(count(&claimed.await), 1);
}

async fn of_many_claims_of_a_key_one_counts_and_the_others_see_it(database: TestDatabase) {
    let replicas = replicas(&database).await;
    let rows = at_once(&replicas, async |tx| {
        idempotency_keys::claim(tx, PROJECT, b"key", b"request", LATER, NOW).await
    });
    let others: Vec<_> = rows.await.into_iter().flatten().collect();
    assert_eq!(others.len(), 29);
    assert!(
        others
            .iter()
            .all(|row| row.request_hash == b"request" && row.answer.is_none())
    );
}

/// A claim that comes while the key is given back neither fails nor counts beside another.
async fn a_key_given_back_is_claimed_again_by_one(database: TestDatabase) {
    let [one, other, third] = replicas(&database).await;
    for round in 0..20_u8 {
        let key = [round];
        let claim = async |store: &Store| {
            let mut tx = store.begin_write().await.unwrap();
            let claim = idempotency_keys::claim(&mut tx, PROJECT, &key, b"request", LATER, NOW);
            let found = claim.await.unwrap();
            tx.commit().await.unwrap();
            found.is_none()
        };
        assert!(claim(&one).await);
        let release = async {
            let mut tx = one.begin_write().await.unwrap();
            idempotency_keys::release(&mut tx, PROJECT, &key)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        };
        let ((), second, third) = tokio::join!(release, claim(&other), claim(&third));
        assert!(!(second && third), "the key was claimed twice");
        assert_eq!(
            !claim(&one).await,
            second || third,
            "somebody holds it, or nobody"
        );
    }
}

async fn of_many_who_want_a_lease_one_gets_it(database: TestDatabase) {
    let replicas = replicas(&database).await;
    let id = connect(&replicas[0]).await;
    let until = NOW + SignedDuration::from_secs(15);
    let claimed = at_once(&replicas, async |tx| {
        let row = refreshes::claim(tx, id, 1, Uuid::new_v4(), until, NOW).await?;
        Ok(row.is_some())
    });
    assert_eq!(count(&claimed.await), 1);
}

async fn of_many_who_replace_the_same_tokens_one_does(database: TestDatabase) {
    let replicas = replicas(&database).await;
    let id = connect(&replicas[0]).await;
    let rotated = at_once(&replicas, async |tx| {
        refreshes::rotate(tx, id, 1, &tokens(), NOW).await
    });
    assert_eq!(count(&rotated.await), 1);
}

async fn connect(store: &Store) -> Uuid {
    let id = Uuid::new_v4();
    let mut tx = store.begin_write().await.unwrap();
    let grant = grant(tokens(), LATER);
    connections::insert(&mut tx, PROJECT, "jira", id, &grant, NOW)
        .await
        .unwrap();
    let mapped = connections::map(&mut tx, PROJECT, "a", "jira", id).await;
    assert_eq!(mapped.unwrap(), id);
    tx.commit().await.unwrap();
    id
}

fn tokens() -> SealedTokens {
    SealedTokens {
        refresh_token: Some(Sealed::from_bytes(vec![1])),
        access_token: Sealed::from_bytes(vec![2]),
        access_token_expires_at: Some(LATER),
        granted_scopes: None,
        kept: None,
    }
}
