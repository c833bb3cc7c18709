//! Keys: found in memory, refused everywhere once they are deleted, and never a burden to the store.

use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock as _;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::PROJECTS;
use crate::support::answer::Answer;
use crate::support::rows::{count_rows, execute};

const VALIDITY: &str =
    "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";

async fn ask(app: &TestApp, key: &str) -> Answer {
    app.call(Method::GET, VALIDITY, key, &Value::Null).await
}

/// What looks like a key, and is none.
fn wrong_key(number: u32) -> String {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    format!("jct_sk_{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn invalid() -> Value {
    json!({"error": "Invalid secret key", "code": "invalid_secret_key"})
}

#[tokio::test]
async fn a_key_that_is_known_needs_no_store() {
    let app = TestApp::start_with_admin().await;
    app.connect("a").await;
    let project = app.default_project().await;
    let (_, key) = app.make_secret(&project, &["connections:read"]).await;
    let (_, unknown) = app.make_secret(&project, &[]).await;
    ask(&app, &key).await.expect(200);
    app.app.store.close().await;
    ask(&app, &key).await.expect(200);
    // Nobody can say whether there is such a key: it is not called wrong.
    let answer = ask(&app, &unknown).await;
    assert_eq!(answer.expect(500)["code"], "store_unavailable");
    ask(&app, "jct_sk_short").await.assert(401, &invalid());
}

#[tokio::test]
async fn without_the_store_a_key_is_known_for_an_hour() {
    let app = TestApp::start_with_admin().await;
    app.connect("a").await;
    let project = app.default_project().await;
    let (_, key) = app.make_secret(&project, &[]).await;
    ask(&app, &key).await.expect(200);
    app.app.store.close().await;
    app.clock.advance(SignedDuration::from_mins(50));
    ask(&app, &key).await.expect(200);
    app.clock.advance(SignedDuration::from_mins(11));
    let answer = ask(&app, &key).await;
    assert_eq!(answer.expect(500)["code"], "store_unavailable");
}

#[tokio::test]
async fn a_flood_of_wrong_keys_is_a_few_queries_a_second() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (_, known) = app.make_secret(&project, &[]).await;
    let (_, fresh) = app.make_secret(&project, &[]).await;
    ask(&app, &known).await.expect(200);
    let begun = app.clock.steady();
    for number in 0..1_100 {
        ask(&app, &wrong_key(number)).await.assert(401, &invalid());
    }
    // A hundred at once, and then fifty a second.
    let took = app.clock.steady().saturating_sub(begun);
    assert_eq!(took.as_secs(), 20, "{took:?}");
    // Who is wrong again, and who is known, waits for nothing; who is right and new waits like the others.
    let begun = app.clock.steady();
    for _ in 0..100 {
        ask(&app, &wrong_key(3)).await.assert(401, &invalid());
        ask(&app, &known).await.expect(200);
    }
    assert_eq!(app.clock.steady(), begun);
    ask(&app, &fresh).await.expect(200);
    assert_eq!((app.clock.steady().saturating_sub(begun)).as_millis(), 20);
}

