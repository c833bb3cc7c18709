//! `/api/backend/connections/{connection_id}/timeline`, and what is told of a connection's use.

use std::collections::HashSet;

use axum::http::Method;
use jiff::SignedDuration;
use juncture_server::timeline::Call;
use juncture_server::upkeep;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::admin::APPS;
use crate::support::flow::BRUNO;
use crate::support::rows::{break_connections, connection_id, count_rows, mend_connections};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const ENTRIES: &str = "SELECT COUNT(*) FROM timeline_entry";
const USES: &str = "SELECT COUNT(*) FROM connection_use";

async fn id_of(app: &TestApp, external_id: &str) -> Uuid {
    connection_id(app, external_id).await.unwrap()
}

async fn page(app: &TestApp, external_id: &str, query: &str) -> Value {
    let id = id_of(app, external_id).await;
    let path = format!("/api/backend/connections/{id}/timeline?{query}");
    app.get(&path).await.expect(200)
}

/// All that happened to a connection, newest first.
async fn timeline(app: &TestApp, external_id: &str) -> Vec<Value> {
    upkeep::write(&app.app.tokens).await.unwrap();
    let page = page(app, external_id, "limit=200").await;
    assert_eq!(page["next_cursor"], Value::Null);
    page["data"].as_array().unwrap().clone()
}

async fn shown(app: &TestApp, external_id: &str) -> Value {
    upkeep::write(&app.app.tokens).await.unwrap();
    let id = id_of(app, external_id).await;
    let path = format!("/api/backend/connections/{id}");
    app.get(&path).await.expect(200)
}

fn kinds(entries: &[Value]) -> Vec<&str> {
    let kinds = entries.iter().map(|entry| entry["kind"].as_str().unwrap());
    kinds.collect()
}

fn call() -> Call {
    Call {
        method: "GET".to_owned(),
        endpoint: "/rest/api/3/myself".to_owned(),
        status: Some(200),
        points: Some(1),
        trace_id: None,
        duration_ms: 7,
    }
}

/// Notes so many calls, and writes them where `every` of them have come.
async fn call_often(app: &TestApp, id: Uuid, times: usize, every: usize) {
    for number in 1..=times {
        app.app.tokens.timeline.note_call(id, call());
        if number % every == 0 {
            upkeep::write(&app.app.tokens).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_happens_to_a_connection_is_told_newest_first() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let began = app.clock_now();
    let site = app.site_id("Acme").await;
    app.advance(SignedDuration::from_secs(1)).await;
    let jql =
        json!({"external_id": "a", "jql": "project = SHOP AND summary ~ secretive", "limit": 3});
    app.post("/api/backend/jira/search-issues", &jql)
        .await
        .expect(200);
    app.advance(SignedDuration::from_secs(1)).await;
    let tickets = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
    app.get(tickets).await.expect(200);
    let details = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=";
    app.get(&format!("{details}SHOP-1")).await.expect(200);
    app.get(&format!("{details}SHOP-123456")).await.expect(404);
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(200);
    let revoke = json!({"account_id": app.account_id(BRUNO).await});
    app.sandbox.control("revoke", &revoke).await;
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(403);

    let entries = timeline(&app, "a").await;
    let told = kinds(&entries);
    assert_eq!(told[..2], ["invalid", "refresh"]);
    assert_eq!(told[told.len() - 2..], ["site", "consent"]);
    let calls = &entries[2..entries.len() - 2];
    assert!(calls.len() >= 3, "{calls:?}");
    for entry in calls {
        assert_eq!(entry["kind"], "call", "{entry}");
        let call = &entry["call"];
        assert!(
            call["endpoint"].as_str().unwrap().starts_with("/rest/"),
            "{call}"
        );
        assert!(
            call["duration_ms"].is_u64() && call["trace_id"].is_string(),
            "{call}"
        );
    }
    let statuses: Vec<&Value> = calls.iter().map(|entry| &entry["call"]["status"]).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 1);
    let searched = calls
        .iter()
        .find(|entry| entry["call"]["points"].as_u64() > Some(1));
    assert!(searched.is_some(), "issues of a whole list: {calls:?}");
    let last = entries.last().unwrap();
    assert_eq!(last["at"], json!(began));
    assert_eq!(entries[entries.len() - 2]["site_id"], json!(site));
    // No contents: neither what was searched for, nor what was asked about.
    let all = Value::from(entries).to_string();
    for content in ["SHOP", "secretive", "summary", "Acme", "Bruno", "eyJ"] {
        assert!(!all.contains(content), "{content}");
    }
    // Nobody else's.
    app.connect("b").await;
    assert_eq!(kinds(&timeline(&app, "b").await), ["site", "consent"]);
}

#[tokio::test]
async fn calls_that_are_passed_on_are_told_without_their_paths() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let path = "/api/backend/proxy/jira/rest/api/3/issue/SHOP-1?external_id=a";
    app.get(path).await.expect(200);
    let entries = timeline(&app, "a").await;
    let call = &entries[0]["call"];
    assert_eq!(call["endpoint"], "/{path}", "{call}");
    assert_eq!(
        (&call["method"], &call["status"]),
        (&json!("GET"), &json!(200))
    );
}

