//! A database file that is moved away, replaced or deleted under a server: it is noticed and told, and
//! nothing is written to where nobody would find it.

use std::fs;
use std::path::PathBuf;

use axum::http::Method;
use serde_json::json;

use crate::rotation::deployment::Deployment;
use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::process::Process;
use crate::support::real_time::eventually;

const TOKEN: &str = "/api/backend/connection-info/get-access-token?provider=jira&external_id=a";
const VALIDITY: &str =
    "/api/backend/connection-info/check-connection-validity?provider=jira&external_id=a";
const DELETE: &str = "/api/backend/connection-info/delete-connection?provider=jira&external_id=b";

struct Scene {
    deployment: Deployment,
    server: Process,
    browser: Browser,
}

impl Scene {
    async fn begin() -> Self {
        let deployment = Deployment::with_key_file().await;
        let (server, at) = deployment.serve(&[]);
        let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
        for external_id in ["a", "b"] {
            browser.connect(external_id, BRUNO, "Acme").await;
        }
        browser.get(TOKEN).await;
        Self {
            deployment,
            server,
            browser,
        }
    }

    fn file(&self, end: &str) -> PathBuf {
        let folder = self.deployment.key_file();
        folder.with_file_name(format!("juncture.db{end}"))
    }

    async fn readiness(&self) -> u16 {
        let ready = self.browser.call(Method::GET, "/readyz").await;
        ready.status().as_u16()
    }

    /// Writes are refused and nobody is told that they were not; what can be answered is.
    async fn assert_lost(&self) {
        assert_eq!(self.readiness().await, 503);
        for _ in 0..3 {
            let answer = self.browser.call(Method::DELETE, DELETE).await;
            assert_eq!(answer.status(), 500);
            let body: serde_json::Value =
                juncture_json::decode(answer.bytes().await.unwrap()).unwrap();
            assert_eq!(body["code"], "store_unavailable");
        }
        self.browser.get(TOKEN).await;
        self.browser.get(VALIDITY).await;
    }

    /// How many lines of the log tell of lost files by themselves, beside those of requests that failed for
    /// it, and how many of their return.
    fn told(log: &str) -> (usize, usize) {
        let count = |text| log.lines().filter(|line| line.contains(text)).count();
        let lost = r#""message":"the database file "#;
        (count(lost), count("the files of the database are back"))
    }
}

#[tokio::test]
async fn a_file_that_was_moved_away_stops_writes_until_it_is_back() {
    let scene = Scene::begin().await;
    let away = scene.file("-away");
    fs::rename(scene.file(""), &away).unwrap();
    scene.assert_lost().await;
    // Another file in its place, even with the same content, is not the one that is open.
    fs::copy(&away, scene.file("")).unwrap();
    scene.assert_lost().await;
    fs::rename(&away, scene.file("")).unwrap();
    eventually(async || scene.readiness().await == 200).await;
    scene.browser.connect("c", BRUNO, "Acme").await;
    let deleted = scene.browser.call(Method::DELETE, DELETE).await;
    assert_eq!(deleted.status(), 200);
    assert_eq!(Scene::told(&scene.server.stop()), (1, 1));
}

#[tokio::test]
async fn a_deleted_file_is_not_made_anew_by_a_server_that_runs() {
    let scene = Scene::begin().await;
    fs::remove_file(scene.file("")).unwrap();
    scene.assert_lost().await;
    assert!(!scene.file("").exists());
    let log = scene.server.stop();
    assert_eq!(Scene::told(&log), (1, 0));
    assert!(
        log.contains("juncture.db was removed, moved or replaced"),
        "{log}"
    );
}

/// What is committed stands in the log alone, whose name is gone.
#[tokio::test]
async fn a_deleted_write_ahead_log_loses_nothing_that_was_committed() {
    let scene = Scene::begin().await;
    fs::remove_file(scene.file("-wal")).unwrap();
    scene.assert_lost().await;
    let Scene {
        deployment, server, ..
    } = scene;
    assert_eq!(Scene::told(&server.stop()), (1, 0));
    let (server, at) = deployment.serve(&[]);
    let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
    browser.get(TOKEN).await;
    assert_eq!(browser.call(Method::DELETE, DELETE).await.status(), 200);
    server.stop();
}

#[tokio::test]
async fn new_tokens_wait_for_a_file_that_is_away() {
    let scene = Scene::begin().await;
    let sandbox = &scene.deployment.sandbox;
    sandbox.rotate_strictly().await;
    sandbox.control("tokens/expire", &json!({})).await;
    sandbox.hang("/oauth/token", true).await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let call = tokio::spawn({
        let browser = scene.browser.clone();
        async move { browser.call(Method::GET, projects).await.status() }
    });
    eventually(async || sandbox.refreshes().await == 1).await;
    let away = scene.file("-away");
    fs::rename(scene.file(""), &away).unwrap();
    sandbox.clear_faults().await;
    let metrics = async || {
        let metrics = scene.browser.call(Method::GET, "/metrics").await;
        metrics.text().await.unwrap()
    };
    let none = "juncture_token_commit_failures_total{provider=\"jira\"} 0\n";
    eventually(async || !metrics().await.contains(none)).await;
    fs::rename(&away, scene.file("")).unwrap();
    assert_eq!(call.await.unwrap(), 200);
    sandbox.control("tokens/expire", &json!({})).await;
    scene.browser.get(projects).await;
    scene.server.stop();
}
