//! Whole sets of values: everything that is wrong is told at once.

use std::collections::BTreeMap;

use juncture_jira::fields::{self, Purpose, Reason, Setting};
use serde_json::{Value, json};

use super::{check, check_as, custom, field, metas, refused, to_map};

fn colour(id: &str, name: &str) -> Value {
    let mut colour = custom(id, "select");
    colour["name"] = json!(name);
    colour["allowedValues"] = json!([{"id": "1", "value": "Red"}, {"id": "2", "value": "Blue"}]);
    colour
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let mut read_only = custom("customfield_5", "textfield");
    read_only["operations"] = json!([]);
    let mut needed = colour("customfield_6", "Needed");
    needed["required"] = json!(true);
    let fields = [
        colour("customfield_1", "Colour"),
        colour("customfield_2", "Twin"),
        colour("customfield_3", "Twin"),
        custom("customfield_4", "float"),
        read_only,
        needed,
    ];
    let given = json!({
        "Colour": "Green", "Twin": "Red", "customfield_4": "5", "customfield_5": "x", "Nothing": 1,
        "customfield_2": "Blue",
    });
    let checked = check_as(Purpose::New { given: &[] }, &fields, &given);
    let mut told: Vec<_> = (checked.wrong.iter())
        .map(|wrong| {
            let allowed: Vec<_> = wrong
                .allowed
                .iter()
                .map(|value| value.id.as_str())
                .collect();
            (wrong.id.as_str(), wrong.reason.word(), allowed)
        })
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("Nothing", "unknown_field", vec![]),
            (
                "Twin",
                "ambiguous_field",
                vec!["customfield_2", "customfield_3"]
            ),
            ("customfield_1", "unknown_value", vec!["1", "2"]),
            ("customfield_4", "wrong_type", vec![]),
            ("customfield_5", "not_settable", vec![]),
            ("customfield_6", "required", vec!["1", "2"]),
        ]
    );
    // What is right is there nevertheless.
    assert_eq!(
        to_map(&checked.fields),
        *json!({"customfield_2": {"id": "2"}}).as_object().unwrap()
    );
}

#[test]
fn what_is_required_must_be_given_to_a_new_issue_alone() {
    let mut needed = colour("customfield_1", "Needed");
    needed["required"] = json!(true);
    let mut by_default = colour("customfield_2", "By default");
    by_default["required"] = json!(true);
    by_default["hasDefaultValue"] = json!(true);
    let fields = [needed, by_default];
    let nothing = json!({});
    let wrong = check_as(Purpose::New { given: &[] }, &fields, &nothing).wrong;
    assert_eq!(wrong.len(), 1);
    assert_eq!(
        (wrong[0].id.as_str(), wrong[0].reason),
        ("customfield_1", Reason::Required)
    );
    let elsewhere = Purpose::New {
        given: &["customfield_1"],
    };
    assert!(check_as(elsewhere, &fields, &nothing).wrong.is_empty());
    assert!(check(&fields, &nothing).wrong.is_empty());
    // Given and empty is not given.
    let purpose = Purpose::New { given: &[] };
    let wrong = check_as(
        purpose,
        &fields,
        &json!({"Needed": null, "By default": "Red"}),
    )
    .wrong;
    assert_eq!((wrong.len(), wrong[0].reason), (1, Reason::Required));
}

#[test]
fn an_id_goes_before_a_name_and_no_field_is_given_twice() {
    // A field whose name is the id of another.
    let fields = [
        colour("customfield_1", "customfield_2"),
        colour("customfield_2", "Colour"),
    ];
    let checked = check(&fields, &json!({"customfield_2": "Red"}));
    assert_eq!(checked.fields.ids().collect::<Vec<_>>(), ["customfield_2"]);
    let twice = check(&fields, &json!({"customfield_2": "Red", "Colour": "Blue"}));
    assert_eq!(
        (twice.wrong[0].id.as_str(), twice.wrong[0].reason),
        ("customfield_2", Reason::GivenTwice)
    );
    // Exactly, not about.
    let unknown = check(&fields, &json!({"colour": "Red"}));
    assert_eq!(unknown.wrong[0].reason, Reason::UnknownField);
}

