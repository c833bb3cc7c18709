//! What Jira's refusals become, what is tried again, and what we say where there is no answer.

use axum::body::Body;
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::{Scene, call};
use crate::support::flow::BRUNO;
use crate::support::real_time::eventually;
use crate::support::wire::Reply;

const TOKEN: &str = r#"{"code":401,"message":"Unauthorized"}"#;
const SCOPE: &str = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;

/// A body that is too large to be kept, and so passes as it comes.
fn large() -> Body {
    Body::from("x".repeat(100_000))
}

#[tokio::test]
async fn refusals_of_jira_pass_as_they_are() {
    let scene = Scene::start().await;
    for (status, tries) in [
        ("400 Bad Request", 1),
        ("403 Forbidden", 1),
        ("404 Not Found", 1),
        ("409 Conflict", 1),
        ("418 I'm a teapot", 1),
        ("500 Internal Server Error", 2),
        ("503 Service Unavailable", 4),
    ] {
        for _ in 0..tries {
            scene.wire.answer(status, &[], "words");
        }
        let answer = scene.call(Method::GET, "rest/x").await;
        assert_eq!(answer.status.as_str(), &status[..3]);
        assert_eq!(answer.text(), "words");
        assert!(!answer.headers.contains_key("x-juncture-code"), "{status}");
        assert_eq!(scene.wire.take().len(), tries, "{status}");
        // What may have been done is not done again.
        scene.wire.answer(status, &[], "words");
        let request = call(Method::DELETE, "rest/x").body(Body::empty()).unwrap();
        assert_eq!(scene.send(request).await.status.as_str(), &status[..3]);
        assert_eq!(scene.wire.take().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_refreshed_once_and_the_call_repeated() {
    let scene = Scene::start().await;
    scene.wire.answer("401 Unauthorized", &[], TOKEN);
    let request = call(Method::POST, "rest/x")
        .body(Body::from("once"))
        .unwrap();
    assert_eq!(scene.send(request).await.text(), "ok");
    let seen = scene.wire.take();
    assert_eq!(
        (&*seen[0].body, &*seen[1].body),
        (&b"once"[..], &b"once"[..])
    );
    assert_ne!(
        seen[0].header("authorization"),
        seen[1].header("authorization")
    );
    assert_eq!(scene.app.sandbox.refreshes().await, 1);

    // A second refusal is an answer like any other.
    scene.wire.answer("401 Unauthorized", &[], TOKEN);
    scene.wire.answer(
        "401 Unauthorized",
        &[("content-type", "application/json")],
        TOKEN,
    );
    let answer = scene.call(Method::GET, "rest/x").await;
    assert_eq!((answer.status.as_u16(), &*answer.text()), (401, TOKEN));
    assert!(!answer.headers.contains_key("x-juncture-code"));
    assert_eq!(scene.wire.take().len(), 2);
    assert_eq!(scene.app.sandbox.refreshes().await, 2);
}

#[tokio::test]
async fn a_missing_scope_refreshes_nothing() {
    let scene = Scene::start().await;
    scene.wire.answer("401 Unauthorized", &[], SCOPE);
    let answer = scene.call(Method::GET, "rest/x").await;
    assert_eq!((answer.status.as_u16(), &*answer.text()), (401, SCOPE));
    assert_eq!(scene.wire.take().len(), 1);
    assert_eq!(scene.app.sandbox.refreshes().await, 0);
}

#[tokio::test]
async fn where_the_body_is_gone_the_next_call_has_another_token() {
    let scene = Scene::start().await;
    scene.wire.answer("401 Unauthorized", &[], TOKEN);
    let request = call(Method::POST, "rest/x").body(large()).unwrap();
    let answer = scene.send(request).await;
    assert_eq!((answer.status.as_u16(), &*answer.text()), (401, TOKEN));
    let first = scene.wire.take();
    assert_eq!(first.len(), 1);
    scene.app.app.tasks.close();
    scene.app.app.tasks.wait().await;
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
    let next = scene.wire.take();
    assert_ne!(
        first[0].header("authorization"),
        next[0].header("authorization")
    );
    assert_eq!(scene.app.sandbox.refreshes().await, 1);
}

#[tokio::test]
async fn a_dead_grant_is_told_as_everywhere() {
    let scene = Scene::start().await;
    let account = json!({"account_id": scene.app.account_id(BRUNO).await});
    scene.app.sandbox.control("revoke", &account).await;
    scene.wire.answer("401 Unauthorized", &[], TOKEN);
    let answer = scene.call(Method::GET, "rest/x").await;
    let body = answer.expect(403);
    assert_eq!(body["code"], "needs_reauthorization");
    assert_eq!(body["needs_reauthorization"], true);
    assert_eq!(answer.header("x-juncture-code"), "needs_reauthorization");
}

#[tokio::test]
async fn a_429_is_waited_out_where_it_can_be_and_passed_on_where_not() {
    let scene = Scene::start().await;
    let soon = [("retry-after", "5")];
    scene
        .wire
        .answer("429 Too Many Requests", &soon, "slow down");
    let request = call(Method::POST, "rest/x")
        .body(Body::from("once"))
        .unwrap();
    assert_eq!(scene.send(request).await.text(), "ok");
    assert_eq!(scene.wire.take().len(), 2);
    let slept: u64 = scene
        .app
        .clock
        .slept()
        .iter()
        .map(std::time::Duration::as_secs)
        .sum();
    assert_eq!(slept, 5);

    // A body that is gone cannot be sent again.
    scene
        .wire
        .answer("429 Too Many Requests", &soon, "slow down");
    let request = call(Method::POST, "rest/x").body(large()).unwrap();
    let answer = scene.send(request).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.text()),
        (429, "slow down")
    );
    assert!(!answer.headers.contains_key("x-juncture-code"));
    assert_eq!(scene.wire.take().len(), 1);
}

#[tokio::test]
async fn a_429_closes_the_site_for_all_and_for_the_proxy() {
    let scene = Scene::start().await;
    let long = [("retry-after", "600"), ("x-ratelimit-limit", "350")];
    scene
        .wire
        .answer("429 Too Many Requests", &long, "slow down");
    let answer = scene.call(Method::GET, "rest/x").await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.text()),
        (429, "slow down")
    );
    assert_eq!(answer.header("x-ratelimit-limit"), "350");
    assert_eq!(scene.wire.take().len(), 1);

    let ours = scene.call(Method::GET, "rest/x").await;
    let body = ours.expect(429);
    assert_eq!(body["code"], "upstream_rate_limited");
    assert_eq!(ours.header("x-juncture-code"), "upstream_rate_limited");
    assert_eq!(ours.header("retry-after"), "600");
    let others = scene
        .app
        .get("/api/backend/jira/get-projects?external_id=customer-1");
    assert_eq!(others.await.expect(429)["code"], "upstream_rate_limited");
    assert!(scene.wire.take().is_empty());

    scene.app.clock.advance(SignedDuration::from_secs(601));
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
}

