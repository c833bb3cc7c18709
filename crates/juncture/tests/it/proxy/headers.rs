//! Which headers pass, in both directions.

use axum::body::Body;
use axum::http::{HeaderName, Method};

use super::{Scene, call};

/// What a client of Jira says, and Jira is to hear.
const OF_A_CLIENT: [(&str, &str); 14] = [
    ("accept", "application/json"),
    ("accept-encoding", "gzip, br"),
    ("accept-language", "ko"),
    ("content-type", "application/json"),
    ("if-match", "\"a\""),
    ("if-modified-since", "Thu, 26 Mar 2026 16:00:00 GMT"),
    ("if-none-match", "W/\"b\""),
    ("origin", "https://app.example"),
    ("range", "bytes=1-2"),
    (
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    ("user-agent", "jira.js"),
    ("x-atlassian-token", "no-check"),
    ("x-experimentalapi", "opt-in"),
    ("x-force-accept-language", "true"),
];

/// What is between a caller, a proxy before us, and us.
const OF_THE_WAY: [(&str, &str); 22] = [
    ("connection", "keep-alive, X-Named , te"),
    ("connection", "x-also-named"),
    ("cookie", "session=1"),
    ("expect", "100-continue"),
    ("forwarded", "for=192.0.2.1"),
    ("keep-alive", "timeout=5"),
    ("proxy-authorization", "Basic cA=="),
    ("proxy-connection", "keep-alive"),
    ("te", "trailers"),
    ("trailer", "expires"),
    ("upgrade", "websocket"),
    ("via", "1.1 front"),
    ("x-also-named", "1"),
    ("x-client-ip", "192.0.2.1"),
    ("x-forwarded-for", "192.0.2.1"),
    ("x-forwarded-host", "front.example"),
    ("x-forwarded-proto", "https"),
    ("x-juncture-code", "made_up"),
    ("x-juncture-secret", "1"),
    ("x-named", "1"),
    ("x-real-ip", "192.0.2.1"),
    ("true-client-ip", "192.0.2.1"),
];

#[tokio::test]
async fn a_request_brings_what_is_the_clients_and_nothing_that_is_ours() {
    let scene = Scene::start().await;
    let mut request = call(Method::POST, "rest/x");
    for (name, value) in OF_A_CLIENT.into_iter().chain(OF_THE_WAY) {
        request = request.header(name, value);
    }
    let answer = scene.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.text(), "ok");
    let seen = &scene.wire.take()[0];
    for (name, value) in OF_A_CLIENT {
        assert_eq!(seen.header(name), Some(value), "{name}");
    }
    let mut names: Vec<String> = OF_A_CLIENT
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    names.extend(["authorization", "content-length", "host"].map(str::to_owned));
    names.sort();
    assert_eq!(seen.names(), names, "{}", seen.head);
    let token = seen
        .header("authorization")
        .unwrap()
        .strip_prefix("Bearer ")
        .unwrap();
    assert!(scene.app.sandbox.takes(token).await, "it is Jira's token");
    assert_eq!(seen.body, b"{}");
}

#[tokio::test]
async fn a_request_that_says_nothing_is_made_to_say_little() {
    let scene = Scene::start().await;
    scene.call(Method::GET, "rest/x").await;
    let seen = &scene.wire.take()[0];
    assert_eq!(seen.names(), ["authorization", "host", "user-agent"]);
    assert!(seen.header("user-agent").unwrap().starts_with("juncture/"));
}

#[tokio::test]
async fn an_answer_brings_what_is_jiras_and_nothing_that_is_of_its_host() {
    let scene = Scene::start().await;
    let theirs = [
        ("accept-ranges", "bytes"),
        ("atl-traceid", "b5c1"),
        ("cache-control", "max-age=5"),
        ("content-disposition", "attachment; filename=\"a b.txt\""),
        ("content-encoding", "gzip"),
        ("content-range", "bytes 1-2/9"),
        ("content-type", "application/octet-stream"),
        ("date", "Thu, 26 Mar 2026 16:00:00 GMT"),
        ("etag", "\"e\""),
        ("last-modified", "Thu, 26 Mar 2026 15:00:00 GMT"),
        ("link", "</a>; rel=next"),
        ("location", "https://api.media.atlassian.com/file/1?token=t"),
        ("ratelimit", "\"jira-burst-based\";r=9;t=1"),
        ("ratelimit-policy", "\"jira-burst-based\";q=9;w=1"),
        ("retry-after", "3"),
        ("server", "AtlassianEdge"),
        ("vary", "Accept"),
        ("www-authenticate", "OAuth realm=\"r\""),
        ("x-arequestid", "a1"),
        ("x-ratelimit-limit", "350"),
        ("x-ratelimit-remaining", "9"),
    ];
    let of_the_host = [
        ("access-control-allow-origin", "*"),
        ("alt-svc", "h3=\":443\""),
        ("clear-site-data", "\"*\""),
        ("connection", "x-named"),
        ("keep-alive", "timeout=5"),
        ("nel", "{}"),
        ("proxy-authenticate", "Basic"),
        ("set-cookie", "atlassian.xsrf.token=1"),
        ("strict-transport-security", "max-age=1"),
        ("x-juncture-code", "made_up"),
        ("x-named", "1"),
    ];
    let all = [&theirs[..], &of_the_host].concat();
    // Not packed at all, and not to be unpacked either.
    scene.wire.answer("206 Partial Content", &all, "raw");
    let answer = scene.call(Method::GET, "rest/x").await;
    assert_eq!((answer.status.as_u16(), &*answer.text()), (206, "raw"));
    for (name, value) in theirs {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let mut names: Vec<&str> = answer.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    let mut expected: Vec<&str> = theirs.iter().map(|(name, _)| *name).collect();
    expected.extend(["content-length", "x-request-id"]);
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_redirect_is_passed_back_and_not_followed() {
    let scene = Scene::start().await;
    let to = [("location", "http://127.0.0.1:9/elsewhere")];
    scene.wire.answer("303 See Other", &to, "");
    let answer = scene
        .call(Method::GET, "rest/api/3/attachment/content/1")
        .await;
    assert_eq!(answer.status.as_u16(), 303);
    assert_eq!(answer.header("location"), to[0].1);
    // Nobody keeps it, as it says nothing of that itself.
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(scene.wire.take().len(), 1);
}
