//! The tokens that a process holds: served without the store, and never longer than they are true.

use jiff::SignedDuration;
use juncture_server::tokens::held::HeldChoice;
use juncture_server::upkeep::Changes;
use serde_json::json;

use crate::support::flow::{ADA, BRUNO};
use crate::support::rows::execute;
use crate::support::{TestApp, real_time};

const DELETE: &str = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";

/// Two servers on one store, both of which hold the token of `a`.
async fn two_that_hold_a_token() -> (TestApp, TestApp, Changes) {
    let app = TestApp::start().await;
    app.connect("a").await;
    let other = app.replica().await;
    let token = app.access_token("a").await.expect(200);
    assert_eq!(other.access_token("a").await.expect(200), token);
    let mut changes = Changes::default();
    changes.follow(&app.app.tokens).await.unwrap();
    (app, other, changes)
}

#[tokio::test]
async fn a_token_that_works_is_served_without_the_store() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let token = app.access_token("a").await.expect(200);
    app.app.store.close().await;
    assert_eq!(app.access_token("a").await.expect(200), token);
    let unknown = json!({"error": "Internal server error", "code": "store_unavailable"});
    app.access_token("b").await.assert(500, &unknown);
    let ready = app.get("/readyz").await.expect(503);
    assert_eq!(ready["checks"]["store"], "unavailable");
    // A fresh one cannot be had; the one that is there works for half a minute more.
    app.advance(SignedDuration::from_secs(3_600 - 30)).await;
    assert_eq!(app.access_token("a").await.expect(200), token);
    app.advance(SignedDuration::from_secs(30)).await;
    app.access_token("a").await.assert(500, &unknown);
}

#[tokio::test]
async fn a_reconnection_elsewhere_is_seen() {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    app.advance(SignedDuration::from_secs(1)).await;
    other.connect("a").await;
    let renewed = other.access_token("a").await.expect(200);
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.access_token("a").await.expect(200), renewed);
}

#[tokio::test]
async fn a_refresh_elsewhere_is_seen_and_needs_no_second_one() {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    app.advance(SignedDuration::from_mins(59) + SignedDuration::from_secs(30))
        .await;
    let fresh = other.access_token("a").await.expect(200);
    changes.follow(&app.app.tokens).await.unwrap();
    app.app.store.close().await;
    assert_eq!(app.access_token("a").await.expect(200), fresh);
    assert_eq!(app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn a_revocation_found_out_elsewhere_is_seen() {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    let account_id = app.account_id(BRUNO).await;
    app.sandbox
        .control("revoke", &json!({"account_id": account_id}))
        .await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    assert_eq!(other.get(projects).await.status, 403);
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.access_token("a").await.status, 403);
}

#[tokio::test]
async fn a_deletion_elsewhere_is_seen() {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    delete(&other).await;
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.access_token("a").await.status, 401);
}

#[tokio::test]
async fn a_change_by_a_clock_that_is_ahead_does_not_hide_later_ones() {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    let an_hour_ahead = "UPDATE connection SET last_updated = last_updated + 3600000";
    execute(&app, an_hour_ahead).await;
    changes.follow(&app.app.tokens).await.unwrap();
    other.connect("a").await;
    let renewed = other.access_token("a").await.expect(200);
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.access_token("a").await.expect(200), renewed);
}

#[tokio::test]
async fn on_the_same_process_every_change_is_seen_at_once() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let first = app.access_token("a").await.expect(200);
    app.connect("a").await;
    let second = app.access_token("a").await.expect(200);
    assert_ne!(first, second, "the reconnection");
    delete(&app).await;
    assert_eq!(app.access_token("a").await.status, 401, "the deletion");
    app.connect("a").await;
    let third = app.access_token("a").await.expect(200);
    assert_ne!(second, third);
    let account_id = app.account_id(BRUNO).await;
    app.sandbox
        .control("revoke", &json!({"account_id": account_id}))
        .await;
    app.get("/api/backend/jira/get-projects?external_id=a")
        .await;
    assert_eq!(app.access_token("a").await.status, 403, "the revocation");
}

#[tokio::test]
async fn a_deletion_elsewhere_leaves_nothing_of_it_beside_a_reconnection_here() {
    let (app, other, _) = two_that_hold_a_token().await;
    let old = app.access_token("a").await.expect(200);
    delete(&other).await;
    app.connect("a").await;
    let renewed = app.access_token("a").await.expect(200);
    assert_ne!(renewed, old);
    assert_eq!(other.access_token("a").await.expect(200), renewed);
}

#[tokio::test]
async fn a_deletion_here_forgets_what_was_deleted_elsewhere_too() {
    let (app, other, _) = two_that_hold_a_token().await;
    delete(&other).await;
    other.connect("a").await;
    delete(&app).await;
    app.access_token("a").await.expect(401);
    let (app, other, _) = two_that_hold_a_token().await;
    delete(&other).await;
    app.delete(DELETE).await.expect(404);
    app.access_token("a").await.expect(401);
}

#[tokio::test]
async fn a_deletion_and_a_reconnection_elsewhere_are_no_deletion() {
    let (app, other, _) = two_that_hold_a_token().await;
    app.advance(SignedDuration::from_mins(30)).await;
    delete(&other).await;
    other.connect("a").await;
    let renewed = other.access_token("a").await.expect(200);
    app.advance(SignedDuration::from_mins(30)).await;
    assert_eq!(app.access_token("a").await.expect(200), renewed);
}