#[tokio::test]
async fn calls_without_an_answer_and_refreshes_that_fail_are_told() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let cut = json!({"kind": "cut"});
    app.sandbox
        .fault("/ex/jira/*/rest/api/3/project/search", &cut, None)
        .await;
    app.get("/api/backend/jira/get-projects?external_id=a")
        .await;
    app.sandbox.clear_faults().await;
    let entries = timeline(&app, "a").await;
    assert_eq!(entries[0]["kind"], "call");
    assert_eq!(entries[0]["call"].get("status"), None, "{}", entries[0]);
    assert_eq!(entries[0]["call"].get("points"), None);

    app.advance(SignedDuration::from_hours(2)).await;
    app.sandbox.fail("/oauth/token", 503, None).await;
    app.access_token("a").await.expect(500);
    app.sandbox.clear_faults().await;
    let entries = timeline(&app, "a").await;
    assert_eq!(entries[0]["kind"], "refresh_failed");
    assert_eq!(entries[0]["code"], "upstream_unavailable");
    let error = json!({"code": "upstream_unavailable", "at": entries[0]["at"]});
    assert_eq!(shown(&app, "a").await["last_error"], error);
    // The next success takes it back.
    app.advance(SignedDuration::from_hours(1)).await;
    app.access_token("a").await.expect(200);
    assert_eq!(shown(&app, "a").await.get("last_error"), None);
}

#[tokio::test]
async fn pages_hold_every_entry_once() {
    let app = TestApp::start().await;
    app.connect("a").await;
    call_often(&app, id_of(&app, "a").await, 9, 4).await;
    let all = timeline(&app, "a").await;
    assert_eq!(all.len(), 11);
    for limit in [1, 3, 10, 11] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = page(&app, "a", &format!("limit={limit}&cursor={cursor}")).await;
            seen.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(seen, all, "by {limit}");
    }
}

#[tokio::test]
async fn the_newest_thousand_of_seven_days_are_kept() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    call_often(&app, id_of(&app, "a").await, 1_250, 250).await;
    assert_eq!(count_rows(&app, ENTRIES).await, 1_002);
    app.advance(DAY * 7 - SignedDuration::from_secs(1)).await;
    assert_eq!(timeline(&app, "b").await.len(), 2);
    app.advance(SignedDuration::from_secs(2)).await;
    assert_eq!(timeline(&app, "b").await.len(), 0);
    let now = app.app.settled.earliest(&*app.app.clock);
    juncture_server::timeline::sweep(&app.app.store, now)
        .await
        .unwrap();
    assert_eq!(count_rows(&app, ENTRIES).await, 0);
}

#[tokio::test]
async fn a_busy_connection_pushes_out_its_own_calls_and_no_others() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let (a, b) = (id_of(&app, "a").await, id_of(&app, "b").await);
    call_often(&app, b, 3, usize::MAX).await;
    call_often(&app, a, 700, usize::MAX).await;
    let counted = app.app.metrics.to_text();
    assert!(
        counted.contains("juncture_timeline_dropped_total 200"),
        "{counted}"
    );
    assert_eq!(kinds(&timeline(&app, "b").await).len(), 5);
    assert_eq!(count_rows(&app, ENTRIES).await, 500 + 3 + 4);
    // However many connections there are, what waits is bounded.
    for number in 0..10_001 {
        app.app
            .tokens
            .timeline
            .note_call(Uuid::from_u128(number), call());
    }
    let counted = app.app.metrics.to_text();
    assert!(
        counted.contains("juncture_timeline_dropped_total 201"),
        "{counted}"
    );
}

#[tokio::test]
async fn what_cannot_be_written_is_kept_and_written_once() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let id = id_of(&app, "a").await;
    call_often(&app, id, 3, usize::MAX).await;
    app.access_token("a").await.expect(200);
    break_connections(&app).await;
    upkeep::write(&app.app.tokens).await.unwrap_err();
    app.app.tokens.timeline.note_call(id, call());
    mend_connections(&app).await;
    assert_eq!(timeline(&app, "a").await.len(), 6);
    assert_eq!(timeline(&app, "a").await.len(), 6);
    assert!(shown(&app, "a").await["last_used_at"].is_string());
}

