//! What was changed about an issue, told afterwards.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, document, put};
use crate::support::{Cloud, Reply};

async fn history(cloud: &Cloud, token: &str, key: &str) -> Vec<Value> {
    let path = cloud.api("Acme", &format!("issue/{key}/changelog"));
    let page = cloud.get(&path, token).await.json();
    page["values"].as_array().unwrap().clone()
}

/// A new task, whose history is empty.
async fn task(cloud: &Cloud, token: &str) -> String {
    let body = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": "New"}});
    let reply = cloud.post(&cloud.api("Acme", "issue"), token, &body).await;
    reply.json()["key"].as_str().unwrap().to_owned()
}

async fn transition(cloud: &Cloud, token: &str, key: &str, id: &str) {
    let path = cloud.api("Acme", &format!("issue/{key}/transitions"));
    let reply = cloud
        .post(&path, token, &json!({"transition": {"id": id}}))
        .await;
    assert_eq!(reply.status, 204, "{}", reply.text);
}

fn item(field: &str, id: &str, from: (Value, Value), to: (Value, Value)) -> Value {
    let kind = if id.starts_with("customfield") {
        "custom"
    } else {
        "jira"
    };
    let mut item = json!({"field": field, "fieldtype": kind, "fieldId": id});
    (item["from"], item["fromString"]) = from;
    (item["to"], item["toString"]) = to;
    item
}

#[tokio::test]
async fn each_write_is_an_entry_with_an_item_for_each_field() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = task(&cloud, &token).await;
    assert_eq!(history(&cloud, &token, &key).await, [] as [Value; 0]);
    cloud.advance(60).await;
    let edit = json!({"fields": {
        "summary": "Newer", "description": document("*Words*"), "labels": ["a", "b"], "priority": {"id": "1"},
        "duedate": "2026-12-24", "components": [{"name": "Payment"}], "customfield_10020": 14,
        "customfield_10031": "Hooli", "assignee": {"accountId": cloud.person("Chiara")},
    }});
    assert_eq!(put(&cloud, &token, &key, &edit).await.status, 204);
    let entries = history(&cloud, &token, &key).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["author"]["displayName"], "Bruno Okafor");
    assert_eq!(entries[0]["created"], "2026-10-01T14:01:00.000+0200");
    let items = entries[0]["items"].as_array().unwrap();
    let none = || (json!(null), json!(null));
    let text = |text: &str| (json!(null), json!(text));
    let row = |id: &str, name: &str| (json!(id), json!(name));
    for expected in [
        item("summary", "summary", text("New"), text("Newer")),
        item("description", "description", none(), text("\\*Words\\*")),
        item("labels", "labels", text(""), text("a b")),
        item(
            "priority",
            "priority",
            row("3", "Medium"),
            row("1", "Highest"),
        ),
        item(
            "duedate",
            "duedate",
            none(),
            row("2026-12-24", "2026-12-24 00:00:00.0"),
        ),
        item("Component", "components", none(), row("20001", "Payment")),
    ] {
        assert!(items.contains(&expected), "{expected} in {items:#?}");
    }
    let named = |name: &str| items.iter().find(|item| item["field"] == name).unwrap();
    assert_eq!(named("Sprint")["to"], "14");
    assert_eq!(named("Sprint")["fieldId"], "customfield_10020");
    let assignee = named("assignee");
    assert_eq!(assignee["toString"], "Chiara Moretti");
    assert_eq!(assignee["to"], cloud.person("Chiara").as_str());
    assert_eq!(assignee["tmpToAccountId"], assignee["to"]);
    let customer = items
        .iter()
        .find(|item| item["fieldId"] == "customfield_10031");
    assert_eq!(customer.unwrap()["toString"], "Hooli");
    assert_eq!(items.len(), 9);

    // The same again changes nothing, and a parent has no field id.
    put(&cloud, &token, &key, &edit).await;
    let body =
        json!({"jql": "project = SHOP AND issuetype = Epic", "fields": ["key"], "maxResults": 1});
    let found = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    let epic = &found["issues"][0];
    put(
        &cloud,
        &token,
        &key,
        &json!({"fields": {"parent": {"key": epic["key"]}}}),
    )
    .await;
    let entries = history(&cloud, &token, &key).await;
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[1]["items"],
        json!([{"field": "IssueParentAssociation", "fieldtype": "jira",
        "from": null, "fromString": null, "to": epic["id"], "toString": epic["key"]}])
    );
}

