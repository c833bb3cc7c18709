//! `WAS` and `CHANGED`.

use serde_json::{Value, json};

use crate::support::{Cloud, Reply};

const SCOPES: &str = "read:jira-work write:jira-work read:jira-user";

async fn search(cloud: &Cloud, token: &str, jql: &str) -> Reply {
    let body = json!({"jql": jql, "fields": ["key"], "maxResults": 5_000});
    cloud
        .post(&cloud.api("Acme", "search/jql"), token, &body)
        .await
}

/// Whether a query finds the one issue which this file is about.
async fn finds(cloud: &Cloud, token: &str, key: &str, jql: &str) -> bool {
    let reply = search(cloud, token, &format!("({jql}) AND key = {key}")).await;
    assert_eq!(reply.status, 200, "{jql}: {}", reply.text);
    !reply.json()["issues"].as_array().unwrap().is_empty()
}

/// An issue that Bruno makes on 1 October at noon (UTC) for Chiara, starts an hour later, and that
/// Ada finishes a day after that.
async fn story(cloud: &Cloud) -> (String, String) {
    cloud
        .control(
            "switches",
            json!({"semantic_jql_errors": "loud", "access_token_seconds": 172_800}),
        )
        .await;
    let bruno = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let body = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": "New",
        "assignee": {"accountId": cloud.person("Chiara")}}});
    let new = cloud
        .post(&cloud.api("Acme", "issue"), &bruno, &body)
        .await
        .json();
    let key = new["key"].as_str().unwrap().to_owned();
    let path = cloud.api("Acme", &format!("issue/{key}/transitions"));
    cloud.advance(3_600).await;
    cloud
        .post(&path, &bruno, &json!({"transition": {"id": "21"}}))
        .await;
    cloud.advance(24 * 3_600).await;
    cloud
        .post(&path, &ada, &json!({"transition": {"id": "51"}}))
        .await;
    let assignee = cloud.api("Acme", &format!("issue/{key}/assignee"));
    cloud
        .call(
            "PUT",
            &assignee,
            &ada,
            &json!({"accountId": null}).to_string(),
        )
        .await;
    let edit = json!({"update": {"fixVersions": [{"add": {"name": "1.0"}}]}}).to_string();
    let issue = cloud.api("Acme", &format!("issue/{key}"));
    cloud.call("PUT", &issue, &ada, &edit).await;
    cloud.advance(3_600).await;
    (bruno, key)
}

#[tokio::test]
async fn the_past_is_found_with_its_predicates() {
    let cloud = Cloud::new().await;
    let (token, key) = story(&cloud).await;
    for (jql, expected) in [
        ("status was Done", true),
        ("status was \"In Progress\"", true),
        ("status was \"In Review\"", false),
        ("status was in (\"In Review\", \"To Do\")", true),
        ("status was not Done", false),
        ("status was not \"In Review\"", true),
        ("status was not in (\"In Review\", Blocked)", true),
        ("not status was Done", false),
        ("not status changed", false),
        ("status was \"To Do\" before \"2026-10-01 14:30\"", true),
        (
            "status was \"In Progress\" before \"2026-10-01 14:30\"",
            false,
        ),
        ("status was \"To Do\" after \"2026-10-01 15:30\"", false),
        ("status was \"In Progress\" on \"2026-10-02\"", true),
        ("status was Done on \"2026-10-01\"", false),
        ("status was Done by currentUser()", false),
        ("status was \"In Progress\" by currentUser()", true),
        (
            "status was Done by \"Ada Lindqvist\" after \"2026-10-02\"",
            true,
        ),
        (
            "status was \"In Progress\" during (\"2026-10-01 15:30\", \"2026-10-01 16:00\")",
            true,
        ),
        ("status changed", true),
        ("status changed to Done", true),
        ("status changed from \"To Do\" to Done", false),
        (
            "status changed from \"In Progress\" to Done by \"Ada Lindqvist\"",
            true,
        ),
        (
            "status changed after startOfDay(-7d) before \"2026-10-01 15:30\"",
            true,
        ),
        (
            "status changed to Done during (\"2026-10-01\", \"2026-10-02\")",
            false,
        ),
        ("assignee was \"Chiara Moretti\"", true),
        ("assignee was empty", true),
        ("assignee was currentUser()", false),
        ("assignee changed from \"Chiara Moretti\" to empty", true),
        ("resolution was empty", true),
        ("resolution changed to Done", true),
        ("fixVersion was \"1.0\"", true),
        ("fixVersion was empty", true),
        ("fixVersion changed to \"1.0\" by \"Ada Lindqvist\"", true),
        ("priority changed", false),
        ("priority was Medium", true),
        ("reporter was currentUser()", true),
    ] {
        assert_eq!(finds(&cloud, &token, &key, jql).await, expected, "{jql}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_of_the_past_is_refused() {
    let cloud = Cloud::new().await;
    let (token, _) = story(&cloud).await;
    for (jql, text) in [
        (
            "summary was New",
            "History searches do not support the 'summary' field.",
        ),
        (
            "labels changed",
            "History searches do not support the 'labels' field.",
        ),
        (
            "status was Nowhere",
            "Error in JQL Query: The value 'Nowhere' does not exist for the field 'status'.",
        ),
        (
            "status changed to Nowhere",
            "Error in JQL Query: The value 'Nowhere' does not exist for the field 'status'.",
        ),
        (
            "status was Done to Done",
            "The predicate 'to' is not supported by the 'was' operator.",
        ),
        (
            "status was Done by Nobody",
            "The user 'Nobody' does not exist.",
        ),
        ("status changed after soon", "The date 'soon' is not valid."),
        (
            "status was (Done)",
            "Operator 'was' does not support the list value '(\"Done\")' for field 'status'.",
        ),
        (
            "status was in Done",
            "Operator 'was in' does not support the non-list value '\"Done\"' for field 'status'.",
        ),
        (
            "nothing changed",
            "Field 'nothing' does not exist or you do not have permission to view it.",
        ),
    ] {
        let expected = json!({"errorMessages": [text], "errors": {}});
        assert_eq!(
            search(&cloud, &token, jql).await.answer(),
            (400, expected),
            "{jql}"
        );
    }
    let silent = json!({"semantic_jql_errors": "silent"});
    cloud.control("switches", silent).await;
    let found: Value = search(&cloud, &token, "summary was New").await.json();
    assert_eq!(found["issues"], json!([]));
}

#[tokio::test]
async fn the_world_begins_with_a_past() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let keys = async |jql: &str| {
        search(&cloud, &token, jql).await.json()["issues"]
            .as_array()
            .unwrap()
            .len()
    };
    let done = keys("project = SHOP AND status = Done").await;
    assert!(done > 10);
    assert_eq!(
        keys("project = SHOP AND status changed to Done").await,
        done
    );
    assert_eq!(keys("project = SHOP AND status was \"To Do\"").await, 240);
}
