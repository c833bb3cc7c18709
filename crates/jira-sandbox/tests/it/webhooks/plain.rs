//! The whole way over sockets, with nothing but HTTP/1.1 written by hand on the client's side.

use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::{SCOPES, SECRET, Taken};
use crate::support::{CALLBACK, still};

const JSON: &str = "application/json";

/// Asks over a connection of its own, and returns status, `Location` and body.
async fn ask(host: &str, head: &str, token: &str, kind: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "{head} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let location = head
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    (
        status,
        location.unwrap_or_default().to_owned(),
        body.to_owned(),
    )
}

/// Takes one request from each connection, and answers 200.
async fn receive(listener: TcpListener, taken: mpsc::UnboundedSender<Taken>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut bytes = Vec::new();
        let (head, length, start) = loop {
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let lower = head.to_lowercase();
                let length = lower.split("content-length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                break (head.to_owned(), length, head.len() + 4);
            }
        };
        while bytes.len() < start + length {
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .await
            .unwrap();
        let mut lines = head.lines();
        let target = lines.next().unwrap().to_owned();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (
                name.parse::<axum::http::HeaderName>().unwrap(),
                value.parse().unwrap(),
            )
        });
        let headers = headers.collect();
        let body = String::from_utf8(bytes[start..].to_vec()).unwrap();
        taken
            .send(Taken {
                target,
                headers,
                body,
            })
            .unwrap();
    }
}

#[tokio::test]
async fn a_client_that_knows_http_alone_registers_changes_and_receives() {
    let options = Options {
        issues: 30,
        ..still()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(Sandbox::new(options).serve(listener, async {
        let _ = stopped.await;
    }));
    let (sender, mut taken) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(receive(listener, sender));

    let (_, _, world) = ask(&host, "GET /_sandbox/world", "", JSON, "").await;
    let world: Value = juncture_json::decode(&world).unwrap();
    let (ada, site) = (
        world["users"][0]["account_id"].as_str().unwrap(),
        world["sites"][0]["id"].as_str().unwrap(),
    );
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("state", "s"),
            ("account_id", ada),
            ("site_id", site),
            ("decision", "allow"),
        ])
        .finish();
    let (_, location, _) = ask(
        &host,
        "POST /authorize",
        "",
        "application/x-www-form-urlencoded",
        &form,
    )
    .await;
    let location = url::Url::parse(&location).unwrap();
    let code = location
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let redeem = json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": SECRET,
        "code": code, "redirect_uri": CALLBACK}).to_string();
    let (_, _, pair) = ask(&host, "POST /oauth/token", "", JSON, &redeem).await;
    let pair: Value = juncture_json::decode(&pair).unwrap();
    let token = pair["access_token"].as_str().unwrap();

    let register = json!({"url": hook, "webhooks": [{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]});
    let head = |method: &str, tail: &str| format!("{method} /ex/jira/{site}/rest/api/3/{tail}");
    let (status, _, body) = ask(
        &host,
        &head("POST", "webhook"),
        token,
        JSON,
        &register.to_string(),
    )
    .await;
    assert_eq!(
        (status, body.as_str()),
        (
            200,
            r#"{"webhookRegistrationResult":[{"createdWebhookId":1}]}"#
        )
    );
    let edit = json!({"fields": {"summary": "Over the wire"}}).to_string();
    let (status, ..) = ask(&host, &head("PUT", "issue/SHOP-1"), token, JSON, &edit).await;
    assert_eq!(status, 204);
    let heard = taken.recv().await.unwrap();
    assert!(
        heard.target.starts_with("POST /hook?triggeredByUser="),
        "{}",
        heard.target
    );
    assert_eq!(heard.claims(SECRET)["iat"], 1_790_856_000);
    assert_eq!(heard.json()["issue"]["fields"]["summary"], "Over the wire");
    let (status, ..) = ask(
        &host,
        &head("DELETE", "webhook"),
        token,
        JSON,
        r#"{"webhookIds":[1]}"#,
    )
    .await;
    assert_eq!(status, 202);
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}
