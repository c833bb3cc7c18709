//! Values that were altered or moved: told clearly, harmless to all others, and never a panic.

use axum::http::Method;
use juncture_server::seal::Sealed;
use juncture_server::store::sealed_columns::{ACCESS_TOKEN, REFRESH_TOKEN, RowKey, SealedColumn};
use serde_json::{Value, json};
use uuid::Uuid;

use super::deployment::{Deployment, KEYS, fresh_key, sealer_of};
use crate::store::on_each_store;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::flow::BRUNO;
use crate::support::rows::{change, owner};

fn token(external_id: &str) -> String {
    format!("/api/backend/connection-info/get-access-token?external_id={external_id}&provider=jira")
}

impl Deployment {
    /// Puts `altered` of the stored value in its place.
    async fn tamper(
        &self,
        column: &SealedColumn,
        id: Uuid,
        altered: impl FnOnce(&[u8]) -> Vec<u8>,
    ) {
        let old = self.value(column, id).await;
        let new = Sealed::from_bytes(altered(old.as_bytes()));
        let store = self.store().await;
        let mut tx = store.begin_write().await.unwrap();
        assert!(
            column
                .replace(&mut tx, &RowKey::Id(id), &old, &new)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        store.close().await;
    }

    async fn value(&self, column: &SealedColumn, id: Uuid) -> Sealed {
        let store = self.store().await;
        let mut tx = store.begin_read().await.unwrap();
        let rows = column.page(&mut tx, b"?", None, 10_000).await.unwrap();
        drop(tx);
        store.close().await;
        let row = rows.into_iter().find(|row| row.key == RowKey::Id(id));
        row.unwrap().value.unwrap()
    }

    /// Swaps the values of two connections.
    async fn swap(&self, column: &SealedColumn, one: Uuid, other: Uuid) {
        let (first, second) = (
            self.value(column, one).await,
            self.value(column, other).await,
        );
        self.tamper(column, one, |_| second.as_bytes().to_vec())
            .await;
        self.tamper(column, other, |_| first.as_bytes().to_vec())
            .await;
    }
}

#[tokio::test]
async fn tokens_that_were_swapped_are_a_500_with_its_reason_in_the_log_and_the_rest_lives() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    for external_id in ["a", "b", "c", "d"] {
        browser.connect(external_id, BRUNO, "Acme").await;
    }
    server.stop();
    let (a, b) = (deployment.id_of("a").await, deployment.id_of("b").await);
    let d = deployment.id_of("d").await;
    deployment.swap(&ACCESS_TOKEN, a, b).await;
    deployment
        .tamper(&ACCESS_TOKEN, d, |bytes| bytes[..40].to_vec())
        .await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    let refused = json!({"error": "Internal server error", "code": "sealed_value_unreadable"});
    for external_id in ["a", "b", "d"] {
        let answer = browser.call(Method::GET, &token(external_id)).await;
        assert_eq!(answer.status(), 500);
        assert_eq!(
            juncture_json::decode::<Value>(answer.bytes().await.unwrap()).unwrap(),
            refused
        );
    }
    browser.get(&token("c")).await;
    browser
        .get("/api/backend/jira/get-projects?external_id=c")
        .await;
    let log = server.stop();
    let events = log
        .lines()
        .map(|line| juncture_json::decode::<Value>(line).unwrap());
    let causes: Vec<String> = events
        .filter(|event| event["message"] == "failed")
        .map(|event| event["cause"].as_str().unwrap().to_owned())
        .collect();
    let cause = |id| {
        format!(
            "Internal server error: connection.access_token/{id} does not open: its key, its bytes, its place or its owner is another"
        )
    };
    assert_eq!(causes, [cause(a), cause(b), cause(d)]);
    assert!(!log.contains("panic"), "{log}");
}

#[tokio::test]
async fn a_lost_refresh_token_keeps_neither_the_start_nor_the_others() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    for external_id in ["a", "b"] {
        browser.connect(external_id, BRUNO, "Acme").await;
    }
    server.stop();
    let a = deployment.id_of("a").await;
    deployment.tamper(&REFRESH_TOKEN, a, |_| Vec::new()).await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.get(&token("a")).await;
    deployment
        .sandbox
        .control("tokens/expire", &json!({}))
        .await;
    let projects = |id| format!("/api/backend/jira/get-projects?external_id={id}");
    let answer = browser.call(Method::GET, &projects("a")).await;
    assert_eq!(answer.status(), 500);
    browser.get(&projects("b")).await;
    // Connecting again heals it.
    browser.connect("a", BRUNO, "Acme").await;
    browser.get(&projects("a")).await;
    let log = server.stop();
    let told = format!("connection.refresh_token/{a} does not open: it is damaged");
    assert!(log.contains(&told), "{log}");
}

