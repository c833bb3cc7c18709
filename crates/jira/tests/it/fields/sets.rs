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
fn the_markdown_of_rich_texts_is_told_for_whoever_knows_the_present_ones() {
    let rich = |id: &str| custom(id, "textarea");
    let fields = [
        rich("customfield_1"),
        rich("customfield_2"),
        rich("customfield_3"),
        rich("customfield_4"),
    ];
    let document = json!({"type": "doc", "version": 1, "content": []});
    let given = json!({
        "customfield_1": "It **works**.", "customfield_2": "", "customfield_3": null,
        "customfield_4": document,
    });
    let checked = check_as(Purpose::Edit, &fields, &given);
    assert!(checked.wrong.is_empty());
    let texts = [
        ("customfield_1", "It **works**."),
        ("customfield_2", ""),
        ("customfield_3", ""),
    ];
    let texts = texts.map(|(id, text)| (id.to_owned(), text.to_owned()));
    assert_eq!(checked.markdown, BTreeMap::from(texts));
    assert_eq!(checked.fields.get("customfield_3").unwrap().get(), "null");
    let long = json!({"customfield_1": "x".repeat(40_000)});
    let refused = check_as(Purpose::Edit, &fields, &long);
    assert!(refused.markdown.is_empty() && refused.wrong[0].reason == Reason::TooLong);
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

#[test]
fn what_jira_refuses_is_told_by_field() {
    let mut resolution = field(
        "resolution",
        &json!({"type": "resolution", "system": "resolution"}),
    );
    resolution["name"] = json!("Resolution");
    resolution["allowedValues"] = json!([{"id": "1", "name": "Done"}]);
    let sprint = field(
        "customfield_9",
        &json!({"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}),
    );
    let fields = metas(&[colour("customfield_1", "Colour"), resolution, sprint]);
    for (sentence, reason, allowed) in [
        (
            "Field 'x' cannot be set. It is not on the appropriate screen, or unknown.",
            Reason::NotSettable,
            0,
        ),
        ("Colour is required.", Reason::Required, 2),
        ("Operation value must be a string", Reason::WrongType, 0),
        ("data was not an array", Reason::WrongType, 0),
        (
            "Could not find valid 'id' or 'value' in the Parent Option object.",
            Reason::UnknownValue,
            2,
        ),
        (
            "Specify a valid 'id' or 'name' for Colour",
            Reason::UnknownValue,
            2,
        ),
        (
            "The label 'Test Application' contains spaces which is invalid.",
            Reason::NotALabel,
            0,
        ),
        ("Summary can't exceed 255 characters.", Reason::TooLong, 0),
        (
            "Summary must be less than 255 characters.",
            Reason::TooLong,
            0,
        ),
        (
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
            Reason::TooLong,
            0,
        ),
        (
            "User 'a1' cannot be assigned issues.",
            Reason::NotAssignable,
            0,
        ),
        (
            "Given parent work item does not belong to appropriate hierarchy.",
            Reason::WrongParent,
            0,
        ),
        ("Das geht so nicht.", Reason::Refused, 0),
    ] {
        let blamed = BTreeMap::from([("customfield_1".to_owned(), sentence.to_owned())]);
        let wrong = fields::refused(&[], &blamed, &fields).remove(0);
        assert_eq!(
            (wrong.reason, wrong.allowed.len()),
            (reason, allowed),
            "{sentence}"
        );
        assert_eq!(
            (wrong.name.as_str(), wrong.jira_says.as_deref()),
            ("Colour", Some(sentence))
        );
    }
    // What is said of the whole may be about a field.
    let says = |sentence: &str| fields::refused(&[sentence.to_owned()], &BTreeMap::new(), &fields);
    assert_eq!(
        (
            says("Field Resolution is required.")[0].id.as_str(),
            says("Field Resolution is required.")[0].allowed.len()
        ),
        ("resolution", 1)
    );
    assert_eq!(says("Field 'resolution' is required.")[0].id, "resolution");
    assert_eq!(
        says("Number value expected as the Sprint id.")[0].id,
        "customfield_9"
    );
    assert!(says("Ada, you do not have the permission to comment on this issue.").is_empty());
    // Once, where both say it.
    let blamed = BTreeMap::from([(
        "resolution".to_owned(),
        "Resolution is required.".to_owned(),
    )]);
    assert_eq!(
        fields::refused(
            &["Field Resolution is required.".to_owned()],
            &blamed,
            &fields
        )
        .len(),
        1
    );
}

#[test]
fn an_issue_tells_its_plain_values() {
    let body = json!({
        "summary": "It breaks", "description": juncture_jira::adf::from_markdown("**how**"), "status": {"id": "3", "name": "Doing"},
        "assignee": {"accountId": "a1", "displayName": "Ada"}, "priority": {"id": "1", "name": "High"}, "project": {"id": "1", "key": "ED"},
        "created": "2026-09-27T10:03:11.123+0200", "labels": ["a"], "components": [{"id": "1", "name": "Core"}], "fixVersions": [],
        "timetracking": {"originalEstimate": "1d", "timeSpent": "2h"}, "duedate": "2026-11-30", "parent": {"id": "7", "key": "ED-7"},
        "customfield_1": {"id": "1", "value": "Red"}, "customfield_2": null});
    let fields: juncture_jira::IssueFields = juncture_json::decode_parts(body.to_string()).unwrap();
    let system = |id: &str, kind: &str| field(id, &json!({"type": kind, "system": id}));
    for (field, plain) in [
        (system("summary", "string"), Some(json!("It breaks"))),
        (system("description", "string"), Some(json!("**how**"))),
        (system("environment", "string"), None),
        (system("status", "status"), Some(json!("Doing"))),
        (
            system("assignee", "user"),
            Some(json!({"accountId": "a1", "displayName": "Ada"})),
        ),
        (system("reporter", "user"), None),
        (system("priority", "priority"), Some(json!("High"))),
        (system("project", "project"), Some(json!("ED"))),
        (
            system("created", "datetime"),
            Some(json!("2026-09-27T10:03:11.123+02:00")),
        ),
        (system("labels", "array"), Some(json!(["a"]))),
        (system("components", "array"), Some(json!(["Core"]))),
        (system("fixVersions", "array"), Some(json!([]))),
        (
            system("timetracking", "timetracking"),
            Some(json!({"originalEstimate": "1d"})),
        ),
        (system("duedate", "date"), Some(json!("2026-11-30"))),
        (system("parent", "issuelink"), Some(json!("ED-7"))),
        (custom("customfield_1", "select"), Some(json!("Red"))),
        (custom("customfield_2", "select"), None),
    ] {
        let id = field["fieldId"].as_str().unwrap();
        assert_eq!(fields.plain(id, super::kind(&field)), plain, "{id}");
    }
}
