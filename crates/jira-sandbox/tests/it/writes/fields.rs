//! Custom fields of every kind, and the system fields beside them: written, read back, refused.

use serde_json::{Map, Value, json};

use super::{WRITE_SCOPES, document, field_errors, fields, put};
use crate::support::Cloud;

/// The ids of the fields on the form for an issue, by name. Of fields of one name the last is told.
async fn ids(cloud: &Cloud, token: &str, key: &str) -> Map<String, Value> {
    let path = cloud.api("Acme", &format!("issue/{key}/editmeta"));
    let meta = cloud.get(&path, token).await.json();
    let fields = meta["fields"].as_object().unwrap().iter();
    fields
        .map(|(id, field)| {
            (
                field["name"].as_str().unwrap().to_owned(),
                id.as_str().into(),
            )
        })
        .collect()
}

fn id<'a>(ids: &'a Map<String, Value>, name: &str) -> &'a str {
    ids[name].as_str().unwrap_or_else(|| panic!("no {name}"))
}

/// The names of values, in the one key that each kind of row has.
fn told(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(told).collect(),
        Value::Object(object) => {
            let keys = ["value", "displayName", "name"];
            let name = keys.iter().find_map(|key| object.get(*key));
            match object.get("child") {
                Some(child) => json!([name, told(child)]),
                None => name.cloned().unwrap_or_else(|| value.clone()),
            }
        }
        other => other.clone(),
    }
}

/// Every kind: the field's name, what is written, and what is read.
fn kinds(cloud: &Cloud) -> Vec<(&'static str, Value, Value)> {
    let (bruno, chiara) = (cloud.person("Bruno"), cloud.person("Chiara"));
    let people = json!([{"accountId": bruno}, {"id": chiara}]);
    vec![
        ("Codename", json!("Falcon"), json!("Falcon")),
        ("Release notes", document("New"), document("New")),
        (
            "Documentation",
            json!("https://docs.example/a"),
            json!("https://docs.example/a"),
        ),
        ("Effort", json!(2.5), json!(2.5)),
        ("Go-live", json!("2026-11-30"), json!("2026-11-30")),
        (
            "Outage began",
            json!("2026-11-30T09:00:00.000+0000"),
            json!("2026-11-30T10:00:00.000+0100"),
        ),
        ("Keywords", json!(["a", "B"]), json!(["a", "B"])),
        ("Severity", json!({"value": "Major"}), json!("Major")),
        ("Channel", json!({"value": "App"}), json!("App")),
        (
            "Platforms",
            json!([{"value": "iOS"}, {"value": "Web"}]),
            json!(["iOS", "Web"]),
        ),
        ("Checks", json!([{"value": "Legal"}]), json!(["Legal"])),
        (
            "Region",
            json!({"value": "Asia", "child": {"value": "Korea"}}),
            json!(["Asia", "Korea"]),
        ),
        (
            "Reviewers",
            people,
            json!(["Bruno Okafor", "Chiara Moretti"]),
        ),
        (
            "Owning group",
            json!({"name": "developers"}),
            json!("developers"),
        ),
        (
            "Informed groups",
            json!([{"name": "developers"}, {"name": "jira-users-acme"}]),
            json!(["developers", "jira-users-acme"]),
        ),
        ("Twin project", json!({"key": "OPS"}), json!("Operations")),
        ("Found in", json!({"name": "1.1"}), json!("1.1")),
        ("Verified in", json!([{"name": "1.0"}]), json!(["1.0"])),
        ("Import key", json!("IMP-1"), json!("IMP-1")),
        ("Story Points", json!(8), json!(8.0)),
        ("Story point estimate", json!(3), json!(3.0)),
        ("Start date", json!("2026-10-01"), json!("2026-10-01")),
        (
            "Flagged",
            json!([{"value": "Impediment"}]),
            json!(["Impediment"]),
        ),
        (
            "Team",
            json!("36885b3c-1bf0-4f85-a357-c5b858c31de4"),
            json!("Checkout crew"),
        ),
    ]
}

