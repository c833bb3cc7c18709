//! Which fields a form has: contexts, screens, required fields, defaults, permissions, and parents.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, field_errors, fields, message, put, subtask_and_parent};
use crate::support::{Cloud, Reply};

const UNKNOWN: &str = "cannot be set. It is not on the appropriate screen, or unknown.";

async fn create(cloud: &Cloud, token: &str, project: &str, kind: &str, over: &Value) -> Reply {
    let mut fields =
        json!({"project": {"key": project}, "issuetype": {"id": kind}, "summary": "New"});
    for (name, value) in over.as_object().unwrap() {
        fields[name] = value.clone();
    }
    let path = cloud.api("Acme", "issue");
    cloud.post(&path, token, &json!({"fields": fields})).await
}

async fn created(cloud: &Cloud, token: &str, reply: &Reply) -> Value {
    assert_eq!(reply.status, 201, "{}", reply.text);
    fields(cloud, token, reply.json()["key"].as_str().unwrap()).await
}

async fn form(cloud: &Cloud, token: &str, tail: &str) -> Vec<Value> {
    let path = cloud.api("Acme", &format!("issue/createmeta/{tail}"));
    let meta = cloud.get(&path, token).await.json();
    meta["fields"].as_array().unwrap().clone()
}

fn field<'a>(form: &'a [Value], id: &str) -> Option<&'a Value> {
    form.iter().find(|row| row["fieldId"] == id)
}

#[tokio::test]
async fn fields_depend_on_project_type_and_screen() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let bug = form(&cloud, &token, "SHOP/issuetypes/10004?maxResults=200").await;
    let task = form(&cloud, &token, "SHOP/issuetypes/10002?maxResults=200").await;
    let office = form(&cloud, &token, "OPS/issuetypes/10002?maxResults=200").await;
    let severity = |form: &[Value]| -> Vec<Value> {
        let values = field(form, "customfield_10108").unwrap()["allowedValues"].clone();
        values
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["value"].clone())
            .collect()
    };
    assert!(
        field(&bug, "customfield_10130").is_some() && field(&task, "customfield_10130").is_none()
    );
    assert!(field(&office, "customfield_10101").is_none());
    assert_eq!(
        severity(&task),
        ["Critical", "Major", "Minor"],
        "the disabled one is missing"
    );
    let platform = form(&cloud, &token, "PLAT/issuetypes/10002?maxResults=200").await;
    assert_eq!(severity(&platform), ["Outage", "Degraded"]);
    let names: Vec<_> = task
        .iter()
        .filter(|row| row["name"] == "Approver")
        .collect();
    assert_eq!(names.len(), 2, "a name is no id");

    // On the edit screen, and not on the one for creating.
    assert!(field(&task, "customfield_10133").is_none());
    let refused = create(
        &cloud,
        &token,
        "SHOP",
        "10002",
        &json!({"customfield_10133": "x"}),
    )
    .await;
    let text = format!("Field 'customfield_10133' {UNKNOWN}");
    assert_eq!(
        refused.answer(),
        field_errors(&json!({"customfield_10133": text}))
    );
    let edit = json!({"fields": {"customfield_10133": "x"}});
    assert_eq!(put(&cloud, &token, "SHOP-7", &edit).await.status, 204);
}

#[tokio::test]
async fn only_the_type_key_tells_rich_text_from_plain() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for (project, kind, text, paragraph) in [
        ("SHOP", "10002", "customfield_10101", "customfield_10102"),
        ("MOB", "100011", "customfield_10201", "customfield_10202"),
    ] {
        let form = form(
            &cloud,
            &token,
            &format!("{project}/issuetypes/{kind}?maxResults=200"),
        )
        .await;
        let schema = |id: &str| field(&form, id).unwrap()["schema"].clone();
        assert_eq!(schema(text)["type"], schema(paragraph)["type"]);
        assert!(
            schema(paragraph)["custom"]
                .as_str()
                .unwrap()
                .ends_with(":textarea")
        );
        assert_eq!(
            schema("description"),
            json!({"type": "string", "system": "description"})
        );
    }
}

