//! A rotation that is killed leaves everything openable, and goes on when it is run again.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::deployment::Deployment;
use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::process::Process;
use crate::support::real_time::pause;

const TOKEN: &str = "/api/backend/connection-info/get-access-token?external_id=live&provider=jira";

/// Runs a rotation until it tells of progress for the first time, then kills it with SIGKILL.
pub(super) fn kill_half_way(rotation: Command) {
    let (rotation, ()) = Process::start(rotation, |line| {
        line.ends_with("sealed again").then_some(())
    });
    drop(rotation);
}

#[tokio::test]
async fn a_rotation_killed_half_way_goes_on_when_it_is_run_again() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.connect("live", BRUNO, "Acme").await;
    deployment.fill(&deployment.sealer(), 2500).await;
    let before = deployment.contents(&deployment.sealer()).await;

    kill_half_way(deployment.rotation(&[], &[]));
    let done = deployment.count_sealed_with("k2").await;
    assert!((500..5002).contains(&done), "{done} of 5002 are done");
    assert_eq!(deployment.contents(&deployment.sealer()).await, before);
    browser.get(TOKEN).await;
    // Another server starts in the middle.
    let port = crate::support::free_port();
    let (replica, at) = deployment.serve_at(port, &[]);
    Browser::new(&format!("http://{at}"), "").get(TOKEN).await;
    replica.stop();

    let said = deployment.rotate(&[], &[]);
    assert!(!said.contains("made a new key"), "{said}");
    assert!(said.contains("everything is sealed with `k2`"), "{said}");
    assert_eq!(deployment.key_ids(), ["k2", "k1"]);
    assert_eq!(deployment.count_sealed_with("k2").await, 5002);
    assert_eq!(deployment.contents(&deployment.sealer()).await, before);
    let again = deployment.rotate(&[], &[]);
    assert!(again.starts_with("nothing to do"), "{again}");
    browser.get(TOKEN).await;
    server.stop();
}

#[tokio::test]
async fn at_whatever_moment_a_rotation_is_killed_everything_opens() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 100).await;
    let before = deployment.contents(&deployment.sealer()).await;
    let mut kills = 0;
    let mut ends = 0;
    // From before the key is made to after the end, a little later each time.
    for milliseconds in (0..).step_by(4) {
        let mut rotation = deployment.rotation(&[], &[]);
        let rotation = rotation.stdout(Stdio::null()).stderr(Stdio::null());
        let mut rotation = rotation.spawn().unwrap();
        pause(Duration::from_millis(milliseconds)).await;
        let has_ended = rotation.try_wait().unwrap().is_some();
        rotation.kill().unwrap();
        rotation.wait().unwrap();
        let after = deployment.contents(&deployment.sealer()).await;
        assert_eq!(after, before, "killed after {milliseconds} ms");
        if has_ended {
            ends += 1;
        } else {
            kills += 1;
        }
        if ends == 3 {
            break;
        }
        if deployment.count_sealed_with(&deployment.key_ids()[0]).await == 200
            && deployment.key_ids().len() == 2
        {
            // All is done: the next one begins at the beginning.
            deployment.age_key_file(Duration::from_hours(1));
            deployment.rotate(&["--forget-old"], &[]);
        }
    }
    assert!(kills > 5, "{kills} kills");
}