#[tokio::test]
async fn every_kind_of_field_is_written_read_back_and_cleared() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    for (key, left_out) in [("SHOP-7", 0), ("MOB-2", 0)] {
        let ids = ids(&cloud, &token, key).await;
        let kinds = kinds(&cloud);
        let body: Map<_, _> = kinds
            .iter()
            .map(|(name, write, _)| (id(&ids, name).to_owned(), write.clone()))
            .collect();
        let reply = put(&cloud, &token, key, &json!({"fields": body})).await;
        assert_eq!(reply.status, 204, "{key}: {}", reply.text);
        let found = fields(&cloud, &token, key).await;
        for (name, _, expected) in &kinds {
            let read = &found[id(&ids, name)];
            let read = if read["type"] == "doc" {
                read.clone()
            } else {
                told(read)
            };
            assert_eq!(read, *expected, "{key} {name}");
        }
        let nulls: Map<_, _> = kinds
            .iter()
            .map(|(name, ..)| (id(&ids, name).to_owned(), Value::Null))
            .collect();
        let reply = put(&cloud, &token, key, &json!({"fields": nulls})).await;
        assert_eq!(reply.status, 204, "{key}: {}", reply.text);
        let found = fields(&cloud, &token, key).await;
        let full: Vec<_> = kinds
            .iter()
            .filter(|(name, ..)| !found[id(&ids, name)].is_null())
            .collect();
        assert_eq!(full.len(), left_out, "{full:?}");
    }
}

#[tokio::test]
async fn lists_take_items_one_by_one() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let ids = ids(&cloud, &token, "SHOP-7").await;
    for (name, first, second) in [
        ("Keywords", json!("a"), json!("b")),
        (
            "Platforms",
            json!({"value": "iOS"}),
            json!({"value": "Web"}),
        ),
        (
            "Verified in",
            json!({"name": "1.0"}),
            json!({"name": "0.9"}),
        ),
        (
            "Informed groups",
            json!({"name": "developers"}),
            json!({"name": "jira-users-acme"}),
        ),
    ] {
        let field = id(&ids, name);
        let steps = json!([{"set": [first]}, {"add": second}, {"add": second}, {"remove": first}]);
        let body = json!({"update": {field: steps}});
        let reply = put(&cloud, &token, "SHOP-7", &body).await;
        assert_eq!(reply.status, 204, "{name}: {}", reply.text);
        let found = told(&fields(&cloud, &token, "SHOP-7").await[field]);
        assert_eq!(found, json!([told(&second)]), "{name}");
    }
    let body = json!({"update": {id(&ids, "Severity"): [{"add": {"value": "Minor"}}]}});
    let expected =
        json!({id(&ids, "Severity"): "Operation 'add' is not supported for this field."});
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &body).await.answer(),
        field_errors(&expected)
    );
}

