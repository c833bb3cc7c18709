//! Faults, through the router and over real connections.

use std::time::Duration;

use juncture_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::{CALLBACK, Cloud, SCOPES, still, tokens};

#[tokio::test]
async fn status_fault_answers_instead_and_is_used_up() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "field");
    let rule = json!({"path": "/ex/jira/*/rest/api/3/field", "times": 2, "fault": {
        "kind": "status", "status": 429, "headers": {"X-RateLimit-Limit": "100", "RateLimit-Reason": "jira-burst-based"},
        "retry_after": {"seconds": 2}, "body": {"errorMessages": ["slow down"]}}});
    cloud.control("faults", rule).await;
    for _ in 0..2 {
        let reply = cloud.get(&path, &token).await;
        assert_eq!(
            reply.answer(),
            (429, json!({"errorMessages": ["slow down"]}))
        );
        assert_eq!(reply.header("retry-after"), "2");
        assert_eq!(reply.header("ratelimit-reason"), "jira-burst-based");
    }
    assert_eq!(cloud.get(&path, &token).await.status, 200);
    assert_eq!(
        cloud.get("/_sandbox/faults", "").await.json(),
        json!({"faults": []})
    );
}

#[tokio::test]
async fn retry_after_may_be_a_date_or_absent() {
    let cloud = Cloud::new().await;
    let date = json!({"path": "/me", "fault": {"kind": "status", "status": 503, "retry_after": {"date_in": 90}}});
    cloud.control("faults", date).await;
    let reply = cloud.get("/me", "").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("retry-after")),
        (503, "Thu, 01 Oct 2026 12:01:30 GMT")
    );
    let none = json!({"path": "/me", "fault": {"kind": "status", "status": 429, "body": "<html>busy</html>"}});
    cloud.control("faults", none).await;
    let reply = cloud.get("/me", "").await;
    assert_eq!(
        (
            reply.status.as_u16(),
            reply.header("retry-after"),
            reply.text.as_str()
        ),
        (429, "", "<html>busy</html>")
    );
}

