//! Whole servers with a cache that they share, or should.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::{ADA, BRUNO};
use crate::support::process::Process;
use crate::support::real_time::{eventually, timed};
use crate::support::redis::{PASSWORD, PrivateRedis};
use crate::support::sandbox::TestSandbox;
use crate::support::upstash::{self, FakeUpstash, Mood};
use crate::support::{TestApp, environment_of_process, free_port};

const TICKETS: &str = "/api/backend/jira/get-tickets-for-project?jira_project_id=10000";

async fn tickets(app: &TestApp) -> Value {
    app.get(&format!("{TICKETS}&external_id=a"))
        .await
        .expect(200)
}

async fn start_connected(variables: &[(&str, &str)]) -> TestApp {
    let app = TestApp::on_sqlite_with(variables, TestSandbox::start().await).await;
    app.connect("a").await;
    app
}

#[tokio::test]
async fn replicas_ask_jira_for_the_fields_of_a_site_once() {
    let redis = PrivateRedis::start();
    let upstash = FakeUpstash::start().await;
    let url = redis.url();
    for (variables, calls) in [
        (vec![("REDIS_URL", url.as_str())], 1),
        (upstash.variables().to_vec(), 1),
        (vec![], 2),
    ] {
        let app = start_connected(&variables).await;
        let replica = app.replica().await;
        assert_eq!(tickets(&app).await, tickets(&replica).await);
        assert_eq!(
            app.sandbox.requests_to("/field").await.len(),
            calls,
            "{variables:?}"
        );
    }
}

#[tokio::test]
async fn upstash_wins_over_redis() {
    let redis = PrivateRedis::start();
    let upstash = FakeUpstash::start().await;
    let (url, [first, second]) = (redis.url(), upstash.variables());
    let app = start_connected(&[("REDIS_URL", &url), first, second]).await;
    tickets(&app).await;
    assert_eq!(redis.ask::<i64>(&["DBSIZE"]).await, 0);
    assert!(
        upstash
            .held
            .lock()
            .unwrap()
            .keys()
            .any(|name| name.starts_with("juncture:jira_known_fields:"))
    );
}

