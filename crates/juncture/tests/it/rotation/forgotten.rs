//! The old key leaves the key file when nothing needs it, and not before.

use std::fs;
use std::time::Duration;

use super::deployment::{Deployment, sealer_of};
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::flow::{BRUNO, code_of};

const TOKEN: &str = "/api/backend/connection-info/get-access-token?external_id=a&provider=jira";
const FORGET: &[&str] = &["--forget-old"];

#[tokio::test]
async fn an_old_key_is_forgotten_when_nothing_needs_it_and_all_opens_without_it() {
    let deployment = Deployment::with_key_file().await;
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.connect("a", BRUNO, "Acme").await;
    let said = deployment.rotate(FORGET, &[]);
    assert!(said.contains("nothing to forget"), "{said}");
    assert_eq!(deployment.key_ids(), ["k1"]);
    let before = deployment.contents(&deployment.sealer()).await;
    deployment.rotate(&[], &[]);

    let both = fs::read(deployment.key_file()).unwrap();
    let (_, complaint) = deployment.rotate_in_vain(FORGET, &[]);
    assert!(
        complaint.starts_with("juncture: the newest key is too young for the others to be forgotten; run this again after 2"),
        "{complaint}"
    );
    assert_eq!(fs::read(deployment.key_file()).unwrap(), both);

    deployment.age_key_file(Duration::from_mins(15));
    let said = deployment.rotate(FORGET, &[]);
    assert!(said.contains("no longer holds `k1`"), "{said}");
    assert_eq!(deployment.key_ids(), ["k2"]);
    assert_eq!(deployment.contents(&deployment.sealer()).await, before);
    browser.get(TOKEN).await;
    server.stop();
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.get(TOKEN).await;

    // And so on.
    deployment.rotate(&[], &[]);
    assert_eq!(deployment.key_ids(), ["k3", "k2"]);
    browser.get(TOKEN).await;
    server.stop();
}

#[tokio::test]
async fn a_rotation_that_was_not_finished_is_finished_before_its_old_key_is_forgotten() {
    let deployment = Deployment::with_key_file().await;
    let old = sealer_of(&fs::read_to_string(deployment.key_file()).unwrap());
    deployment.rotate(&[], &[]);
    // Values of the old key, as a killed rotation leaves them.
    deployment.fill(&old, 50).await;
    let old_keys_only = deployment.count_sealed_with("k1").await;
    deployment.age_key_file(Duration::from_mins(15));
    deployment.rotate(FORGET, &[]);
    assert_eq!(
        (old_keys_only, deployment.count_sealed_with("k2").await),
        (100, 100)
    );
    assert_eq!(deployment.contents(&deployment.sealer()).await.len(), 100);
}

#[tokio::test]
async fn a_consent_that_began_before_the_rotation_ends_after_it() {
    let app = TestApp::start().await;
    let rotate = async || {
        juncture_server::rotation::rotate(&app.app.config, &app.clock, false, |_| {})
            .await
            .unwrap();
    };
    // One customer is at Atlassian, another before the choice of a site.
    let uri = app.initiate("a").await;
    let code = app.connection_code("b", BRUNO, Some("Acme")).await;
    rotate().await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let other_code = code_of(&app.visit(&callback).await);
    for code in [code, other_code] {
        let site = app.site_id("Acme").await;
        app.finalize(&code, &site).await.expect(200);
    }
    for external_id in ["a", "b"] {
        app.access_token(external_id).await.expect(200);
    }
}
