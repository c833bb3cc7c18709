//! Which methods pass, and what the log and the counts say of them.

use axum::body::Body;
use axum::http::Method;

use super::{Scene, call};
use crate::support::log::Log;
use crate::support::real_time::find;

#[tokio::test]
async fn every_method_passes_but_those_about_the_connection() {
    let scene = Scene::start().await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let method: Method = method.parse().unwrap();
        scene
            .wire
            .answer("207 Multi-Status", &[("allow", "GET, PURR")], "ok");
        // Another origin's preflight is the provider's to answer.
        let request = call(method.clone(), "rest/x")
            .header("origin", "https://app.example")
            .header("access-control-request-method", "PUT");
        let answer = scene.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 207, "{method}");
        assert_eq!(answer.header("allow"), "GET, PURR");
        assert_eq!(answer.header("content-length"), "2", "{method}");
        let body = if method == Method::HEAD { "" } else { "ok" };
        assert_eq!(answer.text(), body, "{method}");
        let seen = scene.wire.take();
        assert!(
            seen[0].head.starts_with(&format!("{method} /ex/jira/")),
            "{method}"
        );
    }
    for method in ["TRACE", "CONNECT", "PROPFIND"] {
        let answer = scene.call(method.parse().unwrap(), "rest/x").await;
        assert_eq!(answer.expect(405)["code"], "method_not_allowed", "{method}");
        assert_eq!(answer.header("x-juncture-code"), "method_not_allowed");
    }
    assert!(scene.wire.take().is_empty());
}

#[tokio::test]
async fn neither_the_log_nor_the_counts_tell_what_is_called() {
    let scene = Scene::start().await;
    // Where another test is just the first to come by a place that logs, ours may not be heard there:
    // whoever listens anew is.
    let lines = find(async || {
        let (log, _guard) = Log::read_along();
        let path = "rest/private-path?jql=private-query";
        assert_eq!(scene.call(Method::GET, path).await.text(), "ok");
        let lines = log.take();
        (!lines.is_empty()).then(|| format!("{lines:?}"))
    })
    .await;
    assert!(
        lines.contains("/api/backend/proxy/{provider}/{*path}"),
        "{lines}"
    );
    let counts = scene.app.get("/metrics").await.text();
    let label = r#"route="/api/backend/proxy/{provider}/{*path}""#;
    assert!(counts.contains(label), "{counts}");
    for text in [lines, counts] {
        for private in ["private-path", "private-query"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
}
