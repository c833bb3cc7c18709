//! Where calls arrive: below the chosen site, as they were written, or nowhere.

use axum::http::{Method, StatusCode};

use super::Scene;

#[tokio::test]
async fn what_is_legitimate_arrives_as_it_was_written() {
    let scene = Scene::start().await;
    for path in [
        "rest/api/3/myself",
        "rest/api/3/myself/",
        "rest/api/3/issue/ED-1?fields=summary,status&expand=",
        "rest/api/3/search/jql?jql=project%20%3D%20ED+ORDER+BY+%22a%22&x='%7B%7D'",
        "rest/api/3/a%20b/%E2%82%AC/@me:you,us;v=1",
        "rest/api/3/%25/100%25/a%2Bb+c/%3F%23",
        "rest/api/3/~(a)!*'$&=/...",
        "rest/api/3/?",
        "rest/api/3?a=/../..//b&c=http://d.example/%2e%2e%2f",
        "rest/api/3?a&&b=&=c&%zz&a={}|",
    ] {
        let answer = scene.call(Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.text(), "ok");
        let seen = scene.wire.take();
        assert_eq!(seen.len(), 1, "{path}");
        assert_eq!(seen[0].target(), format!("{}/{path}", scene.site));
    }
}

#[tokio::test]
async fn what_might_lead_elsewhere_arrives_nowhere() {
    let scene = Scene::start().await;
    for path in [
        "..",
        "../../oauth/token/accessible-resources",
        "rest/../../other",
        "rest/./api",
        "rest/..",
        "rest/..;/..;a=b/other",
        "rest/%2e%2e/%2E%2E/other",
        "rest/.%2e/%2e./other",
        "%252e%252e/other",
        "%25252e%25252e/other",
        "rest/%20../other",
        "rest//api",
        "/rest",
        "//evil.example/rest",
        "http://evil.example/rest",
        "https:%2f%2fevil.example",
        "rest%2fapi",
        "rest%2F..%2F..%2Fother",
        "rest%252f..%252fother",
        "rest\\..\\other",
        "rest%5c..%5cother",
        "rest/%00",
        "rest/%0d%0aHost:%20evil.example",
        "rest/%250d%250a",
        "rest/%7f",
        "rest/%c0%ae%c0%ae/other",
        "rest/%ff",
        "rest/%",
        "rest/%2",
        "rest/%zz",
    ] {
        let answer = scene.call(Method::GET, path).await;
        let body = answer.expect(400);
        assert_eq!(body["details"]["field"], "path", "{path}: {body}");
        assert_eq!(answer.header("x-juncture-code"), "invalid_parameter");
        assert!(scene.wire.take().is_empty(), "{path}");
    }
    // What the router has no name for.
    for path in ["", "/"] {
        let answer = scene.call(Method::GET, path).await;
        assert!(answer.status.is_client_error(), "{path}");
        assert!(answer.headers.contains_key("x-juncture-code"), "{path}");
        assert!(scene.wire.take().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_query_and_a_host_of_the_caller_choose_no_host() {
    let scene = Scene::start().await;
    let answer = scene
        .send(
            super::call(
                Method::GET,
                "rest/api/3/myself?host=evil.example&url=//evil.example",
            )
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-original-url", "/other")
            .body(axum::body::Body::empty())
            .unwrap(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let seen = scene.wire.take();
    let host = scene.wire.url.trim_start_matches("http://");
    assert_eq!(seen[0].header("host"), Some(host));
    let target = "rest/api/3/myself?host=evil.example&url=//evil.example";
    assert_eq!(seen[0].target(), format!("{}/{target}", scene.site));
}
