//! `POST issue`

use serde_json::{Value, json};

use super::{WRITE_SCOPES, document, field_errors, fields, message, subtask_and_parent};
use crate::support::{Cloud, Reply, SCOPES};

async fn create(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud.post(&cloud.api("Acme", "issue"), token, body).await
}

/// A body that creates a task in SHOP, with these fields over it.
fn task(over: &Value) -> Value {
    let mut fields =
        json!({"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": "New"});
    for (name, value) in over.as_object().unwrap() {
        fields[name] = value.clone();
    }
    json!({"fields": fields})
}

#[tokio::test]
async fn created_issue_has_what_was_asked_and_the_projects_defaults() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let before = cloud.site_row("Acme")["projects"][0]["issues"]
        .as_u64()
        .unwrap();
    let body = task(&json!({
        "description": document("Words"), "labels": ["backend", "brand-new"], "duedate": "2026-12-24",
        "priority": {"name": "High"}, "components": [{"name": "Payment"}],
        "assignee": {"accountId": cloud.person("Chiara")}, "customfield_10016": 2.5, "customfield_10020": 14}));
    let reply = create(&cloud, &token, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let created = reply.json();
    let key = created["key"].as_str().unwrap();
    assert_eq!(key, format!("SHOP-{}", before + 1));
    assert!(
        created["self"]
            .as_str()
            .unwrap()
            .ends_with(created["id"].as_str().unwrap())
    );

    let found = fields(&cloud, &token, key).await;
    assert_eq!(found["summary"], "New");
    assert_eq!(found["description"], document("Words"));
    assert_eq!(found["labels"], json!(["backend", "brand-new"]));
    assert_eq!(found["duedate"], "2026-12-24");
    assert_eq!(found["priority"]["id"], "2");
    assert_eq!(found["components"][0]["name"], "Payment");
    assert_eq!(found["assignee"]["displayName"], "Chiara Moretti");
    assert_eq!(found["reporter"]["displayName"], "Bruno Okafor");
    assert_eq!(found["customfield_10016"], 2.5);
    assert_eq!(found["customfield_10020"][0]["id"], 14);
    assert_eq!(found["status"]["name"], "To Do");
    assert_eq!(found["created"], "2026-10-01T14:00:00.000+0200");
    let body = json!({"jql": "labels = brand-new", "fields": ["key"]});
    let search = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    assert_eq!(search["issues"][0]["key"], key);

    let plain = create(&cloud, &token, &task(&json!({}))).await.json();
    let plain = fields(&cloud, &token, plain["key"].as_str().unwrap()).await;
    assert_eq!(plain["priority"]["id"], "3");
    assert_eq!(
        plain["assignee"]["displayName"], "Ada Lindqvist",
        "who leads the project"
    );
    assert_eq!(plain["description"], Value::Null);
    let nobodys = create(&cloud, &token, &task(&json!({"assignee": null})))
        .await
        .json();
    let nobodys = fields(&cloud, &token, nobodys["key"].as_str().unwrap()).await;
    assert_eq!(nobodys["assignee"], Value::Null);
}

