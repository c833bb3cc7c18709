//! Configured keys, on either database: the documented order of steps, and what is refused.

use super::deployment::{Deployment, KEYS, fresh_key, sealer_of};
use super::killed::kill_half_way;
use super::online::{LIVE, refresh_during};
use crate::store::on_each_store;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::flow::BRUNO;
use crate::support::free_port;
use crate::support::process::Process;

on_each_store! {
    by_the_documented_steps_two_replicas_are_never_without_a_key_that_they_need,
    keys_that_are_not_those_of_the_database_are_refused_at_start,
    while_2000_connections_are_sealed_again_servers_refresh,
    a_rotation_killed_half_way_goes_on_when_it_is_run_again,
}

fn token(external_id: &str) -> String {
    format!("/api/backend/connection-info/get-access-token?external_id={external_id}&provider=jira")
}

/// A server, and a browser that uses it.
fn serve(deployment: &Deployment, port: u16, keys: &str) -> (Process, Browser) {
    let (server, at) = deployment.serve_at(port, &[(KEYS, keys)]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    (server, browser)
}

async fn by_the_documented_steps_two_replicas_are_never_without_a_key_that_they_need(
    database: TestDatabase,
) {
    let deployment = Deployment::of(database).await;
    let (old, new) = (fresh_key("2025"), fresh_key("2026"));
    let ports = [free_port(), free_port()];
    let mut replicas: Vec<_> = ports
        .iter()
        .map(|port| serve(&deployment, *port, &old))
        .collect();
    let mut connected: Vec<String> = Vec::new();
    let (old_first, new_first) = (format!("{old},{new}"), format!("{new},{old}"));
    for (step, keys) in [old_first.as_str(), new_first.as_str(), new.as_str()]
        .into_iter()
        .enumerate()
    {
        if step == 2 {
            let said = deployment.rotate(&[], &[(KEYS, &new_first)]);
            assert!(said.contains("everything is sealed with `2026`"), "{said}");
            assert!(said.contains("`2025` can be taken out of it"), "{said}");
            let again = deployment.rotate(&[], &[(KEYS, &new_first)]);
            assert!(
                again.starts_with("nothing to do: everything is sealed with `2026`"),
                "{again}"
            );
        }
        // One replica after the other; what either seals, both open.
        for (index, port) in ports.into_iter().enumerate() {
            let (stopped, _) = replicas.remove(index);
            stopped.stop();
            replicas.insert(index, serve(&deployment, port, keys));
            for (replica, (_, browser)) in replicas.iter().enumerate() {
                let external_id = format!("{step}-{index}-{replica}");
                browser.connect(&external_id, BRUNO, "Acme").await;
                connected.push(external_id);
            }
            for (_, browser) in &replicas {
                for external_id in &connected {
                    browser.get(&token(external_id)).await;
                }
            }
        }
    }
    assert_eq!(connected.len(), 12);
    assert_eq!(deployment.contents(&sealer_of(&new)).await.len(), 24);
}

async fn keys_that_are_not_those_of_the_database_are_refused_at_start(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let key = fresh_key("k1");
    deployment.serve(&[(KEYS, &key)]).0.stop();
    deployment.fill(&sealer_of(&key), 3).await;
    let refused = "juncture: the encryption keys do not open what is sealed in the database (connection.refresh_token/";
    let unknown = deployment.refusal(&[(KEYS, &fresh_key("other"))]);
    assert!(unknown.starts_with(refused), "{unknown}");
    assert!(
        unknown.contains(r#"it needs the encryption key "k1", which is not there"#),
        "{unknown}"
    );
    let same_id = deployment.refusal(&[(KEYS, &fresh_key("k1"))]);
    assert!(same_id.starts_with(refused), "{same_id}");
    assert!(
        same_id.contains("its key, its bytes, its place or its owner is another"),
        "{same_id}"
    );
    let (_, complaint) = deployment.rotate_in_vain(&[], &[(KEYS, &fresh_key("other"))]);
    assert!(complaint.starts_with(refused), "{complaint}");
    deployment.serve(&[(KEYS, &key)]).0.stop();
}

#[tokio::test]
async fn what_cannot_be_done_is_told_and_nothing_is_made() {
    let deployment = Deployment::of(TestDatabase::sqlite()).await;
    let key = fresh_key("k1");
    let (_, complaint) = deployment.rotate_in_vain(&[], &[(KEYS, &key)]);
    assert!(
        complaint.starts_with("juncture: there is no database "),
        "{complaint}"
    );
    let folder = deployment.key_file().parent().unwrap().to_owned();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    deployment.serve(&[(KEYS, &key)]).0.stop();
    let (_, complaint) = deployment.rotate_in_vain(&["--forget-old"], &[(KEYS, &key)]);
    assert_eq!(
        complaint,
        "juncture: the keys are those of JUNCTURE_ENCRYPTION_KEYS: take an old one out there\n"
    );
    assert!(!deployment.key_file().exists());
}

#[tokio::test]
async fn the_keys_of_a_key_file_can_be_moved_into_the_variable_and_rotated_there() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 5).await;
    let of_file = std::fs::read_to_string(deployment.key_file()).unwrap();
    let new = fresh_key("new");
    let keys = format!("{new},{}", of_file.trim());
    deployment.rotate(&[], &[(KEYS, &keys)]);
    std::fs::remove_file(deployment.key_file()).unwrap();
    assert_eq!(deployment.contents(&sealer_of(&new)).await.len(), 10);
    deployment.serve(&[(KEYS, &new)]).0.stop();
    assert!(!deployment.key_file().exists());
}

