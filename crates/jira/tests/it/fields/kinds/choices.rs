//! Fields of which Jira says what they may have.

use juncture_jira::fields::Reason;
use serde_json::{Value, json};

use super::{Case, custom, field, with_allowed};

fn options() -> Value {
    json!([{"self": "https://x", "id": "10020", "value": "Red"}, {"self": "https://x", "id": "10021", "value": "Blue"},
        {"id": "10022", "value": "Same"}, {"id": "10023", "value": "Same"}, {"id": "7", "value": "10021"}])
}

fn versions() -> Value {
    json!([{"id": "1", "name": "1.0", "released": true}, {"id": "2", "name": "2.0"}])
}

pub(super) fn choices() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["select", "radiobuttons"] {
        cases.push(Case {
            field: with_allowed(custom("customfield_1", name), &options()),
            word: "option",
            read: (
                json!({"self": "https://x", "id": "10020", "value": "Red"}),
                json!("Red"),
            ),
            written: vec![
                (json!("Red"), json!({"id": "10020"})),
                (json!("10020"), json!({"id": "10020"})),
                (json!(10_020), json!({"id": "10020"})),
                (json!({"id": "10021"}), json!({"id": "10021"})),
                (json!({"value": "10021"}), json!({"id": "7"})),
                (
                    json!({"id": "10022", "value": "Same"}),
                    json!({"id": "10022"}),
                ),
            ],
            cleared: Some(Value::Null),
            wrong: vec![
                (json!("red"), Reason::UnknownValue),
                (json!("Green"), Reason::UnknownValue),
                (json!({"id": "10099"}), Reason::UnknownValue),
                (json!("Same"), Reason::AmbiguousValue),
                // The id of one is the name of another.
                (json!("10021"), Reason::AmbiguousValue),
                (json!(["Red"]), Reason::WrongType),
                (json!(true), Reason::WrongType),
                (json!({}), Reason::WrongType),
            ],
        });
    }
    for name in ["multiselect", "multicheckboxes"] {
        cases.push(Case {
            field: with_allowed(custom("customfield_1", name), &options()),
            word: "options",
            read: (
                json!([{"id": "10020", "value": "Red"}, {"id": "10021", "value": "Blue"}]),
                json!(["Red", "Blue"]),
            ),
            written: vec![
                (
                    json!(["Red", "Blue"]),
                    json!([{"id": "10020"}, {"id": "10021"}]),
                ),
                (
                    json!([10_020, {"id": "10022"}]),
                    json!([{"id": "10020"}, {"id": "10022"}]),
                ),
            ],
            cleared: Some(json!([])),
            wrong: vec![
                (json!("Red"), Reason::WrongType),
                (json!(["Red", "Green"]), Reason::UnknownValue),
                (json!(["Same"]), Reason::AmbiguousValue),
            ],
        });
    }
    let places = json!([
        {"id": "1", "value": "Europe", "children": [{"id": "2", "value": "Berlin"}, {"id": "3", "value": "Paris"}]},
        {"id": "4", "value": "Asia", "children": [{"id": "5", "value": "Tokyo"}]}]);
    cases.push(Case {
        field: with_allowed(custom("customfield_1", "cascadingselect"), &places),
        word: "cascading_option",
        read: (
            json!({"id": "1", "value": "Europe", "child": {"id": "2", "value": "Berlin"}}),
            json!(["Europe", "Berlin"]),
        ),
        written: vec![
            (
                json!(["Europe", "Berlin"]),
                json!({"id": "1", "child": {"id": "2"}}),
            ),
            (json!(["Europe"]), json!({"id": "1"})),
            (json!("Asia"), json!({"id": "4"})),
            (json!([1, "3"]), json!({"id": "1", "child": {"id": "3"}})),
            (
                json!({"value": "Europe", "child": {"value": "Paris"}}),
                json!({"id": "1", "child": {"id": "3"}}),
            ),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("Africa"), Reason::UnknownValue),
            (json!(["Asia", "Berlin"]), Reason::UnknownValue),
            (json!(["a", "b", "c"]), Reason::WrongType),
            (json!(7.5), Reason::WrongType),
        ],
    });
    cases
}

pub(super) fn named() -> Vec<Case> {
    let names =
        json!([{"self": "https://x", "id": "1", "name": "High"}, {"id": "2", "name": "Low"}]);
    let system = |id: &str, kind: &str| {
        with_allowed(field(id, &json!({"type": kind, "system": id})), &names)
    };
    [
        system("priority", "priority"),
        system("resolution", "resolution"),
        system("security", "securitylevel"),
        system("issuetype", "issuetype"),
    ]
    .into_iter()
    .map(|field| Case {
        field,
        word: "option",
        read: (
            json!({"id": "1", "name": "High", "iconUrl": "https://x"}),
            json!("High"),
        ),
        written: vec![
            (json!("High"), json!({"id": "1"})),
            (json!("2"), json!({"id": "2"})),
            (json!({"name": "Low"}), json!({"id": "2"})),
        ],
        cleared: Some(Value::Null),
        wrong: vec![(json!("Urgent"), Reason::UnknownValue)],
    })
    .collect()
}

pub(super) fn of_project() -> Vec<Case> {
    let mut cases = Vec::new();
    let list = |id: &str, items: &str, allowed: &Value| {
        let schema = json!({"type": "array", "items": items, "system": id});
        with_allowed(field(id, &schema), allowed)
    };
    for (field, word) in [
        (list("fixVersions", "version", &versions()), "versions"),
        (list("versions", "version", &versions()), "versions"),
        (list("components", "component", &versions()), "components"),
        (
            with_allowed(custom("customfield_1", "multiversion"), &versions()),
            "versions",
        ),
    ] {
        let mut wrong = vec![
            (json!("1.0"), Reason::WrongType),
            (json!(["3.0"]), Reason::UnknownValue),
        ];
        let mut written = vec![
            (json!(["1.0", "2.0"]), json!([{"id": "1"}, {"id": "2"}])),
            (json!([2]), json!([{"id": "2"}])),
        ];
        // A version that is not told may be archived.
        match word {
            "versions" => written.push((json!(["99"]), json!([{"id": "99"}]))),
            _ => wrong.push((json!(["99"]), Reason::UnknownValue)),
        }
        cases.push(Case {
            field,
            word,
            read: (
                json!([{"id": "1", "name": "1.0"}, {"id": "2", "name": "2.0"}]),
                json!(["1.0", "2.0"]),
            ),
            written,
            cleared: Some(json!([])),
            wrong,
        });
    }
    cases.push(Case {
        field: with_allowed(custom("customfield_1", "version"), &versions()),
        word: "version",
        read: (json!({"id": "1", "name": "1.0"}), json!("1.0")),
        written: vec![
            (json!("1.0"), json!({"id": "1"})),
            (json!("99"), json!({"id": "99"})),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("3.0"), Reason::UnknownValue),
            (json!(["1.0"]), Reason::WrongType),
        ],
    });
    let projects = json!([{"id": "10000", "key": "ED", "name": "Editor"}, {"id": "10001", "key": "QA", "name": "Quality"}]);
    cases.push(Case {
        field: with_allowed(custom("customfield_1", "project"), &projects),
        word: "project",
        read: (
            json!({"id": "10000", "key": "ED", "name": "Editor"}),
            json!("ED"),
        ),
        written: vec![
            (json!("ED"), json!({"id": "10000"})),
            (json!("Quality"), json!({"id": "10001"})),
            (json!("10001"), json!({"id": "10001"})),
        ],
        cleared: Some(Value::Null),
        wrong: vec![(json!("XX"), Reason::UnknownValue)],
    });
    cases
}