#[tokio::test]
async fn required_fields_are_asked_for_and_defaults_fill_them() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let bug = form(&cloud, &token, "PLAT/issuetypes/10004?maxResults=200").await;
    let impact = field(&bug, "customfield_10131").unwrap();
    assert_eq!(
        (&impact["required"], &impact["hasDefaultValue"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(impact["defaultValue"]["value"], "Low");
    let cause = field(&bug, "customfield_10132").unwrap();
    assert_eq!(
        (&cause["required"], &cause["hasDefaultValue"]),
        (&json!(true), &json!(false))
    );

    let missing = create(
        &cloud,
        &token,
        "PLAT",
        "10004",
        &json!({"customfield_10131": null}),
    )
    .await;
    let expected = json!({"customfield_10131": "Impact is required.", "customfield_10132": "Root cause is required."});
    assert_eq!(missing.answer(), field_errors(&expected));
    let made = create(
        &cloud,
        &token,
        "PLAT",
        "10004",
        &json!({"customfield_10132": "Haste"}),
    )
    .await;
    let found = created(&cloud, &token, &made).await;
    assert_eq!(found["customfield_10131"]["value"], "Low");
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let cleared = put(
        &cloud,
        &token,
        &key,
        &json!({"fields": {"customfield_10132": null}}),
    )
    .await;
    assert_eq!(
        cleared.answer(),
        field_errors(&json!({"customfield_10132": "Root cause is required."}))
    );

    cloud
        .control(
            "switches",
            json!({"required_field_error": "error_messages"}),
        )
        .await;
    let missing = create(&cloud, &token, "PLAT", "10004", &json!({})).await;
    let text = "Field Root cause is required.";
    assert_eq!(missing.answer(), (400, message(text)));
}

#[tokio::test]
async fn metadata_for_creating_has_three_shapes_and_ends_at_two_hundred() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let get = async |tail: &str| {
        let path = cloud.api("Acme", &format!("issue/createmeta/SHOP/issuetypes{tail}"));
        cloud.get(&path, &token).await
    };
    for (shape, types, fields) in [
        ("fields", "issueTypes", "fields"),
        ("results", "createMetaIssueType", "results"),
        ("values", "values", "values"),
    ] {
        cloud
            .control("switches", json!({"createmeta_shape": shape}))
            .await;
        let page = get("?maxResults=2").await.json();
        assert_eq!(page[types].as_array().unwrap().len(), 2, "{shape}");
        assert_eq!(page.get("isLast").is_some(), shape == "values");
        let page = get("/10002?startAt=3&maxResults=7").await.json();
        assert_eq!(page[fields].as_array().unwrap().len(), 7, "{shape}");
        assert!(page["total"].as_u64().unwrap() > 30);
    }
    let long = json!({"errorMessages": ["Parameter 'maxResults' must not exceed the limit '200'"],
        "errors": {}, "httpStatusCode": {"empty": false, "present": true}});
    assert_eq!(get("/10002?maxResults=201").await.answer(), (400, long));

    let children = async || {
        let form = get("/10002?maxResults=200").await.json();
        let rows = form["values"].as_array().unwrap().clone();
        let region = rows.iter().find(|row| row["name"] == "Region").unwrap();
        region["allowedValues"][0].get("children").cloned()
    };
    assert_eq!(children().await.unwrap()[0]["value"], "Germany");
    cloud
        .control("switches", json!({"cascading_children_in_meta": false}))
        .await;
    assert_eq!(children().await, None);
}

#[tokio::test]
async fn fields_behind_permissions_are_missing_without_them() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Chiara", "Acme", WRITE_SCOPES).await.access;
    let denied = json!({"site_id": cloud.site("Acme"), "account_id": cloud.person("Chiara"),
        "project": "SHOP", "deny": ["ASSIGN_ISSUES", "MODIFY_REPORTER", "SCHEDULE_ISSUES"]});
    cloud.control("permissions", denied).await;
    let path = cloud.api("Acme", "issue/SHOP-7/editmeta");
    let meta = cloud.get(&path, &token).await.json();
    let body = json!({"assignee": null, "reporter": null, "duedate": null});
    let mut expected = json!({});
    for id in ["assignee", "reporter", "duedate"] {
        assert!(meta["fields"].get(id).is_none(), "{id}");
        expected[id] = format!("Field '{id}' {UNKNOWN}").into();
    }
    let reply = put(&cloud, &token, "SHOP-7", &json!({"fields": body})).await;
    assert_eq!(reply.answer(), field_errors(&expected));

    let nobody = json!({"site_id": cloud.site("Acme"), "account_id": cloud.person("Chiara"),
        "project": "SHOP", "deny": ["CREATE_ISSUES"]});
    cloud.control("permissions", nobody).await;
    let path = cloud.api("Acme", "issue/createmeta/SHOP/issuetypes");
    assert_eq!(
        cloud.get(&path, &token).await.json()["issueTypes"],
        json!([])
    );
}

