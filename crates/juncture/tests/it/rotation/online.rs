//! A key file is rotated while servers work: nothing is lost, nobody notices, nothing is left behind.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::Command;

use axum::http::Method;
use serde_json::{Value, json};

use super::deployment::Deployment;
use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::free_port;
use crate::support::process;
use crate::support::real_time::PATIENCE;
use crate::support::sandbox::TestSandbox;

pub(super) const LIVE: [&str; 4] = ["live-1", "live-2", "live-3", "live-4"];

fn projects(external_id: &str) -> String {
    format!("/api/backend/jira/get-projects?external_id={external_id}")
}

/// Refreshes the tokens of [`LIVE`] again and again by two servers until the rotation has ended well.
/// Returns how often.
pub(super) async fn refresh_during(
    mut rotation: Command,
    sandbox: &TestSandbox,
    browsers: [&Browser; 2],
) -> usize {
    let mut rotation = process::spawn(&mut rotation);
    let before = sandbox.refreshes().await;
    while rotation.try_wait().unwrap().is_none() {
        // Jira takes no token any more, so that each call brings a refresh.
        sandbox.control("tokens/expire", &json!({})).await;
        for external_id in LIVE {
            for browser in browsers {
                let answer = browser.call(Method::GET, &projects(external_id)).await;
                assert_eq!(answer.status(), 200, "{external_id}");
            }
        }
    }
    let output = process::output_within(PATIENCE, rotation);
    assert!(output.status.success(), "{output:?}");
    sandbox.refreshes().await - before
}

#[tokio::test]
async fn while_2000_connections_are_sealed_again_servers_refresh_and_connect() {
    let deployment = Deployment::with_key_file().await;
    deployment.sandbox.rotate_strictly().await;
    let atlassian = &deployment.sandbox.url;
    let (server, at) = deployment.serve(&[]);
    let (replica, other_at) = deployment.serve_at(free_port(), &[]);
    let browser = Browser::new(&format!("http://{at}"), atlassian);
    let other = Browser::new(&format!("http://{other_at}"), atlassian);
    for external_id in LIVE {
        browser.connect(external_id, BRUNO, "Acme").await;
    }
    deployment.fill(&deployment.sealer(), 2000).await;
    let before = deployment.contents(&deployment.sealer()).await;
    assert_eq!(deployment.count_sealed_with("k1").await, 2 * 2004);

    let rotation = deployment.rotation(&[], &[]);
    let refreshes = refresh_during(rotation, &deployment.sandbox, [&browser, &other]).await;
    assert!(refreshes >= LIVE.len(), "{refreshes} refreshes meanwhile");

    // Both servers have followed: what they seal from now on is sealed with the new key.
    assert_eq!(deployment.key_ids(), ["k2", "k1"]);
    deployment
        .sandbox
        .control("tokens/expire", &json!({}))
        .await;
    for external_id in LIVE {
        browser.get(&projects(external_id)).await;
        other.get(&projects(external_id)).await;
    }
    browser.connect("new", BRUNO, "Acme").await;
    assert_eq!(deployment.count_sealed_with("k2").await, 2 * 2005);
    assert_eq!(deployment.count_sealed_with("k1").await, 0);

    // What nobody refreshed says what it said.
    let after = deployment.contents(&deployment.sealer()).await;
    let is_filled = |text: &&String| text.ends_with("xxx");
    assert_eq!(before.values().filter(is_filled).count(), 4000);
    for (place, text) in before.iter().filter(|(_, text)| is_filled(text)) {
        assert_eq!(&after[place], text);
    }
    for log in [server.stop(), replica.stop()] {
        let said = |message: &str| {
            let events = log
                .lines()
                .map(|line| juncture_json::decode::<Value>(line).unwrap());
            events.filter(|event| event["message"] == message).count()
        };
        assert_eq!(said("the key file has changed"), 1, "read once");
        assert_eq!(said("failed"), 0);
    }
}

#[tokio::test]
async fn a_server_that_has_opened_nothing_seals_with_the_new_key_too() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    deployment.rotate(&[], &[]);
    browser.connect("a", BRUNO, "Acme").await;
    assert_eq!(deployment.count_sealed_with("k2").await, 2);
    assert_eq!(deployment.count_sealed_with("k1").await, 0);
    server.stop();
}

