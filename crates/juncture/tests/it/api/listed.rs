//! `/api/backend/connections`: connections as things, listed, looked at and deleted.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use juncture_server::store::projects;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};
use crate::support::rows::{connection_id, execute};

const LIST: &str = "/api/backend/connections";

async fn list(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{LIST}?{query}")).await.expect(200)
}

/// The external ids of a list.
fn names(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|one| one["external_id"].as_str().unwrap())
        .collect()
}

/// The same, sorted: ids that were made in the same millisecond are in no order.
fn sorted(list: &Value) -> Vec<&str> {
    let mut names = names(list);
    names.sort_unstable();
    names
}

async fn path_of(app: &TestApp, external_id: &str) -> String {
    let id = connection_id(app, external_id).await.unwrap();
    format!("{LIST}/{id}")
}

#[track_caller]
fn assert_unknown(answer: &Answer) {
    let body = json!({"error": "Connection not found", "code": "connection_not_found"});
    answer.assert(404, &body);
}

#[tokio::test]
async fn a_connection_is_told_with_all_that_is_known_and_without_its_tokens() {
    let app = TestApp::start().await;
    app.connect_as("a", BRUNO, "Acme").await;
    let began = app.clock_now();
    let site = |told: &Value| json!({"id": told["site"]["id"], "name": "Acme", "url": told["site"]["url"]});
    let told = app.get(&path_of(&app, "a").await).await.expect(200);
    let end = began + SignedDuration::from_hours(24 * 365);
    let mut expected = json!({
        "id": connection_id(&app, "a").await.unwrap(), "external_id": "a", "provider": "jira", "state": "active",
        "site": site(&told), "expires_at": end, "created_at": began, "last_refreshed_at": began,
    });
    // What the provider tells besides is its own tests' business.
    for name in ["account", "scopes", "missing_scopes"] {
        if let Some(known) = told.get(name) {
            expected[name] = known.clone();
        }
    }
    assert_eq!(told, expected);
    assert_eq!(told["site"]["id"], app.site_id("Acme").await);
    assert!(
        told["site"]["url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );

    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .expect(200);
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a").await.expect(200);
    expected["selected_project_id"] = json!("10000");
    expected["last_refreshed_at"] = json!(app.clock_now());
    let listed = list(&app, "").await;
    assert_eq!(listed, json!({"data": [expected], "next_cursor": null}));
}

#[tokio::test]
async fn pages_hold_every_connection_once() {
    let app = TestApp::start().await;
    let all: BTreeSet<String> = (0..7).map(|number| format!("customer-{number}")).collect();
    for external_id in &all {
        app.connect(external_id).await;
    }
    for limit in [1, 2, 6, 7, 200] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&app, &format!("limit={limit}&cursor={cursor}")).await;
            let found = names(&page);
            assert!(found.len() <= limit);
            seen.extend(found.into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7, "by {limit}");
        assert_eq!(BTreeSet::from_iter(seen), all, "by {limit}");
    }
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let app = TestApp::start().await;
    app.connect_as("a-1", BRUNO, "Acme").await;
    app.connect_as("a%", ADA, "Acme").await;
    app.connect_as("A-2", ADA, "Acme").await;
    for (query, found) in [
        ("external_id_prefix=a", vec!["a%", "a-1"]),
        ("external_id_prefix=a%25", vec!["a%"]),
        ("external_id_prefix=A", vec!["A-2"]),
        ("external_id_prefix=b", vec![]),
        ("provider=jira&state=active", vec!["A-2", "a%", "a-1"]),
        ("state=invalid", vec![]),
        ("state=expired", vec![]),
    ] {
        assert_eq!(sorted(&list(&app, query).await), found, "{query}");
    }
    let account_id = app.account_id(BRUNO).await;
    let revoke = json!({"account_id": account_id});
    app.sandbox.control("revoke", &revoke).await;
    app.advance(SignedDuration::from_hours(2)).await;
    app.access_token("a-1").await.expect(403);
    assert_eq!(names(&list(&app, "state=invalid").await), ["a-1"]);
    assert_eq!(sorted(&list(&app, "state=active").await), ["A-2", "a%"]);
    app.advance(SignedDuration::from_hours(24 * 365)).await;
    assert_eq!(names(&list(&app, "state=invalid").await), ["a-1"]);
    let expired = list(&app, "state=expired").await;
    assert_eq!(sorted(&expired), ["A-2", "a%"]);
    assert_eq!(expired["data"][0]["state"], "expired");
}

#[tokio::test]
async fn what_is_no_filter_is_told() {
    let app = TestApp::start().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("state=dead", "state"),
        ("cursor=x", "cursor"),
        ("cursor=AAAA", "cursor"),
    ] {
        let refused = app.get(&format!("{LIST}?{query}")).await.expect(400);
        assert_eq!(refused["details"]["field"], field, "{query}: {refused}");
    }
    let refused = app.get(&format!("{LIST}?provider=gitea")).await;
    assert_eq!(refused.expect(400)["code"], "invalid_provider");
}

#[tokio::test]
async fn a_deletion_by_id_is_one_for_every_process() {
    let app = TestApp::start().await;
    let other = app.replica().await;
    app.connect_as("a", BRUNO, "Acme").await;
    app.connect_as("b", ADA, "Acme").await;
    let path = path_of(&app, "a").await;
    for server in [&app, &other] {
        server.access_token("a").await.expect(200);
    }
    app.delete(&path)
        .await
        .assert(200, &json!({"success": true}));
    app.access_token("a").await.expect(401);
    let mut changes = juncture_server::upkeep::Changes::default();
    changes.follow(&other.app.tokens).await.unwrap();
    other.access_token("a").await.expect(401);
    for server in [&app, &other] {
        assert_unknown(&server.get(&path).await);
        assert_unknown(&server.delete(&path).await);
    }
    assert_eq!(names(&list(&app, "").await), ["b"]);
    app.connect_as("a", BRUNO, "Acme").await;
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn what_is_another_projects_is_not_there() {
    const GIVE: &str = "UPDATE connection_external_map SET project_id = \
        (SELECT project_id FROM project WHERE name = 'other') WHERE external_id = 'a'";
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let path = path_of(&app, "a").await;
    let mut tx = app.app.store.begin_write().await.unwrap();
    let inserted = projects::insert(&mut tx, Uuid::max(), "other", "{}", app.clock_now());
    assert!(inserted.await.unwrap());
    tx.commit().await.unwrap();
    execute(&app, GIVE).await;
    assert_eq!(names(&list(&app, "").await), ["b"]);
    assert_unknown(&app.get(&path).await);
    assert_unknown(&app.delete(&path).await);
    for id in ["nobody", "%ff", "00000000-0000-0000-0000-000000000000"] {
        assert_unknown(&app.get(&format!("{LIST}/{id}")).await);
    }
}
