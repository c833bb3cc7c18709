//! A process that is asked to end (SIGTERM) while it refreshes: it waits for the new tokens, and
//! keeps them. Under strict rotation nobody could ask for them again.

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::support::deployment::{Deployment, Replica};
use crate::support::real_time::eventually;

type Call = JoinHandle<reqwest::Result<(u16, Value)>>;

/// A server with a caller who waits for a token: Atlassian has rotated it, and does not answer yet.
async fn refreshing() -> (Deployment, Replica, Call) {
    let deployment = Deployment::start(0).await;
    let server = deployment.serve_expired().await;
    deployment.sandbox.hang_once("/oauth/token", true).await;
    let call = server.call("a");
    eventually(async || deployment.sandbox.refreshes().await == 1).await;
    (deployment, server, call)
}

/// Asserts that the next server needs no other refresh; returns the token that it has.
async fn inherit(deployment: &Deployment) -> String {
    let heir = deployment.serve().await;
    let token = heir.token("a").await;
    assert_eq!(deployment.sandbox.refreshes().await, 1);
    deployment.assert_whole(&heir, "a").await;
    token
}

#[tokio::test]
async fn a_stopping_process_waits_for_the_refresh_of_a_caller_and_answers_them() {
    let (deployment, server, call) = refreshing().await;
    server.ask_to_stop().await;
    assert!(!call.is_finished());
    deployment.sandbox.clear_faults().await;
    let (status, body) = call.await.unwrap().unwrap();
    assert_eq!(status, 200, "{body}");
    server.wait().await;
    assert_eq!(body["access_token"], inherit(&deployment).await);
}

#[tokio::test]
async fn a_stopping_process_waits_for_a_refresh_whose_caller_has_gone() {
    let (deployment, server, call) = refreshing().await;
    call.abort();
    server.ask_to_stop().await;
    deployment.sandbox.clear_faults().await;
    server.wait().await;
    inherit(&deployment).await;
}

#[tokio::test]
async fn a_stopping_process_waits_for_a_store_that_does_not_take_the_tokens_yet() {
    let (deployment, server, call) = refreshing().await;
    call.abort();
    let held = deployment.hold_connections().await;
    deployment.sandbox.clear_faults().await;
    let failed = "juncture_token_commit_failures_total{provider=\"jira\"} 1";
    eventually(async || server.metrics().await.contains(failed)).await;
    server.ask_to_stop().await;
    drop(held);
    server.wait().await;
    inherit(&deployment).await;
}