async fn while_2000_connections_are_sealed_again_servers_refresh(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let (old, new) = (fresh_key("old"), fresh_key("new"));
    let keys = format!("{new},{old}");
    deployment.serve(&[(KEYS, &old)]).0.stop();
    deployment.fill(&sealer_of(&old), 2000).await;
    let before = deployment.contents(&sealer_of(&old)).await;
    let (server, browser) = serve(&deployment, free_port(), &keys);
    let (replica, other) = serve(&deployment, free_port(), &keys);
    for external_id in LIVE {
        browser.connect(external_id, BRUNO, "Acme").await;
    }
    deployment.sandbox.rotate_strictly().await;
    let rotation = deployment.rotation(&[], &[(KEYS, &keys)]);
    let refreshes = refresh_during(rotation, &deployment.sandbox, [&browser, &other]).await;
    assert!(refreshes >= LIVE.len(), "{refreshes} refreshes meanwhile");
    let after = deployment.contents(&sealer_of(&new)).await;
    assert_eq!(after.len(), before.len() + 2 * LIVE.len());
    assert!(before.iter().all(|(place, text)| after[place] == *text));
    for (server, browser) in [(server, browser), (replica, other)] {
        for external_id in LIVE {
            browser.get(&token(external_id)).await;
        }
        assert!(!server.stop().contains("\"failed\""));
    }
}

async fn a_rotation_killed_half_way_goes_on_when_it_is_run_again(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let (old, new) = (fresh_key("old"), fresh_key("new"));
    let keys = format!("{new},{old}");
    deployment.serve(&[(KEYS, &old)]).0.stop();
    deployment.fill(&sealer_of(&old), 2500).await;
    let before = deployment.contents(&sealer_of(&old)).await;
    kill_half_way(deployment.rotation(&[], &[(KEYS, &keys)]));
    let done = deployment.count_sealed_with("new").await;
    assert!((500..5000).contains(&done), "{done} of 5000 are done");
    assert_eq!(deployment.contents(&sealer_of(&keys)).await, before);
    deployment.rotate(&[], &[(KEYS, &keys)]);
    assert_eq!(deployment.contents(&sealer_of(&new)).await, before);
    let again = deployment.rotate(&[], &[(KEYS, &keys)]);
    assert!(again.starts_with("nothing to do"), "{again}");
}