/// Values that custom fields refuse, with the sentences.
fn custom_mistakes() -> Vec<(&'static str, Value, String)> {
    let text = "Operation value must be a string";
    let bean = |bean: &str, value: &str| {
        format!(
            "Cannot construct instance of `com.atlassian.jira.issue.fields.rest.json.beans.{bean}` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value (\"{value}\")"
        )
    };
    let no_parent = "Could not find valid 'id' or 'value' in the Parent Option object.";
    vec![
        (
            "Release notes",
            json!("plain"),
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                .to_owned(),
        ),
        ("Codename", document("rich"), text.to_owned()),
        ("Import key", json!(7), text.to_owned()),
        (
            "Documentation",
            json!("docs.example"),
            "Not a valid URL".to_owned(),
        ),
        (
            "Effort",
            json!("2.5"),
            "Operation value must be a number".to_owned(),
        ),
        (
            "Go-live",
            json!("30/11/2026"),
            "Error parsing date string: 30/11/2026".to_owned(),
        ),
        (
            "Outage began",
            json!("2026-11-30T09:00"),
            "Error parsing date string: 2026-11-30T09:00".to_owned(),
        ),
        (
            "Keywords",
            json!(["two words"]),
            "The label 'two words' contains spaces which is invalid.".to_owned(),
        ),
        (
            "Severity",
            json!({"value": "Dreadful"}),
            "Specify a valid 'id' or 'name' for Severity".to_owned(),
        ),
        ("Channel", json!({"name": "App"}), no_parent.to_owned()),
        (
            "Platforms",
            json!(["iOS"]),
            bean("CustomFieldOptionJsonBean", "iOS"),
        ),
        (
            "Checks",
            json!({"value": "Legal"}),
            "data was not an array".to_owned(),
        ),
        ("Region", json!({"value": "Korea"}), no_parent.to_owned()),
        (
            "Reviewers",
            json!({"accountId": "1"}),
            "data was not an array".to_owned(),
        ),
        (
            "Owning group",
            json!("developers"),
            "expected Object".to_owned(),
        ),
        (
            "Informed groups",
            json!(["developers"]),
            bean("GroupJsonBean", "developers"),
        ),
        (
            "Twin project",
            json!({"key": "SEC"}),
            "Specify a valid project ID or key".to_owned(),
        ),
        (
            "Found in",
            json!({"name": "9.9"}),
            "Version name '9.9' is not valid".to_owned(),
        ),
        (
            "Verified in",
            json!([{"id": "1"}]),
            "Version id '1' is not valid".to_owned(),
        ),
        (
            "Team",
            json!({"id": "abc"}),
            "Team Id 'JsonData{data={id=abc}}' is not valid".to_owned(),
        ),
    ]
}

/// Values that system fields and the sprint refuse, with the sentences.
fn system_mistakes() -> Vec<(&'static str, Value, String)> {
    vec![
        (
            "Sprint",
            json!({"id": 14}),
            "Number value expected as the Sprint id.".to_owned(),
        ),
        ("Assignee", json!("bruno"), "expected Object".to_owned()),
        ("Parent", json!("SHOP-1"), "expected Object".to_owned()),
        (
            "Priority",
            json!({"value": "High"}),
            "Could not find valid 'id' or 'name' in priority object.".to_owned(),
        ),
        ("Labels", json!("a"), "data was not an array".to_owned()),
        (
            "Components",
            json!([{"name": "X"}]),
            "Component name 'X' is not valid".to_owned(),
        ),
        (
            "Environment",
            json!("plain"),
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                .to_owned(),
        ),
        (
            "Time tracking",
            json!({"originalEstimate": "soon"}),
            "'soon' is not a valid time duration. Use for example 3w 4d 12h.".to_owned(),
        ),
    ]
}

#[tokio::test]
async fn each_mistake_has_its_sentence_and_all_are_told_at_once() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let ids = ids(&cloud, &token, "SHOP-7").await;
    let text = "Operation value must be a string";
    let mistakes = [custom_mistakes(), system_mistakes()].concat();
    let mut body = json!({"summary": "Never written"});
    let mut expected = json!({});
    for (name, value, sentence) in mistakes {
        body[id(&ids, name)] = value;
        expected[id(&ids, name)] = sentence.into();
    }
    // It has a context here and is on no screen, which an edit does not ask for; and is no text.
    body["customfield_10134"] = json!([]);
    expected["customfield_10134"] = text.into();
    // It has no context here.
    body["customfield_10201"] = json!("Falcon");
    expected["customfield_10201"] =
        "Field 'customfield_10201' cannot be set. It is not on the appropriate screen, or unknown."
            .into();
    let before = fields(&cloud, &token, "SHOP-7").await;
    let reply = put(&cloud, &token, "SHOP-7", &json!({"fields": body})).await;
    assert_eq!(reply.answer(), field_errors(&expected));
    assert_eq!(fields(&cloud, &token, "SHOP-7").await, before);
}

