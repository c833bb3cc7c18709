//! `fields` of lists of tickets: fields that are shown besides.

use jiff::SignedDuration;
use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, find};
use crate::support::sandbox::TestSandbox;

const FIELDS: &str = "/ex/jira/*/rest/api/3/field";
const TICKETS: &str = "/api/backend/jira/get-tickets-for-project?external_id=a";

async fn start() -> TestApp {
    let small = Options {
        issues: 60,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], TestSandbox::start_with(small).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

async fn tickets(app: &TestApp, parameters: &str) -> Answer {
    app.get(&format!("{TICKETS}&jira_project_id=SHOP{parameters}"))
        .await
}

/// A search for one issue, with these fields.
async fn searched(app: &TestApp, fields: Value) -> Answer {
    let body = json!({"external_id": "a", "jql": "project = SHOP ORDER BY key", "fields": fields});
    app.post("/api/backend/jira/search-issues", &body).await
}

/// The values of a ticket that has one in every field.
fn fullest(list: &Value) -> &Value {
    let values = list
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| &ticket["customFields"]);
    let size = |values: &&Value| values.as_object().unwrap().len();
    values.max_by_key(size).unwrap()
}

#[tokio::test]
async fn plain_values_stand_beside_the_ticket_under_the_ids_of_their_fields() {
    let app = start().await;
    let whole = searched(&app, Value::Null).await.expect(200);
    let ids = [
        "customfield_10103",
        "customfield_10108",
        "customfield_10110",
        "customfield_10112",
        "customfield_10114",
        "customfield_10102",
        "customfield_10106",
        "customfield_10104",
        "labels",
        "created",
        "assignee",
        "project",
        "parent",
    ];
    let mut found = searched(&app, json!(ids)).await.expect(200);
    let values = fullest(&found["issues"]);
    assert!(
        values["customfield_10103"]
            .as_str()
            .unwrap()
            .starts_with("https://"),
        "{values}"
    );
    assert!(
        values["customfield_10108"].is_string(),
        "an option is its name: {values}"
    );
    assert!(values["customfield_10110"][0].is_string(), "{values}");
    assert!(values["customfield_10112"][0].is_string(), "{values}");
    assert!(
        values["customfield_10114"][0]["accountId"].is_string(),
        "{values}"
    );
    assert!(
        values["customfield_10102"]
            .as_str()
            .unwrap()
            .contains("Falcon"),
        "Markdown: {values}"
    );
    assert!(values["customfield_10104"].is_number(), "{values}");
    let instant = values["customfield_10106"].as_str().unwrap();
    instant.parse::<jiff::Timestamp>().unwrap();
    assert_eq!(values["project"], "SHOP");
    assert!(values["labels"].is_array());

    let names = &found["customFieldNames"];
    assert_eq!(names.as_object().unwrap().len(), ids.len());
    assert_eq!(
        (&names["customfield_10108"], &names["labels"]),
        (&json!("Severity"), &json!("Labels"))
    );
    // The ticket itself is what it is without them, and what is not set is not there.
    for issue in found["issues"].as_array_mut().unwrap() {
        let values = issue
            .as_object_mut()
            .unwrap()
            .remove("customFields")
            .unwrap();
        let values = values.as_object().unwrap();
        assert!(values.values().all(|value| !value.is_null()), "{values:?}");
        assert!(
            values.keys().all(|id| ids.contains(&id.as_str())),
            "{values:?}"
        );
    }
    assert_eq!(found["issues"], whole["issues"]);
    assert!(whole.get("customFieldNames").is_none());
}

