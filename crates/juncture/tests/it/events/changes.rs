//! Each change of a connection is told once, by whatever way it came.

use axum::http::Method;
use juncture_server::events::connection::{Change, record_change};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EVENTS, HOUR, all, page, revoke, told};
use crate::support::TestApp;
use crate::support::admin::{APPS, CLOUD, PROJECTS};
use crate::support::flow::BRUNO;
use crate::support::rows::{connection_id, count_rows};

#[tokio::test]
async fn a_connection_is_told_from_its_beginning_to_its_end() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let began = app.clock_now();
    let id = connection_id(&app, "a").await.unwrap();
    revoke(&app).await;
    app.advance(2 * HOUR).await;
    app.access_token("a").await.expect(403);
    app.access_token("a").await.expect(403);
    app.connect("a").await;
    // Who connects again what works is told of nothing: nothing has changed.
    app.connect("a").await;
    app.delete("/api/backend/connection-info/delete-connection?external_id=a&provider=jira")
        .await
        .expect(200);
    app.connect("a").await;
    let other = connection_id(&app, "a").await.unwrap();
    app.delete(&format!("/api/backend/connections/{other}"))
        .await
        .expect(200);

    let events = all(&app).await;
    let expected = [
        ("created", 1),
        ("needs_reauthorization", 2),
        ("recovered", 3),
        ("deleted", 4),
        ("created", 1),
        ("deleted", 2),
    ];
    assert_eq!(told(&events), expected);
    for event in &events {
        let data = &event["data"];
        assert_eq!(data["external_id"], "a");
        assert_eq!(data["provider"], "jira");
    }
    for event in &events[..4] {
        assert_eq!(event["data"]["connection_id"], id.to_string());
    }
    let created = &events[0];
    assert_eq!(created["timestamp"], began.to_string());
    let data = &created["data"];
    assert_eq!(data["source"], "consent");
    assert_eq!(data["site"]["name"], "Acme");
    assert!(data["account"]["id"].is_string(), "{data}");
    assert_eq!(data["account"]["email"], Value::Null);
    assert!(data["expires_at"].is_string(), "{data}");
    assert_eq!(events[1]["data"]["reason"], "refused");
    assert_eq!(events[2]["data"]["site"]["name"], "Acme");
    assert_eq!(events[3]["data"].as_object().unwrap().len(), 4);
}

/// No secret is in what is told, and nothing of it stands readable in the database.
#[tokio::test]
async fn what_is_told_is_sealed_and_has_no_token() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let token = app.access_token("a").await.expect(200);
    let told = page(&app, "").await.to_string();
    assert!(!told.contains(token["access_token"].as_str().unwrap()));
    let readable = "SELECT COUNT(*) FROM event WHERE CAST(data AS TEXT) LIKE '%Acme%'";
    assert_eq!(count_rows(&app, readable).await, 0);
}

#[tokio::test]
async fn scopes_that_are_missing_are_told_once_for_each_set_of_them() {
    let app = TestApp::start_with_admin().await;
    app.connect("a").await;
    let project = app.default_project().await;
    // What flows ask for; the grant stays of the app that gave it.
    let wanted = async |scopes: &[&str]| {
        let path = format!("{PROJECTS}/{project}/oauth-apps/jira");
        let own = json!({
            "client_id": "other", "client_secret": "secret", "redirect_uri": "https://example.com/back",
            "scopes": scopes,
        });
        app.admin(Method::PUT, &path, &own).await.expect(200);
        // Whatever is refreshed is looked at.
        for _ in 0..2 {
            app.advance(2 * HOUR).await;
            app.access_token("a").await.expect(200);
        }
    };
    wanted(&[
        "read:jira-work",
        "manage:jira-project",
        "manage:jira-webhook",
    ])
    .await;
    wanted(&["manage:jira-webhook", "manage:jira-project"]).await;
    wanted(&["read:jira-work"]).await;
    wanted(&["manage:jira-project"]).await;
    wanted(&["manage:jira-webhook"]).await;
    let events = all(&app).await;
    let missing: Vec<&Value> = events[1..]
        .iter()
        .map(|event| {
            assert_eq!(event["type"], "connection.missing_scope");
            &event["data"]["missing_scopes"]
        })
        .collect();
    let expected = [
        json!(["manage:jira-project", "manage:jira-webhook"]),
        json!(["manage:jira-project"]),
        json!(["manage:jira-webhook"]),
    ];
    assert_eq!(missing, expected.iter().collect::<Vec<_>>());
}

/// The first of two that see it tells of it.
#[tokio::test]
async fn a_refusal_is_told_once_from_any_replica() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let others = [app.replica().await, app.replica().await];
    revoke(&app).await;
    app.advance(2 * HOUR).await;
    let asking = [&app, &others[0], &others[1], &app, &others[0]].map(|app| app.access_token("a"));
    for answer in futures_util::future::join_all(asking).await {
        answer.expect(403);
    }
    let expected = [("created", 1), ("needs_reauthorization", 2)];
    for app in [&app, &others[0], &others[1]] {
        assert_eq!(told(&all(app).await), expected);
    }
}

#[tokio::test]
async fn what_is_rolled_back_is_not_told_and_takes_no_number() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let id = connection_id(&app, "a").await.unwrap();
    let now = app.clock_now();
    for commits in [false, true] {
        let mut tx = app.app.store.begin_write().await.unwrap();
        let change = Change::Created;
        let sealer = &app.app.sealer;
        let event = record_change(&mut tx, sealer, id, change, now, now).await;
        assert_eq!(event.unwrap().unwrap().position, 2);
        if commits {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(told(&all(&app).await), [("created", 1), ("created", 2)]);
    let mut tx = app.app.store.begin_write().await.unwrap();
    let nobody = Uuid::from_u128(7);
    let sealer = &app.app.sealer;
    let none = record_change(&mut tx, sealer, nobody, Change::Deleted, now, now).await;
    assert!(none.unwrap().is_none());
}

#[tokio::test]
async fn projects_do_not_see_each_others_events_and_take_theirs_with_them() {
    let app = TestApp::start_small_cloud_with(&CLOUD).await;
    let one = app.make_project_with_app("one", APPS[0]).await;
    let other = app.make_project_with_app("other", APPS[1]).await;
    app.connect_for(&one, "same", BRUNO, "Acme").await;
    app.connect_for(&other, "same", BRUNO, "Acme").await;
    app.connect_for(&other, "second", BRUNO, "Acme").await;
    let mut cursors = Vec::new();
    for (project, count) in [(&one, 1), (&other, 2)] {
        let none = json!({});
        let answer = app
            .call(Method::GET, EVENTS, &project.secret_key, &none)
            .await
            .expect(200);
        assert_eq!(answer["data"].as_array().unwrap().len(), count);
        cursors.push(answer["next_cursor"].as_str().unwrap().to_owned());
    }
    let foreign = format!("{}?after={}", EVENTS, cursors[0]);
    let refused = app
        .call(Method::GET, &foreign, &other.secret_key, &json!({}))
        .await
        .expect(400);
    assert_eq!(refused["details"]["field"], "after");
    let path = format!("{PROJECTS}/{}?confirm=other", other.id);
    app.admin(Method::DELETE, &path, &Value::Null)
        .await
        .expect(200);
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM event").await, 1);
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM event_feed").await, 1);
    assert_eq!(
        count_rows(&app, "SELECT COUNT(*) FROM event_account").await,
        1
    );
}
