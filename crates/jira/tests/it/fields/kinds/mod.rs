//! Each kind of field: its word, create, edit, read, clear, and wrong values.

mod choices;
mod others;
mod texts;

use juncture_jira::fields::{Purpose, Reason};
use serde_json::{Value, json};

use choices::{choices, named, of_project};
use others::{around, of_products, people};
use texts::{numbers_and_days, texts};

use super::{check_as, custom, field, kind, read, refused, to_map, written};

/// One kind of field.
struct Case {
    field: Value,
    word: &'static str,
    /// Jira's value, and the plain one that is read from it.
    read: (Value, Value),
    /// Plain values, and what Jira takes for them.
    written: Vec<(Value, Value)>,
    /// What Jira takes for nothing, if the field can be cleared.
    cleared: Option<Value>,
    wrong: Vec<(Value, Reason)>,
}

fn with_allowed(mut field: Value, allowed: &Value) -> Value {
    field["allowedValues"] = allowed.clone();
    field
}

fn of_product(kind: &str) -> Value {
    let schema = json!({"type": "x", "custom": kind});
    field("customfield_10020", &schema)
}

fn cases() -> Vec<Case> {
    [
        texts(),
        numbers_and_days(),
        choices(),
        named(),
        of_project(),
        people(),
        around(),
        of_products(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn each_kind_is_known_and_read() {
    for Case {
        field,
        word,
        read: (jira, plain),
        cleared,
        ..
    } in cases()
    {
        let kind = kind(&field);
        assert_eq!(kind.word(), word, "{field}");
        assert_eq!(read(kind, &jira), plain, "{field}");
        let nothing = if cleared.is_some_and(|cleared| cleared.is_array()) {
            json!([])
        } else {
            Value::Null
        };
        assert_eq!(read(kind, &Value::Null), nothing, "{field}");
    }
}

#[test]
fn each_kind_is_written_and_what_is_read_can_be() {
    for Case {
        field,
        read: (_, plain),
        written: pairs,
        ..
    } in cases()
    {
        written(&field, &plain);
        for (value, wire) in pairs {
            assert_eq!(written(&field, &value), wire, "{value} in {field}");
            // A new issue is given the same.
            let id = field["fieldId"].as_str().unwrap();
            let purpose = Purpose::New { given: &[] };
            let checked = check_as(purpose, std::slice::from_ref(&field), &json!({ id: value }));
            assert_eq!(to_map(&checked.fields)[id], wire);
        }
    }
}

#[test]
fn each_kind_is_cleared_by_nothing() {
    for Case { field, cleared, .. } in cases() {
        for nothing in [Value::Null, json!(""), json!([])] {
            match &cleared {
                Some(cleared) => assert_eq!(written(&field, &nothing), *cleared, "{field}"),
                None => assert_eq!(refused(&field, &nothing), Reason::NotClearable, "{field}"),
            }
        }
        let mut required = field;
        required["required"] = json!(true);
        assert_eq!(refused(&required, &Value::Null), Reason::Required);
    }
}

#[test]
fn each_kind_refuses_what_does_not_fit() {
    for Case { field, wrong, .. } in cases() {
        for (value, reason) in wrong {
            assert_eq!(refused(&field, &value), reason, "{value} in {field}");
        }
    }
}

#[test]
fn what_jira_computes_is_read_and_never_written() {
    let list =
        |id: &str, items: &str| field(id, &json!({"type": "array", "items": items, "system": id}));
    for field in [
        of_product("com.pyxis.greenhopper.jira:gh-lexo-rank"),
        of_product("com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf"),
        of_product("com.atlassian.servicedesk:sd-sla-field"),
        of_product("com.atlassian.servicedesk.approvals-plugin:sd-approvals"),
        list("attachment", "attachment"),
        list("issuelinks", "issuelinks"),
        field(
            "comment",
            &json!({"type": "comments-page", "system": "comment"}),
        ),
        field(
            "worklog",
            &json!({"type": "array", "items": "worklog", "system": "worklog"}),
        ),
    ] {
        assert_eq!(kind(&field).word(), "any");
        assert_eq!(read(kind(&field), &json!("0|i00007:")), json!("0|i00007:"));
        for value in [json!("0|i00007:"), Value::Null] {
            assert_eq!(refused(&field, &value), Reason::NotSettable);
        }
    }
}

#[test]
fn a_summary_is_one_line_of_255_characters_and_never_empty() {
    let summary = field("summary", &json!({"type": "string", "system": "summary"}));
    assert_eq!(kind(&summary).word(), "text");
    assert_eq!(
        written(&summary, &json!("ü".repeat(255))),
        json!("ü".repeat(255))
    );
    for (value, reason) in [
        (json!("x".repeat(256)), Reason::TooLong),
        (json!("a\nb"), Reason::SeveralLines),
        (json!(""), Reason::Required),
        (Value::Null, Reason::Required),
        (json!(1), Reason::WrongType),
    ] {
        assert_eq!(refused(&summary, &value), reason, "{value}");
    }
}

#[test]
fn without_a_word_on_what_is_allowed_values_go_as_they_are() {
    let choice = custom("customfield_1", "select");
    assert_eq!(written(&choice, &json!("Red")), json!({"value": "Red"}));
    assert_eq!(written(&choice, &json!("10020")), json!({"id": "10020"}));
    let component = field(
        "components",
        &json!({"type": "array", "items": "component"}),
    );
    assert_eq!(
        written(&component, &json!(["Core"])),
        json!([{"name": "Core"}])
    );
    let project = custom("customfield_1", "project");
    assert_eq!(written(&project, &json!("ED")), json!({"key": "ED"}));
    // Jira did not always tell what stands below an option.
    let mut place = custom("customfield_1", "cascadingselect");
    place["allowedValues"] = json!([{"id": "1", "value": "Europe"}]);
    assert_eq!(
        written(&place, &json!(["Europe", "Berlin"])),
        json!({"id": "1", "child": {"value": "Berlin"}})
    );
    assert_eq!(
        refused(&place, &json!(["Asia", "Tokyo"])),
        Reason::UnknownValue
    );
}

#[test]
fn values_of_another_shape_are_read_as_they_are() {
    for (name, value) in [
        ("select", json!("Red")),
        ("multiselect", json!([{"id": "1", "value": "Red"}, 5])),
        ("userpicker", json!({"displayName": "Ada"})),
        ("cascadingselect", json!([1])),
        ("datetime", json!("yesterday")),
        ("float", json!("3")),
    ] {
        assert_eq!(read(kind(&custom("customfield_1", name)), &value), value);
    }
    let sprint = kind(&of_product("com.pyxis.greenhopper.jira:gh-sprint"));
    assert_eq!(
        read(sprint, &json!([{"id": 36, "state": "closed"}])),
        Value::Null
    );
}