#[tokio::test]
async fn fields_are_made_and_changed_from_outside() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let site = cloud.site("Acme");
    let made = json!({"site_id": site, "name": "Colour", "kind": "select", "projects": ["OPS"],
        "options": ["Red", "Blue"], "required": true});
    let made = cloud.control("fields", made).await;
    let id = made["field"].as_str().unwrap();
    let missing = create(&cloud, &token, "OPS", "10002", &json!({})).await;
    assert_eq!(
        missing.answer(),
        field_errors(&json!({id: "Colour is required."}))
    );
    let red = json!({id: {"value": "Red"}});
    assert_eq!(
        create(&cloud, &token, "OPS", "10002", &red).await.status,
        201
    );
    let option = &made["contexts"][0]["options"][0]["id"];
    let change = json!({"site_id": site, "field": id, "disable": [option], "required": false});
    cloud.control("fields", change).await;
    let refused = create(&cloud, &token, "OPS", "10002", &red).await;
    let text = "Specify a valid 'id' or 'name' for Colour";
    assert_eq!(refused.answer(), field_errors(&json!({id: text})));
    assert_eq!(
        create(&cloud, &token, "OPS", "10002", &json!({}))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn a_parent_is_taken_away_by_the_recipe_that_works() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let child = async |project: &str, epic: &str, task: &str| {
        let epic = create(&cloud, &token, project, epic, &json!({}))
            .await
            .json();
        let parent = json!({"parent": {"key": epic["key"]}});
        let child = create(&cloud, &token, project, task, &parent).await.json();
        child["key"].as_str().unwrap().to_owned()
    };
    let none_true = json!({"update": {"parent": [{"set": {"none": true}}]}});
    let null = json!({"fields": {"parent": null}});
    let empty = json!({"fields": {"parent": {}}});
    for (switch, project, epic, task, works) in [
        ("by_style", "SHOP", "10000", "10002", &none_true),
        ("by_style", "MOB", "100010", "100011", &empty),
        ("none_true", "MOB", "100010", "100011", &none_true),
        ("null", "SHOP", "10000", "10002", &null),
        ("empty_object", "SHOP", "10000", "10002", &empty),
    ] {
        cloud
            .control("switches", json!({"parent_clear": switch}))
            .await;
        let key = child(project, epic, task).await;
        for recipe in [&none_true, &null, &empty] {
            let before = fields(&cloud, &token, &key).await.get("parent").is_some();
            assert_eq!(put(&cloud, &token, &key, recipe).await.status, 204);
            let after = fields(&cloud, &token, &key).await.get("parent").is_some();
            assert_eq!(
                after,
                before && recipe != works,
                "{switch} {project} {recipe}"
            );
        }
    }
    let (subtask, _) = subtask_and_parent(&cloud, &token).await;
    let text = "Issue type is a sub-task but parent issue key or id not specified.";
    cloud
        .control("switches", json!({"parent_clear": "null"}))
        .await;
    assert_eq!(
        put(&cloud, &token, &subtask, &null).await.answer(),
        field_errors(&json!({"issuetype": text}))
    );
}

#[tokio::test]
async fn subtasks_stay_in_the_project_and_the_team_of_their_parent() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let elsewhere = json!({"parent": {"key": "PLAT-2"}});
    let refused = create(&cloud, &token, "SHOP", "10003", &elsewhere).await;
    let text = "Sub-tasks must be created in the same project as the parent.";
    assert_eq!(refused.answer(), field_errors(&json!({"project": text})));

    let (subtask, parent) = subtask_and_parent(&cloud, &token).await;
    let team = json!({"fields": {"customfield_10001": "36885b3c-1bf0-4f85-a357-c5b858c31de4"}});
    assert_eq!(put(&cloud, &token, &parent, &team).await.status, 204);
    let found = fields(&cloud, &token, &subtask).await;
    assert_eq!(found["customfield_10001"]["name"], "Checkout crew");
    let refused = put(&cloud, &token, &subtask, &team).await;
    let text = format!("Field 'customfield_10001' {UNKNOWN}");
    assert_eq!(
        refused.answer(),
        field_errors(&json!({"customfield_10001": text}))
    );
    cloud
        .control("switches", json!({"team_on_subtask": "ignored"}))
        .await;
    let other =
        json!({"fields": {"customfield_10001": "9e1d4b5a-7c0f-4a53-8e0e-6a2f7f1e0c11-1809"}});
    assert_eq!(put(&cloud, &token, &subtask, &other).await.status, 204);
    let found = fields(&cloud, &token, &subtask).await;
    assert_eq!(found["customfield_10001"]["name"], "Checkout crew");
}

#[tokio::test]
async fn mail_that_one_may_not_suppress_is_a_switch() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    cloud
        .control("switches", json!({"notify_users_denied": "ignored"}))
        .await;
    let body = json!({"fields": {"summary": "Quiet"}});
    let reply = put(&cloud, &token, "SHOP-7?notifyUsers=false", &body).await;
    assert_eq!(reply.status, 204);
}

#[tokio::test]
async fn epic_link_says_the_parent_by_its_key() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let epic = create(
        &cloud,
        &token,
        "SHOP",
        "10000",
        &json!({"customfield_10011": "Big"}),
    )
    .await;
    assert_eq!(
        created(&cloud, &token, &epic).await["customfield_10011"],
        "Big"
    );
    let key = epic.json()["key"].clone();
    let made = create(
        &cloud,
        &token,
        "SHOP",
        "10002",
        &json!({"customfield_10014": key}),
    )
    .await;
    let found = created(&cloud, &token, &made).await;
    assert_eq!(
        (&found["parent"]["key"], &found["customfield_10014"]),
        (&key, &key)
    );
    let refused = create(
        &cloud,
        &token,
        "SHOP",
        "10002",
        &json!({"customfield_10014": "SHOP-99999"}),
    )
    .await;
    let text = "Given parent work item does not belong to appropriate hierarchy.";
    assert_eq!(
        refused.answer(),
        field_errors(&json!({"customfield_10014": text}))
    );
}
