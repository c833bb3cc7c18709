//! `PUT issue/{idOrKey}` and its assignee.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, document, field_errors, fields, message, put};
use crate::support::{Cloud, SCOPES};

#[tokio::test]
async fn edit_answers_nothing_and_moves_updated() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut last = fields(&cloud, &token, "SHOP-7").await["updated"]
        .as_str()
        .unwrap()
        .to_owned();
    for summary in ["One", "Two"] {
        let reply = put(
            &cloud,
            &token,
            "SHOP-7",
            &json!({"fields": {"summary": summary}}),
        )
        .await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (204, ""));
        let found = fields(&cloud, &token, "SHOP-7").await;
        assert_eq!(found["summary"], summary);
        let updated = found["updated"].as_str().unwrap().to_owned();
        assert!(updated > last, "{updated} after {last}");
        last = updated;
    }
}

#[tokio::test]
async fn edit_returns_the_issue_when_asked() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let body = json!({"fields": {"description": document("New words")}});
    let reply = put(&cloud, &token, "SHOP-7?returnIssue=true", &body).await;
    assert_eq!(reply.status, 200);
    let issue = reply.json();
    assert_eq!(issue["fields"]["description"], document("New words"));
    assert_eq!(issue["fields"], fields(&cloud, &token, "SHOP-7").await);
    let cleared = put(
        &cloud,
        &token,
        "SHOP-7?returnIssue=true",
        &json!({"fields": {"description": null}}),
    )
    .await;
    assert_eq!(cleared.json()["fields"]["description"], Value::Null);
}

#[tokio::test]
async fn one_bad_field_writes_none() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let before = fields(&cloud, &token, "SHOP-7").await;
    let body =
        json!({"fields": {"summary": "Changed", "labels": ["changed"], "description": "text"}});
    let expected = json!({"description": "Operation value must be an Atlassian Document (see the Atlassian Document Format)"});
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &body).await.answer(),
        field_errors(&expected)
    );
    assert_eq!(fields(&cloud, &token, "SHOP-7").await, before);
}

#[tokio::test]
async fn update_adds_and_removes_items_of_lists() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let labels = |operations: Value| json!({"update": {"labels": operations}});
    for (operations, expected) in [
        (json!([{"set": ["a", "b"]}]), json!(["a", "b"])),
        (
            json!([{"add": "c"}, {"remove": "a"}, {"add": "b"}]),
            json!(["b", "c"]),
        ),
        (json!([{"set": []}]), json!([])),
    ] {
        let reply = put(&cloud, &token, "SHOP-7", &labels(operations)).await;
        assert_eq!(reply.status, 204, "{}", reply.text);
        assert_eq!(fields(&cloud, &token, "SHOP-7").await["labels"], expected);
    }
    let unsupported = put(
        &cloud,
        &token,
        "SHOP-7",
        &json!({"update": {"summary": [{"add": "x"}]}}),
    )
    .await;
    let expected = json!({"summary": "Operation 'add' is not supported for this field."});
    assert_eq!(unsupported.answer(), field_errors(&expected));
    let twice = json!({"fields": {"summary": "x"}, "update": {"summary": [{"set": "y"}]}});
    let expected =
        json!({"summary": "Field 'summary' cannot appear in both 'fields' and 'update'"});
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &twice).await.answer(),
        field_errors(&expected)
    );
}

#[tokio::test]
async fn what_cannot_be_edited_is_not_on_the_screen() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for (field, value) in [
        ("status", json!({"id": "3"})),
        ("created", json!("2026-01-01")),
        ("project", json!({"key": "OPS"})),
    ] {
        let reply = put(&cloud, &token, "SHOP-7", &json!({"fields": {field: value}})).await;
        let text = format!(
            "Field '{field}' cannot be set. It is not on the appropriate screen, or unknown."
        );
        assert_eq!(reply.answer(), field_errors(&json!({field: text})));
    }
    let subtask = put(
        &cloud,
        &token,
        "SHOP-1",
        &json!({"fields": {"issuetype": {"id": "10003"}}}),
    )
    .await;
    assert_eq!(
        subtask.answer(),
        field_errors(&json!({"issuetype": "The issue type selected is invalid."}))
    );
    let nothing = put(&cloud, &token, "SHOP-7", &json!({})).await;
    assert_eq!(
        nothing.answer(),
        (400, message("one of 'fields' or 'update' required"))
    );
}

#[tokio::test]
async fn edit_without_permission_is_a_403_or_a_400() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let body = json!({"fields": {"summary": "Mine"}});
    let forbidden = put(&cloud, &token, "SHOP-7", &body).await;
    let text = "You do not have permission to edit issues in this project.";
    assert_eq!(forbidden.answer(), (403, message(text)));
    cloud
        .control("switches", json!({"forbidden_edit": "bad_request"}))
        .await;
    let text = "Field 'summary' cannot be set. It is not on the appropriate screen, or unknown.";
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &body).await.answer(),
        field_errors(&json!({"summary": text}))
    );
}