#[tokio::test]
async fn a_name_is_as_good_as_an_id_where_one_field_has_it() {
    let app = start().await;
    let by_id = tickets(&app, "&fields=customfield_10130,customfield_10015").await;
    let by_id = by_id.expect(200);
    assert!(!fullest(&by_id["tickets"]).as_object().unwrap().is_empty());
    assert_eq!(
        by_id["customFieldNames"],
        json!({"customfield_10130": "Steps to reproduce", "customfield_10015": "Start date"})
    );
    for parameters in [
        "&fields=Steps+to+reproduce,Start+date",
        "&fields=+Start%20date+,,Steps+to+reproduce",
        "&fields=Steps+to+reproduce&fields=Start+date",
        "&fields=Steps+to+reproduce&fields=customfield_10015,Start+date",
    ] {
        let by_name = tickets(&app, parameters).await;
        by_name.assert(200, &by_id);
    }
    let whole = tickets(&app, "").await.expect(200);
    assert_eq!(by_id["sprint"], whole["sprint"], "told as ever");
    tickets(&app, "&fields=").await.assert(200, &whole);

    let sprint = app.active_sprint_id().await;
    let path = format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}");
    let plain = app.get(&path).await.expect(200);
    let mut of_sprint = app
        .get(&format!("{path}&fields=Sprint,duedate"))
        .await
        .expect(200);
    let names = of_sprint
        .as_object_mut()
        .unwrap()
        .remove("customFieldNames");
    assert_eq!(names.unwrap()["customfield_10020"], "Sprint");
    for ticket in of_sprint["tickets"].as_array_mut().unwrap() {
        let values = ticket
            .as_object_mut()
            .unwrap()
            .remove("customFields")
            .unwrap();
        assert_eq!(values["customfield_10020"]["id"].to_string(), sprint);
    }
    assert_eq!(of_sprint, plain);
}

#[tokio::test]
async fn all_are_all_but_what_is_heavy_and_what_tickets_show_anyway() {
    let app = start().await;
    for fields in [json!("all"), json!(["all"])] {
        let found = searched(&app, fields).await.expect(200);
        let values = fullest(&found["issues"]);
        for id in ["customfield_10108", "labels", "project", "votes"] {
            assert!(values.get(id).is_some(), "{id}: {values}");
        }
        for id in [
            "comment",
            "worklog",
            "attachment",
            "summary",
            "description",
            "status",
        ] {
            assert!(values.get(id).is_none(), "{id}: {values}");
        }
        let names = found["customFieldNames"].as_object().unwrap();
        let is_named = |id: &String| names.contains_key(id);
        assert!(
            values.as_object().unwrap().keys().all(is_named),
            "{names:?}"
        );
    }
    // What is named comes all the same.
    let found = searched(&app, json!(["all", "comment", "assignee"]))
        .await
        .expect(200);
    let values = fullest(&found["issues"]);
    assert!(values["comment"].is_object(), "{values}");
    let searches = app.sandbox.requests_to("/search/jql").await;
    let body: Value =
        juncture_json::decode(searches.last().unwrap()["body"].as_str().unwrap()).unwrap();
    let asked = body["fields"].to_string();
    assert!(
        asked.contains("\"*all\"") && asked.contains("\"-worklog\""),
        "{asked}"
    );
}

#[tokio::test]
async fn names_that_are_nowhere_or_of_several_fields_are_told_all_at_once() {
    let app = start().await;
    let sprint = app.active_sprint_id().await;
    let refused = [
        tickets(&app, "&fields=Approver,severitee,Steps,summary,customfield_999").await,
        searched(&app, json!(["Approver", "severitee", "Steps", "summary", "customfield_999"])).await,
        app.get(&format!(
            "/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}&fields=Approver,severitee,Steps,summary,customfield_999"
        ))
        .await,
    ];
    for refused in refused {
        let body = refused.expect(400);
        assert_eq!(
            (&body["error"], &body["code"]),
            (&json!("Invalid fields"), &json!("invalid_fields"))
        );
        let fields = &body["details"]["fields"];
        assert_eq!(fields.as_array().unwrap().len(), 4, "{body}");
        let ambiguous = find(fields, "name", "Approver");
        assert_eq!(ambiguous["reason"], "ambiguous_field");
        let candidates = &ambiguous["allowed"];
        assert_eq!(
            *find(candidates, "id", "customfield_10113"),
            json!({"id": "customfield_10113", "name": "Approver"})
        );
        // Of a project that is managed by its team.
        assert!(find(candidates, "id", "customfield_10213")["project_id"].is_string());
        assert_eq!(
            *find(fields, "name", "Steps"),
            json!({"id": "Steps", "name": "Steps", "reason": "unknown_field", "allowed": [
                {"id": "customfield_10130", "name": "Steps to reproduce"},
            ]})
        );
        for name in ["severitee", "customfield_999"] {
            let unknown = json!({"id": name, "name": name, "reason": "unknown_field"});
            assert_eq!(*find(fields, "name", name), unknown);
        }
    }
    let many: Vec<String> = (0..101)
        .map(|number| format!("customfield_{number}"))
        .collect();
    let body = searched(&app, json!(many)).await.expect(400);
    assert_eq!(body["details"]["field"], "fields");
}

