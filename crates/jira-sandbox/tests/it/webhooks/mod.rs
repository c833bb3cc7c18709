//! Webhooks from the first call to the last delivery, as a client and a receiver see them that know
//! HTTP and the page of Atlassian's, and nothing of the sandbox.

mod bodies;
mod calls;
mod comments;
mod deliveries;
mod journal;
mod life;
mod plain;
mod plans;
mod retries;
mod scope;
mod trouble;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Cloud, Reply};

/// What a webhook needs, and what the changes need that it tells of.
const SCOPES: &str = "read:jira-work write:jira-work manage:jira-webhook offline_access";
const SECRET: &str = "sandbox-secret";

/// A request that came in.
#[derive(Debug, Clone)]
struct Taken {
    target: String,
    headers: HeaderMap,
    body: String,
}

impl Taken {
    fn json(&self) -> Value {
        juncture_json::decode(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name);
        value.map(|value| value.to_str().unwrap())
    }

    fn event(&self) -> String {
        self.json()["webhookEvent"].as_str().unwrap().to_owned()
    }

    fn token(&self) -> &str {
        let value = self.header("authorization").unwrap();
        value.strip_prefix("Bearer ").unwrap()
    }

    /// The claims of its token, which is signed with this key.
    fn claims(&self, secret: &str) -> Value {
        let token = self.token();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = text.split_once('.').unwrap();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        let header: Value = juncture_json::decode(decode(header)).unwrap();
        assert_eq!(header, json!({"alg": "HS256", "typ": "JWT"}));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let is_signed = hmac::verify(&key, text.as_bytes(), &decode(signature));
        is_signed.expect("the token is signed with the secret");
        juncture_json::decode(decode(claims)).unwrap()
    }
}

/// A receiver on this machine.
#[derive(Clone)]
struct Receiver {
    url: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// What it answers next; after that, 200.
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = Self {
            url: format!("http://{address}/jira/events"),
            taken: Arc::default(),
            answers: Arc::default(),
        };
        let router = Router::new()
            .fallback(take)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn answers(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// What came in since it was last asked.
    fn take(&self) -> Vec<Taken> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }
}

async fn take(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let target = uri.to_string();
    receiver.taken.lock().unwrap().push(Taken {
        target,
        headers,
        body,
    });
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    let location = [("location", "/elsewhere")];
    (StatusCode::from_u16(status).unwrap(), location).into_response()
}

/// A site, somebody with a token, and a receiver.
struct Scene {
    cloud: Cloud,
    token: String,
    receiver: Receiver,
}

impl Scene {
    async fn new() -> Self {
        Self::on(Cloud::new().await).await
    }

    async fn on(cloud: Cloud) -> Self {
        let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
        let receiver = Receiver::new().await;
        Self {
            cloud,
            token,
            receiver,
        }
    }

    /// Sets switches of webhooks.
    async fn switch(&self, switches: Value) {
        self.cloud
            .control("switches", json!({"webhooks": switches}))
            .await;
    }

    async fn trouble(&self, trouble: Value) {
        self.cloud.control("webhooks/trouble", trouble).await;
    }

    async fn ask_as(&self, token: &str, method: &str, tail: &str, body: &Value) -> Reply {
        let path = self.cloud.api("Acme", tail);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.cloud.call(method, &path, token, &body).await
    }

    /// A call that must go well.
    async fn ask(&self, method: &str, tail: &str, body: Value) -> Value {
        let reply = self.ask_as(&self.token, method, tail, &body).await;
        assert!(reply.status.is_success(), "{tail}: {}", reply.text);
        if reply.text.is_empty() {
            Value::Null
        } else {
            reply.json()
        }
    }

    /// Registers items at this receiver with a token, and returns what became of each.
    async fn results(&self, token: &str, url: &str, items: Value) -> Vec<Value> {
        let body = json!({"url": url, "webhooks": items});
        let reply = self.ask_as(token, "POST", "webhook", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let results = &reply.json()["webhookRegistrationResult"];
        results.as_array().unwrap().clone()
    }

    /// Registers for events of all issues, and returns the id.
    async fn register(&self, events: &[&str]) -> u64 {
        self.register_where("project != EMPTY", events).await
    }

    async fn register_where(&self, jql: &str, events: &[&str]) -> u64 {
        let item = json!([{"jqlFilter": jql, "events": events}]);
        let results = self.results(&self.token, &self.receiver.url, item).await;
        let id = results[0]["createdWebhookId"].as_u64();
        id.unwrap_or_else(|| panic!("{results:?}"))
    }

    /// Changes the summary of an issue.
    async fn edit(&self, key: &str, summary: &str) {
        let body = json!({"fields": {"summary": summary}});
        self.ask("PUT", &format!("issue/{key}"), body).await;
    }

    async fn settle(&self) -> Value {
        self.cloud.control("webhooks/settle", json!({})).await
    }

    /// All that the receiver got, once nothing is on its way.
    async fn heard(&self) -> Vec<Taken> {
        self.settle().await;
        self.receiver.take()
    }

    /// The one thing that it got.
    async fn heard_one(&self) -> Taken {
        let mut heard = self.heard().await;
        assert_eq!(heard.len(), 1, "{:?}", events(&heard));
        heard.remove(0)
    }

    async fn state(&self) -> Value {
        self.cloud.get("/_sandbox/webhooks", "").await.json()
    }
}

fn events(taken: &[Taken]) -> Vec<String> {
    let mut events: Vec<_> = taken.iter().map(Taken::event).collect();
    events.sort();
    events
}

fn document(text: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
}