#[tokio::test]
async fn a_transition_is_told_with_the_resolution_it_brings() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = task(&cloud, &token).await;
    transition(&cloud, &token, &key, "51").await;
    let entries = history(&cloud, &token, &key).await;
    let row = |id: &str, name: &str| (json!(id), json!(name));
    let expected = json!([
        item(
            "resolution",
            "resolution",
            (json!(null), json!(null)),
            row("10000", "Done")
        ),
        item(
            "status",
            "status",
            row("10000", "To Do"),
            row("10002", "Done")
        ),
    ]);
    assert_eq!(entries[0]["items"], expected);
}

#[tokio::test]
async fn what_the_controls_do_is_told_without_an_author() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = task(&cloud, &token).await;
    let changes = json!({"site_id": cloud.site("Acme"), "move": [{"issue": key, "to": "OPS"}], "touch": ["SHOP-1"]});
    let moved = cloud.control("issues", changes).await["moved"][0].clone();
    let entries = history(&cloud, &token, &key).await;
    assert_eq!(entries.len(), 1);
    assert!(entries[0].get("author").is_none());
    let items = &entries[0]["items"];
    assert_eq!(items[0]["field"], "Key");
    assert_eq!(
        (&items[0]["fromString"], &items[0]["toString"]),
        (&json!(key), &moved)
    );
    assert!(items[0].get("fieldId").is_none());
    assert_eq!(
        (&items[1]["fieldId"], &items[1]["toString"]),
        (&json!("project"), &json!("Operations"))
    );
}

#[tokio::test]
async fn histories_are_paged_oldest_first_picked_and_expanded_newest_first() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = task(&cloud, &token).await;
    for number in 0..105 {
        put(
            &cloud,
            &token,
            &key,
            &json!({"fields": {"summary": format!("Number {number}")}}),
        )
        .await;
    }
    let path = cloud.api("Acme", &format!("issue/{key}/changelog"));
    let first = cloud.get(&path, &token).await.json();
    assert_eq!(
        (&first["total"], &first["maxResults"], &first["isLast"]),
        (&json!(105), &json!(100), &json!(false))
    );
    assert!(first["self"].as_str().unwrap().contains(&key));
    let next = first["nextPage"].as_str().unwrap();
    let next = cloud
        .get(next.split_once("8080").unwrap().1, &token)
        .await
        .json();
    assert_eq!(
        (&next["startAt"], &next["isLast"]),
        (&json!(100), &json!(true))
    );
    assert!(next.get("nextPage").is_none());
    let last = &next["values"][4];
    assert_eq!(last["items"][0]["toString"], "Number 104");
    let id: u64 = last["id"].as_str().unwrap().parse().unwrap();
    let picked = cloud
        .post(
            &format!("{path}/list"),
            &token,
            &json!({"changelogIds": [id, 1]}),
        )
        .await
        .json();
    assert_eq!(picked["histories"], json!([last]));
    assert_eq!(
        cloud
            .post(&format!("{path}/list"), &token, &json!({}))
            .await
            .status,
        400
    );
    let issue = cloud
        .get(
            &cloud.api("Acme", &format!("issue/{key}?expand=changelog")),
            &token,
        )
        .await
        .json();
    let expanded = issue["changelog"]["histories"].as_array().unwrap();
    assert_eq!(
        (&expanded[0], expanded.len(), &issue["changelog"]["total"]),
        (last, 100, &json!(105))
    );
    let search = json!({"jql": format!("key = {key}"), "expand": "changelog"});
    let found = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &search)
        .await
        .json();
    assert_eq!(
        found["issues"][0]["changelog"]["histories"],
        json!(expanded[..40])
    );
    let gone = cloud
        .get(&cloud.api("Acme", "issue/NOPE-1/changelog"), &token)
        .await;
    assert_eq!(gone.status, 404);
}

async fn bulk(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud
        .post(&cloud.api("Acme", "changelog/bulkfetch"), token, body)
        .await
}

