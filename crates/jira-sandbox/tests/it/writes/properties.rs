//! Entity properties of issues: what apps keep with them.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, fields, message, put};
use crate::support::{Cloud, Reply};

/// A task for a new issue, with these properties.
fn task(summary: &str, properties: &Value) -> Value {
    json!({
        "fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "10002"}, "summary": summary},
        "properties": properties,
    })
}

async fn create(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud.post(&cloud.api("Acme", "issue"), token, body).await
}

/// All properties of an issue.
async fn all(cloud: &Cloud, token: &str, key: &str) -> Value {
    let tail = format!("issue/{key}?properties=*all&fields=summary");
    let reply = cloud.get(&cloud.api("Acme", &tail), token).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["properties"].clone()
}

fn at(cloud: &Cloud, issue: &str, key: &str) -> String {
    cloud.api("Acme", &format!("issue/{issue}/properties/{key}"))
}

#[tokio::test]
async fn a_new_issue_keeps_its_properties() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let properties = json!([
        {"key": "origin", "value": {"id": 7, "of": ["a", null]}},
        {"key": "a key/with signs", "value": "text"},
    ]);
    let made = create(&cloud, &token, &task("Marked", &properties)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let key = made["key"].as_str().unwrap();

    let path = cloud.api("Acme", &format!("issue/{key}/properties"));
    let listed = cloud.get(&path, &token).await.json();
    let keys = listed["keys"].as_array().unwrap();
    let names: Vec<_> = keys.iter().map(|row| &row["key"]).collect();
    assert_eq!(names, ["a key/with signs", "origin"]);
    for row in keys {
        let link = row["self"].as_str().unwrap();
        let path = link.strip_prefix("http://sandbox.test:8080").unwrap();
        let one = cloud.get(path, &token).await.json();
        assert_eq!(one["key"], row["key"], "{link}");
    }
    let one = cloud.get(&at(&cloud, key, "origin"), &token).await;
    let value = json!({"id": 7, "of": ["a", null]});
    assert_eq!(
        one.answer(),
        (200, json!({"key": "origin", "value": value}))
    );
}

#[tokio::test]
async fn each_issue_of_many_keeps_its_own() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mark = |value: &str| json!([{"key": "mark", "value": value}]);
    let long = json!([{"key": "k".repeat(256), "value": 1}]);
    let updates = json!({"issueUpdates": [
        task("One", &mark("first")),
        task("Two", &long),
        task("Three", &mark("third")),
    ]});
    let reply = cloud
        .post(&cloud.api("Acme", "issue/bulk"), &token, &updates)
        .await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let body = reply.json();
    assert_eq!(body["errors"][0]["failedElementNumber"], 1);
    let keys = body["issues"].as_array().unwrap().iter();
    let keys: Vec<_> = keys.map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["SHOP-241", "SHOP-242"]);
    assert_eq!(
        all(&cloud, &token, "SHOP-241").await,
        json!({"mark": "first"})
    );
    assert_eq!(
        all(&cloud, &token, "SHOP-242").await,
        json!({"mark": "third"})
    );
}

#[tokio::test]
async fn edits_and_transitions_set_properties_and_leave_the_others() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let edit = json!({
        "fields": {"summary": "Edited"},
        "properties": [{"key": "a", "value": 1}, {"key": "b", "value": 1}],
    });
    assert_eq!(put(&cloud, &token, "SHOP-1", &edit).await.status, 204);
    let step = json!({"transition": {"id": "21"}, "properties": [{"key": "b", "value": [2]}, {"key": "c", "value": 2}]});
    let path = cloud.api("Acme", "issue/SHOP-1/transitions");
    assert_eq!(cloud.post(&path, &token, &step).await.status, 204);
    let expected = json!({"a": 1, "b": [2], "c": 2});
    assert_eq!(all(&cloud, &token, "SHOP-1").await, expected);

    // A write that is refused sets none, and an edit is of a field at least.
    let wrong = json!({"fields": {"summary": ""}, "properties": [{"key": "a", "value": 3}]});
    assert_eq!(put(&cloud, &token, "SHOP-1", &wrong).await.status, 400);
    let bare = json!({"properties": [{"key": "a", "value": 3}]});
    assert_eq!(
        put(&cloud, &token, "SHOP-1", &bare).await.answer(),
        (400, message("one of 'fields' or 'update' required"))
    );
    assert_eq!(all(&cloud, &token, "SHOP-1").await, expected);
}

