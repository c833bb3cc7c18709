//! `delete-connection`: what is deleted is gone for everybody, and nothing brings it back.

use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};
use crate::support::rows::{connection_id, count_rows};
use crate::support::{TestApp, with_key};

const DELETE: &str = "/api/backend/connection-info/delete-connection";

fn done() -> Value {
    json!({"success": true})
}

fn not_found() -> Value {
    json!({"error": "Connection not found", "code": "connection_not_found"})
}

async fn delete(app: &TestApp, external_id: &str) -> Answer {
    app.delete(&format!("{DELETE}?external_id={external_id}&provider=jira"))
        .await
}

#[tokio::test]
async fn a_deleted_connection_is_unknown_everywhere_and_the_others_stay() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect_as("b", ADA, "Initech").await;
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .assert(200, &done());

    delete(&app, "a").await.assert(200, &done());

    let unknown = json!({"exists": false, "is_expired": false, "is_invalid": false, "site_unavailable": false});
    assert_eq!(app.validity("a").await, unknown);
    app.access_token("a").await.assert(401, &not_found());
    app.connection_info("get-connection-credentials", "a")
        .await
        .assert(404, &not_found());
    for path in ["get-projects", "get-selected-project"] {
        app.get(&format!("/api/backend/jira/{path}?external_id=a"))
            .await
            .assert(404, &not_found());
    }
    app.post("/api/backend/jira/select-project", &select)
        .await
        .assert(404, &not_found());
    delete(&app, "a").await.assert(404, &not_found());

    app.access_token("b").await.expect(200);
    for (table, left) in [
        ("SELECT count(*) FROM connection", 1),
        ("SELECT count(*) FROM connection_external_map", 1),
        ("SELECT count(*) FROM jira_connection", 1),
    ] {
        assert_eq!(count_rows(&app, table).await, left, "{table}");
    }
}

#[tokio::test]
async fn the_parameters_stand_in_the_body_or_in_the_query() {
    let app = TestApp::start().await;
    let by_body = async |body: Value| {
        let request = with_key(Request::builder().method(Method::DELETE).uri(DELETE))
            .header(header::CONTENT_TYPE, "application/json");
        app.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    };
    app.connect("7").await;
    let subject = json!({"external_id": 7, "provider": "jira"});
    by_body(subject.clone()).await.assert(200, &done());
    by_body(subject).await.assert(404, &not_found());
    app.connect("7").await;
    delete(&app, "7").await.assert(200, &done());

    let refused = by_body(json!({"external_id": "a"})).await.expect(400);
    assert_eq!(refused["error"], "Missing external_id or provider");
    let refused = by_body(json!({"external_id": "a", "provider": "Jira"})).await;
    assert_eq!(refused.expect(400)["code"], "invalid_provider");
    let refused = by_body(json!({"external_id": "a\n", "provider": "jira"})).await;
    assert_eq!(refused.expect(400)["error"], "Invalid external_id");
    let keyless = Request::delete(DELETE).body(Body::empty()).unwrap();
    app.send(keyless).await.expect(401);
}

#[tokio::test]
async fn connecting_again_makes_another_connection() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let before = connection_id(&app, "a").await.unwrap();
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .expect(200);
    delete(&app, "a").await.assert(200, &done());
    assert_eq!(connection_id(&app, "a").await, None);

    app.connect("a").await;
    assert_ne!(connection_id(&app, "a").await.unwrap(), before);
    app.access_token("a").await.expect(200);
    app.get("/api/backend/jira/get-selected-project?external_id=a")
        .await
        .assert(200, &json!({"jira_project_id": null}));
}

#[tokio::test]
async fn a_consent_that_waits_for_its_choice_outlives_the_deletion() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    delete(&app, "a").await.assert(200, &done());
    let site = app.site_id("Acme").await;
    app.finalize(&code, &site).await.assert(200, &done());
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_refresh_under_way_does_not_bring_a_deleted_connection_back() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.advance(SignedDuration::from_hours(2)).await;
    let token = "/oauth/token";
    for acts in [true, false] {
        let asked = app.sandbox.requests_to(token).await.len();
        app.sandbox.hang(token, acts).await;
        let call = app.access_token("a");
        tokio::pin!(call);
        app.sandbox
            .run_until_request(&mut call, token, asked + 1)
            .await;
        // Atlassian has the request: once it has acted on it, once it has not.
        delete(&app, "a").await.assert(200, &done());
        app.sandbox.clear_faults().await;
        call.await.assert(401, &not_found());
        assert_eq!(app.validity("a").await["exists"], false, "acts: {acts}");
        assert_eq!(count_rows(&app, "SELECT count(*) FROM connection").await, 0);
        app.connect("a").await;
        app.advance(SignedDuration::from_hours(2)).await;
    }
}

#[tokio::test]
async fn of_many_deletions_at_once_one_finds_the_connection() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let answers = futures_util::future::join_all((0..20).map(|_| delete(&app, "a"))).await;
    let mut statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 404));
}

#[tokio::test]
async fn a_deletion_is_told_to_other_processes_for_an_hour() {
    const COUNT: &str = "SELECT count(*) FROM deleted_connection";
    let app = TestApp::start().await;
    app.connect("a").await;
    delete(&app, "a").await.assert(200, &done());
    app.clock.advance(SignedDuration::from_secs(3599));
    app.sweep().await;
    assert_eq!(count_rows(&app, COUNT).await, 1);
    app.clock.advance(SignedDuration::from_secs(1));
    app.sweep().await;
    assert_eq!(count_rows(&app, COUNT).await, 0);
}

#[tokio::test]
async fn a_deletion_and_a_reconnection_at_once_both_succeed() {
    let app = TestApp::start().await;
    let acme = app.site_id("Acme").await;
    for _ in 0..10 {
        app.connect("a").await;
        let code = app.connection_code("a", BRUNO, Some("Acme")).await;
        let (deleted, connected) = tokio::join!(delete(&app, "a"), app.finalize(&code, &acme));
        deleted.assert(200, &done());
        connected.assert(200, &done());
        // Whichever came last: all of it is there, or none.
        let validity = app.validity("a").await;
        let is_there = i64::from(validity["exists"] == true);
        for table in [
            "SELECT COUNT(*) FROM connection",
            "SELECT COUNT(*) FROM jira_connection",
        ] {
            assert_eq!(count_rows(&app, table).await, is_there, "{table}");
        }
    }
}
