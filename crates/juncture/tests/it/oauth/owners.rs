//! Tokens belong to the customer for whom they were granted: whoever can write the database cannot
//! hand them to another one.

use axum::http::StatusCode;
use juncture_server::connection::Customer;
use juncture_server::failure::Failure;
use juncture_server::project::ProjectId;
use juncture_server::store::projects;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};
use crate::support::rows::{customer, execute};

/// Gives the connection of each of `a` and `b` to the other one.
const SWAP: [&str; 3] = [
    "UPDATE connection_external_map SET external_id = 'x' WHERE external_id = 'a'",
    "UPDATE connection_external_map SET external_id = 'a' WHERE external_id = 'b'",
    "UPDATE connection_external_map SET external_id = 'b' WHERE external_id = 'x'",
];

#[track_caller]
fn assert_unreadable(answer: &Answer) {
    let body = json!({"error": "Internal server error", "code": "sealed_value_unreadable"});
    answer.assert(500, &body);
}

#[tokio::test]
async fn a_connection_that_was_given_to_another_customer_opens_for_neither() {
    let first = TestApp::start().await;
    first.connect_as("a", BRUNO, "Acme").await;
    first.connect_as("b", ADA, "Acme").await;
    first.connect_as("c", ADA, "Acme").await;
    for statement in SWAP {
        execute(&first, statement).await;
    }
    // A server that holds nothing from before.
    let app = first.replica().await;
    for external_id in ["a", "b"] {
        for endpoint in ["get-access-token", "get-connection-credentials"] {
            assert_unreadable(&app.connection_info(endpoint, external_id).await);
        }
        let projects = format!("/api/backend/jira/get-projects?external_id={external_id}");
        assert_unreadable(&app.get(&projects).await);
    }
    app.access_token("c").await.expect(200);
    assert_eq!(
        app.sandbox.refreshes().await,
        0,
        "no token was sent anywhere"
    );

    app.connect_as("a", BRUNO, "Acme").await;
    app.access_token("a").await.expect(200);
    app.connection_info("get-connection-credentials", "a")
        .await
        .expect(200);
    assert_unreadable(&app.access_token("b").await);
    app.connect_as("b", ADA, "Acme").await;
    app.access_token("b").await.expect(200);
    app.access_token("a").await.expect(200);
}

#[tokio::test]
async fn a_refresh_of_a_connection_that_was_given_to_another_customer_sends_nothing() {
    let app = TestApp::start().await;
    app.connect_as("a", BRUNO, "Acme").await;
    app.connect_as("b", ADA, "Acme").await;
    // This process holds both, and knows whose they are; but a refresh begins at the row.
    for external_id in ["a", "b"] {
        app.access_token(external_id).await.expect(200);
    }
    for statement in SWAP {
        execute(&app, statement).await;
    }
    app.advance(jiff::SignedDuration::from_hours(2)).await;
    for external_id in ["a", "b"] {
        assert_unreadable(&app.access_token(external_id).await);
    }
    assert_eq!(app.sandbox.refreshes().await, 0);
}

#[tokio::test]
async fn a_token_that_is_held_for_one_customer_is_given_to_no_other() {
    const STEAL: &str =
        "UPDATE connection_external_map SET external_id = 'thief' WHERE external_id = 'a'";
    let app = TestApp::start().await;
    app.connect_as("a", BRUNO, "Acme").await;
    app.access_token("a").await.expect(200);
    execute(&app, STEAL).await;
    // Again, after whatever the first look has left in memory.
    for _ in 0..2 {
        assert_unreadable(&app.access_token("thief").await);
        app.validity("thief").await;
        let projects = "/api/backend/jira/get-projects?external_id=thief";
        assert_unreadable(&app.get(projects).await);
    }
}

#[tokio::test]
async fn a_grant_that_waits_for_a_choice_connects_nobody_else() {
    let app = TestApp::start().await;
    let code = app.connection_code("a", BRUNO, Some("Acme")).await;
    execute(&app, "UPDATE pending_connection SET external_id = 'b'").await;
    assert_unreadable(&app.sites_of(&code).await);
    assert_unreadable(&app.finalize(&code, &app.site_id("Acme").await).await);
    let status = app.access_token("b").await.status;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_connection_that_was_given_to_another_project_opens_for_neither() {
    const GIVE: &str = "UPDATE connection_external_map SET project_id = \
        (SELECT project_id FROM project WHERE name = 'other') WHERE external_id = 'a'";
    let first = TestApp::start().await;
    for external_id in ["a", "b"] {
        first.connect_as(external_id, BRUNO, "Acme").await;
    }
    let mut tx = first.app.store.begin_write().await.unwrap();
    let other = ProjectId::of(Uuid::max());
    let inserted = projects::insert(&mut tx, other.uuid(), "other", "{}", first.clock_now());
    assert!(inserted.await.unwrap());
    tx.commit().await.unwrap();
    execute(&first, GIVE).await;
    let app = first.replica().await;
    app.access_token("a").await.expect(401);
    app.access_token("b").await.expect(200);
    let thief = Customer {
        project: other,
        ..customer("a")
    };
    let provider = app.app.providers.get("jira").unwrap().name();
    for _ in 0..2 {
        let token = app.app.tokens.find(&thief, provider).await;
        assert!(matches!(token, Err(Failure::Seal(_))), "{token:?}");
    }
    assert_eq!(app.sandbox.refreshes().await, 0);
}