#[tokio::test]
async fn disabled_options_stay_where_they_are_and_nobody_can_choose_them() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "search/jql");
    let body = json!({"jql": "project = SHOP", "fields": ["customfield_10108"], "maxResults": 100});
    let page = cloud.post(&path, &token, &body).await.json();
    let mut issues = page["issues"].as_array().unwrap().iter();
    let held = issues.find(|row| row["fields"]["customfield_10108"]["value"] == "Trivial");
    let held = held.unwrap();
    let disabled = held["fields"]["customfield_10108"]["id"].clone();
    let edit = json!({"fields": {"customfield_10108": {"id": disabled}}});
    let key = held["key"].as_str().unwrap();
    assert_eq!(put(&cloud, &token, key, &edit).await.status, 204);
    let reply = put(&cloud, &token, "SHOP-7", &edit).await;
    let expected = json!({"customfield_10108": "Specify a valid 'id' or 'name' for Severity"});
    assert_eq!(reply.answer(), field_errors(&expected));
}

#[tokio::test]
async fn sprint_mistakes_and_screens_go_by_switch() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let switches =
        json!({"sprint_field_error_place": "error_messages", "edit_checks_screens": true});
    cloud.control("switches", switches).await;
    let body = json!({"fields": {"customfield_10020": "soon", "customfield_10134": "x"}});
    let text =
        "Field 'customfield_10134' cannot be set. It is not on the appropriate screen, or unknown.";
    let expected = json!({
        "errorMessages": ["Number value expected as the Sprint id."],
        "errors": {"customfield_10134": text},
    });
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &body).await.answer(),
        (400, expected)
    );
}

#[tokio::test]
async fn rich_text_of_every_field_ends_at_32767_characters_of_text() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let text = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
    for field in ["description", "environment", "customfield_10102"] {
        let edit = |length: usize| json!({"fields": {field: document(&"ü".repeat(length))}});
        let fits = put(&cloud, &token, "SHOP-7", &edit(32_767)).await;
        assert_eq!(fits.status, 204, "{field}");
        let long = put(&cloud, &token, "SHOP-7", &edit(32_768)).await;
        assert_eq!(long.answer(), field_errors(&json!({field: text})));
    }
    let line = "The entered text is too long. It exceeds the allowed limit of 255 characters.";
    let edit = json!({"fields": {"customfield_10101": "a".repeat(256)}});
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &edit).await.answer(),
        field_errors(&json!({"customfield_10101": line}))
    );
}

#[tokio::test]
async fn system_fields_beside_the_summary_are_written_and_read_back() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let body = json!({"fields": {
        "environment": document("Staging"), "versions": [{"name": "1.0"}],
        "timetracking": {"originalEstimate": "1w 1d"}, "reporter": {"accountId": cloud.person("Chiara")}}});
    let reply = put(&cloud, &token, "SHOP-7", &body).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    let found = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(found["environment"], document("Staging"));
    assert_eq!(found["versions"][0]["name"], "1.0");
    assert_eq!(found["reporter"]["displayName"], "Chiara Moretti");
    let tracking = json!({"originalEstimate": "1w 1d", "originalEstimateSeconds": 172_800,
        "remainingEstimate": "1w 1d", "remainingEstimateSeconds": 172_800});
    assert_eq!(found["timetracking"], tracking);
    let edit = json!({"update": {"timetracking": [{"edit": {"remainingEstimate": "4h"}}]}});
    assert_eq!(put(&cloud, &token, "SHOP-7", &edit).await.status, 204);
    let found = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(found["timeestimate"], 14_400);
    assert_eq!(found["timeoriginalestimate"], 172_800);

    let secret = json!({"fields": {"security": {"name": "Reviewers"}}});
    assert_eq!(put(&cloud, &token, "SEC-1", &secret).await.status, 204);
    let found = fields(&cloud, &token, "SEC-1").await;
    assert_eq!(found["security"]["name"], "Reviewers");
    let text = "Field 'security' cannot be set. It is not on the appropriate screen, or unknown.";
    assert_eq!(
        put(&cloud, &token, "SHOP-7", &secret).await.answer(),
        field_errors(&json!({"security": text}))
    );
}
