//! Many issues created, and nobody told what came of it.

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::WRITE_SCOPES;
use crate::support::{Cloud, Reply};

/// Five new issues with one word in common, and a mark each.
fn five() -> Value {
    let issues = (0..5).map(|place| {
        json!({
            "fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": format!("Lost {place}")},
            "properties": [{"key": "mark", "value": place}],
        })
    });
    json!({"issueUpdates": issues.collect::<Vec<_>>()})
}

async fn create(cloud: &Cloud, token: &str) -> Reply {
    let path = cloud.api("Acme", "issue/bulk");
    cloud.post(&path, token, &five()).await
}

/// The marks of the issues that are found.
async fn found(cloud: &Cloud, token: &str) -> Vec<u64> {
    let search = json!({"jql": "summary ~ Lost ORDER BY key", "fields": ["summary"], "properties": ["mark"]});
    let path = cloud.api("Acme", "search/jql");
    let page = cloud.post(&path, token, &search).await.json();
    let issues = page["issues"].as_array().unwrap().iter();
    issues
        .map(|row| row["properties"]["mark"].as_u64().unwrap())
        .collect()
}

async fn fault(cloud: &Cloud, act: &Value, fault: &Value) {
    let path = "/ex/jira/*/rest/api/3/issue/bulk";
    let rule = json!({"path": path, "method": "POST", "act": act, "fault": fault});
    cloud.control("faults", rule).await;
}

async fn clear(cloud: &Cloud) {
    cloud.call("DELETE", "/_sandbox/faults", "", "").await;
}

#[tokio::test]
async fn a_breakdown_leaves_as_many_as_were_made_before_it() {
    let broken = json!({"kind": "status", "status": 503});
    for (act, made) in [
        (json!(false), vec![]),
        (json!(0), vec![]),
        (json!(2), vec![0, 1]),
        (json!(9), vec![0, 1, 2, 3, 4]),
        (json!(true), vec![0, 1, 2, 3, 4]),
    ] {
        let cloud = Cloud::new().await;
        let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
        fault(&cloud, &act, &broken).await;
        assert_eq!(create(&cloud, &token).await.status, 503);
        assert_eq!(found(&cloud, &token).await, made, "act: {act}");
        assert_eq!(
            create(&cloud, &token).await.status,
            201,
            "the next is whole"
        );
        assert_eq!(found(&cloud, &token).await.len(), made.len() + 5);
    }
}

#[tokio::test]
async fn a_late_act_is_done_when_the_faults_are_deleted() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let broken = json!({"kind": "status", "status": 504});
    fault(&cloud, &json!("late"), &broken).await;
    assert_eq!(create(&cloud, &token).await.status, 504);
    assert_eq!(found(&cloud, &token).await, [0_u64; 0]);
    clear(&cloud).await;
    assert_eq!(found(&cloud, &token).await, [0, 1, 2, 3, 4]);
    clear(&cloud).await;
    assert_eq!(found(&cloud, &token).await.len(), 5, "once");
}

#[tokio::test]
async fn who_gives_up_on_a_hanging_request_may_have_it_done_or_not() {
    for (act, before, after) in [
        (json!(false), vec![], vec![]),
        (json!(true), vec![0, 1, 2, 3, 4], vec![0, 1, 2, 3, 4]),
        (json!(3), vec![0, 1, 2], vec![0, 1, 2]),
        (json!("late"), vec![], vec![0, 1, 2, 3, 4]),
    ] {
        let cloud = Cloud::new().await;
        let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
        fault(&cloud, &act, &json!({"kind": "hang"})).await;
        let given_up = create(&cloud, &token).now_or_never();
        assert!(given_up.is_none(), "act: {act}");
        assert_eq!(found(&cloud, &token).await, before, "act: {act}");
        clear(&cloud).await;
        assert_eq!(found(&cloud, &token).await, after, "act: {act}");
    }
}

#[tokio::test]
async fn who_waits_for_a_late_act_gets_its_answer() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    fault(&cloud, &json!("late"), &json!({"kind": "hang"})).await;
    let release = async {
        // The hanging request is polled first.
        tokio::task::yield_now().await;
        assert_eq!(found(&cloud, &token).await, [0_u64; 0]);
        clear(&cloud).await;
    };
    let (reply, ()) = tokio::join!(create(&cloud, &token), release);
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(found(&cloud, &token).await, [0, 1, 2, 3, 4]);
}
