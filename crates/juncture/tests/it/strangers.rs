//! What a caller without the key may do: so much in a minute, under the address that is truly its own.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::answer::Answer;
use crate::support::browser::Browser;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, TestApp, environment_of_process, free_port};

const SITES: &str = "/api/frontend/finalize-connection/jira/fetch-available-sites";
const PROXY: &str = "10.1.2.3";

async fn start(variables: &[(&str, &str)]) -> TestApp {
    TestApp::start_with(variables, TestSandbox::start().await).await
}

/// A call from a peer that says it speaks for `forwarded_for`.
fn call(peer: &str, forwarded_for: &[&str]) -> Request<Body> {
    let mut request = Request::get(SITES);
    for line in forwarded_for {
        request = request.header("x-forwarded-for", *line);
    }
    from(peer, request.body(Body::empty()).unwrap())
}

fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// Whether the limit lets a call through to the endpoint, which misses its parameters.
fn is_admitted(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        400 => true,
        429 => false,
        other => panic!("{other}: {}", answer.text()),
    }
}

async fn admits(app: &TestApp, peer: &str, forwarded_for: &[&str]) -> bool {
    is_admitted(&app.send(call(peer, forwarded_for)).await)
}

#[tokio::test]
async fn a_minute_holds_so_many_requests_of_one_address_and_refills_evenly() {
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "30")]).await;
    for _ in 0..30 {
        assert!(admits(&app, "192.0.2.1", &[]).await);
    }
    let refused = app.send(call("192.0.2.1", &[])).await;
    let body =
        json!({"error": "Too many requests. Please try again later.", "code": "too_many_requests"});
    refused.assert(429, &body);
    assert_eq!(refused.header("retry-after"), "2");
    assert!(admits(&app, "192.0.2.2", &[]).await, "another address");

    app.advance(SignedDuration::from_millis(1999)).await;
    assert!(!admits(&app, "192.0.2.1", &[]).await);
    app.advance(SignedDuration::from_millis(1)).await;
    assert!(admits(&app, "192.0.2.1", &[]).await);
    assert!(!admits(&app, "192.0.2.1", &[]).await);
    app.advance(SignedDuration::from_mins(1)).await;
    for _ in 0..30 {
        assert!(admits(&app, "192.0.2.1", &[]).await);
    }
    assert!(!admits(&app, "192.0.2.1", &[]).await);
    // A clock that is set back locks nobody out until it has caught up.
    app.clock.jump(SignedDuration::from_hours(-1));
    assert!(admits(&app, "192.0.2.1", &[]).await);
}

#[tokio::test]
async fn an_ipv6_network_of_64_bits_is_one_client() {
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "1")]).await;
    assert!(admits(&app, "2001:db8:0:1::1", &[]).await);
    assert!(!admits(&app, "2001:db8:0:1:ffff:ffff:ffff:ffff", &[]).await);
    assert!(admits(&app, "2001:db8:0:2::1", &[]).await);
    // An IPv4 address is the same in IPv6 clothes (RFC 4291 §2.5.5.2), and no network of all of them.
    assert!(admits(&app, "::ffff:192.0.2.1", &[]).await);
    assert!(!admits(&app, "192.0.2.1", &[]).await);
    assert!(admits(&app, "::ffff:192.0.2.2", &[]).await);
}