#[tokio::test]
async fn the_new_key_file_can_be_read_by_whom_the_old_one_could() {
    let deployment = Deployment::with_key_file().await;
    let mode = || {
        fs::metadata(deployment.key_file())
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(), 0o600);
    fs::set_permissions(deployment.key_file(), fs::Permissions::from_mode(0o400)).unwrap();
    // Root may give it to the user of the server, with the folder; anybody else is that user.
    for path in [
        &deployment.key_file(),
        deployment.key_file().parent().unwrap(),
    ] {
        let _stays_ours = chown(path, Some(65534), Some(65534));
    }
    let owner = || {
        let metadata = fs::metadata(deployment.key_file()).unwrap();
        (metadata.uid(), metadata.gid())
    };
    let owner_before = owner();
    deployment.rotate(&[], &[]);
    assert_eq!((mode(), owner()), (0o400, owner_before));
    let left: Vec<_> = fs::read_dir(deployment.key_file().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("juncture.key"))
        .collect();
    assert_eq!(left, ["juncture.key"]);
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do_and_makes_no_key() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 10).await;
    let first = deployment.rotate(&[], &[]);
    assert!(
        first.contains("connection.refresh_token: 10 sealed with `k2`"),
        "{first}"
    );
    assert!(first.contains("everything is sealed with `k2`"), "{first}");
    let file = fs::read(deployment.key_file()).unwrap();
    let second = deployment.rotate(&[], &[]);
    assert!(
        second.starts_with("nothing to do: everything is sealed with `k2`\n"),
        "{second}"
    );
    assert!(
        second.contains("`juncture rotate-key --forget-old`"),
        "{second}"
    );
    assert_eq!(fs::read(deployment.key_file()).unwrap(), file);
}

#[tokio::test]
async fn of_several_rotations_at_once_none_takes_the_key_of_another_away() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 300).await;
    let before = deployment.contents(&deployment.sealer()).await;
    let rotations: Vec<_> = (0..6)
        .map(|_| process::spawn(&mut deployment.rotation(&[], &[])))
        .collect();
    let mut done = 0;
    for rotation in rotations {
        let output = process::output_within(PATIENCE, rotation);
        let complaint = String::from_utf8(output.stderr).unwrap();
        if output.status.success() {
            done += 1;
        } else {
            assert!(
                complaint.contains("another process changes the key file"),
                "{complaint}"
            );
        }
    }
    assert!(done >= 1);
    assert_eq!(deployment.key_ids(), ["k2", "k1"]);
    assert_eq!(deployment.contents(&deployment.sealer()).await, before);
}

#[tokio::test]
async fn a_server_outlives_a_key_file_that_is_spoilt_and_says_so_once() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.connect("a", BRUNO, "Acme").await;
    let good = fs::read(deployment.key_file()).unwrap();
    // Broken; another key by an id that is in use; open to others; gone; and as it was.
    let another = format!("{}\n", super::deployment::fresh_key("k1"));
    let mode = |mode| {
        fs::set_permissions(deployment.key_file(), fs::Permissions::from_mode(mode)).unwrap();
    };
    for step in 0..4 {
        match step {
            0 => fs::write(deployment.key_file(), "SECRETWORD").unwrap(),
            1 => fs::write(deployment.key_file(), &another).unwrap(),
            2 => {
                fs::write(deployment.key_file(), &good).unwrap();
                mode(0o640);
            }
            _ => fs::remove_file(deployment.key_file()).unwrap(),
        }
        for _ in 0..3 {
            deployment
                .sandbox
                .control("tokens/expire", &json!({}))
                .await;
            browser.get(&projects("a")).await;
        }
    }
    fs::write(deployment.key_file(), good).unwrap();
    mode(0o600);
    browser.connect("b", BRUNO, "Acme").await;
    assert_eq!(deployment.count_sealed_with("k1").await, 4);
    deployment.contents(&deployment.sealer()).await;
    let log = server.stop();
    let errors = log
        .lines()
        .filter(|line| line.contains("\"ERROR\""))
        .count();
    assert_eq!(errors, 4, "{log}");
    assert!(!log.contains("SECRETWORD"));
    assert!(!log.contains(another.trim().split_once(':').unwrap().1));
}