#[test]
fn a_parent_is_taken_away_as_the_project_has_it() {
    let parent = field("parent", &json!({"type": "issuelink", "system": "parent"}));
    let fields = [parent.clone()];
    let accounts = BTreeMap::new();
    let of = |purpose, is_team_managed, value: Value| {
        let setting = Setting {
            purpose,
            is_team_managed,
            accounts: &accounts,
        };
        let given = json!({ "parent": value });
        let checked = fields::check(&metas(&fields), given.as_object().unwrap(), setting);
        assert!(checked.wrong.is_empty(), "{given}");
        json!([to_map(&checked.fields), to_map(&checked.update)])
    };
    assert_eq!(
        of(Purpose::Edit, false, Value::Null),
        json!([{}, {"parent": [{"set": {"none": true}}]}])
    );
    assert_eq!(
        of(Purpose::Edit, true, Value::Null),
        json!([{"parent": {}}, {}])
    );
    assert_eq!(
        of(Purpose::New { given: &[] }, true, Value::Null),
        json!([{}, {}])
    );
    for (value, wire) in [
        (json!("ED-7"), json!({"key": "ED-7"})),
        (json!("ed-7"), json!({"key": "ED-7"})),
        (json!("10007"), json!({"id": "10007"})),
        (json!(10_007), json!({"id": "10007"})),
        (json!({"key": "A_1-2"}), json!({"key": "A_1-2"})),
    ] {
        assert_eq!(
            of(Purpose::Edit, false, value.clone()),
            json!([{"parent": wire}, {}]),
            "{value}"
        );
        assert_eq!(
            of(Purpose::New { given: &[] }, true, value),
            json!([{"parent": wire}, {}])
        );
    }
    for value in [
        json!("ED"),
        json!("ED-"),
        json!("-7"),
        json!("E D-7"),
        json!("7-7"),
    ] {
        assert_eq!(refused(&parent, &value), Reason::NotAnIssue, "{value}");
    }
    // Read by its key.
    let of_issue = json!({"id": "10007", "key": "ED-7", "fields": {"summary": "Epic"}});
    assert_eq!(super::read(super::kind(&parent), &of_issue), json!("ED-7"));
}

#[test]
fn addresses_are_looked_up_by_the_caller() {
    let fields = [
        custom("customfield_1", "userpicker"),
        custom("customfield_2", "multiuserpicker"),
    ];
    let given =
        json!({"customfield_1": "ada@example.com", "customfield_2": ["a1", "bob@example.com"]});
    let given = given.as_object().unwrap();
    let with = |accounts: &BTreeMap<String, Option<String>>| {
        let setting = Setting {
            purpose: Purpose::Edit,
            is_team_managed: false,
            accounts,
        };
        fields::check(&metas(&fields), given, setting)
    };
    let first = with(&BTreeMap::new());
    assert_eq!(
        first.addresses.iter().collect::<Vec<_>>(),
        ["ada@example.com", "bob@example.com"]
    );
    assert!(first.wrong.is_empty() && first.fields.is_empty());

    let ada = ("ada@example.com".to_owned(), Some("a2".to_owned()));
    let bob = |account: Option<&str>| ("bob@example.com".to_owned(), account.map(str::to_owned));
    let known = with(&BTreeMap::from([ada.clone(), bob(Some("b1"))]));
    assert!(known.addresses.is_empty());
    assert_eq!(
        Value::Object(to_map(&known.fields)),
        json!({"customfield_1": {"accountId": "a2"}, "customfield_2": [{"accountId": "a1"}, {"accountId": "b1"}]})
    );
    let unknown = with(&BTreeMap::from([ada, bob(None)]));
    assert_eq!(
        (unknown.wrong[0].id.as_str(), unknown.wrong[0].reason),
        ("customfield_2", Reason::UnknownUser)
    );
}

#[test]
fn a_field_of_a_thousand_options_tells_some() {
    let mut large = custom("customfield_1", "select");
    let options =
        (0..5_000).map(|id| json!({"id": id.to_string(), "value": format!("Option {id}")}));
    large["allowedValues"] = options.collect();
    let checked = check(&[large], &json!({"customfield_1": "Red"}));
    assert_eq!(checked.wrong[0].allowed.len(), 200);
}