#[tokio::test]
async fn everything_open_to_all_counts_and_nothing_else_does() {
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "1")]).await;
    let send = |method: Method, path: &'static str, key: Option<&'static str>| {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        app.send(from("192.0.2.1", request.body(Body::empty()).unwrap()))
    };
    assert_eq!(send(Method::GET, SITES, None).await.status, 400);
    for (method, path) in [
        (Method::GET, SITES),
        (Method::POST, "/api/frontend/oauth/initiate-oauth-flow"),
        (Method::POST, "/api/frontend/oauth/get-authorization-uri/"),
        (Method::GET, crate::support::CALLBACK),
        (
            Method::POST,
            "/api/frontend/finalize-connection/jira/create-connection",
        ),
        (Method::GET, "/api/frontend/nope"),
        (Method::DELETE, SITES),
        (Method::GET, "/finalize-connection/jira/some-code"),
        (Method::POST, "/finalize-connection/jira/some-code"),
    ] {
        let answer = send(method.clone(), path, None).await;
        assert_eq!(answer.status, 429, "{method} {path}");
        let guess = send(method.clone(), path, Some("wrong-key")).await;
        assert_eq!(guess.status, 429, "{method} {path}");
        let known = send(method.clone(), path, Some(SECRET_KEY)).await;
        assert_ne!(
            known.status, 429,
            "{method} {path}: the product's own back end"
        );
    }
    for path in ["/", "/healthz", "/readyz", "/metrics", "/docs"] {
        assert_eq!(send(Method::GET, path, None).await.status, 200, "{path}");
    }
    let backend = "/api/backend/jira/get-projects";
    assert_eq!(send(Method::GET, backend, None).await.status, 401);
    assert_eq!(
        send(Method::GET, backend, Some(SECRET_KEY)).await.status,
        400
    );
}

#[tokio::test]
async fn a_browser_over_the_limit_sees_a_page_and_a_script_may_read_the_refusal() {
    let origin = ("CORS_ALLOWED_ORIGINS", "https://app.example.com");
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "1"), origin]).await;
    assert!(admits(&app, "192.0.2.1", &[]).await);
    for path in [crate::support::CALLBACK, "/finalize-connection/jira/code"] {
        let request = Request::get(path).header(header::ACCEPT, "text/html,*/*;q=0.8");
        let page = app
            .send(from("192.0.2.1", request.body(Body::empty()).unwrap()))
            .await;
        assert_eq!(page.status, 429);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("retry-after"), "60");
        assert!(
            page.text().contains("Too many requests."),
            "{}",
            page.text()
        );
    }
    let request = Request::get(SITES).header(header::ORIGIN, "https://app.example.com");
    let answer = app
        .send(from("192.0.2.1", request.body(Body::empty()).unwrap()))
        .await;
    assert_eq!(answer.expect(429)["code"], "too_many_requests");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("retry-after")
    );
    // What a browser asks before a script's request counts for nothing.
    for _ in 0..3 {
        let request = Request::options(SITES)
            .header(header::ORIGIN, "https://app.example.com")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET");
        let preflight = app
            .send(from("192.0.2.9", request.body(Body::empty()).unwrap()))
            .await;
        assert_eq!(preflight.status, 200);
    }
    assert!(admits(&app, "192.0.2.9", &[]).await);
}

#[tokio::test]
async fn no_limit_is_no_limit() {
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "0")]).await;
    for _ in 0..1000 {
        assert!(admits(&app, "192.0.2.1", &[]).await);
    }
}

