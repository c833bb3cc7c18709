//! Neither the token of a session nor the cookie of its browser is left anywhere.

use std::fs;

use serde_json::json;

use crate::secrets::holds_half_of;
use crate::support::browser::Browser;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::SESSIONS;
use crate::support::{environment_of_process, free_port};

#[tokio::test]
async fn files_logs_and_metrics_hold_no_token_and_no_cookie() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut variables = environment_of_process(folder.path(), &sandbox.url, free_port());
    // Everything that the server and its libraries can say.
    variables.push(("RUST_LOG".to_owned(), "trace".to_owned()));
    let pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    let body = json!({"provider": "jira", "external_id": "a"});
    let (status, session) = browser.post(SESSIONS, &body).await;
    assert_eq!(status, 201, "{session}");
    let token = session["session_token"].as_str().unwrap().to_owned();
    let open = async || {
        let link = format!("{}/connect/{token}", browser.server);
        browser.http.get(link).send().await.unwrap()
    };
    let opened = open().await;
    assert_eq!(opened.status(), 302);
    let cookie = opened.headers()["set-cookie"].to_str().unwrap();
    let (pair, _) = cookie.split_once(';').unwrap();
    let cookie = pair.split_once('=').unwrap().1.to_owned();
    let again = open().await;
    assert_eq!(again.status(), 400);
    let initiate = format!("{}/api/frontend/oauth/initiate-oauth-flow", browser.server);
    let by_page = json!({"session_token": token});
    let refused = browser
        .http
        .post(initiate)
        .json(&by_page)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    let metrics = browser
        .http
        .get(format!("{}/metrics", browser.server))
        .send();
    let mut left = vec![
        ("a page".to_owned(), again.bytes().await.unwrap().to_vec()),
        (
            "an error".to_owned(),
            refused.bytes().await.unwrap().to_vec(),
        ),
        (
            "/metrics".to_owned(),
            metrics.await.unwrap().bytes().await.unwrap().to_vec(),
        ),
    ];
    for entry in fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        left.push((path.display().to_string(), fs::read(&path).unwrap()));
    }
    let log = server.stop();
    assert!(
        log.contains("/connect/{session_token}"),
        "the log names the route"
    );
    left.push(("the log".to_owned(), log.into_bytes()));
    for (place, content) in &left {
        for secret in [&token, &cookie] {
            assert!(
                !holds_half_of(content, secret),
                "{place} holds a part of {secret}"
            );
        }
    }
}
