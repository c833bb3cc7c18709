//! The bodies, as they have been recorded.

use serde_json::{Value, json};

use super::{Scene, document, events};

const ISSUE_EVENTS: [&str; 3] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
];
const COMMENT_EVENTS: [&str; 3] = ["comment_created", "comment_updated", "comment_deleted"];

#[tokio::test]
async fn an_update_has_the_whole_issue_its_change_and_who_made_it() {
    let scene = Scene::new().await;
    scene.register(&ISSUE_EVENTS).await;
    scene
        .ask(
            "PUT",
            "issue/SHOP-5",
            json!({"fields": {"description": document("*so*")}}),
        )
        .await;
    let body = scene.heard_one().await.json();
    assert_eq!(body["timestamp"], 1_790_856_000_000_i64);
    assert_eq!(body["issue_event_type_name"], "issue_updated");
    let user = &body["user"];
    assert_eq!(user["accountId"], scene.cloud.person("Bruno"));
    assert_eq!(
        user["emailAddress"],
        Value::Null,
        "though the profile shows it"
    );
    let issue = &body["issue"];
    let id = issue["id"].as_str().unwrap();
    assert_eq!(
        issue["self"],
        format!("https://acme.atlassian.example/rest/api/2/issue/{id}")
    );
    assert!(
        issue["fields"]["description"].is_string(),
        "wiki markup, and no document"
    );
    assert!(issue["fields"].as_object().unwrap().len() > 40);
    let item = &body["changelog"]["items"][0];
    assert_eq!(
        (&item["field"], &item["fieldId"]),
        (&json!("description"), &json!("description"))
    );
    let history = scene
        .ask("GET", &format!("issue/{id}/changelog"), Value::Null)
        .await;
    let last = history["values"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&body["changelog"]["id"], &body["changelog"]["items"]),
        (&last["id"], &last["items"])
    );
    scene
        .switch(json!({"changelog_id": "other", "self_links": "gateway"}))
        .await;
    scene.edit("SHOP-5", "Elsewhere").await;
    let body = scene.heard_one().await.json();
    let link = body["issue"]["self"].as_str().unwrap();
    let site = scene.cloud.site("Acme");
    assert!(
        link.ends_with(&format!("/ex/jira/{site}/rest/api/2/issue/{id}")),
        "{link}"
    );
    let wanted = json!({"changelogIds": [body["changelog"]["id"].as_str().unwrap().parse::<u64>().unwrap()]});
    let found = scene
        .ask("POST", &format!("issue/{id}/changelog/list"), wanted)
        .await;
    assert_eq!(found["histories"], json!([]), "no entry has this id");
}

#[tokio::test]
async fn the_kind_of_an_update_follows_what_was_changed() {
    let scene = Scene::new().await;
    scene.register(&ISSUE_EVENTS).await;
    let kind = async || scene.heard_one().await.json()["issue_event_type_name"].clone();
    let ada = scene.cloud.person("Ada");
    scene
        .ask("PUT", "issue/SHOP-1/assignee", json!({"accountId": null}))
        .await;
    scene.heard().await;
    scene
        .ask("PUT", "issue/SHOP-1/assignee", json!({"accountId": ada}))
        .await;
    let body = scene.heard_one().await.json();
    assert_eq!(body["issue_event_type_name"], "issue_assigned");
    assert_eq!(body["changelog"]["items"][0]["tmpToAccountId"], ada);
    let offered = scene
        .ask("GET", "issue/SHOP-1/transitions", Value::Null)
        .await;
    let transitions = offered["transitions"].as_array().unwrap();
    let now = scene
        .ask("GET", "issue/SHOP-1?fields=status", Value::Null)
        .await;
    let status = &now["fields"]["status"]["id"];
    let other = transitions
        .iter()
        .find(|row| row["to"]["id"] != *status)
        .unwrap();
    scene
        .ask(
            "POST",
            "issue/SHOP-1/transitions",
            json!({"transition": {"id": other["id"]}}),
        )
        .await;
    assert_eq!(kind().await, "issue_generic");
    let site = scene.cloud.site("Acme");
    let change = json!({"site_id": site, "move": [{"issue": "SHOP-1", "to": "OPS"}]});
    scene.cloud.control("issues", change).await;
    let body = scene.heard_one().await.json();
    assert_eq!(body["issue_event_type_name"], "issue_moved");
    assert_eq!(body["user"], Value::Null, "no person did it");
    let key = &body["changelog"]["items"][0];
    assert_eq!(
        (&key["field"], &key["fromString"], &key["toString"]),
        (&json!("Key"), &json!("SHOP-1"), &body["issue"]["key"])
    );
}