#[tokio::test]
async fn project_and_issue_type_are_asked_for_first() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let project = json!({"project": "Specify a valid project ID or key"});
    for wrong in [
        json!({"key": "NOPE"}),
        json!({"id": "99"}),
        json!({}),
        json!(null),
    ] {
        let reply = create(&cloud, &token, &task(&json!({"project": wrong}))).await;
        assert_eq!(reply.answer(), field_errors(&project), "{wrong}");
    }
    let kind = |text: &str| field_errors(&json!({"issuetype": text}));
    let missing = create(&cloud, &token, &task(&json!({"issuetype": null}))).await;
    assert_eq!(missing.answer(), kind("Specify an issue type"));
    // The last is a type of the team-managed project.
    for wrong in [
        json!({"id": "1"}),
        json!({"name": "Wish"}),
        json!({"id": "100011"}),
    ] {
        let reply = create(&cloud, &token, &task(&json!({"issuetype": wrong}))).await;
        assert_eq!(
            reply.answer(),
            kind("The issue type selected is invalid."),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn everything_wrong_with_the_fields_is_said_at_once() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let frida = cloud.person("Frida");
    let body = task(&json!({
        "summary": "a".repeat(256), "description": "plain text", "priority": {"id": "9"},
        "assignee": {"accountId": frida}, "labels": ["two words"], "duedate": "tomorrow",
        "customfield_99999": 1, "status": {"id": "3"}, "components": [{"name": "Nowhere"}]}));
    let expected = json!({
        "summary": "Summary must be less than 255 characters.",
        "description": "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        "priority": "The priority selected is invalid.",
        "assignee": format!("User '{frida}' cannot be assigned issues."),
        "labels": "The label 'two words' contains spaces which is invalid.",
        "duedate": "Error parsing date string: tomorrow",
        "customfield_99999": "Field 'customfield_99999' cannot be set. It is not on the appropriate screen, or unknown.",
        "status": "Field 'status' cannot be set. It is not on the appropriate screen, or unknown.",
        "components": "Component name 'Nowhere' is not valid",
    });
    assert_eq!(
        create(&cloud, &token, &body).await.answer(),
        field_errors(&expected)
    );
    let summaries = [
        (json!(null), "You must specify a summary of the issue."),
        (json!("  "), "You must specify a summary of the issue."),
        (
            json!("two\nlines"),
            "The summary is invalid because it contains newline characters.",
        ),
    ];
    for (summary, text) in summaries {
        let reply = create(&cloud, &token, &task(&json!({"summary": summary}))).await;
        assert_eq!(reply.answer(), field_errors(&json!({"summary": text})));
    }
    let mut none = task(&json!({}));
    none["fields"].as_object_mut().unwrap().remove("summary");
    let text = "You must specify a summary of the issue.";
    assert_eq!(
        create(&cloud, &token, &none).await.answer(),
        field_errors(&json!({"summary": text}))
    );
    assert_eq!(
        create(&cloud, &token, &task(&json!({"summary": "a".repeat(255)})))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn bodies_that_are_none_are_refused_before_anything() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue");
    let empty = cloud.call("POST", &path, &token, "").await;
    assert_eq!(
        empty.answer(),
        (400, message("No Issue Create payload supplied"))
    );
    let payload = json!({"errorMessages": ["Invalid request payload. Refer to the REST API documentation and try again."]});
    for wrong in [
        json!({"field": {}}),
        json!({"fields": []}),
        json!({"update": {"labels": "a"}}),
    ] {
        assert_eq!(
            create(&cloud, &token, &wrong).await.answer(),
            (400, payload.clone()),
            "{wrong}"
        );
    }
    let broken = cloud.call("POST", &path, &token, "{").await;
    assert_eq!(
        broken.json(),
        json!({"errorMessages": ["There was an error parsing JSON. Check that your request body is valid."]})
    );
    let reader = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert_eq!(
        create(&cloud, &reader, &task(&json!({}))).await.status,
        401,
        "the scope is missing"
    );
}

#[tokio::test]
async fn documents_with_something_wrong_inside_are_invalid_input() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let empty_text = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": ""}]}]});
    let reply = create(&cloud, &token, &task(&json!({"description": empty_text}))).await;
    assert_eq!(reply.answer(), (400, message("INVALID_INPUT")));
}

#[tokio::test]
async fn projects_where_one_may_not_create_have_no_fields_on_their_screen() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let expected = field_errors(
        &json!({"summary": "Field 'summary' cannot be set. It is not on the appropriate screen, or unknown."}),
    );
    // Bruno does not see SEC, LEGACY is archived, and Dmitri only reads.
    for (token, key) in [(&bruno, "SEC"), (&bruno, "LEGACY"), (&dmitri, "SHOP")] {
        let body = task(&json!({"project": {"key": key}}));
        assert_eq!(
            create(&cloud, token, &body).await.answer(),
            expected,
            "{key}"
        );
    }
}

#[tokio::test]
async fn team_managed_project_without_priority_refuses_one() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut body = json!({"fields": {"project": {"key": "MOB"}, "issuetype": {"name": "Task"}, "summary": "Swipe"}});
    let created = create(&cloud, &token, &body).await.json();
    let found = fields(&cloud, &token, created["key"].as_str().unwrap()).await;
    assert!(found.get("priority").is_none());
    assert_eq!(found["assignee"], Value::Null, "nobody gets it by default");
    body["fields"]["priority"] = json!({"id": "3"});
    let expected = json!({"priority": "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown."});
    assert_eq!(
        create(&cloud, &token, &body).await.answer(),
        field_errors(&expected)
    );
}

#[tokio::test]
async fn subtasks_have_a_parent_of_the_level_above() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let (subtask, parent) = subtask_and_parent(&cloud, &token).await;
    let body =
        |kind: &str, parent: Value| task(&json!({"issuetype": {"id": kind}, "parent": parent}));
    let orphan = create(&cloud, &token, &body("10003", Value::Null)).await;
    let missing =
        json!({"issuetype": "Issue type is a sub-task but parent issue key or id not specified."});
    assert_eq!(orphan.answer(), field_errors(&missing));
    let grandchild = create(&cloud, &token, &body("10003", json!({"key": subtask}))).await;
    let wrong =
        json!({"parentId": "Given parent work item does not belong to appropriate hierarchy."});
    assert_eq!(grandchild.answer(), field_errors(&wrong));
    let child = create(&cloud, &token, &body("10003", json!({"key": parent})))
        .await
        .json();
    let found = fields(&cloud, &token, child["key"].as_str().unwrap()).await;
    assert_eq!(found["parent"]["key"], parent.as_str());
    let subtasks = fields(&cloud, &token, &parent).await["subtasks"].clone();
    assert!(
        subtasks
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["key"] == child["key"])
    );
}

#[tokio::test]
async fn names_and_sentences_of_a_korean_caller_are_korean() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("한지우", "Acme", WRITE_SCOPES).await.access;
    let body = task(&json!({"issuetype": {"name": "버그"}, "priority": {"name": "높음"}}));
    assert_eq!(create(&cloud, &token, &body).await.status, 201);
    let reply = create(&cloud, &token, &task(&json!({"summary": null}))).await;
    assert_eq!(
        reply.json()["errors"]["summary"],
        "이슈의 요약을 지정해야 합니다."
    );
}

#[tokio::test]
async fn creation_may_be_followed_by_a_transition() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut body = task(&json!({}));
    body["transition"] = json!({"id": "21"});
    let created = create(&cloud, &token, &body).await.json();
    assert_eq!(created["transition"]["status"], 200);
    let found = fields(&cloud, &token, created["key"].as_str().unwrap()).await;
    assert_eq!(found["status"]["name"], "In Progress");
}
