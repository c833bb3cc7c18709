//! Whose call it is, and who may make one.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use serde_json::json;

use super::{Scene, call};
use crate::support::flow::{ADA, BRUNO};
use crate::support::with_key;

fn anonymous(path: &str) -> Request<Body> {
    let request = Request::get(format!("/api/backend/proxy/{path}"));
    with_key(request).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_external_id_comes_by_header_or_query_and_goes_no_further() {
    let scene = Scene::start().await;
    for (given, arrives) in [
        ("?external_id=customer-1", ""),
        ("?external_id=customer-1&a=%20+b", "?a=%20+b"),
        ("?a=1&external_id=customer-1&a='2'", "?a=1&a='2'"),
        ("?a=1&external%5Fid=customer%2D1&", "?a=1&"),
        (
            "?external_id=customer-1&external_id=customer-1&external_id=",
            "",
        ),
    ] {
        let answer = scene
            .send(anonymous(&format!("jira/rest/api/3/x{given}")))
            .await;
        assert_eq!(answer.text(), "ok", "{given}");
        let seen = scene.wire.take();
        let arrived = format!("{}/rest/api/3/x{arrives}", scene.site);
        assert_eq!(seen[0].target(), arrived, "{given}");
        assert!(!seen[0].head.contains("customer"), "{}", seen[0].head);
    }
    // Both, if they agree.
    let answer = scene
        .call(Method::GET, "rest/x?external_id=customer-1")
        .await;
    assert_eq!(answer.text(), "ok");
    assert_eq!(
        scene.wire.take()[0].target(),
        format!("{}/rest/x", scene.site)
    );
}

#[tokio::test]
async fn a_call_of_nobody_or_of_two_is_refused() {
    let scene = Scene::start().await;
    let answer = scene.send(anonymous("jira/rest/x?a=b")).await;
    let missing = json!({
        "error": "Missing external_id", "code": "missing_parameter",
        "details": {"missing": ["external_id"]},
    });
    answer.assert(400, &missing);
    assert_eq!(answer.header("x-juncture-code"), "missing_parameter");
    for (path, header) in [
        ("rest/x?external_id=customer-2", None),
        ("rest/x?external_id=%ff", None),
        ("rest/x", Some("customer-2")),
    ] {
        let mut request = call(Method::GET, path);
        if let Some(header) = header {
            request = request.header("x-juncture-external-id", header);
        }
        let answer = scene.send(request.body(Body::empty()).unwrap()).await;
        let body = answer.expect(400);
        assert_eq!(body["details"]["field"], "external_id", "{path}");
    }
    assert!(scene.wire.take().is_empty());
}

#[tokio::test]
async fn an_unknown_customer_or_provider_and_a_wrong_key_are_told_as_everywhere() {
    let scene = Scene::start().await;
    let nobody = scene
        .send(anonymous("jira/rest/x?external_id=nobody"))
        .await;
    nobody.assert(
        404,
        &json!({"error": "Connection not found", "code": "connection_not_found"}),
    );
    assert_eq!(nobody.header("x-juncture-code"), "connection_not_found");
    for provider in ["linear", "Jira", "jir%61"] {
        let path = format!("{provider}/rest/x?external_id=customer-1");
        let answer = scene.send(anonymous(&path)).await;
        assert_eq!(answer.expect(400)["code"], "invalid_provider", "{provider}");
    }
    for key in [None, Some("Bearer wrong")] {
        let request = Request::get("/api/backend/proxy/jira/rest/x?external_id=customer-1");
        let request = key
            .into_iter()
            .fold(request, |request, key| request.header("authorization", key));
        let answer = scene.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.expect(401)["code"], "invalid_secret_key");
        assert_eq!(answer.header("x-juncture-code"), "invalid_secret_key");
    }
    assert!(scene.wire.take().is_empty());
}

#[tokio::test]
async fn a_customer_who_connects_another_site_is_called_there_at_once() {
    let scene = Scene::start().await;
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
    scene.app.connect_as("customer-1", ADA, "Globex").await;
    assert_eq!(scene.call(Method::GET, "rest/x").await.text(), "ok");
    let site = scene.app.site_id("Globex").await;
    let seen = scene.wire.take();
    assert_eq!(seen[1].target(), format!("/ex/jira/{site}/rest/x"));
    // And deleted ones nowhere.
    let gone = scene
        .app
        .delete(
            "/api/backend/connection-info/delete-connection?external_id=customer-1&provider=jira",
        )
        .await;
    gone.expect(200);
    let answer = scene.call(Method::GET, "rest/x").await;
    assert_eq!(answer.expect(404)["code"], "connection_not_found");
    assert!(scene.wire.take().is_empty());
}

#[tokio::test]
async fn an_external_id_beyond_ascii_is_utf_8_in_a_header_and_encoded_in_a_query() {
    let scene = Scene::start().await;
    let id = "고객 1+&";
    scene.app.connect_as(id, BRUNO, "Acme").await;
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let by_query = anonymous(&format!("jira/rest/x?external_id={encoded}"));
    assert_eq!(scene.send(by_query).await.text(), "ok");
    let header = HeaderValue::from_bytes(id.as_bytes()).unwrap();
    let by_header = with_key(Request::get("/api/backend/proxy/jira/rest/x"))
        .header("x-juncture-external-id", header);
    let answer = scene.send(by_header.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.text(), "ok");
    assert_eq!(scene.wire.take().len(), 2);
}
