//! Each kind of failure, met at a real server.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use juncture_client::jira::{IssueChanges, NewTicket};
use juncture_client::{Juncture, Kind, Options};
use serde_json::json;

use crate::support::clock::TestClock;
use crate::support::world::{SECRET_KEY, World};
use crate::support::{Scene, bug};

#[tokio::test]
async fn a_refusal_tells_code_status_details_and_the_requests_id() {
    let scene = Scene::start().await;
    let ticket = NewTicket {
        due_date: Some("soon".to_owned()),
        ..bug("Due soon")
    };
    let error = scene.jira.tickets().create(&ticket).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Other);
    assert_eq!(
        (error.code(), error.status()),
        ("invalid_fields", Some(400))
    );
    let field = &error.details().unwrap()["fields"][0];
    assert_eq!(
        (&field["id"], &field["reason"]),
        (&json!("duedate"), &json!("not_a_date"))
    );
    assert!(!error.request_id().unwrap().is_empty());
    assert_eq!(error.idempotency_key().unwrap().len(), 36);
    assert!(
        error.to_string().ends_with("(400 invalid_fields)"),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_customer_and_a_wrong_key_are_told() {
    let scene = Scene::start().await;
    let nobody = scene
        .world
        .client()
        .jira("nobody")
        .projects()
        .list()
        .await
        .unwrap_err();
    assert_eq!(
        (nobody.code(), nobody.status()),
        ("connection_not_found", Some(404))
    );
    let key = "another-key-of-somebody";
    let stranger = Juncture::new(&scene.world.juncture, key).unwrap();
    let refused = stranger
        .jira("customer-1")
        .projects()
        .list()
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), refused.status()),
        ("invalid_secret_key", Some(401))
    );
    assert!(!format!("{refused:?} {stranger:?}").contains(key));
}

#[tokio::test]
async fn the_outcome_is_unknown_where_jiras_answer_to_a_change_is_lost() {
    let scene = Scene::start().await;
    let key = scene.new_ticket().await;
    let fault = json!({"path": "/ex/jira", "match": "prefix", "method": "PUT", "act": true, "fault": {"kind": "cut"}});
    scene.world.control("faults", &fault).await;
    let changes = IssueChanges {
        summary: Some("Changed".to_owned()),
        ..IssueChanges::default()
    };
    let error = scene.jira.issues().edit(&key, &changes).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::OutcomeUnknown, "outcome_unknown")
    );
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let scene = Scene::start_with(&[("DEFAULT_JIRA_SCOPES", "read:jira-work")]).await;
    let error = scene.jira.tickets().create(&bug("Poor")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::MissingScope, "missing_scope")
    );
    assert!(error.scopes().contains(&"write:jira-work"), "{error:?}");
}

#[tokio::test]
async fn connecting_again_helps_a_customer_who_has_taken_the_access_back() {
    let scene = Scene::start().await;
    let account = scene.world.facts().await["users"][0]["account_id"].clone();
    scene
        .world
        .control("revoke", &json!({"account_id": account}))
        .await;
    let error = scene.jira.projects().list().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::NeedsReauthorization, Some(403))
    );
    scene.world.connect(&scene.juncture, "customer-1").await;
    assert!(scene.jira.projects().list().await.unwrap().total > 0);
}

#[tokio::test]
async fn whoever_is_limited_is_told_when_to_come_again() {
    let scene = Scene::start().await;
    let limit = json!({"kind": "status", "status": 429, "retry_after": {"seconds": 3000}});
    let fault = json!({"path": "/ex/jira", "match": "prefix", "times": "forever", "fault": limit});
    scene.world.control("faults", &fault).await;
    let error = scene.jira.site().labels().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::RateLimited, "upstream_rate_limited")
    );
    assert!(
        error.retry_after().unwrap() > Duration::from_secs(2_900),
        "{error:?}"
    );
    assert!(scene.clock.slept().is_empty());
}

#[tokio::test]
async fn where_nobody_is_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let clock = TestClock::default();
    let options = Options {
        clock: Arc::new(clock.clone()),
        ..Options::default()
    };
    let nobody = Juncture::with_options(&url, SECRET_KEY, options).unwrap();
    let changes = IssueChanges::default();
    let error = nobody
        .jira("customer-1")
        .issues()
        .edit("A-1", &changes)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Other, "network_error"));
    assert!(error.source().is_some());
    assert_eq!(clock.slept(), [125, 250].map(Duration::from_millis));
}

#[tokio::test]
async fn a_server_that_is_none_of_junctures_is_told_as_such() {
    let world = World::start().await;
    let other = Juncture::new(&format!("{}/_sandbox", world.sandbox), SECRET_KEY).unwrap();
    let error = other
        .jira("customer-1")
        .projects()
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.code(), "invalid_answer");
    assert!(
        error
            .to_string()
            .contains("not Juncture: check the base URL"),
        "{error}"
    );
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up() {
    let scene = Scene::start().await;
    let late = scene
        .juncture
        .adjusted(|options| options.clock = Arc::new(TestClock::late()));
    let jira = late.jira("customer-1");
    // A deadline that has passed is seen when the answer is not there yet.
    let read = jira.projects().list().await.unwrap_err();
    assert_eq!((read.kind(), read.code()), (Kind::Other, "timeout"));
    let made = jira.tickets().create(&bug("Late")).await.unwrap_err();
    assert_eq!(
        (made.kind(), made.code()),
        (Kind::OutcomeUnknown, "timeout")
    );
    assert!(made.idempotency_key().is_some());
}