async fn delete(app: &TestApp) {
    let answer = app.delete(DELETE).await;
    answer.assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn without_the_store_a_jira_is_known_by_the_grant_that_its_token_is_of() {
    let app = TestApp::start().await;
    let boards = |customer: &str| {
        format!(
            "/api/backend/jira/get-boards-for-project?external_id={customer}&jira_project_id=SHOP"
        )
    };
    for customer in ["same", "moved"] {
        app.connect_as(customer, ADA, "Acme").await;
        app.get(&boards(customer)).await.expect(200);
    }
    app.advance(SignedDuration::from_secs(1)).await;
    app.connect_as("moved", ADA, "Globex").await;
    app.access_token("moved").await.expect(200);
    app.app.store.close().await;
    app.get(&boards("same")).await.expect(200);
    let refused = app.get(&boards("moved")).await.expect(500);
    assert_eq!(
        refused["code"], "store_unavailable",
        "not the boards of Acme"
    );
}

/// Two servers on one store, both of which tell from memory how `a` stands.
async fn two_that_know_how_it_stands() -> (TestApp, TestApp, Changes) {
    let (app, other, mut changes) = two_that_hold_a_token().await;
    let validity = app.validity("a").await;
    assert_eq!(other.validity("a").await, validity);
    // Its connection has just changed, which is looked at once more.
    app.advance(SignedDuration::from_mins(1)).await;
    changes.follow(&app.app.tokens).await.unwrap();
    (app, other, changes)
}

#[tokio::test]
async fn how_a_connection_stands_is_told_without_the_store_while_its_token_works() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.connect("b").await;
    let first = app.validity("a").await;
    let state = json!({
        "exists": true, "is_expired": false, "is_invalid": false, "site_unavailable": false,
        "expires_at": "2027-11-02T09:00:00Z", "missing_scopes": [],
    });
    assert_eq!(first, state);
    app.app.store.close().await;
    assert_eq!(app.validity("a").await, first);
    let unknown = json!({"error": "Internal server error", "code": "store_unavailable"});
    let validity = async |id| app.connection_info("check-connection-validity", id).await;
    validity("b").await.assert(500, &unknown);
    app.advance(SignedDuration::from_secs(3_600 - 1)).await;
    assert_eq!(app.validity("a").await, first);
    app.advance(SignedDuration::from_secs(1)).await;
    validity("a").await.assert(500, &unknown);
}

#[tokio::test]
async fn what_becomes_of_a_connection_elsewhere_shows_in_how_it_stands() {
    let (app, other, mut changes) = two_that_know_how_it_stands().await;
    let first = app.validity("a").await;
    other.connect("a").await;
    changes.follow(&app.app.tokens).await.unwrap();
    let renewed = app.validity("a").await;
    assert!(
        renewed["expires_at"].as_str() > first["expires_at"].as_str(),
        "{renewed}"
    );

    let account_id = app.account_id(BRUNO).await;
    let revoke = json!({"account_id": account_id});
    app.sandbox.control("revoke", &revoke).await;
    other
        .get("/api/backend/jira/get-projects?external_id=a")
        .await
        .expect(403);
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.validity("a").await["is_invalid"], true);

    other.connect("a").await;
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.validity("a").await["is_invalid"], false);
    delete(&other).await;
    changes.follow(&app.app.tokens).await.unwrap();
    assert_eq!(app.validity("a").await["exists"], false);
}

#[tokio::test]
async fn a_site_that_is_lost_or_found_elsewhere_shows_in_how_a_connection_stands() {
    let (app, other, mut changes) = two_that_know_how_it_stands().await;
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let gone =
        json!({"kind": "status", "status": 404, "body": {"code": 404, "message": "Not Found"}});
    let rule = json!({"path": "/ex/jira/", "match": "prefix", "times": "forever", "fault": gone});
    for is_lost in [true, false] {
        if is_lost {
            app.sandbox.control("faults", &rule).await;
            other.get(projects).await.expect(403);
        } else {
            app.sandbox.clear_faults().await;
            other.get(projects).await.expect(200);
        }
        let shows = async |app: &TestApp| app.validity("a").await["site_unavailable"] == is_lost;
        real_time::eventually(async || shows(&other).await).await;
        assert!(!shows(&app).await, "nobody has told it");
        changes.follow(&app.app.tokens).await.unwrap();
        assert!(shows(&app).await, "{is_lost}");
    }
}

#[tokio::test]
async fn on_the_same_process_every_change_shows_in_how_a_connection_stands_at_once() {
    let app = TestApp::start().await;
    assert_eq!(app.validity("a").await["exists"], false);
    app.connect("a").await;
    let first = app.validity("a").await;
    assert_eq!(first["exists"], true);
    app.advance(SignedDuration::from_secs(1)).await;
    app.connect("a").await;
    assert_ne!(app.validity("a").await["expires_at"], first["expires_at"]);
    let account_id = app.account_id(BRUNO).await;
    let revoke = json!({"account_id": account_id});
    app.sandbox.control("revoke", &revoke).await;
    app.get("/api/backend/jira/get-projects?external_id=a")
        .await
        .expect(403);
    assert_eq!(app.validity("a").await["is_invalid"], true);
    delete(&app).await;
    assert_eq!(app.validity("a").await["exists"], false);
}

/// The caller of the store was overtaken: what it brings is older than what has been told since.
#[test]
fn whether_a_site_is_lost_is_not_kept_where_it_was_forgotten_while_it_was_loaded() {
    let choice = HeldChoice::default();
    assert_eq!(choice.is_lost(), None);
    let loaded = choice.begin_load();
    choice.keep(false, loaded);
    assert_eq!(choice.is_lost(), Some(false));
    let overtaken = choice.begin_load();
    choice.forget();
    choice.keep(false, overtaken);
    assert_eq!(choice.is_lost(), None);
    let loaded = choice.begin_load();
    choice.keep(true, loaded);
    assert_eq!(choice.is_lost(), Some(true));
}
