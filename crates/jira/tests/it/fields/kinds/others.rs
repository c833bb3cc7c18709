//! People, what is around an issue, and fields of products.

use juncture_jira::fields::Reason;
use serde_json::{Value, json};

use super::{Case, custom, field, of_product};
use crate::fields::JIRA;

pub(super) fn people() -> Vec<Case> {
    let ada =
        json!({"self": "https://x", "accountId": "557058:a", "displayName": "Ada", "active": true});
    let plain = json!({"accountId": "557058:a", "displayName": "Ada"});
    let mut cases: Vec<Case> = [
        field("assignee", &json!({"type": "user", "system": "assignee"})),
        field("reporter", &json!({"type": "user", "system": "reporter"})),
        custom("customfield_1", "userpicker"),
    ]
    .into_iter()
    .map(|field| Case {
        field,
        word: "user",
        read: (ada.clone(), plain.clone()),
        written: vec![
            (plain.clone(), json!({"accountId": "557058:a"})),
            (json!("557058:a"), json!({"accountId": "557058:a"})),
            (json!("-1"), json!({"accountId": "-1"})),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!("Ada Lovelace"), Reason::NotAUser),
            (json!("x".repeat(129)), Reason::NotAUser),
            (json!(5), Reason::WrongType),
            (json!({"displayName": "Ada"}), Reason::WrongType),
        ],
    })
    .collect();
    for field in [
        custom("customfield_1", "multiuserpicker"),
        of_product("com.atlassian.servicedesk:sd-request-participants"),
    ] {
        cases.push(Case {
            field,
            word: "users",
            read: (json!([ada]), json!([plain])),
            written: vec![(
                json!([plain, "b"]),
                json!([{"accountId": "557058:a"}, {"accountId": "b"}]),
            )],
            cleared: Some(json!([])),
            wrong: vec![
                (json!("b"), Reason::WrongType),
                (json!(["a b"]), Reason::NotAUser),
            ],
        });
    }
    let group = "276f955c-63d7-42c8-9520-92d01dca0625";
    cases.push(Case {
        field: custom("customfield_1", "grouppicker"),
        word: "group",
        read: (json!({"name": "devs", "groupId": group}), json!("devs")),
        written: vec![
            (json!("devs"), json!({"name": "devs"})),
            (json!(group), json!({"groupId": group})),
            (json!({"groupId": "x"}), json!({"groupId": "x"})),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!(5), Reason::WrongType),
            (json!({}), Reason::WrongType),
        ],
    });
    cases.push(Case {
        field: custom("customfield_1", "multigrouppicker"),
        word: "groups",
        read: (json!([{"name": "devs"}]), json!(["devs"])),
        written: vec![(
            json!(["devs", "ops"]),
            json!([{"name": "devs"}, {"name": "ops"}]),
        )],
        cleared: Some(json!([])),
        wrong: vec![(json!("devs"), Reason::WrongType)],
    });
    cases.push(Case {
        field: of_product(&format!("{JIRA}atlassian-team")),
        word: "team",
        read: (
            json!({"id": "36885b3c-1809", "name": "Editors", "title": "Editors", "isShared": true}),
            json!({"id": "36885b3c-1809", "name": "Editors"}),
        ),
        written: vec![
            (
                json!({"id": "36885b3c-1809", "name": "Editors"}),
                json!("36885b3c-1809"),
            ),
            (json!("36885b3c-1809"), json!("36885b3c-1809")),
        ],
        cleared: Some(Value::Null),
        wrong: vec![
            (json!(true), Reason::WrongType),
            (json!({"name": "Editors"}), Reason::WrongType),
        ],
    });
    cases
}

