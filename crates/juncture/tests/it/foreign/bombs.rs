//! Answers that are compressed a thousand times, of hosts that should know better.

use std::time::Duration;

use juncture_sandbox::Options;
use juncture_server::cache::Key;

use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::front::{Crafted, Front};
use crate::support::real_time::timed;
use crate::support::redis::HostileRedis;
use crate::support::sandbox::TestSandbox;

const TEXT: Key<String> = Key::new("text", jiff::SignedDuration::from_hours(1));

/// What comes out of a bomb, in MB: many seconds of work where it is read whole.
const INSIDE: usize = 4_096;

#[tokio::test]
async fn a_bomb_of_upstash_is_a_miss_that_costs_no_time() {
    let front = Front::start("http://127.0.0.1:9").await;
    front.craft("/", Crafted::bomb(b' ', INSIDE));
    let variables = [
        ("UPSTASH_REDIS_REST_URL", front.url.as_str()),
        ("UPSTASH_REDIS_REST_TOKEN", "token"),
    ];
    let app = TestApp::on_sqlite_with(&variables, TestSandbox::start().await).await;
    let (found, took) = timed(app.app.cache.get(&TEXT, "x")).await;
    assert_eq!(found, None);
    assert!(took < Duration::from_secs(1), "{took:?}");
    // From now on it is gone without: Upstash, which answers with bombs only, could not have told this.
    app.app.cache.set(&TEXT, "x", &"kept here".to_owned()).await;
    let found = app.app.cache.get(&TEXT, "x").await;
    assert_eq!(found.as_deref(), Some("kept here"));
}

#[tokio::test]
async fn of_an_endless_answer_of_redis_little_is_read() {
    let redis = HostileRedis::start().await;
    let variables = [("REDIS_URL", redis.url.as_str())];
    let app = TestApp::on_sqlite_with(&variables, TestSandbox::start().await).await;
    // One string of two gigabytes, of which as much comes as is taken.
    let mut answer = b"$2000000000\r\n".to_vec();
    answer.resize(64 * 1024, b' ');
    redis.answer_get_with(answer);
    let (found, took) = timed(app.app.cache.get(&TEXT, "x")).await;
    assert_eq!(found, None);
    assert!(took < Duration::from_secs(1), "{took:?}");
    // A megabyte, once more where the connection had been cut, and what stands in the sockets' buffers.
    let sent = redis.sent();
    assert!(sent < 16 * 1024 * 1024, "{sent}");
}

#[tokio::test]
async fn a_bomb_of_the_token_endpoint_is_no_answer_and_costs_no_time() {
    let sandbox = TestSandbox::start_with(Options::default()).await;
    let front = Front::start(&sandbox.url).await;
    let variables = [("ATLASSIAN_AUTH_URL", front.url.as_str())];
    let app = TestApp::on_sqlite_with(&variables, sandbox).await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, ADA, Some("Acme"), "allow").await;
    for status in [200, 400] {
        let bomb = Crafted::bomb(b'[', INSIDE);
        front.craft("/oauth/token", Crafted { status, ..bomb });
        let (answer, took) = timed(app.visit(&callback)).await;
        assert!(!answer.status.is_success(), "{}", answer.text());
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}