#[tokio::test]
async fn many_histories_come_page_by_page_sorted_by_time() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let (one, two) = (task(&cloud, &token).await, task(&cloud, &token).await);
    for (key, text) in [(&one, "a"), (&two, "b"), (&one, "c")] {
        cloud.advance(60).await;
        let edit = json!({"fields": {"summary": text, "labels": [text]}});
        put(&cloud, &token, key, &edit).await;
    }
    let mut body =
        json!({"issueIdsOrKeys": [two, one, "NOPE-1"], "fieldIds": ["summary"], "maxResults": 2});
    let first = bulk(&cloud, &token, &body).await.json();
    let texts = |page: &Value| {
        let groups = page["issueChangeLogs"].as_array().unwrap().clone();
        let entries = groups
            .iter()
            .flat_map(|group| group["changeHistories"].as_array().unwrap().clone());
        entries
            .map(|entry| {
                assert_eq!(entry["items"].as_array().unwrap().len(), 1);
                (
                    entry["items"][0]["toString"].clone(),
                    entry["created"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    let start = 1_790_856_000_000_u64;
    assert_eq!(
        texts(&first),
        [
            (json!("a"), json!(start + 60_000)),
            (json!("b"), json!(start + 120_000))
        ]
    );
    body["nextPageToken"] = first["nextPageToken"].clone();
    cloud
        .control("switches", json!({"bulkfetch_changelog_created": "iso"}))
        .await;
    let second = bulk(&cloud, &token, &body).await.json();
    assert_eq!(
        texts(&second),
        [(json!("c"), json!("2026-10-01T14:03:00.000+0200"))]
    );
    assert!(second.get("nextPageToken").is_none());
    for wrong in [
        json!({"issueIdsOrKeys": []}),
        json!({"issueIdsOrKeys": vec![one.as_str(); 1_001]}),
        json!({"issueIdsOrKeys": [one], "maxResults": 10_001}),
        json!({"issueIdsOrKeys": [one], "nextPageToken": "x"}),
        json!({"issueIdsOrKeys": [one], "fieldIds": vec!["a"; 11]}),
    ] {
        assert_eq!(bulk(&cloud, &token, &wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn custom_fields_of_every_kind_are_told() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = task(&cloud, &token).await;
    let path = cloud.api("Acme", &format!("issue/{key}/editmeta"));
    let meta = cloud.get(&path, &token).await.json();
    let option = |field: u64, index: usize| {
        meta["fields"][format!("customfield_{field}")]["allowedValues"][index].clone()
    };
    let (chiara, ada) = (cloud.person("Chiara"), cloud.person("Ada"));
    let (select, many, group) = (
        option(10_108, 0),
        [option(10_110, 0), option(10_110, 1)],
        "developers",
    );
    let (region, version) = (option(10_112, 0), option(10_119, 0));
    let edit = json!({"fields": {
        "customfield_10102": document("Notes"),
        "customfield_10104": 2.5,
        "customfield_10105": "2026-12-24",
        "customfield_10107": ["a", "b"],
        "customfield_10108": {"id": select["id"]},
        "customfield_10110": [{"id": many[0]["id"]}, {"id": many[1]["id"]}],
        "customfield_10112": {"id": region["id"], "child": {"id": region["children"][0]["id"]}},
        "customfield_10113": {"accountId": chiara},
        "customfield_10114": [{"accountId": chiara}, {"accountId": ada}],
        "customfield_10115": {"name": group},
        "customfield_10119": [{"id": version["id"]}],
    }});
    let reply = put(&cloud, &token, &key, &edit).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    let entries = history(&cloud, &token, &key).await;
    let items = entries[0]["items"].as_array().unwrap();
    let to = |field: u64| {
        let id = format!("customfield_{field}");
        let item = items
            .iter()
            .find(|item| item["fieldId"] == id.as_str())
            .unwrap();
        assert_eq!(
            (&item["fieldtype"], &item["fromString"]),
            (&json!("custom"), &Value::Null)
        );
        (item["to"].clone(), item["toString"].clone())
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(to(10_102), (Value::Null, json!("Notes")));
    assert_eq!(to(10_104), (Value::Null, json!("2.5")));
    assert_eq!(to(10_105), (json!("2026-12-24"), json!("2026-12-24")));
    assert_eq!(to(10_107), (Value::Null, json!("a b")));
    assert_eq!(to(10_108), (select["id"].clone(), select["value"].clone()));
    let ids = format!("[{}, {}]", text(&many[0]["id"]), text(&many[1]["id"]));
    let names = format!("{},{}", text(&many[0]["value"]), text(&many[1]["value"]));
    assert_eq!(to(10_110), (json!(ids), json!(names)));
    let child = &region["children"][0];
    let sentence = format!(
        "Parent values: {}({})Level 1 values: {}({})",
        text(&region["value"]),
        text(&region["id"]),
        text(&child["value"]),
        text(&child["id"])
    );
    assert_eq!(to(10_112), (Value::Null, json!(sentence)));
    assert_eq!(to(10_113), (json!(chiara), json!("Chiara Moretti")));
    assert_eq!(
        to(10_114),
        (
            json!(format!("[{chiara}, {ada}]")),
            json!("[Chiara Moretti, Ada Lindqvist]")
        )
    );
    assert_eq!(to(10_115).1, group);
    assert_eq!(
        to(10_119),
        (
            json!(format!("[{}]", text(&version["id"]))),
            version["name"].clone()
        )
    );
}