#[tokio::test]
async fn one_by_one_they_are_set_changed_and_deleted() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let around = async || {
        let history = cloud.api("Acme", "issue/SHOP-1/changelog");
        let history = cloud.get(&history, &token).await.json();
        (fields(&cloud, &token, "SHOP-1").await, history)
    };
    let before = around().await;
    let path = at(&cloud, "SHOP-1", "mark");
    for (value, status) in [("{\"a\": 1}", 201), ("false", 200), ("\"text\"", 200)] {
        let reply = cloud.call("PUT", &path, &token, value).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (status, ""));
        let found = cloud.get(&path, &token).await.json();
        let expected: Value = juncture_json::decode(value).unwrap();
        assert_eq!(found, json!({"key": "mark", "value": expected}));
    }
    let unknown = message("The property mark does not exist.");
    let deleted = cloud.call("DELETE", &path, &token, "").await;
    assert_eq!(deleted.status, 204);
    assert_eq!(
        cloud.get(&path, &token).await.answer(),
        (404, unknown.clone())
    );
    assert_eq!(
        cloud.call("DELETE", &path, &token, "").await.answer(),
        (404, unknown)
    );
    assert_eq!(around().await, before, "the issue did not change");
}

#[tokio::test]
async fn who_reads_the_issue_reads_them_and_who_edits_it_writes_them() {
    let cloud = Cloud::new().await;
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let path = at(&cloud, "SHOP-1", "mark");
    assert_eq!(cloud.call("PUT", &path, &ada, "1").await.status, 201);
    assert_eq!(cloud.get(&path, &dmitri).await.json()["value"], 1);
    let denied = message("You do not have permission to edit issues in this project.");
    let refused = cloud.call("PUT", &path, &dmitri, "2").await;
    assert_eq!(refused.answer(), (403, denied.clone()));
    let refused = cloud.call("DELETE", &path, &dmitri, "").await;
    assert_eq!(refused.answer(), (404, denied));

    let bruno = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let hidden = at(&cloud, "SEC-1", "mark");
    assert_eq!(cloud.call("PUT", &hidden, &ada, "1").await.status, 201);
    let unseen = message("Issue does not exist or you do not have permission to see it.");
    for (method, body) in [("GET", ""), ("PUT", "2"), ("DELETE", "")] {
        let reply = cloud.call(method, &hidden, &bruno, body).await;
        assert_eq!(reply.answer(), (404, unseen.clone()), "{method}");
    }
    let reader = cloud.connect("Ada", "Acme", "read:jira-work").await.access;
    assert_eq!(cloud.call("PUT", &path, &reader, "3").await.status, 401);
    assert_eq!(cloud.get(&path, &ada).await.json()["value"], 1);
}

#[tokio::test]
async fn keys_and_values_have_their_lengths() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    // With its quotation marks a text is two characters longer, and some characters are many bytes.
    let (fits, is_long) = (json!("글".repeat(32_766)), json!("글".repeat(32_767)));
    let (key, long_key) = ("k".repeat(255), "k".repeat(256));
    let bad_key = message("The key of a property must have between 1 and 255 characters.");
    let bad_value = message(&format!(
        "The value of the property {key} must not exceed 32768 characters."
    ));
    for (key, value, expected) in [
        (&key, &fits, None),
        (&long_key, &fits, Some(&bad_key)),
        (&key, &is_long, Some(&bad_value)),
    ] {
        let alone = at(&cloud, "SHOP-1", key);
        let alone = cloud.call("PUT", &alone, &token, &value.to_string()).await;
        let new = task("New", &json!([{"key": key, "value": value}]));
        let new = create(&cloud, &token, &new).await;
        match expected {
            None => assert_eq!((alone.status.as_u16(), new.status.as_u16()), (201, 201)),
            Some(expected) => {
                assert_eq!(alone.answer(), (400, expected.clone()));
                assert_eq!(new.answer(), (400, expected.clone()));
            }
        }
    }
    let nameless = task("New", &json!([{"key": "", "value": 1}]));
    let refused = create(&cloud, &token, &nameless).await;
    assert_eq!(refused.answer(), (400, bad_key));
    let path = at(&cloud, "SHOP-1", "mark");
    for body in ["", " ", "{", "nothing"] {
        let reply = cloud.call("PUT", &path, &token, body).await;
        assert_eq!(reply.status, 400, "{body:?}");
    }
}

#[tokio::test]
async fn a_list_of_another_shape_is_refused_and_nothing_is_written() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for wrong in [
        json!({"mark": 1}),
        json!("mark"),
        json!(["mark"]),
        json!([{"key": "mark"}]),
        json!([{"value": 1}]),
        json!([{"key": 1, "value": 1}]),
        json!([{"key": "mark", "value": 1, "more": 1}]),
    ] {
        let invalid = (400, message("INVALID_INPUT"));
        let reply = create(&cloud, &token, &task("New", &wrong)).await;
        assert_eq!(reply.answer(), invalid, "{wrong}");
        let many = json!({"issueUpdates": [task("New", &json!([])), task("New", &wrong)]});
        let path = cloud.api("Acme", "issue/bulk");
        assert_eq!(cloud.post(&path, &token, &many).await.answer(), invalid);
        let edit = json!({"fields": {"summary": "Edited"}, "properties": wrong});
        let reply = put(&cloud, &token, "SHOP-1", &edit).await;
        assert_eq!(reply.answer(), invalid, "{wrong}");
    }
    let path = cloud.api("Acme", "issue/SHOP-241");
    assert_eq!(cloud.get(&path, &token).await.status, 404);
    assert_ne!(fields(&cloud, &token, "SHOP-1").await["summary"], "Edited");
}

