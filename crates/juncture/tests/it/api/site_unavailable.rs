//! Silence and outage are never absence: only Jira's own words say that something is not there.

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{send, start, ticket};
use crate::support::answer::Answer;
use crate::support::flow::ADA;
use crate::support::{TestApp, real_time};

/// What the gateway, or something on the way, says when it leads nowhere.
fn of_gateway() -> Vec<Value> {
    let framework = json!({
        "timestamp": "2026-10-08T00:00:00.000+0000", "status": 404, "error": "Not Found",
        "message": "No message available", "path": "/ex/jira/x",
    });
    vec![
        json!({"kind": "status", "status": 404, "body": framework, "headers": {"X-Failure-Category": "FAILURE_CLIENT_TCS"}}),
        json!({"kind": "status", "status": 404, "body": framework}),
        json!({"kind": "status", "status": 404, "body": "", "headers": {"X-Failure-Category": "FAILURE_CLIENT_TCS"}}),
        json!({"kind": "status", "status": 404, "body": {"code": 404, "message": "Not Found"}}),
        json!({"kind": "status", "status": 404, "body": "<html>404</html>"}),
        json!({"kind": "status", "status": 403, "body": {"code": 403, "message": "The app is not installed on this instance"}}),
    ]
}

/// Whatever is asked of any site meets `fault`.
async fn fault_all(app: &TestApp, fault: &Value) {
    let rule = json!({"path": "/ex/jira/", "match": "prefix", "times": "forever", "fault": fault});
    app.sandbox.control("faults", &rule).await;
}

/// Every endpoint that could call something absent.
async fn calls(app: &TestApp) -> Vec<(Method, &'static str, Value)> {
    let issue = json!({"external_id": "a", "issue_id_or_key": "SHOP-1"});
    let project = json!({"external_id": "a", "jira_project_id": "SHOP"});
    let sprint = json!({"external_id": "a", "sprint_id": app.active_sprint_id().await});
    let mut edit = issue.clone();
    edit["summary"] = json!("Edited");
    vec![
        (Method::GET, "get-projects", json!({"external_id": "a"})),
        (Method::GET, "get-tickets-for-project", project.clone()),
        (Method::GET, "get-boards-for-project", project.clone()),
        (Method::GET, "get-all-sprints-for-project", project.clone()),
        (Method::GET, "get-active-sprints-for-project", project),
        (Method::GET, "get-tickets-for-sprint", sprint),
        (Method::GET, "get-issue-details", issue.clone()),
        (Method::PUT, "edit-issue", edit),
        (Method::DELETE, "delete-issue", issue),
        (Method::POST, "create-ticket", ticket(app, "New").await),
    ]
}

async fn call(app: &TestApp, (method, name, body): &(Method, &str, Value)) -> Answer {
    let path = format!("/api/backend/jira/{name}");
    if *method != Method::GET {
        return send(app, method.clone(), &path, None, body).await;
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap());
    }
    app.get(&format!("{path}?{}", query.finish())).await
}

#[tokio::test]
async fn a_site_that_is_gone_for_the_grant_is_told_as_that() {
    let app = start().await;
    let body = json!({
        "error": "Connection is invalid or expired. Please reauthorize the connection.",
        "code": "site_unavailable", "needs_reauthorization": true,
    });
    let calls = calls(&app).await;
    for fault in of_gateway() {
        fault_all(&app, &fault).await;
        for asked in &calls {
            let answer = call(&app, asked).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (403, body.clone()),
                "{} {fault}",
                asked.1
            );
        }
        app.sandbox.clear_faults().await;
    }
}

#[tokio::test]
async fn a_site_that_is_lost_shows_in_the_validity_until_a_call_succeeds() {
    let app = start().await;
    let is_lost = async || app.validity("a").await["site_unavailable"] == true;
    assert!(!is_lost().await);
    let projects = "/api/backend/jira/get-projects?external_id=a";
    for repair in ["a call", "a connection"] {
        fault_all(&app, &of_gateway()[0]).await;
        app.get(projects).await.expect(403);
        real_time::eventually(is_lost).await;
        app.sandbox.clear_faults().await;
        if repair == "a call" {
            app.get(projects).await.expect(200);
        } else {
            app.connect_as("a", ADA, "Acme").await;
        }
        real_time::eventually(async || !is_lost().await).await;
    }
    assert_eq!(app.validity("nobody").await["site_unavailable"], false);
}

#[tokio::test]
async fn a_404_of_nobody_known_is_a_bad_answer() {
    let app = start().await;
    let calls = calls(&app).await;
    for body in [json!(""), json!("nothing here"), json!({"message": "gone"})] {
        let fault = json!({"kind": "status", "status": 404, "body": body});
        fault_all(&app, &fault).await;
        for asked in &calls {
            let answer = call(&app, asked).await;
            assert_eq!(
                answer.expect(500)["code"],
                "upstream_bad_response",
                "{} {fault}",
                asked.1
            );
        }
        app.sandbox.clear_faults().await;
    }
}
