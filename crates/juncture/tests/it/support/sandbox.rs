//! A sandbox on a loopback port, and its control endpoints.

use jiff::SignedDuration;
use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

pub struct TestSandbox {
    pub url: String,
    pub http: reqwest::Client,
}

impl TestSandbox {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// A sandbox whose clock stands at [`super::beginning`].
    pub async fn start_with(options: Options) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options { frozen_at: Some(super::beginning()), ..options };
        tokio::spawn(Sandbox::new(options).serve(listener, std::future::pending()));
        Self { url, http: http_client() }
    }

    pub async fn advance(&self, duration: SignedDuration) {
        self.control("clock", &json!({"advance_seconds": duration.as_secs()})).await;
    }

    /// The first page of the sandbox's book: sites, people, projects.
    pub async fn world(&self) -> Value {
        self.read("world").await
    }

    /// The requests that have reached Atlassian's door, in order.
    pub async fn requests(&self) -> Vec<Value> {
        match self.read("requests").await {
            Value::Array(requests) => requests,
            other => panic!("not a list of requests: {other}"),
        }
    }

    /// The requests whose path contains `part`.
    pub async fn requests_to(&self, part: &str) -> Vec<Value> {
        let mut requests = self.requests().await;
        requests.retain(|request| request["path"].as_str().unwrap().contains(part));
        requests
    }

    pub async fn add_fault(&self, fault: &Value) {
        self.control("faults", fault).await;
    }

    pub async fn set_switches(&self, switches: &Value) {
        self.control("switches", switches).await;
    }

    pub async fn control(&self, what: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}/_sandbox/{what}", self.url)).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "the sandbox refuses {what} {body}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub async fn read(&self, what: &str) -> Value {
        self.http.get(format!("{}/_sandbox/{what}", self.url)).send().await.unwrap().json().await.unwrap()
    }
}

/// A client that does not follow redirects, so that a test sees each of them.
#[expect(clippy::disallowed_methods, reason = "the browser of the tests")]
pub fn http_client() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