#[tokio::test]
async fn keys_that_come_at_once_are_looked_for_together() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (_, fresh) = app.make_secret(&project, &[]).await;
    let keys: Vec<String> = (0..5_000).map(wrong_key).collect();
    let keys = keys[..2_000].iter().chain([&fresh]).chain(&keys[2_000..]);
    let answers = join_all(keys.map(|key| ask(&app, key))).await;
    // All in some eighty looks, which the burst covers; too many at once are told to come again.
    assert!(app.clock.slept().is_empty());
    let (mut wrong, mut later) = (0, 0);
    for (place, answer) in answers.iter().enumerate() {
        match answer.status.as_u16() {
            200 => assert_eq!(place, 2_000),
            401 => wrong += 1,
            429 => {
                assert_eq!(answer.json()["code"], "too_many_requests");
                assert_eq!(answer.header("retry-after"), "1");
                later += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(wrong + later, 5_000);
    assert!(wrong >= 4_000, "{wrong} looked for, {later} not");
    ask(&app, &fresh).await.expect(200);
}

#[tokio::test]
async fn a_deleted_key_is_refused_here_at_once_and_there_with_the_next_look() {
    let app = TestApp::start_with_admin().await;
    let replica = app.replica().await;
    let project = app.default_project().await;
    let (id, key) = app.make_secret(&project, &[]).await;
    let (_, other) = app.make_secret(&project, &[]).await;
    for server in [&app, &replica] {
        ask(server, &key).await.expect(200);
        ask(server, &other).await.expect(200);
    }
    replica.app.projects.follow().await.unwrap();
    let path = format!("{PROJECTS}/{project}/keys/{id}");
    let deleted = app.admin(Method::DELETE, &path, &Value::Null).await;
    deleted.assert(200, &json!({"success": true}));
    ask(&app, &key).await.assert(401, &invalid());
    ask(&replica, &key).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    replica.app.projects.follow().await.unwrap();
    ask(&replica, &key).await.assert(401, &invalid());
    ask(&replica, &other).await.expect(200);
    let again = app.admin(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(again.expect(404)["code"], "key_not_found");
}

#[tokio::test]
async fn a_deletion_by_a_clock_that_is_behind_is_seen() {
    let app = TestApp::start_with_admin().await;
    let replica = app.replica_with_a_clock().await;
    let project = app.default_project().await;
    let (id, key) = app.make_secret(&project, &[]).await;
    ask(&replica, &key).await.expect(200);
    replica.app.projects.follow().await.unwrap();
    replica.clock.jump(SignedDuration::from_secs(9));
    app.clock.advance(SignedDuration::from_secs(1));
    replica.app.projects.follow().await.unwrap();
    let path = format!("{PROJECTS}/{project}/keys/{id}");
    app.admin(Method::DELETE, &path, &Value::Null)
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    replica.app.projects.follow().await.unwrap();
    ask(&replica, &key).await.assert(401, &invalid());
    // Or the clock of who looks was ahead by hours, and has been set right since.
    let (id, key) = app.make_secret(&project, &[]).await;
    replica.clock.jump(SignedDuration::from_hours(3));
    replica.app.projects.follow().await.unwrap();
    ask(&replica, &key).await.expect(200);
    replica.clock.jump(SignedDuration::from_hours(-3));
    let path = format!("{PROJECTS}/{project}/keys/{id}");
    app.admin(Method::DELETE, &path, &Value::Null)
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    replica.app.projects.follow().await.unwrap();
    ask(&replica, &key).await.assert(401, &invalid());
}

#[tokio::test]
async fn a_key_ends_when_it_says() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let ends = app.clock_now() + SignedDuration::from_mins(10);
    let body = json!({"kind": "secret", "name": "For a while", "expires_at": ends.to_string()});
    let (id, key) = app.make_key(&project, &body).await;
    ask(&app, &key).await.expect(200);
    app.clock.advance(SignedDuration::from_mins(9));
    ask(&app, &key).await.expect(200);
    app.clock.advance(SignedDuration::from_mins(1));
    ask(&app, &key).await.assert(401, &invalid());
    // It is told still, with its end.
    let path = format!("{PROJECTS}/{project}/keys");
    let listed = app.admin(Method::GET, &path, &Value::Null).await;
    let listed = listed.expect(200);
    let found = crate::support::flow::find(&listed["data"], "id", &id);
    assert_eq!(found["expires_at"], ends.to_string());
}

#[tokio::test]
async fn when_a_key_was_used_is_known_to_the_minute_and_written_once_a_minute() {
    let app = TestApp::start_with_admin().await;
    let project = app.default_project().await;
    let (id, key) = app.make_secret(&project, &[]).await;
    let used = async || {
        let path = format!("{PROJECTS}/{project}/keys");
        let listed = app.admin(Method::GET, &path, &Value::Null).await;
        let listed = listed.expect(200);
        crate::support::flow::find(&listed["data"], "id", &id)["last_used_at"].clone()
    };
    assert_eq!(used().await, Value::Null);
    app.clock.advance(SignedDuration::from_secs(95));
    for _ in 0..20 {
        ask(&app, &key).await.expect(200);
    }
    assert_eq!(used().await, Value::Null, "no call has written");
    app.app.projects.note_uses().await.unwrap();
    let minute: Timestamp = "2026-11-02T09:01:00Z".parse().unwrap();
    assert_eq!(used().await, minute.to_string());
    // The same minute is not written again.
    execute(&app, "UPDATE api_key SET last_used_at = NULL").await;
    ask(&app, &key).await.expect(200);
    app.app.projects.note_uses().await.unwrap();
    assert_eq!(used().await, Value::Null);
    app.clock.advance(SignedDuration::from_secs(60));
    ask(&app, &key).await.expect(200);
    app.app.projects.note_uses().await.unwrap();
    assert_eq!(used().await, "2026-11-02T09:02:00Z");
}

#[tokio::test]
async fn a_project_at_its_limit_waits_and_its_neighbour_does_not() {
    let app = TestApp::start_cloud().await;
    let limits = json!({"limits": {"requests_per_minute": 10}});
    let noisy = app.make_whole_project("Noisy", &limits).await;
    let quiet = app.make_whole_project("Quiet", &json!({})).await;
    for _ in 0..10 {
        ask(&app, &noisy.secret_key).await.expect(200);
    }
    let refused = ask(&app, &noisy.secret_key).await;
    assert_eq!(refused.expect(429)["code"], "too_many_requests");
    assert_eq!(refused.header("retry-after"), "6");
    // Another key of the same project is no way around it.
    let (_, another) = app.make_secret(&noisy.id, &[]).await;
    ask(&app, &another).await.expect(429);
    for _ in 0..50 {
        ask(&app, &quiet.secret_key).await.expect(200);
    }
    app.clock.advance(SignedDuration::from_secs(6));
    ask(&app, &another).await.expect(200);
}

#[tokio::test]
async fn the_environments_key_is_one_of_the_default_project() {
    let app = TestApp::start_with_admin().await;
    app.connect("a").await;
    let project = app.default_project().await;
    let (_, key) = app.make_secret(&project, &[]).await;
    // What the one has made the other sees.
    assert_eq!(ask(&app, &key).await.expect(200)["exists"], true);
    let count = "SELECT COUNT(*) FROM api_key";
    assert_eq!(
        count_rows(&app, count).await,
        1,
        "the environment's is not stored"
    );
}

#[tokio::test]
async fn a_public_key_opens_no_backend() {
    let app = TestApp::start_cloud().await;
    let project = app.make_whole_project("Acme", &json!({})).await;
    ask(&app, &project.public_key).await.assert(401, &invalid());
    for scheme in ["Basic", "Bearer"] {
        let request = Request::get(VALIDITY).header(
            header::AUTHORIZATION,
            format!("{scheme} {}", project.public_key),
        );
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        answer.assert(401, &invalid());
    }
}
