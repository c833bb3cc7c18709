//! Whatever is thrown at the socket, the answer is ours: JSON with a sentence and a code, and an id.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::{REQUEST, Served, exchange, serve};
use crate::support::{SECRET_KEY, TestApp};

/// One answer, taken apart.
#[derive(Debug)]
struct Said {
    status: u16,
    head: String,
    body: Value,
}

impl Said {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Self {
            status: head[9..12].parse().unwrap(),
            head: head.to_owned(),
            body: juncture_json::decode(body).unwrap_or_else(|_| panic!("no JSON: {text}")),
        }
    }
}

/// Throws bytes at the server and reads what it says until it closes.
async fn throw(served: &Served, bytes: &[u8]) -> String {
    let mut connection = served.connect().await;
    connection.write_all(bytes).await.unwrap();
    let (_, said) = served.wait_for_close(&mut connection).await;
    said
}

fn get(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nhost: juncture\r\naccept: application/json\r\nauthorization: Bearer {SECRET_KEY}\r\nconnection: close\r\n\r\n").into()
}

fn post(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: juncture\r\naccept: application/json\r\nauthorization: Bearer {SECRET_KEY}\r\n\
         content-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

const INITIATE: &str = "/api/frontend/oauth/initiate-oauth-flow";
const FORM: &str = "application/x-www-form-urlencoded";

/// What is no request, or none that can be answered, and the status that it gets.
fn malformed() -> Vec<(&'static str, u16, Vec<u8>)> {
    let long = "a".repeat(70_000);
    vec![
        ("garbage", 400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".into()),
        ("no target", 400, b"GET\r\n\r\n".into()),
        ("no version", 400, b"GET /\r\n\r\n".into()),
        ("a version to come", 400, b"GET / HTTP/3.0\r\n\r\n".into()),
        ("a version of old", 400, b"GET / HTTP/0.9\r\n\r\n".into()),
        ("no method", 400, b" / HTTP/1.1\r\n\r\n".into()),
        ("a target that is none", 400, b"GET \xff HTTP/1.1\r\n\r\n".into()),
        ("a header without a colon", 400, b"GET / HTTP/1.1\r\nhost\r\n\r\n".into()),
        ("a header with a space", 400, b"GET / HTTP/1.1\r\nho st: a\r\n\r\n".into()),
        ("a header with a null", 400, b"GET / HTTP/1.1\r\nhost: a\0b\r\n\r\n".into()),
        ("two lengths", 400, b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".into()),
        ("a length that is none", 400, b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n".into()),
        ("an encoding that is none", 400, b"POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n".into()),
        ("a chunk that is none", 400, format!("POST {INITIATE} HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n").into()),
        ("HTTP/2", 505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into()),
        ("a long target", 431, format!("GET /{long} HTTP/1.1\r\n\r\n").into()),
        ("a long header", 431, format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n").into()),
        ("many headers", 431, format!("GET / HTTP/1.1\r\n{}\r\n", "x: 1\r\n".repeat(500)).into()),
        ("a whole request, then garbage", 400, [REQUEST.as_bytes(), b"\x01\x02\r\n\r\n"].concat()),
        ("no path", 404, b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".into()),
        ("a tunnel", 404, b"CONNECT a:80 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".into()),
        ("another host", 404, b"GET http://a/b HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".into()),
        ("another method", 405, b"BREW /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".into()),
        ("no such path", 404, get("/%ff")),
        ("a path of other bytes", 400, get("/api/frontend/oauth/authorization-callback/%ff?state=a")),
        ("a code of other bytes", 400, get("/finalize-connection/jira/%c0%80")),
        ("a provider of other bytes", 400, get("/finalize-connection/%fe/code")),
        ("another try of other bytes", 400, get("/api/frontend/oauth/try-again/%ff?flow=a")),
        ("a query of other bytes", 400, get("/api/frontend/oauth/authorization-callback/jira?state=%ff")),
        ("twice the same parameter", 400, get("/api/backend/jira/get-projects?external_id=a&external_id=b")),
        ("JSON of other bytes", 400, post(INITIATE, "application/json", b"{\"provider\":\"jira\",\"external_id\":\"\xff\"}")),
        ("JSON that is none", 400, post(INITIATE, "application/json", b"{")),
        ("JSON that is called something else", 415, post(INITIATE, "text/plain", b"{}")),
        ("a form of other bytes", 400, post("/finalize-connection/jira/code", FORM, b"choice=%ff")),
        ("a form of raw other bytes", 400, post("/finalize-connection/jira/code", FORM, b"choice=\xff")),
        ("a form with a field twice", 400, post("/finalize-connection/jira/code", FORM, b"choice=a&choice=b")),
        ("a form that is none", 415, post("/finalize-connection/jira/code", "application/json", b"{}")),
        ("a large form", 413, post("/finalize-connection/jira/code", FORM, &[b'a'; 20_000])),
        ("a large body", 413, post(INITIATE, "application/json", &[b' '; 20_000])),
    ]
}

#[tokio::test]
async fn every_answer_to_every_malformed_request_is_ours() {
    let served = serve().await;
    let mut ids = BTreeSet::new();
    for (what, status, bytes) in malformed() {
        let text = throw(&served, &bytes).await;
        let last = text
            .rfind("HTTP/1.1 ")
            .unwrap_or_else(|| panic!("{what}: no answer: {text:?}"));
        let said = Said::of(&text[last..]);
        assert_eq!(said.status, status, "{what}: {text}");
        assert!(said.body["error"].is_string(), "{what}: {text}");
        assert!(said.body["code"].is_string(), "{what}: {text}");
        assert!(
            said.head.contains("\r\ncontent-type: application/json"),
            "{what}: {text}"
        );
        let (_, id) = said
            .head
            .split_once("\r\nx-request-id: ")
            .unwrap_or_else(|| panic!("{what}: {text}"));
        assert!(ids.insert(id[..36].to_owned()), "{what}: an id of its own");
        let is_date_due = !matches!(status, 500..);
        assert_eq!(
            said.head.contains("\r\ndate: "),
            is_date_due,
            "{what}: {text}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_and_the_connection_closed() {
    let served = serve().await;
    let said = Said::of(&throw(&served, b"nonsense\r\n\r\n").await);
    assert!(said.head.contains("\r\nconnection: close"), "{}", said.head);
    assert_eq!(
        said.body,
        serde_json::json!({"error": "Malformed request", "code": "malformed_request"})
    );
    let counts = served.app.app.metrics.to_text();
    let line = r#"juncture_http_requests_total{method="other",route="none",status="400"} 1"#;
    assert!(counts.contains(line), "{counts}");
}

#[tokio::test]
async fn a_field_of_other_bytes_is_named_and_names_nobody() {
    let app = TestApp::on_sqlite().await;
    let credentials =
        "/api/backend/connection-info/check-connection-validity?provider=jira&external_id=";
    for id in ["%ff", "%fe", "%c0", "%ED%A0%80", "a%80b", "%C3"] {
        let answer = app.get(&format!("{credentials}{id}")).await;
        let body = serde_json::json!({
            "error": "Invalid external_id",
            "code": "invalid_parameter",
            "details": {"field": "external_id", "reason": "must be UTF-8"},
        });
        answer.assert(400, &body);
    }
    // What is UTF-8 is one customer each, U+FFFD itself too.
    for id in ["%C3%A9", "%EF%BF%BD", "%ED%95%9C", "a%2Bb", "%25ff"] {
        assert_eq!(
            app.get(&format!("{credentials}{id}")).await.status,
            200,
            "{id}"
        );
    }
    let answer = app
        .get("/api/backend/jira/get-projects?external_id=a&%ff=1")
        .await;
    assert_eq!(answer.expect(400)["code"], "invalid_parameter");
    let answer = app
        .delete("/api/backend/connection-info/delete-connection?provider=jira&external_id=%ff")
        .await;
    assert_eq!(answer.expect(400)["details"]["field"], "external_id");
}

#[tokio::test]
async fn a_connection_goes_on_after_a_refusal_that_left_nothing_unread() {
    let served = serve().await;
    let mut connection = served.connect().await;
    let refused = "GET /api/backend/jira/get-projects HTTP/1.1\r\nhost: juncture\r\n\r\n";
    let answer = exchange(&mut connection, refused).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let answer = exchange(&mut connection, REQUEST).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
