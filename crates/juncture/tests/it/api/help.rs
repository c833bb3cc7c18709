//! What is asked for good measure, such as the names of fields, fails nothing when it fails.

use jiff::SignedDuration;
use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

const FIELDS: &str = "/ex/jira/*/rest/api/3/field";
const TICKETS: &str =
    "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
const DETAILS: &str = "/api/backend/jira/get-issue-details?external_id=a&issue_key=SHOP-1";

async fn start() -> TestApp {
    let small = Options {
        issues: 40,
        projects: 6,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], TestSandbox::start_with(small).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

/// The call for the tickets of a sprint; the same in every sandbox, which are drawn from one number.
async fn sprint_tickets() -> String {
    let sprint = start().await.active_sprint_id().await;
    format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}")
}

fn failures() -> Vec<Value> {
    vec![
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 403, "body": {"errorMessages": ["no"], "errors": {}}}),
        json!({"kind": "status", "status": 404, "body": {"errorMessages": ["no"], "errors": {}}}),
        json!({"kind": "status", "status": 404, "body": "<html>"}),
        json!({"kind": "status", "status": 401, "body": {"code": 401, "message": "Unauthorized; scope does not match"}}),
        // A longer one is for the whole site, and the answer then.
        json!({"kind": "status", "status": 429, "retry_after": {"seconds": 5}}),
        json!({"kind": "garbage", "body": "html"}),
        json!({"kind": "cut_body"}),
    ]
}

#[tokio::test]
async fn tickets_come_though_the_fields_of_the_site_are_not_told() {
    let sprint_tickets = sprint_tickets().await;
    for fault in failures() {
        let app = start().await;
        app.sandbox.fault(FIELDS, &fault, None).await;
        let tickets = app.get(TICKETS).await.expect(200);
        assert!(tickets["total"].as_u64().unwrap() > 0, "{fault}");
        assert!(tickets["sprint"].is_null(), "no field tells of it: {fault}");
        let issue = app.get(DETAILS).await.expect(200);
        assert_eq!(issue["issue"]["customFieldNames"], json!({}));
        let of_sprint = app.get(&sprint_tickets).await.expect(200);
        assert!(of_sprint["total"].as_u64().unwrap() > 0, "{fault}");

        app.sandbox.clear_faults().await;
        app.advance(SignedDuration::from_mins(2)).await;
        let tickets = app.get(TICKETS).await.expect(200);
        assert!(
            tickets["sprint"].is_object(),
            "asked again at once: {fault}"
        );
    }
}

#[tokio::test]
async fn an_older_copy_of_the_fields_serves_while_the_site_does_not_tell_them() {
    let app = start().await;
    let whole = app.get(TICKETS).await.expect(200);
    assert!(whole["sprint"].is_object());
    app.sandbox.fail(FIELDS, 500, None).await;
    app.advance(SignedDuration::from_hours(23)).await;
    assert_eq!(
        app.get(TICKETS).await.expect(200)["sprint"],
        whole["sprint"]
    );
}

#[tokio::test]
async fn fields_that_are_not_told_in_time_are_done_without() {
    let app = start().await;
    app.sandbox.hang(FIELDS, false).await;
    let mut tickets = Box::pin(app.get(TICKETS));
    app.sandbox
        .run_until_request(&mut tickets, "/field", 1)
        .await;
    app.advance(SignedDuration::from_secs(2)).await;
    assert!(tickets.await.expect(200)["sprint"].is_null());
}

#[tokio::test]
async fn the_tickets_of_a_sprint_need_the_documented_scopes_and_no_other() {
    let scopes = "read:sprint:jira-software read:issue-details:jira read:jql:jira";
    let sprint_tickets = sprint_tickets().await;
    let app = TestApp::start_with(
        &[("DEFAULT_JIRA_SCOPES", scopes)],
        TestSandbox::start().await,
    )
    .await;
    app.connect_as("a", ADA, "Acme").await;
    let tickets = app.get(&sprint_tickets).await.expect(200);
    assert!(tickets["total"].as_u64().unwrap() > 0);
    let id = tickets["sprint"]["id"].to_string();
    assert!(sprint_tickets.ends_with(&format!("sprint_id={id}")));
}

#[tokio::test]
async fn a_missing_scope_is_told_by_those_that_are_not_there() {
    let scopes = [(
        "DEFAULT_JIRA_SCOPES",
        "read:jira-work read:board-scope:jira-software",
    )];
    let app = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    app.connect_as("a", ADA, "Acme").await;
    let path = "/api/backend/jira/get-boards-for-project?external_id=a&jira_project_id=10000";
    let refused = |scopes: Value| {
        json!({
            "error": "Access denied to Jira boards", "code": "missing_scope", "details": {"scopes": scopes},
        })
    };
    let missing = refused(json!(["read:project:jira"]));
    app.get(path).await.assert(403, &missing);
    // Where the grant is not told, all that the call needs are named.
    let resources = "/oauth/token/accessible-resources";
    app.sandbox.fail(resources, 500, None).await;
    let all = refused(json!([
        "read:board-scope:jira-software",
        "read:project:jira"
    ]));
    app.get(path).await.assert(403, &all);
}