#[tokio::test]
async fn a_header_of_a_stranger_changes_nothing() {
    let app = start(&[
        ("PUBLIC_REQUESTS_PER_MINUTE", "1"),
        ("TRUSTED_PROXIES", PROXY),
    ])
    .await;
    assert!(admits(&app, "192.0.2.1", &["198.51.100.1"]).await);
    assert!(!admits(&app, "192.0.2.1", &["198.51.100.2"]).await);
    assert!(!admits(&app, "192.0.2.1", &[PROXY]).await);
    // It did not speak for them either.
    assert!(admits(&app, "198.51.100.1", &[]).await);
    // The other headers of this kind are nobody's to send.
    for (name, value) in [
        ("forwarded", "for=198.51.100.3"),
        ("x-real-ip", "198.51.100.3"),
        ("x-forwarded-host", "evil.example.com"),
    ] {
        let request = Request::get(SITES)
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        assert!(
            !is_admitted(&app.send(from("192.0.2.1", request)).await),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_as_far_as_it_knows() {
    let proxies = ("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8:f::/48,127.0.0.1");
    let app = start(&[("PUBLIC_REQUESTS_PER_MINUTE", "1"), proxies]).await;
    // Who each of these calls is from; two of one client are one too many.
    for (client, peer, forwarded_for) in [
        ("the only hop", PROXY, &["192.0.2.1"][..]),
        (
            "the last stranger, whatever they claim",
            PROXY,
            &["198.51.100.1, 192.0.2.2"],
        ),
        (
            "behind two proxies",
            PROXY,
            &["198.51.100.1, 192.0.2.3, 10.9.9.9"],
        ),
        (
            "behind two, in lines of their own",
            PROXY,
            &["198.51.100.1", "192.0.2.4,10.9.9.9"],
        ),
        ("behind one of IPv6", "2001:db8:f::1", &["192.0.2.5"]),
        ("with a port", PROXY, &["192.0.2.6:50123"]),
        ("of IPv6", PROXY, &["2001:db8:1::1"]),
        ("of IPv6, in brackets", PROXY, &["[2001:db8:2::1]"]),
        ("of IPv6, with a port", PROXY, &["[2001:db8:3::1]:443"]),
        (
            "behind the same machine's proxy",
            "::ffff:127.0.0.1",
            &["192.0.2.7"],
        ),
        ("a proxy that speaks for itself", "10.0.0.1", &[]),
        (
            "a proxy that hides its client",
            "10.0.0.2",
            &["192.0.2.8, unknown"],
        ),
        (
            "a proxy that writes nonsense",
            "10.0.0.3",
            &["192.0.2.9, \u{fe}"],
        ),
        (
            "a proxy behind which all are proxies",
            "10.0.0.4",
            &["10.0.0.5"],
        ),
    ] {
        assert!(admits(&app, peer, forwarded_for).await, "{client}: is new");
        assert!(
            !admits(&app, peer, forwarded_for).await,
            "{client}: is known"
        );
    }
    // The clients above were truly told apart by their own addresses.
    for known in [
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.3",
        "192.0.2.4",
        "192.0.2.5",
        "192.0.2.6",
        "2001:db8:1::2",
        "2001:db8:2::2",
        "2001:db8:3::2",
        "192.0.2.7",
        "10.0.0.5",
    ] {
        assert!(!admits(&app, known, &[]).await, "{known}");
    }
    for unknown in ["198.51.100.1", "192.0.2.8", "192.0.2.9", PROXY, "10.9.9.9"] {
        assert!(admits(&app, unknown, &[]).await, "{unknown}");
    }
}

#[tokio::test]
async fn the_log_names_the_client_and_warns_of_a_proxy_that_is_not_trusted() {
    let sandbox = TestSandbox::start().await;
    for (trusted, client, warnings) in [("", "127.0.0.1", 1), ("127.0.0.1", "192.0.2.1", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let mut variables = environment_of_process(folder.path(), &sandbox.url, free_port());
        variables.push(("PUBLIC_REQUESTS_PER_MINUTE".to_owned(), "3".to_owned()));
        variables.push(("TRUSTED_PROXIES".to_owned(), trusted.to_owned()));
        let pairs: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (server, address) = Process::serve(folder.path(), &pairs);
        let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
        let mut statuses = Vec::new();
        for _ in 0..5 {
            let request = browser.http.get(format!("{}{SITES}", browser.server));
            let answer = request.header("x-forwarded-for", "192.0.2.1").send();
            statuses.push(answer.await.unwrap().status().as_u16());
        }
        assert_eq!(statuses, [400, 400, 400, 429, 429]);
        let log = server.stop();
        let events: Vec<serde_json::Value> = log
            .lines()
            .map(|line| juncture_json::decode(line).unwrap())
            .collect();
        let refused = events.iter().filter(|event| event["message"] == "refused");
        let clients: Vec<_> = refused
            .map(|event| event["span"]["client"].clone())
            .collect();
        assert_eq!(clients, vec![json!(client); 5]);
        let warned = events.iter().filter(|event| {
            let message = event["message"].as_str().unwrap();
            message.contains("TRUSTED_PROXIES")
        });
        assert_eq!(warned.count(), warnings, "{log}");
    }
}