#[tokio::test]
async fn a_rotation_tells_what_does_not_open_does_the_rest_and_keeps_the_old_key() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 1200).await;
    let ids = [
        deployment.id_of("filled-7").await,
        deployment.id_of("filled-700").await,
        deployment.id_of("filled-1199").await,
    ];
    deployment
        .tamper(&REFRESH_TOKEN, ids[0], |bytes| {
            let mut bytes = bytes.to_vec();
            *bytes.last_mut().unwrap() ^= 1;
            bytes
        })
        .await;
    deployment
        .tamper(&ACCESS_TOKEN, ids[1], |_| b"junk".to_vec())
        .await;
    let elsewhere = sealer_of(&fresh_key("lost"));
    let place = juncture_server::connection::access_token_place(ids[2], owner("filled-1199"));
    let unknown = elsewhere.seal(&place, b"token").as_bytes().to_vec();
    deployment
        .tamper(&ACCESS_TOKEN, ids[2], |_| unknown.clone())
        .await;

    for arguments in [&[][..], &[], &["--forget-old"]] {
        let (said, complaint) = deployment.rotate_in_vain(arguments, &[]);
        for line in [
            format!(
                "connection.refresh_token/{} does not open: its key, its bytes, its place or its owner is another",
                ids[0]
            ),
            format!(
                "connection.access_token/{} does not open: it is damaged",
                ids[1]
            ),
            format!(
                "connection.access_token/{} does not open: it needs the encryption key \"lost\", which is not there",
                ids[2]
            ),
        ] {
            assert_eq!(
                said.lines().filter(|said| *said == line).count(),
                1,
                "{line}\n{said}"
            );
        }
        assert_eq!(
            complaint,
            "juncture: 3 stored values do not open; they were left as they are, and all others are done\n"
        );
        assert_eq!(deployment.count_sealed_with("k2").await, 2400 - 3);
        assert_eq!(deployment.key_ids(), ["k2", "k1"]);
        deployment.age_key_file(std::time::Duration::from_hours(1));
    }
    assert_eq!(
        deployment.value(&ACCESS_TOKEN, ids[1]).await.as_bytes(),
        b"junk"
    );
    assert_eq!(
        deployment.value(&ACCESS_TOKEN, ids[2]).await.as_bytes(),
        unknown
    );
}

on_each_store! {
    of_a_rotation_and_a_refresh_at_once_the_refresh_wins,
    a_rotation_seals_nothing_for_another_customer,
}

async fn a_rotation_seals_nothing_for_another_customer(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let (old, new) = (fresh_key("k1"), fresh_key("k2"));
    deployment.fill(&sealer_of(&old), 2).await;
    let id = deployment.id_of("filled-1").await;
    let store = deployment.store().await;
    let mut tx = store.begin_write().await.unwrap();
    let steal =
        "UPDATE connection_external_map SET external_id = 'thief' WHERE external_id = 'filled-1'";
    change(&mut tx, steal).await;
    tx.commit().await.unwrap();
    store.close().await;
    let seen = deployment.value(&REFRESH_TOKEN, id).await;
    let (said, _) = deployment.rotate_in_vain(&[], &[(KEYS, &format!("{new},{old}"))]);
    for column in ["refresh_token", "access_token"] {
        let told = format!(
            "connection.{column}/{id} does not open: its key, its bytes, its place or its owner is another"
        );
        assert_eq!(
            said.lines().filter(|line| *line == told).count(),
            1,
            "{said}"
        );
    }
    assert_eq!(deployment.value(&REFRESH_TOKEN, id).await, seen);
    assert_eq!(
        deployment.count_sealed_with("k2").await,
        2,
        "the other one's"
    );
}

async fn of_a_rotation_and_a_refresh_at_once_the_refresh_wins(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let sealer = sealer_of(&fresh_key("k1"));
    deployment.fill(&sealer, 1).await;
    let id = deployment.id_of("filled-0").await;
    let place = juncture_server::connection::refresh_token_place(id, owner("filled-0"));
    let seen = deployment.value(&REFRESH_TOKEN, id).await;
    // A server replaces the token between the rotation's look and its write.
    let refreshed = sealer.seal(&place, b"newer");
    deployment
        .tamper(&REFRESH_TOKEN, id, |_| refreshed.as_bytes().to_vec())
        .await;
    let resealed = sealer.reseal(&place, &seen).unwrap();
    let store = deployment.store().await;
    let mut tx = store.begin_write().await.unwrap();
    let key = RowKey::Id(id);
    assert!(
        !REFRESH_TOKEN
            .replace(&mut tx, &key, &seen, &resealed)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    store.close().await;
    assert_eq!(deployment.value(&REFRESH_TOKEN, id).await, refreshed);
}
