//! After a write that Jira has confirmed the answer is about the write, whatever becomes of what is
//! read after it.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::issues::{CREATE, send, start, ticket};
use crate::support::sandbox::TestSandbox;
use crate::support::{TestApp, real_time};

const EDIT: &str = "/api/backend/jira/edit-issue";
const ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";

/// What may befall the reading back.
fn faults() -> Vec<Value> {
    let own = json!({"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}});
    vec![
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 403, "body": own}),
        json!({"kind": "status", "status": 404, "body": own}),
        json!({"kind": "status", "status": 404, "body": "<html>not here</html>"}),
        json!({"kind": "status", "status": 401, "body": {"code": 401, "message": "Unauthorized"}}),
        json!({"kind": "status", "status": 401, "body": {"code": 401, "message": "Unauthorized; scope does not match"}}),
        json!({"kind": "status", "status": 429, "retry_after": {"seconds": 80}}),
        json!({"kind": "cut_body"}),
        json!({"kind": "garbage", "body": "html"}),
    ]
}

/// All readings of single issues meet `fault`; writes pass.
async fn fault_reading(app: &TestApp, fault: &Value) {
    let rule = json!({"path": ISSUE, "method": "GET", "times": "forever", "fault": fault});
    app.sandbox.control("faults", &rule).await;
}

/// The first reading passes, and all later ones meet `fault`: what is written as Markdown is read first.
async fn fault_reading_back(app: &TestApp, fault: &Value) {
    let passing = json!({"kind": "latency", "milliseconds": 0});
    let rule = json!({"path": ISSUE, "method": "GET", "times": 1, "fault": passing});
    app.sandbox.control("faults", &rule).await;
    fault_reading(app, fault).await;
}

/// All is well again, and what Jira asked to be left alone for is over.
async fn recover(app: &TestApp) {
    app.sandbox.clear_faults().await;
    app.advance(SignedDuration::from_mins(2)).await;
}

/// A write by the clock of the test: its answer, which comes within three seconds.
async fn timely<T>(app: &TestApp, write: impl Future<Output = T>) -> T {
    let began = app.clock_now();
    let answer = write.await;
    let took = app.clock_now().duration_since(began);
    assert!(took <= SignedDuration::from_secs(3), "{took}");
    answer
}

#[tokio::test]
async fn an_edit_is_told_as_made_though_the_issue_cannot_be_read_back() {
    let app = start().await;
    let account_id = app.account_id("Ada Lindqvist").await;
    for (number, fault) in faults().into_iter().enumerate() {
        let summary = format!("Edited {number}");
        let body = json!({
            "external_id": "a", "issue_id_or_key": "shop-1", "summary": summary,
            "description": "It is **so**", "priority_id": "1", "assignee_account_id": account_id,
        });
        fault_reading_back(&app, &fault).await;
        let edited = timely(&app, send(&app, Method::PUT, EDIT, None, &body)).await;
        let known = json!({
            "key": "SHOP-1", "summary": summary, "description": "It is **so**",
            "priority": {"id": "1"}, "assignee": {"accountId": account_id}, "partial": true,
        });
        edited.assert(200, &json!({"success": true, "issue": known}));
        recover(&app).await;
        let path = "/api/backend/jira/get-issue-details?external_id=a&issue_key=SHOP-1";
        let issue = app.get(path).await.expect(200);
        assert_eq!(issue["issue"]["summary"], summary, "{fault}");
    }
    // What was cleared is known to be empty; what was not named is not known.
    fault_reading_back(&app, &faults()[0]).await;
    let id = json!({
        "external_id": "a", "issue_id_or_key": "10000", "description": "", "assignee_account_id": null,
    });
    let edited = send(&app, Method::PUT, EDIT, None, &id).await;
    let known = json!({"id": "10000", "description": null, "assignee": null, "partial": true});
    edited.assert(200, &json!({"success": true, "issue": known}));
    // And what can be read back is whole.
    app.sandbox.clear_faults().await;
    let whole = send(&app, Method::PUT, EDIT, None, &id).await.expect(200);
    assert!(whole["issue"]["partial"].is_null() && whole["issue"]["key"].is_string());
}

#[tokio::test]
async fn a_new_ticket_is_told_at_once_though_it_cannot_be_read_back() {
    let app = start().await;
    for fault in faults() {
        let mut body = ticket(&app, "Unread").await;
        body["description"] = json!("It is **so**");
        fault_reading(&app, &fault).await;
        let key = fault
            .to_string()
            .replace(|c: char| !c.is_ascii_graphic(), "");
        let key = &key[..key.len().min(200)];
        let created = timely(&app, send(&app, Method::POST, CREATE, Some(key), &body)).await;
        let ticket = created.expect(201)["ticket"].clone();
        assert!(ticket["key"].as_str().unwrap().starts_with("SHOP-"));
        assert!(ticket["id"].is_string());
        assert_eq!(ticket["summary"], "Unread");
        assert_eq!(ticket["description"], "It is **so**");
        assert_eq!(ticket["partial"], true, "{fault}");
        // The same key gives the same answer, also when all is well again.
        recover(&app).await;
        let again = send(&app, Method::POST, CREATE, Some(key), &body).await;
        assert_eq!(again.expect(201)["ticket"], ticket);
    }
    let body = ticket(&app, "Read").await;
    let created = send(&app, Method::POST, CREATE, None, &body)
        .await
        .expect(201);
    assert!(created["ticket"]["partial"].is_null());
    assert!(created["ticket"]["created"].is_string());
}

#[tokio::test]
async fn a_reading_back_that_hangs_is_waited_for_two_seconds() {
    let app = start().await;
    let edit = json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "summary": "Edited"});
    let create = ticket(&app, "Made").await;
    // What it looks up before it writes is kept from now on.
    app.post(CREATE, &create).await.expect(201);
    fault_reading(&app, &json!({"kind": "hang"})).await;
    for (method, path, body, status) in [
        (Method::PUT, EDIT, &edit, 200),
        (Method::POST, CREATE, &create, 201),
    ] {
        let before = app.sandbox.requests().await.len();
        let mut write = Box::pin(send(&app, method, path, None, body));
        let is_reading = async || app.sandbox.requests().await.len() == before + 2;
        tokio::select! {
            answer = &mut write => panic!("not waited for: {}", answer.text()),
            () = real_time::eventually(is_reading) => {}
        }
        app.advance(SignedDuration::from_secs(2)).await;
        assert_eq!(write.await.status, status);
    }
}

#[tokio::test]
async fn an_edit_needs_no_scope_to_read() {
    let scopes = [("DEFAULT_JIRA_SCOPES", "write:jira-work")];
    let app = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    app.connect("a").await;
    let body = json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "summary": "Edited"});
    let edited = send(&app, Method::PUT, EDIT, None, &body).await.expect(200);
    let known = json!({"key": "SHOP-1", "summary": "Edited", "partial": true});
    assert_eq!(edited["issue"], known);
}

#[tokio::test]
async fn what_is_looked_up_for_a_refusal_does_not_replace_it() {
    let app = start().await;
    let mut body = ticket(&app, "Refused").await;
    body["priority_id"] = json!("999999");
    for status in [500, 403, 429] {
        app.sandbox.clear_faults().await;
        app.sandbox
            .fail("/ex/jira/*/rest/api/3/project/*", status, None)
            .await;
        let refused = send(&app, Method::POST, CREATE, None, &body).await;
        assert_eq!(refused.expect(400)["code"], "invalid_fields", "{status}");
    }
}