#[tokio::test]
async fn two_servers_write_into_one_store() {
    let app = TestApp::start().await;
    let other = app.replica().await;
    app.connect("a").await;
    for server in [&app, &other, &app, &other] {
        app.advance(SignedDuration::from_secs(1)).await;
        server
            .get("/api/backend/jira/get-current-user?external_id=a")
            .await
            .expect(200);
    }
    for server in [&other, &app] {
        upkeep::write(&server.app.tokens).await.unwrap();
    }
    let entries = timeline(&app, "a").await;
    assert_eq!(
        kinds(&entries),
        ["call", "call", "call", "call", "site", "consent"]
    );
    let times: Vec<&str> = entries
        .iter()
        .map(|entry| entry["at"].as_str().unwrap())
        .collect();
    assert!(
        times.is_sorted_by(|later, sooner| later >= sooner),
        "{times:?}"
    );
    assert_eq!(times.iter().collect::<HashSet<_>>().len(), 5, "{times:?}");
    assert_eq!(timeline(&other, "a").await, entries);
}

#[tokio::test]
async fn what_happened_goes_with_the_connection() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let id = id_of(&app, "a").await;
    app.access_token("a").await.expect(200);
    call_often(&app, id, 3, 3).await;
    app.app.tokens.timeline.note_call(id, call());
    app.app.tokens.timeline.note_error(id, "missing_scope");
    let path = format!("/api/backend/connections/{id}");
    app.delete(&path).await.expect(200);
    // What was collected before comes to nothing.
    upkeep::write(&app.app.tokens).await.unwrap();
    assert_eq!(count_rows(&app, ENTRIES).await, 0);
    assert_eq!(count_rows(&app, USES).await, 0);
    app.get(&format!("{path}/timeline")).await.expect(404);
}

#[tokio::test]
async fn another_projects_timeline_is_not_there() {
    let app = TestApp::start_cloud().await;
    let acme = app.make_project_with_app("Acme", APPS[0]).await;
    let bolt = app.make_project_with_app("Bolt", APPS[1]).await;
    app.connect_for(&acme, "a", BRUNO, "Acme").await;
    let list = "/api/backend/connections";
    let listed = app
        .call(Method::GET, list, &acme.secret_key, &Value::Null)
        .await;
    let id = listed.expect(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{list}/{id}/timeline");
    app.call(Method::GET, &path, &acme.secret_key, &Value::Null)
        .await
        .expect(200);
    app.call(Method::GET, &path, &bolt.secret_key, &Value::Null)
        .await
        .expect(404);
    let unknown = format!("{list}/nobody/timeline");
    app.call(Method::GET, &unknown, &acme.secret_key, &Value::Null)
        .await
        .expect(404);
}

#[tokio::test]
async fn when_a_connection_was_last_used_is_told_to_the_minute() {
    let app = TestApp::start().await;
    app.connect("a").await;
    assert_eq!(shown(&app, "a").await.get("last_used_at"), None);
    app.advance(SignedDuration::from_secs(90)).await;
    app.access_token("a").await.expect(200);
    assert_eq!(
        shown(&app, "a").await["last_used_at"],
        "2026-11-02T09:01:00Z"
    );
    app.advance(SignedDuration::from_secs(20)).await;
    app.access_token("a").await.expect(200);
    assert_eq!(
        shown(&app, "a").await["last_used_at"],
        "2026-11-02T09:01:00Z"
    );
    // A call counts as well, and what is told later is about when it was.
    app.advance(SignedDuration::from_secs(60)).await;
    app.get("/api/backend/jira/get-projects?external_id=a")
        .await
        .expect(200);
    app.advance(SignedDuration::from_secs(100)).await;
    assert_eq!(
        shown(&app, "a").await["last_used_at"],
        "2026-11-02T09:02:00Z"
    );
}

#[tokio::test]
async fn what_calls_show_of_a_connection_is_told_until_it_is_connected_again() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let timeline = &app.app.tokens.timeline;
    let id = id_of(&app, "a").await;
    timeline.note_error(id, "missing_scope");
    let first = app.clock_now();
    assert_eq!(
        shown(&app, "a").await["last_error"],
        json!({"code": "missing_scope", "at": first})
    );
    app.advance(SignedDuration::from_secs(1)).await;
    timeline.note_error(id, "access_denied");
    assert_eq!(
        shown(&app, "a").await["last_error"]["code"],
        "access_denied"
    );
    app.connect("a").await;
    assert_eq!(shown(&app, "a").await.get("last_error"), None);
    timeline.note_error(id, "site_unavailable");
    app.advance(DAY * 7).await;
    assert_eq!(
        shown(&app, "a").await["last_error"]["code"],
        "site_unavailable"
    );
    app.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(shown(&app, "a").await.get("last_error"), None);
}

#[tokio::test]
async fn a_dead_grant_is_an_error_until_it_is_connected_again() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let revoke = json!({"account_id": app.account_id(BRUNO).await});
    app.sandbox.control("revoke", &revoke).await;
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(403);
    let error = json!({"code": "needs_reauthorization", "at": app.clock_now()});
    assert_eq!(shown(&app, "a").await["last_error"], error);
    app.advance(DAY * 30).await;
    assert_eq!(shown(&app, "a").await["last_error"], error);
    app.connect("a").await;
    assert_eq!(shown(&app, "a").await.get("last_error"), None);
}