#[tokio::test]
async fn a_new_issue_has_a_changelog_of_its_first_values_by_switch() {
    let scene = Scene::new().await;
    scene.register(&ISSUE_EVENTS).await;
    let new = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10001"}, "summary": "New"}});
    let created = scene.ask("POST", "issue", new.clone()).await;
    let body = scene.heard_one().await.json();
    assert_eq!(
        (&body["issue"]["id"], &body["issue_event_type_name"]),
        (&created["id"], &json!("issue_created"))
    );
    let items = body["changelog"]["items"].as_array().unwrap();
    let fields: Vec<_> = items
        .iter()
        .map(|item| (item["field"].as_str().unwrap(), &item["from"]))
        .collect();
    assert!(
        fields.contains(&("summary", &Value::Null)) && fields.contains(&("Status", &Value::Null)),
        "{fields:?}"
    );
    let history = scene
        .ask(
            "GET",
            &format!("issue/{}/changelog", created["key"].as_str().unwrap()),
            Value::Null,
        )
        .await;
    assert_eq!(history["total"], 0, "its history begins later");
    scene.switch(json!({"created_has_changelog": false})).await;
    scene.ask("POST", "issue", new).await;
    assert_eq!(scene.heard_one().await.json()["changelog"], Value::Null);
}

#[tokio::test]
async fn deleting_a_parent_tells_of_each_subtask_and_then_of_what_falls_with_it() {
    let scene = Scene::new().await;
    scene
        .register(&[ISSUE_EVENTS, COMMENT_EVENTS].concat())
        .await;
    let new = |kind: &str, parent: Value| json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": kind}, "summary": "New", "parent": parent}});
    let mut parent = new("10001", Value::Null);
    parent["fields"].as_object_mut().unwrap().remove("parent");
    let parent = scene.ask("POST", "issue", parent).await;
    let key = parent["key"].as_str().unwrap();
    let types = scene
        .ask("GET", "issue/createmeta/SHOP/issuetypes", Value::Null)
        .await;
    let mut types = types["issueTypes"].as_array().unwrap().iter();
    let subtask = types.find(|row| row["subtask"] == true).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    scene
        .ask("POST", "issue", new(&subtask, json!({"key": key})))
        .await;
    scene
        .ask(
            "POST",
            &format!("issue/{key}/comment"),
            json!({"body": document("Falls")}),
        )
        .await;
    scene.heard().await;
    scene.trouble(json!({"secondary_delay_seconds": 600})).await;
    scene
        .ask(
            "DELETE",
            &format!("issue/{key}?deleteSubtasks=true"),
            Value::Null,
        )
        .await;
    let heard = scene.heard().await;
    assert_eq!(events(&heard), ["jira:issue_deleted", "jira:issue_deleted"]);
    for taken in heard {
        assert_eq!(taken.header("x-atlassian-webhook-flow"), Some("Primary"));
        let body = taken.json();
        assert_eq!(
            (&body["issue_event_type_name"], &body["changelog"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(body["user"]["accountId"], scene.cloud.person("Bruno"));
    }
    scene.cloud.advance(600).await;
    let comment = scene.heard_one().await;
    assert_eq!(
        (
            comment.event().as_str(),
            comment.header("x-atlassian-webhook-flow")
        ),
        ("comment_deleted", Some("Secondary"))
    );
    assert_eq!(comment.json()["issue"]["key"], key);
}
