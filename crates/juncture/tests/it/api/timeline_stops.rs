//! What of a timeline outlives its process.

use serde_json::Value;

use crate::support::deployment::{Deployment, Replica};
use crate::support::real_time::find;

/// The kinds of what is told to have happened to the only connection, and when it was last used.
async fn told(replica: &Replica) -> (Vec<String>, Option<String>) {
    let listed = replica.browser.get("/api/backend/connections").await;
    let connection = &listed["data"][0];
    let id = connection["id"].as_str().unwrap();
    let path = format!("/api/backend/connections/{id}/timeline");
    let timeline = replica.browser.get(&path).await;
    let kinds = timeline["data"].as_array().unwrap().iter();
    let kinds = kinds.map(|entry| entry["kind"].as_str().unwrap().to_owned());
    let used = connection.get("last_used_at").and_then(Value::as_str);
    (kinds.collect(), used.map(str::to_owned))
}

#[tokio::test]
async fn a_server_that_is_stopped_writes_what_it_has_collected() {
    let deployment = Deployment::start(600).await;
    let first = deployment.serve().await;
    first.connect("a").await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    first.browser.get(projects).await;
    first.ask_to_stop().await;
    first.wait().await;
    let second = deployment.serve().await;
    let (kinds, used) = told(&second).await;
    assert_eq!(kinds, ["call", "site", "consent"]);
    assert!(used.is_some());
}

#[tokio::test]
async fn a_server_that_is_killed_has_written_all_but_the_last_seconds() {
    let deployment = Deployment::start(600).await;
    let first = deployment.serve().await;
    first.connect("a").await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    first.browser.get(projects).await;
    let before = find(async || {
        let told = told(&first).await;
        (told.0.len() == 3 && told.1.is_some()).then_some(told)
    });
    let before = before.await;
    first.browser.get(projects).await;
    first.kill();
    let second = deployment.serve().await;
    let (kinds, used) = told(&second).await;
    assert!(kinds.ends_with(&before.0), "{kinds:?}");
    assert!(kinds.len() <= 4, "{kinds:?}");
    assert_eq!(used, before.1);
    // What goes on is told as before.
    second.browser.get(projects).await;
    let goes_on = find(async || (told(&second).await.0.len() > kinds.len()).then_some(()));
    goes_on.await;
}
