//! The walk through sealed columns: each row once, and only what is to be sealed again with its value.

use jiff::Timestamp;
use juncture_server::project::ProjectId;
use juncture_server::seal::Sealed;
use juncture_server::store::connections::{self, SealedTokens};
use juncture_server::store::sealed_columns::{
    IDEMPOTENT_ANSWER, PENDING_ACCESS_TOKEN, REFRESH_TOKEN, RowKey, SealedColumn, SealedRow,
};
use juncture_server::store::{Tx, idempotency_keys};
use uuid::Uuid;

use super::claims::insert;
use super::on_each_store;
use crate::support::database::TestDatabase;
use crate::support::rows::grant;

on_each_store! {
    pages_bring_every_row_once_whatever_their_length,
    values_that_are_done_and_empty_ones_come_without_their_bytes,
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn walk(tx: &mut Tx, column: &SealedColumn, beginning: &[u8], length: u16) -> Vec<SealedRow> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = column.page(tx, beginning, after.as_ref(), length).await;
        let page = page.unwrap();
        assert!(page.len() <= usize::from(length));
        let Some(last) = page.last() else {
            return rows;
        };
        after = Some(last.key.clone());
        rows.extend(page);
    }
}

async fn save(tx: &mut Tx, id: Uuid, refresh_token: &[u8]) {
    let tokens = SealedTokens {
        refresh_token: Some(Sealed::from_bytes(refresh_token.to_vec())),
        access_token: Sealed::from_bytes(b"access".to_vec()),
        access_token_expires_at: Some(NOW),
        granted_scopes: None,
        kept: None,
    };
    let (project, grant) = (ProjectId::DEFAULT, grant(tokens, NOW));
    connections::insert(tx, project, "jira", id, &grant, NOW)
        .await
        .unwrap();
}

async fn pages_bring_every_row_once_whatever_their_length(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    // The least and the greatest id are ids too.
    let ids: Vec<Uuid> = (0..9)
        .map(|number| Uuid::from_u128(number << 120 | number))
        .chain([Uuid::max()])
        .collect();
    for id in &ids {
        save(&mut tx, *id, b"value").await;
    }
    for number in 0..=9 {
        insert(&mut tx, &[number; 32], Timestamp::MAX)
            .await
            .unwrap();
    }
    let ids: Vec<RowKey> = ids.into_iter().map(RowKey::Id).collect();
    let hashes: Vec<RowKey> = (0..=9)
        .map(|number| RowKey::Hash(vec![number; 32]))
        .collect();
    for length in 1..=11 {
        for (column, keys) in [(&REFRESH_TOKEN, &ids), (&PENDING_ACCESS_TOKEN, &hashes)] {
            let rows = walk(&mut tx, column, b"other", length).await;
            assert!(rows.iter().all(|row| row.value.is_some()));
            let walked: Vec<RowKey> = rows.into_iter().map(|row| row.key).collect();
            assert_eq!(walked, *keys, "by pages of {length}");
        }
    }
}

async fn values_that_are_done_and_empty_ones_come_without_their_bytes(database: TestDatabase) {
    let store = database.open().await;
    let mut tx = store.begin_write().await.unwrap();
    for (number, value) in [b"new-1", b"old-1", b"new-2", b"ne-w1"]
        .into_iter()
        .enumerate()
    {
        save(&mut tx, Uuid::from_u128(number as u128), value).await;
    }
    let values = async |tx: &mut Tx, column| {
        let rows = walk(tx, column, b"new-", 100).await.into_iter();
        let bytes = |value: Sealed| value.as_bytes().to_vec();
        let values: Vec<_> = rows.map(|row| row.value.map(bytes)).collect();
        values
    };
    let found = values(&mut tx, &REFRESH_TOKEN).await;
    let (old, odd) = (Some(b"old-1".to_vec()), Some(b"ne-w1".to_vec()));
    assert_eq!(found, [None, old, None, odd]);
    // A request that is under way has no answer yet.
    for key in [b"one", b"two"] {
        let project = ProjectId::DEFAULT;
        let claim = idempotency_keys::claim(&mut tx, project, key, b"request", Timestamp::MAX, NOW);
        claim.await.unwrap();
    }
    let answer = Sealed::from_bytes(b"answer".to_vec());
    idempotency_keys::finish(&mut tx, ProjectId::DEFAULT, b"two", &answer)
        .await
        .unwrap();
    let found = values(&mut tx, &IDEMPOTENT_ANSWER).await;
    assert_eq!(found, [None, Some(b"answer".to_vec())]);
}