#[tokio::test]
async fn unknown_and_invisible_issues_and_missing_scopes_are_refused_first() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let expected = message("Issue does not exist or you do not have permission to see it.");
    let body = json!({"fields": {"nonsense": 1}});
    for key in ["NOPE-1", "SEC-1", "99999999"] {
        assert_eq!(
            put(&cloud, &token, key, &body).await.answer(),
            (404, expected.clone())
        );
        let assignee = put(
            &cloud,
            &token,
            &format!("{key}/assignee"),
            &json!({"accountId": null}),
        )
        .await;
        assert_eq!(assignee.answer(), (404, expected.clone()));
    }
    let reader = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    for tail in ["SHOP-7", "SHOP-7/assignee"] {
        assert_eq!(put(&cloud, &reader, tail, &body).await.status, 401);
    }
}

#[tokio::test]
async fn only_administrators_edit_in_silence_or_around_screens() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let body = json!({"fields": {"summary": "Quiet"}});
    let silent = put(&cloud, &bruno, "SHOP-7?notifyUsers=false", &body).await;
    let text =
        "To discard the user notification either admin or project admin permissions are required.";
    assert_eq!(silent.answer(), (400, message(text)));
    assert_eq!(
        put(&cloud, &ada, "SHOP-7?notifyUsers=false", &body)
            .await
            .status,
        204
    );
    assert_eq!(
        put(&cloud, &ada, "SHOP-7?overrideScreenSecurity=true", &body)
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn assignee_is_a_person_nobody_or_the_default() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let assignee =
        async || fields(&cloud, &token, "SHOP-7").await["assignee"]["displayName"].clone();
    let chiara = cloud.person("Chiara");
    for (value, expected) in [
        (json!(chiara), json!("Chiara Moretti")),
        (json!(null), Value::Null),
        (json!("-1"), json!("Ada Lindqvist")),
    ] {
        let body = json!({"accountId": value});
        assert_eq!(
            put(&cloud, &token, "SHOP-7/assignee", &body).await.status,
            204
        );
        assert_eq!(assignee().await, expected);
        let field = if value.is_null() { Value::Null } else { body };
        let edit = json!({"fields": {"assignee": field}});
        put(
            &cloud,
            &token,
            "SHOP-7/assignee",
            &json!({"accountId": cloud.person("Bruno")}),
        )
        .await;
        assert_eq!(put(&cloud, &token, "SHOP-7", &edit).await.status, 204);
        assert_eq!(assignee().await, expected);
    }
    let frida = cloud.person("Frida");
    let text = format!("User '{frida}' cannot be assigned issues.");
    let reply = put(
        &cloud,
        &token,
        "SHOP-7/assignee",
        &json!({"accountId": frida}),
    )
    .await;
    assert_eq!(reply.answer(), field_errors(&json!({"assignee": text})));
    for wrong in [json!({"name": "bruno"}), json!({}), json!({"accountId": 1})] {
        assert_eq!(
            put(&cloud, &token, "SHOP-7/assignee", &wrong).await.status,
            400,
            "{wrong}"
        );
    }
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let reply = put(
        &cloud,
        &dmitri,
        "SHOP-7/assignee",
        &json!({"accountId": null}),
    )
    .await;
    assert_eq!(
        reply.answer(),
        (403, message("You do not have permission to assign issues."))
    );
}

#[tokio::test]
async fn sprint_field_moves_an_issue_between_open_sprints_and_keeps_the_closed_ones() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let found = cloud
        .post(
            &cloud.api("Acme", "search/jql"),
            &token,
            &json!({"jql": "sprint = 13 AND sprint = 14", "fields": ["key"], "maxResults": 1}),
        )
        .await
        .json();
    let key = found["issues"][0]["key"].as_str().unwrap();
    let sprints = async || -> Vec<Value> {
        let field = fields(&cloud, &token, key).await["customfield_10020"].clone();
        field
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].clone())
            .collect()
    };
    assert_eq!(sprints().await, [13, 14]);
    for (value, expected) in [(json!(15), vec![13, 15]), (json!(null), vec![13])] {
        let body = json!({"fields": {"customfield_10020": value}});
        assert_eq!(put(&cloud, &token, key, &body).await.status, 204);
        assert_eq!(sprints().await, expected);
    }
    let unknown = put(
        &cloud,
        &token,
        key,
        &json!({"fields": {"customfield_10020": 999}}),
    )
    .await;
    assert_eq!(
        unknown.answer(),
        field_errors(&json!({"customfield_10020": "Sprint with id '999' does not exist."}))
    );
}

#[tokio::test]
async fn conflict_comes_by_a_fault() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let rule = json!({"path": "/ex/jira/*/rest/api/3/issue/*", "method": "PUT",
        "fault": {"kind": "status", "status": 409, "body": message("Conflict")}});
    cloud.control("faults", rule).await;
    let body = json!({"fields": {"summary": "Mine"}});
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &body).await.answer(),
        (409, message("Conflict"))
    );
    assert_eq!(put(&cloud, &token, "SHOP-7", &body).await.status, 204);
}