pub(super) fn around() -> Vec<Case> {
    let sprint = json!({"id": 37, "name": "Sprint 37", "state": "active"});
    let labels = field(
        "labels",
        &json!({"type": "array", "items": "string", "system": "labels"}),
    );
    let mut cases: Vec<Case> = [labels, custom("customfield_1", "labels")]
        .into_iter()
        .map(|field| Case {
            field,
            word: "labels",
            read: (json!(["a", "b"]), json!(["a", "b"])),
            written: vec![(json!(["a", "b"]), json!(["a", "b"]))],
            cleared: Some(json!([])),
            wrong: vec![
                (json!(["a b"]), Reason::NotALabel),
                (json!([""]), Reason::NotALabel),
                (json!(["x".repeat(256)]), Reason::TooLong),
                (json!("a"), Reason::WrongType),
                (json!([1]), Reason::WrongType),
            ],
        })
        .collect();
    cases.push(Case {
        field: of_product("com.pyxis.greenhopper.jira:gh-sprint"),
        word: "sprint",
        read: (
            json!([{"id": 36, "name": "Sprint 36", "state": "closed"}, {"id": 37, "name": "Sprint 37", "state": "active", "boardId": 5, "goal": ""}]),
            sprint.clone(),
        ),
        written: vec![(sprint, json!(37)), (json!(38), json!(38)), (json!("39"), json!(39))],
        cleared: Some(Value::Null),
        wrong: vec![(json!("Sprint 37"), Reason::NotASprint), (json!([37]), Reason::NotASprint)],
    });
    cases.push(Case {
        field: of_product("com.pyxis.greenhopper.jira:gh-epic-link"),
        word: "parent",
        read: (json!("ED-7"), json!("ED-7")),
        written: vec![(json!("ED-7"), json!("ED-7"))],
        cleared: Some(Value::Null),
        wrong: vec![(json!(7), Reason::WrongType)],
    });
    cases.push(Case {
        field: field("timetracking", &json!({"type": "timetracking", "system": "timetracking"})),
        word: "any",
        read: (
            json!({"originalEstimate": "1w", "remainingEstimate": "0m", "timeSpent": "1d", "timeSpentSeconds": 28_800}),
            json!({"originalEstimate": "1w", "remainingEstimate": "0m"}),
        ),
        written: vec![
            (json!({"originalEstimate": "1w", "remainingEstimate": "0m"}), json!({"originalEstimate": "1w", "remainingEstimate": "0m"})),
        ],
        cleared: None,
        wrong: vec![
            (json!({"timeSpent": "1d"}), Reason::WrongType),
            (json!({"originalEstimate": 5}), Reason::WrongType),
            (json!("1w"), Reason::WrongType),
        ],
    });
    cases
}

pub(super) fn of_products() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["vp-origin", "sd-customerrequesttype"] {
        cases.push(Case {
            field: of_product(&format!("com.atlassian.servicedesk:{name}")),
            word: "any",
            read: (
                json!({"_links": {}, "requestType": {"id": "10", "name": "Help"}, "currentStatus": {}}),
                json!({"id": "10", "name": "Help"}),
            ),
            written: vec![(json!({"id": "10", "name": "Help"}), json!("10")), (json!("ed/help"), json!("ed/help"))],
            cleared: Some(Value::Null),
            wrong: vec![(json!(true), Reason::WrongType)],
        });
    }
    cases.push(Case {
        field: of_product("com.atlassian.servicedesk:sd-customer-organizations"),
        word: "any",
        read: (
            json!([{"id": "2", "name": "Acme", "_links": {}}]),
            json!([{"id": "2", "name": "Acme"}]),
        ),
        written: vec![(
            json!([{"id": "2", "name": "Acme"}, 3, "4"]),
            json!([2, 3, 4]),
        )],
        cleared: Some(json!([])),
        wrong: vec![
            (json!(["Acme"]), Reason::WrongType),
            (json!(2), Reason::WrongType),
        ],
    });
    let object = json!({"workspaceId": "w", "id": "w:24", "objectId": "24"});
    cases.push(Case {
        field: of_product("com.atlassian.jira.plugins.cmdb:cmdb-object-cftype"),
        word: "any",
        read: (json!([object]), json!([object])),
        written: vec![(json!([object]), json!([object]))],
        cleared: Some(json!([])),
        wrong: vec![(json!(["w:24"]), Reason::WrongType)],
    });
    cases.push(Case {
        field: of_product("com.example.app:thing"),
        word: "any",
        read: (json!({"a": [1, true]}), json!({"a": [1, true]})),
        written: vec![
            (json!({"a": [1, true]}), json!({"a": [1, true]})),
            (json!("x"), json!("x")),
        ],
        cleared: Some(Value::Null),
        wrong: vec![],
    });
    cases
}