#[tokio::test]
async fn rules_match_by_prefix_and_method_and_last_until_deleted() {
    let cloud = Cloud::new().await;
    let rule = json!({"path": "/oauth/", "match": "prefix", "method": "get", "times": "forever",
        "fault": {"kind": "status", "status": 500}});
    cloud.control("faults", rule).await;
    for _ in 0..5 {
        assert_eq!(
            cloud
                .get("/oauth/token/accessible-resources", "")
                .await
                .status,
            500
        );
        assert_eq!(cloud.token(json!({})).await.status, 400);
    }
    cloud.call("DELETE", "/_sandbox/faults", "", "").await;
    assert_eq!(
        cloud
            .get("/oauth/token/accessible-resources", "")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn wrong_rules_are_refused() {
    let cloud = Cloud::new().await;
    for wrong in [
        json!({}),
        json!({"path": "/me"}),
        json!({"path": "/me", "fault": {"kind": "explode"}}),
        json!({"path": "/me", "fault": {"kind": "cut"}, "surprise": 1}),
        json!({"path": "/me", "fault": {"kind": "cut"}, "times": "often"}),
        json!({"path": "/me", "fault": {"kind": "cut"}, "act": "often"}),
        json!({"path": "/me", "fault": {"kind": "cut"}, "act": -1}),
        json!({"path": "/me", "fault": {"kind": "status", "status": 42}}),
        json!({"path": "/me", "fault": {"kind": "status", "status": 500, "headers": {"bad name": "x"}}}),
    ] {
        let reply = cloud.post("/_sandbox/faults", "", &wrong).await;
        assert_eq!(reply.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn with_act_a_rotation_happens_although_its_answer_is_lost() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let issued = async || {
        cloud.get("/_sandbox/issued", "").await.json()["refresh_tokens"]
            .as_array()
            .unwrap()
            .len()
    };
    let before = issued().await;
    let fault = json!({"kind": "status", "status": 502});
    cloud
        .control("faults", json!({"path": "/oauth/token", "fault": fault}))
        .await;
    assert_eq!(cloud.refresh(&first.refresh).await.status, 502);
    assert_eq!(issued().await, before, "without act nothing happened");
    cloud
        .control(
            "faults",
            json!({"path": "/oauth/token", "act": true, "fault": fault}),
        )
        .await;
    assert_eq!(cloud.refresh(&first.refresh).await.status, 502);
    assert_eq!(issued().await, before + 1);
    assert_eq!(
        cloud.refresh(&first.refresh).await.status,
        200,
        "the leeway saves the client"
    );
}

#[tokio::test]
async fn garbage_is_html_nothing_or_half_of_the_truth() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "field");
    let whole = cloud.get(&path, &token).await.text;
    for (kind, expected) in [
        ("html", None),
        ("empty", Some(String::new())),
        ("truncated", Some(whole[..whole.len() / 2].to_owned())),
    ] {
        cloud
            .control(
                "faults",
                json!({"path": path, "fault": {"kind": "garbage", "body": kind}}),
            )
            .await;
        let reply = cloud.get(&path, &token).await;
        assert_eq!(reply.status, 200);
        match expected {
            Some(text) => assert_eq!(reply.text, text),
            None => assert!(reply.text.starts_with("<!doctype html>")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn latency_and_slow_bodies_take_their_time_and_spoil_nothing() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "field");
    let whole = cloud.get(&path, &token).await.text;
    for (fault, expected) in [
        (
            json!({"kind": "latency", "milliseconds": 250}),
            Duration::from_millis(250),
        ),
        (
            json!({"kind": "slow_body", "milliseconds": 40, "pieces": 5}),
            Duration::from_millis(200),
        ),
    ] {
        cloud
            .control("faults", json!({"path": path, "fault": fault}))
            .await;
        let start = tokio::time::Instant::now();
        assert_eq!(cloud.get(&path, &token).await.text, whole);
        // The runtime's clock is paused, so this is what was waited for and not how fast it ran.
        assert_eq!(start.elapsed().as_millis() / 10, expected.as_millis() / 10);
    }
}

#[tokio::test(start_paused = true)]
async fn late_answers_to_many_requests_are_late_together() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let rule = json!({"path": "/ex/", "match": "prefix", "times": "forever",
        "fault": {"kind": "latency", "milliseconds": 50}});
    cloud.control("faults", rule).await;
    let path = cloud.api("Acme", "search/jql");
    let body = json!({"jql": "project = SHOP", "fields": ["*all"], "maxResults": 100});
    let start = tokio::time::Instant::now();
    let requests = (0..16).map(|_| cloud.post(&path, &token, &body));
    let replies = futures_util::future::join_all(requests).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    // The paused clock goes on only when everything waits: once for all, and not once for each.
    assert_eq!(start.elapsed().as_millis() / 10, 5);
}

#[tokio::test]
async fn hanging_request_goes_on_when_the_faults_are_deleted() {
    for (act, issued_meanwhile) in [(true, 2), (false, 1)] {
        let cloud = Cloud::new().await;
        let first = cloud.connect("Bruno", "Acme", SCOPES).await;
        cloud
            .control(
                "faults",
                json!({"path": "/oauth/token", "act": act, "fault": {"kind": "hang"}}),
            )
            .await;
        let release = async {
            // The hanging request is polled first, and is in the log when it hangs.
            tokio::task::yield_now().await;
            let log = cloud.get("/_sandbox/requests", "").await.json();
            assert_eq!(
                log["requests"].as_array().unwrap().last().unwrap()["status"],
                Value::Null
            );
            let issued = cloud.get("/_sandbox/issued", "").await.json();
            assert_eq!(
                issued["refresh_tokens"].as_array().unwrap().len(),
                issued_meanwhile
            );
            cloud.call("DELETE", "/_sandbox/faults", "", "").await
        };
        let (reply, _) = tokio::join!(cloud.refresh(&first.refresh), release);
        assert_eq!(reply.status, 200);
        assert!(!tokens(&reply).refresh.is_empty());
    }
}

/// A sandbox behind a real listener.
struct Served {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(Sandbox::new(still()).serve(listener, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            stop,
            server,
        }
    }

    /// Sends a request and reads until the connection ends.
    async fn exchange(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A cut may be an end or a reset; what came before it counts.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }
}

#[tokio::test]
async fn cut_ends_the_connection_without_a_byte() {
    let served = Served::new().await;
    let rule = json!({"path": "/me", "fault": {"kind": "cut"}}).to_string();
    served.exchange("POST /_sandbox/faults", &rule).await;
    assert_eq!(served.exchange("GET /me", "").await, "");
    let log = served.exchange("GET /_sandbox/requests", "").await;
    let (_, log) = log.split_once("\r\n\r\n").unwrap();
    let log: Value = juncture_json::decode(log).unwrap();
    let last = log["requests"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["path"], &last["status"]),
        (&json!("/me"), &Value::Null)
    );
    assert!(
        served
            .exchange("GET /me", "")
            .await
            .starts_with("HTTP/1.1 401")
    );
}

#[tokio::test]
async fn cut_body_ends_the_connection_after_half_of_it() {
    let served = Served::new().await;
    let whole = served.exchange("GET /me", "").await;
    let rule = json!({"path": "/me", "fault": {"kind": "cut_body"}}).to_string();
    served.exchange("POST /_sandbox/faults", &rule).await;
    let cut = served.exchange("GET /me", "").await;
    let body = |text: &str| text.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert!(cut.starts_with("HTTP/1.1 401"), "{cut}");
    assert_eq!(body(&whole), r#"{"code":401,"message":"Unauthorized"}"#);
    // In chunks, without the empty one that would end it.
    assert_eq!(body(&cut), "12\r\n{\"code\":401,\"messa\r\n");
}

#[tokio::test]
async fn links_follow_the_address_the_client_used() {
    let served = Served::new().await;
    let page = served
        .exchange(&format!("GET /authorize?client_id=sandbox-client&response_type=code&scope=read:me&redirect_uri={CALLBACK}"), "")
        .await;
    assert!(
        page.contains(&format!("http://{}/avatars/AL", served.address)),
        "{page}"
    );
}

#[tokio::test]
async fn stopping_lets_hanging_requests_go_and_returns() {
    let served = Served::new().await;
    let rule = json!({"path": "/me", "fault": {"kind": "hang"}}).to_string();
    served.exchange("POST /_sandbox/faults", &rule).await;
    let stop = async {
        loop {
            let log = served.exchange("GET /_sandbox/requests", "").await;
            if log.contains(r#""path":"/me""#) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream
        .write_all(b"GET /me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    stop.await;
    served.stop.send(()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    served.server.await.unwrap().unwrap();
}