#[tokio::test]
async fn readiness_names_a_silent_cache_within_about_a_second_and_recovers_by_itself() {
    let redis = PrivateRedis::start();
    let app =
        TestApp::on_sqlite_with(&[("REDIS_URL", &redis.url())], TestSandbox::start().await).await;
    let ready = json!({"status": "ok", "checks": {"store": "ok", "cache": "ok"}});
    let unready = json!({
        "error": "Not ready",
        "code": "not_ready",
        "checks": {"store": "ok", "cache": "unavailable"},
    });
    app.visit("/readyz").await.assert(200, &ready);
    redis.pause();
    // The second one finds the cache bypassed, and still tells the truth.
    for _ in 0..2 {
        let (answer, took) = timed(app.visit("/readyz")).await;
        answer.assert(503, &unready);
        // A second, and what a busy machine takes.
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    app.visit("/healthz")
        .await
        .assert(200, &json!({"status": "ok"}));
    redis.resume();
    eventually(async || app.visit("/readyz").await.status == 200).await;
    app.visit("/readyz").await.assert(200, &ready);
}

#[tokio::test]
async fn without_its_cache_a_server_answers_the_same_and_as_fast() {
    let mut redis = PrivateRedis::start();
    let app = start_connected(&[("REDIS_URL", &redis.url())]).await;
    let before = tickets(&app).await;
    for is_stopped in [false, true] {
        if is_stopped {
            redis.resume();
            redis.stop();
        } else {
            redis.pause();
        }
        app.clock.advance(jiff::SignedDuration::from_secs(5));
        let mut took = Vec::new();
        for _ in 0..100 {
            let (answer, time) = timed(app.access_token("a")).await;
            answer.expect(200);
            took.push(time);
        }
        took.sort();
        assert!(took[50] < Duration::from_millis(10), "{took:?}");
        assert_eq!(tickets(&app).await, before);
        assert_eq!(tickets(&app).await, before);
        // A replica that starts without the cache works as well, and asks Jira once.
        let calls = app.sandbox.requests_to("/field").await.len();
        let replica = app.replica().await;
        assert_eq!(tickets(&replica).await, before);
        assert_eq!(tickets(&replica).await, before);
        assert_eq!(app.sandbox.requests_to("/field").await.len(), calls + 1);
    }
}

/// The environment of a server process, and `variables` on top.
fn process_variables(
    folder: &std::path::Path,
    sandbox: &TestSandbox,
    variables: &[(&str, &str)],
) -> Vec<(String, String)> {
    let mut all = environment_of_process(folder, &sandbox.url, free_port());
    let own = variables.iter();
    all.extend(own.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    all
}

fn serve(folder: &std::path::Path, variables: &[(String, String)]) -> (Process, String) {
    let pairs = variables.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Process::serve(folder, &pairs)
}

fn events(log: &str) -> Vec<Value> {
    log.lines()
        .filter_map(|line| juncture_json::decode(line).ok())
        .collect()
}

#[tokio::test]
async fn a_server_starts_without_its_cache_and_takes_it_up_when_it_comes() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut redis = PrivateRedis::start();
    redis.stop();
    let variables = process_variables(folder.path(), &sandbox, &[("REDIS_URL", &redis.url())]);
    let (server, address) = serve(folder.path(), &variables);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    let ready = async || {
        let answer = browser
            .http
            .get(format!("{}/readyz", browser.server))
            .send();
        answer.await.unwrap().status() == 200
    };
    assert!(!ready().await);
    browser.connect("a", BRUNO, "Acme").await;
    browser.get(&format!("{TICKETS}&external_id=a")).await;
    redis.restart();
    eventually(ready).await;

    let log = server.stop();
    let events = events(&log);
    let told: Vec<_> = events
        .iter()
        .filter(|event| event["message"].as_str().unwrap().contains("cache"))
        .map(|event| {
            (
                event["level"].as_str().unwrap(),
                event["message"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "WARN",
                "the shared cache does not answer; going on without it"
            ),
            ("INFO", "the shared cache answers again"),
        ]
    );
    let serving = events
        .iter()
        .find(|event| event["message"] == "serving")
        .unwrap();
    let socket = redis.url().replace("redis+unix://", "");
    assert_eq!(serving["cache"], format!("Redis at {socket}"));
}

#[tokio::test]
async fn a_server_without_a_shared_cache_says_that_its_cache_is_its_own() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let variables = process_variables(folder.path(), &sandbox, &[]);
    let log = serve(folder.path(), &variables).0.stop();
    assert_eq!(events(&log)[0]["cache"], "memory of this process alone");
}

#[tokio::test]
async fn foreign_values_are_told_once_and_neither_they_nor_a_password_reach_the_log() {
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let redis = PrivateRedis::start_on_port();
    let variables = process_variables(
        folder.path(),
        &sandbox,
        &[("REDIS_URL", &redis.url()), ("RUST_LOG", "trace")],
    );
    let (server, address) = serve(folder.path(), &variables);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    browser.connect("a", BRUNO, "Acme").await;
    browser.connect("b", ADA, "Initech").await;
    let read_both = async |address: String| {
        let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
        for id in ["a", "b"] {
            browser.get(&format!("{TICKETS}&external_id={id}")).await;
        }
    };
    read_both(address).await;
    let mut log = server.stop();

    let names: Vec<String> = redis.ask(&["KEYS", "juncture:jira_known_fields:*"]).await;
    assert_eq!(names.len(), 2);
    for name in &names {
        redis.ask::<()>(&["SET", name, "SOMEBODYS-GARBAGE"]).await;
    }
    let (server, address) = serve(folder.path(), &variables);
    read_both(address).await;
    log += &server.stop();
    let count = |part: &str| log.matches(part).count();
    assert_eq!(
        count("the shared cache holds values that this server has not sealed"),
        1
    );
    for name in names {
        let value: Vec<u8> = redis.ask(&["GET", &name]).await;
        assert_ne!(value, b"SOMEBODYS-GARBAGE", "overwritten");
    }

    // A password that is not the right one, and a token, at their most talkative.
    let wrong = redis.url().replace(PASSWORD, "redis-wrong-password-987");
    let upstash = FakeUpstash::start().await;
    upstash.set_mood(Mood::TokenIsRevoked);
    let [url, token] = upstash.variables();
    for own in [vec![("REDIS_URL", wrong.as_str())], vec![url, token]] {
        let mut own = process_variables(folder.path(), &sandbox, &own);
        own.push(("RUST_LOG".to_owned(), "trace".to_owned()));
        let (server, address) = serve(folder.path(), &own);
        read_both(address).await;
        let told = server.stop();
        assert!(told.contains("the shared cache does not answer; going on without it"));
        log += &told;
    }
    for secret in [
        PASSWORD,
        "redis-wrong-password-987",
        upstash::TOKEN,
        "SOMEBODYS-GARBAGE",
    ] {
        assert!(!log.contains(&secret[..secret.len() / 2]), "{secret}");
    }
}