#[tokio::test]
async fn a_field_that_was_made_a_moment_ago_is_found() {
    let app = start().await;
    tickets(&app, "&fields=Start+date").await.expect(200);
    app.advance(SignedDuration::from_mins(2)).await;
    let unknown = tickets(&app, "&fields=Colour").await.expect(400);
    assert_eq!(unknown["code"], "invalid_fields");
    let asked = app.sandbox.requests_to("/rest/api/3/field").await.len();
    assert_eq!(asked, 2, "once more, as the names are two minutes old");
    // Within a minute the names are new enough to say no.
    tickets(&app, "&fields=Colour").await.expect(400);
    assert_eq!(app.sandbox.requests_to("/rest/api/3/field").await.len(), 2);

    let site_id = app.site_id("Acme").await;
    let field = json!({"site_id": site_id, "name": "Colour", "kind": "select", "options": ["Red"]});
    app.sandbox.control("fields", &field).await;
    app.advance(SignedDuration::from_mins(1)).await;
    let found = tickets(&app, "&fields=Colour").await.expect(200);
    let names = found["customFieldNames"].as_object().unwrap();
    assert_eq!(names.values().collect::<Vec<_>>(), ["Colour"]);
}

#[tokio::test]
async fn names_need_the_fields_of_the_site_which_may_be_of_yesterday() {
    let app = start().await;
    app.sandbox.fail(FIELDS, 500, None).await;
    let failed = tickets(&app, "&fields=Start+date").await.expect(500);
    assert_eq!(failed["code"], "upstream_unavailable");
    tickets(&app, "").await.expect(200);
    app.sandbox.clear_faults().await;
    let whole = tickets(&app, "&fields=Start+date").await.expect(200);
    app.sandbox.fail(FIELDS, 500, None).await;
    app.advance(SignedDuration::from_hours(20)).await;
    tickets(&app, "&fields=Start+date")
        .await
        .assert(200, &whole);
    // Old names are no reason to refuse new ones, but there are no others.
    let unknown = tickets(&app, "&fields=Colour").await.expect(400);
    assert_eq!(unknown["code"], "invalid_fields");
}

#[tokio::test]
async fn the_names_of_fields_are_those_that_this_customer_may_see() {
    let app = start().await;
    app.connect("b").await;
    tickets(&app, "&fields=Start+date").await.expect(200);
    let of_other = "/api/backend/jira/get-tickets-for-project?external_id=b&jira_project_id=SHOP&fields=Start+date";
    app.get(of_other).await.expect(200);
    let asked = app.sandbox.requests_to("/rest/api/3/field").await;
    assert_eq!(asked.len(), 2, "each asked for itself");
}

#[tokio::test]
async fn the_scope_that_fields_need_is_named_where_tickets_need_others() {
    // The same in every sandbox, which are drawn from one number.
    let sprint = start().await.active_sprint_id().await;
    let scopes = "read:sprint:jira-software read:issue-details:jira read:jql:jira";
    let variables = [("DEFAULT_JIRA_SCOPES", scopes)];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    app.connect_as("a", ADA, "Acme").await;
    let path = format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}");
    app.get(&path).await.expect(200);
    let refused = app.get(&format!("{path}&fields=duedate")).await.expect(403);
    assert_eq!(
        (&refused["code"], &refused["details"]["scopes"]),
        (&json!("missing_scope"), &json!(["read:jira-work"]))
    );
}