#[tokio::test]
async fn an_issue_carries_those_that_are_asked_for() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for key in ["a", "b", "c"] {
        let path = at(&cloud, "SHOP-1", key);
        assert_eq!(cloud.call("PUT", &path, &token, "1").await.status, 201);
    }
    for (asked, expected) in [
        ("", Value::Null),
        ("properties=", Value::Null),
        ("properties=a,c", json!({"a": 1, "c": 1})),
        ("properties=a&properties=b", json!({"a": 1, "b": 1})),
        ("properties=*all", json!({"a": 1, "b": 1, "c": 1})),
        ("properties=*all,-b", json!({"a": 1, "c": 1})),
        ("properties=d", json!({})),
        ("properties=a,d,e,f,g,h", json!({"a": 1})),
    ] {
        let path = cloud.api("Acme", &format!("issue/SHOP-1?{asked}"));
        let found = cloud.get(&path, &token).await.json();
        let found = found.get("properties").cloned().unwrap_or_default();
        assert_eq!(found, expected, "{asked}");
    }
}

#[tokio::test]
async fn lists_of_issues_carry_up_to_five() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for key in ["mark", "other", "third"] {
        let path = at(&cloud, "SHOP-2", key);
        assert_eq!(cloud.call("PUT", &path, &token, "{}").await.status, 201);
    }
    let five = ["mark", "other", "d", "e", "f"];
    let jql = "key in (SHOP-1, SHOP-2) ORDER BY key";
    let search = |names: Value| json!({"jql": jql, "properties": names});
    let path = cloud.api("Acme", "search/jql");
    let asked = cloud.post(&path, &token, &search(json!(five))).await;
    let query = format!("{path}?jql=key%20in(SHOP-1,SHOP-2)ORDER%20BY%20key&properties=");
    let by_query = cloud
        .get(&format!("{query}{}", five.join(",")), &token)
        .await;
    let fetch = |names: Value| json!({"issueIdsOrKeys": ["SHOP-2", "SHOP-1"], "fields": ["summary"], "properties": names});
    let bulk = cloud.api("Acme", "issue/bulkfetch");
    let fetched = cloud.post(&bulk, &token, &fetch(json!(five))).await;
    for reply in [&asked, &by_query, &fetched] {
        assert_eq!(reply.status, 200, "{}", reply.text);
        let issues = reply.json()["issues"].clone();
        assert_eq!(issues[0]["properties"], json!({}));
        assert_eq!(issues[1]["properties"], json!({"mark": {}, "other": {}}));
    }
    let plain = cloud.post(&path, &token, &search(json!([]))).await.json();
    assert!(plain["issues"][1].get("properties").is_none());

    let six = json!(["a,b,c", "d", "e", "f"]);
    let too_many = message("The number of properties must not be more than 5.");
    let refused = cloud.post(&path, &token, &search(six.clone())).await;
    assert_eq!(refused.answer(), (400, too_many.clone()));
    let refused = cloud.get(&format!("{query}a,b,c,d,e,f"), &token).await;
    assert_eq!(refused.answer(), (400, too_many.clone()));
    let refused = cloud.post(&bulk, &token, &fetch(six)).await;
    assert_eq!(refused.answer(), (400, too_many));
    let every = json!(["*all"]);
    assert_eq!(cloud.post(&bulk, &token, &fetch(every)).await.status, 501);
}

#[tokio::test]
async fn a_page_with_properties_is_no_page_of_bare_ids() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let count = async |properties: Value| {
        let body = json!({"jql": "project = SHOP", "maxResults": 5_000, "properties": properties});
        let page = cloud.post(&path, &token, &body).await.json();
        page["issues"].as_array().unwrap().len()
    };
    assert_eq!(count(json!([])).await, 240);
    assert_eq!(count(json!(["mark"])).await, 100);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_has_set_them() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/bulk");
    let lost = json!({"path": path, "method": "POST", "act": true, "fault": {"kind": "status", "status": 504}});
    cloud.control("faults", lost).await;
    let mark = json!([{"key": "mark", "value": "lost"}]);
    let body = json!({"issueUpdates": [task("Lost", &mark)]});
    assert_eq!(cloud.post(&path, &token, &body).await.status, 504);
    let search = json!({"jql": "summary ~ Lost", "properties": ["mark"], "fields": ["summary"]});
    let found = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &search)
        .await
        .json();
    let issues = found["issues"].as_array().unwrap();
    let marks: Vec<_> = issues
        .iter()
        .map(|row| &row["properties"]["mark"])
        .collect();
    assert_eq!(marks, ["lost"]);
}
