//! Fields of tickets by id or exact name: what is written, and what is refused before anything is.

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{CREATE, EDIT, send, start, ticket};
use crate::support::TestApp;
use crate::support::answer::Answer;

const DETAILS: &str = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=";

/// A new bug with these fields.
async fn create(app: &TestApp, fields: Value) -> Answer {
    let mut body = ticket(app, "With fields").await;
    body["issue_type_id"] = json!("10004");
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post(CREATE, &body).await
}

/// How often Jira was asked to write an issue.
async fn writes(app: &TestApp) -> usize {
    let requests = app.sandbox.requests().await;
    let is_write = |request: &&Value| {
        let is_of_issue = request["path"]
            .as_str()
            .unwrap()
            .contains("/rest/api/3/issue");
        is_of_issue && (request["method"] == "POST" || request["method"] == "PUT")
    };
    requests.iter().filter(is_write).count()
}

/// How often Jira was asked what fields new issues take.
async fn looks(app: &TestApp) -> usize {
    let requests = app.sandbox.requests().await;
    let is_look = |request: &&Value| request["path"].as_str().unwrap().contains("/createmeta/");
    requests.iter().filter(is_look).count()
}

/// The reasons by the ids of the fields that a refusal blames.
fn reasons(refusal: &Value) -> Vec<(String, String)> {
    let fields = refusal["details"]["fields"].as_array();
    let fields = fields
        .unwrap_or_else(|| panic!("no fields: {refusal}"))
        .iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut reasons: Vec<_> = fields
        .map(|field| (text(&field["id"]), text(&field["reason"])))
        .collect();
    reasons.sort();
    reasons
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = of
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn a_ticket_gets_fields_by_name_by_id_and_by_parameter() {
    let app = start().await;
    let created = create(
        &app,
        json!({
            "labels": ["api", "new"], "due_date": "2026-12-24", "parent": null,
            "fields": {
                "Severity": "Major", "customfield_10104": 2.5, "Platforms": ["Web"],
                "Release notes": "It **works** now.", "Region": ["Europe"], "Go-live": "2026-12-01",
            },
        }),
    );
    let created = created.await.expect(201);
    let key = created["ticket"]["key"].as_str().unwrap();
    let issue = app.get(&format!("{DETAILS}{key}")).await.expect(200)["issue"].take();
    assert_eq!(issue["labels"], json!(["api", "new"]));
    let custom = &issue["customFields"];
    assert_eq!(custom["customfield_10108"]["value"], "Major");
    assert_eq!(custom["customfield_10104"], json!(2.5));
    assert_eq!(custom["customfield_10110"][0]["value"], "Web");
    assert_eq!(
        issue["customFieldsMarkdown"]["customfield_10102"],
        "It **works** now."
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_written() {
    let app = start().await;
    let refused = create(
        &app,
        json!({
            "due_date": "tomorrow", "labels": ["two words"],
            "fields": {"Severity": "Gigantic", "Effort": "much", "Nothing of this name": 1, "Approver": "x"},
        }),
    );
    let refused = refused.await.expect(400);
    assert_eq!(refused["code"], "invalid_fields");
    assert_eq!(
        reasons(&refused),
        pairs(&[
            ("duedate", "not_a_date"),
            ("labels", "not_a_label"),
            ("customfield_10108", "unknown_value"),
            ("customfield_10104", "wrong_type"),
            ("Nothing of this name", "unknown_field"),
            ("Approver", "ambiguous_field"),
        ])
    );
    let fields = refused["details"]["fields"].as_array().unwrap();
    let severity = fields
        .iter()
        .find(|field| field["id"] == "customfield_10108")
        .unwrap();
    assert_eq!(severity["name"], "Severity");
    assert!(
        severity["allowed"]
            .as_array()
            .unwrap()
            .iter()
            .any(|value| value["name"] == "Major")
    );
    let approver = fields
        .iter()
        .find(|field| field["id"] == "Approver")
        .unwrap();
    assert_eq!(
        approver["allowed"].as_array().unwrap().len(),
        2,
        "{approver}"
    );
    assert_eq!(writes(&app).await, 0);
}

#[tokio::test]
async fn a_required_field_that_is_missing_is_told_by_name_before_anything_is_written() {
    let app = start().await;
    let mut body = ticket(&app, "Without a cause").await;
    body["jira_project_id"] = json!("PLAT");
    body["issue_type_id"] = json!("10004");
    let refused = app.post(CREATE, &body).await.expect(400);
    assert_eq!(
        reasons(&refused),
        pairs(&[("customfield_10132", "required")])
    );
    assert_eq!(refused["details"]["fields"][0]["name"], "Root cause");
    assert_eq!(writes(&app).await, 0);
}

#[tokio::test]
async fn what_is_kept_of_the_fields_is_asked_for_anew_once_after_a_refusal() {
    let app = start().await;
    create(&app, json!({})).await.expect(201);
    let (before, written) = (looks(&app).await, writes(&app).await);
    let required = json!({
        "site_id": app.site_id("Acme").await, "field": "customfield_10101", "required": true,
    });
    app.sandbox.control("fields", &required).await;
    let refused = create(&app, json!({})).await.expect(400);
    assert_eq!(
        reasons(&refused),
        pairs(&[("customfield_10101", "required")])
    );
    assert_eq!(refused["details"]["fields"][0]["name"], "Codename");
    assert_eq!(writes(&app).await, written + 1);
    // The fields are one look, in as many pages as the first.
    assert_eq!(looks(&app).await, 2 * before);
}

#[tokio::test]
async fn an_edit_sets_and_clears_fields_and_labels() {
    let app = start().await;
    let edit = async |changes: Value| {
        let mut body = json!({"external_id": "a", "issue_id_or_key": "SHOP-1"});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        send(&app, Method::PUT, EDIT, None, &body).await
    };
    let details = async || app.get(&format!("{DETAILS}SHOP-1")).await.expect(200)["issue"].take();
    edit(json!({"labels": ["one", "two"], "fields": {"Severity": "Major"}}))
        .await
        .expect(200);
    edit(json!({"labels_add": ["three"], "labels_remove": ["one"]}))
        .await
        .expect(200);
    let issue = details().await;
    assert_eq!(issue["labels"], json!(["two", "three"]));
    assert_eq!(issue["customFields"]["customfield_10108"]["value"], "Major");
    edit(json!({"labels": null, "fields": {"Severity": null}}))
        .await
        .expect(200);
    let issue = details().await;
    assert_eq!(issue["labels"], json!([]));
    assert!(
        issue["customFields"].get("customfield_10108").is_none(),
        "{issue}"
    );
    let before = writes(&app).await;
    for (changes, field) in [
        (json!({"fields": [1]}), "fields"),
        (
            json!({"labels": ["a"], "fields": {"labels": ["b"]}}),
            "labels",
        ),
        (json!({"component_ids": "10000"}), "component_ids"),
        (json!({"labels_add": ["two words"]}), "labels_add"),
        (json!({"reporter_account_id": 7}), "reporter_account_id"),
    ] {
        let refused = edit(changes.clone()).await.expect(400);
        assert_eq!(refused["details"]["field"], field, "{changes}: {refused}");
    }
    let twice = edit(json!({"summary": "x", "fields": {"Summary": "y"}}))
        .await
        .expect(400);
    assert_eq!(reasons(&twice), pairs(&[("summary", "given_twice")]));
    assert_eq!(writes(&app).await, before);
}

#[tokio::test]
async fn a_person_is_found_by_an_address_and_nobody_by_another() {
    let app = start().await;
    let users = app.sandbox.world().await["users"].clone();
    let bruno = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["name"] == "Bruno Okafor")
        .unwrap()
        .clone();
    let created = create(
        &app,
        json!({"fields": {"customfield_10113": bruno["email"]}}),
    )
    .await
    .expect(201);
    let key = created["ticket"]["key"].as_str().unwrap();
    let issue = app.get(&format!("{DETAILS}{key}")).await.expect(200)["issue"].take();
    assert_eq!(
        issue["customFields"]["customfield_10113"]["accountId"],
        bruno["account_id"]
    );
    let refused = create(
        &app,
        json!({"fields": {"customfield_10113": "nobody@example.com"}}),
    )
    .await
    .expect(400);
    assert_eq!(
        reasons(&refused),
        pairs(&[("customfield_10113", "unknown_user")])
    );
}

#[tokio::test]
async fn a_ticket_of_plain_fields_does_not_need_what_jira_says_of_them() {
    let app = start().await;
    for status in [403, 404, 500] {
        app.sandbox
            .fail(
                "/ex/jira/*/rest/api/3/issue/createmeta/*/issuetypes/*",
                status,
                None,
            )
            .await;
        create(&app, json!({})).await.expect(201);
        let named = create(&app, json!({"fields": {"Severity": "Major"}})).await;
        assert!(named.status.as_u16() >= 400, "{status}");
        app.sandbox.clear_faults().await;
    }
}

#[tokio::test]
async fn what_nobody_meant_to_write_is_put_right_in_any_field() {
    let app = start().await;
    let fields = json!({"Codename": "\u{feff}Fal\u{7}con", "Release notes": "It \u{0}works"});
    let created = create(&app, json!({"fields": fields})).await.expect(201);
    let key = created["ticket"]["key"].as_str().unwrap();
    let issue = app.get(&format!("{DETAILS}{key}")).await.expect(200)["issue"].take();
    assert_eq!(issue["customFields"]["customfield_10101"], "Fal\u{fffd}con");
    assert_eq!(
        issue["customFieldsMarkdown"]["customfield_10102"],
        "It \u{fffd}works"
    );
}