#[tokio::test]
async fn a_lost_answer_is_an_unknown_outcome_or_another_try() {
    let scene = Scene::start().await;
    scene.wire.reply(Reply::Cut(b"HTTP/1.1 200".to_vec()));
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
    assert_eq!(scene.wire.take().len(), 2);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        scene.wire.reply(Reply::Cut(b"HTTP/1.1 200".to_vec()));
        let request = call(method.clone(), "rest/x")
            .body(Body::from("once"))
            .unwrap();
        let answer = scene.send(request).await;
        answer.assert(
            500,
            &json!({"error": "Failed to pass the request on", "code": "outcome_unknown"}),
        );
        assert_eq!(answer.header("x-juncture-code"), "outcome_unknown");
        assert_eq!(scene.wire.take().len(), 1, "{method}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_begin_is_a_timeout() {
    let scene = Scene::start().await;
    for (method, code) in [
        (Method::GET, "upstream_timeout"),
        (Method::POST, "outcome_unknown"),
    ] {
        scene.wire.reply(Reply::Silence(Vec::new()));
        let waiting = scene.call(method, "rest/x");
        let passing = async {
            scene.wire.until_seen(1).await;
            scene.app.clock.advance(SignedDuration::from_secs(59));
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert!(!scene.wire.has_hung_up(), "a minute is not over");
            scene.app.clock.advance(SignedDuration::from_secs(1));
        };
        let (answer, ()) = futures_util::join!(waiting, passing);
        assert_eq!(answer.expect(500)["code"], code);
        assert_eq!(answer.header("x-juncture-code"), code);
        scene.wire.until_hung_up(1).await;
        break_off(&scene);
    }
}

fn break_off(scene: &Scene) {
    scene.wire.take();
    scene.wire.forget_hung_up();
}

#[tokio::test]
async fn nobody_there_is_told_as_everywhere() {
    let scene = Scene::start().await;
    scene.wire.close().await;
    for method in [Method::GET, Method::POST] {
        let answer = scene.call(method, "rest/x").await;
        assert_eq!(answer.expect(500)["code"], "upstream_unavailable");
        assert_eq!(answer.header("x-juncture-code"), "upstream_unavailable");
    }
}

#[tokio::test]
async fn an_answer_of_a_site_that_was_lost_finds_it_again() {
    let scene = Scene::start().await;
    let gateway = r#"{"code":404,"message":"Not Found"}"#;
    scene.wire.answer("404 Not Found", &[], gateway);
    let projects = "/api/backend/jira/get-projects?external_id=customer-1";
    let lost = scene.app.get(projects).await.expect(403);
    assert_eq!(lost["code"], "site_unavailable");
    let is_lost = async || scene.app.validity("customer-1").await["site_unavailable"] == true;
    eventually(&is_lost).await;
    // What the gateway says to a call that is passed on is the caller's to judge.
    scene.wire.answer("404 Not Found", &[], gateway);
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), gateway);
    assert!(is_lost().await);
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
    eventually(async || !is_lost().await).await;
}
