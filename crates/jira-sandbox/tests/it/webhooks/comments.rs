//! Bodies of events about comments.

use serde_json::{Value, json};

use super::{Scene, document, events};

const COMMENT_EVENTS: [&str; 3] = ["comment_created", "comment_updated", "comment_deleted"];

fn names(value: &Value) -> Vec<&str> {
    let keys = value.as_object().unwrap().keys();
    let mut names: Vec<_> = keys.map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn comment_events_have_six_fields_no_user_and_a_link_that_leads_nowhere() {
    let scene = Scene::new().await;
    scene.register(&COMMENT_EVENTS).await;
    let comment = scene
        .ask(
            "POST",
            "issue/SHOP-2/comment",
            json!({"body": document("Said")}),
        )
        .await;
    let body = scene.heard_one().await.json();
    assert_eq!(
        names(&body),
        [
            "comment",
            "issue",
            "matchedWebhookIds",
            "timestamp",
            "webhookEvent"
        ]
    );
    assert_eq!(
        (&body["comment"]["id"], &body["comment"]["body"]),
        (&comment["id"], &json!("Said"))
    );
    assert_eq!(
        body["comment"]["updateAuthor"]["accountId"],
        scene.cloud.person("Bruno")
    );
    assert_eq!(
        names(&body["issue"]["fields"]),
        [
            "assignee",
            "issuetype",
            "priority",
            "project",
            "status",
            "summary"
        ]
    );
    let id = body["issue"]["id"].as_str().unwrap();
    assert_eq!(
        body["issue"]["self"],
        format!("https://acme.atlassian.example/rest/api/2/{id}")
    );
    let path = format!("issue/SHOP-2/comment/{}", comment["id"].as_str().unwrap());
    scene
        .ask("PUT", &path, json!({"body": document("Said otherwise")}))
        .await;
    let body = scene.heard_one().await.json();
    assert_eq!(
        (&body["webhookEvent"], &body["comment"]["body"]),
        (&json!("comment_updated"), &json!("Said otherwise"))
    );
    // Ada deletes what Bruno has written, and the body does not say so.
    let ada = scene
        .cloud
        .connect("Ada", "Acme", super::SCOPES)
        .await
        .access;
    scene.ask_as(&ada, "DELETE", &path, &Value::Null).await;
    let body = scene.heard_one().await.json();
    assert_eq!(
        (&body["webhookEvent"], &body["user"]),
        (&json!("comment_deleted"), &Value::Null)
    );
    assert_eq!(
        body["comment"]["updateAuthor"]["accountId"],
        scene.cloud.person("Bruno")
    );
}

#[tokio::test]
async fn a_comment_updates_its_issue_by_switch() {
    let scene = Scene::new().await;
    scene
        .register(&["jira:issue_updated", "comment_created"])
        .await;
    scene
        .ask(
            "POST",
            "issue/SHOP-2/comment",
            json!({"body": document("Once")}),
        )
        .await;
    assert_eq!(events(&scene.heard().await), ["comment_created"]);
    scene.switch(json!({"comment_sends_update": true})).await;
    scene
        .ask(
            "POST",
            "issue/SHOP-2/comment",
            json!({"body": document("Twice")}),
        )
        .await;
    let heard = scene.heard().await;
    assert_eq!(events(&heard), ["comment_created", "jira:issue_updated"]);
    let update = heard
        .iter()
        .find(|taken| taken.event() == "jira:issue_updated")
        .unwrap()
        .json();
    assert_eq!(update["issue_event_type_name"], "issue_commented");
    assert_eq!(
        (&update["comment"]["body"], &update["changelog"]),
        (&json!("Twice"), &Value::Null)
    );
}
