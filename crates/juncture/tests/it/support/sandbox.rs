//! A sandbox on a loopback port, and its control endpoints.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use super::real_time::{PATIENCE, within};

pub(crate) struct TestSandbox {
    sandbox: Sandbox,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
}

impl TestSandbox {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// A sandbox whose clock stands at [`super::beginning`].
    pub(crate) async fn start_with(options: Options) -> Self {
        Self::serve(Options {
            frozen_at: Some(super::beginning()),
            ..options
        })
        .await
    }

    /// A sandbox whose clock goes with those of server processes.
    pub(crate) async fn start_in_real_time() -> Self {
        Self::serve(Options::default()).await
    }

    async fn serve(options: Options) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            check_requests: true,
            ..options
        };
        let sandbox = Sandbox::new(options);
        tokio::spawn(sandbox.clone().serve(listener, std::future::pending()));
        Self {
            sandbox,
            url,
            http: http_client(),
        }
    }

    pub(crate) async fn advance(&self, duration: SignedDuration) {
        self.control("clock", &json!({"advance_seconds": duration.as_secs()}))
            .await;
    }

    /// Sites, people and projects.
    pub(crate) async fn world(&self) -> Value {
        self.read("world").await
    }

    /// The requests that have reached Atlassian's door, in order.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        match self.read("requests").await["requests"].take() {
            Value::Array(requests) => requests,
            other => panic!("not a list of requests: {other}"),
        }
    }

    /// Begins the list of requests anew.
    pub(crate) async fn forget_requests(&self) {
        let url = format!("{}/_sandbox/requests", self.url);
        let answer = self.http.delete(url).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// The requests whose path ends in `end`.
    pub(crate) async fn requests_to(&self, end: &str) -> Vec<Value> {
        let mut requests = self.requests().await;
        requests.retain(|request| request["path"].as_str().unwrap().ends_with(end));
        requests
    }

    /// How many times a refresh token was sent to the token endpoint.
    pub(crate) async fn refreshes(&self) -> usize {
        let asked = self.requests_to("/oauth/token").await;
        let is_refresh = |request: &&Value| {
            let body = request["body"].as_str().unwrap();
            body.contains("refresh_token")
        };
        asked.iter().filter(is_refresh).count()
    }

    /// Whether Atlassian takes an access token.
    pub(crate) async fn takes(&self, access_token: &str) -> bool {
        let url = format!("{}/oauth/token/accessible-resources", self.url);
        let answer = self.http.get(url).bearer_auth(access_token).send().await;
        answer.unwrap().status().is_success()
    }

    /// Strict rotation: the second use of a refresh token revokes the grant.
    pub(crate) async fn rotate_strictly(&self) {
        self.set_switches(&json!({"leeway_seconds": 0})).await;
    }

    /// Waits until `count` requests to paths that end in `end` have arrived.
    pub(crate) async fn until_request(&self, end: &str, count: usize) {
        within(PATIENCE, async {
            while self.requests_to(end).await.len() < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Runs `call`, which cannot end yet, until `count` requests to paths that end in `end` have
    /// arrived.
    pub(crate) async fn run_until_request<T>(
        &self,
        call: &mut (impl Future<Output = T> + Unpin),
        end: &str,
        count: usize,
    ) {
        tokio::select! {
            _ = call => panic!("{end} hangs"),
            () = self.until_request(end, count) => {}
        }
    }

    /// Requests to `path` (`*` is any one segment) meet `fault`: so many of them, or all.
    pub(crate) async fn fault(&self, path: &str, fault: &Value, times: Option<u32>) {
        let times = times.map_or(json!("forever"), |times| json!(times));
        self.control(
            "faults",
            &json!({"path": path, "fault": fault, "times": times}),
        )
        .await;
    }

    /// Requests to `path` are answered with `status` and no body.
    pub(crate) async fn fail(&self, path: &str, status: u16, times: Option<u32>) {
        self.fault(path, &json!({"kind": "status", "status": status}), times)
            .await;
    }

    /// The first `good` requests to `path` pass, all later ones are answered with `status`.
    pub(crate) async fn fail_after(&self, path: &str, good: u32, status: u16) {
        self.fault(
            path,
            &json!({"kind": "latency", "milliseconds": 0}),
            Some(good),
        )
        .await;
        self.fail(path, status, None).await;
    }

    /// Requests to `path` are not answered until the faults are cleared. With `acts`, Atlassian acts
    /// on them at once.
    pub(crate) async fn hang(&self, path: &str, acts: bool) {
        self.hang_some(path, acts, &json!("forever")).await;
    }

    /// The next request to `path` is not answered until the faults are cleared.
    pub(crate) async fn hang_once(&self, path: &str, acts: bool) {
        self.hang_some(path, acts, &json!(1)).await;
    }

    async fn hang_some(&self, path: &str, acts: bool, times: &Value) {
        let fault = json!({"path": path, "fault": {"kind": "hang"}, "times": times, "act": acts});
        self.control("faults", &fault).await;
    }

    pub(crate) async fn clear_faults(&self) {
        let answer = self
            .http
            .delete(format!("{}/_sandbox/faults", self.url))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
    }

    pub(crate) async fn set_switches(&self, switches: &Value) {
        self.control("switches", switches).await;
    }

    pub(crate) async fn control(&self, what: &str, body: &Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/_sandbox/{what}", self.url))
            .json(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(
            status.is_success(),
            "the sandbox refuses {what} {body}: {text}"
        );
        juncture_json::decode(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn read(&self, what: &str) -> Value {
        let asked = self.http.get(format!("{}/_sandbox/{what}", self.url));
        let body = asked.send().await.unwrap().bytes().await.unwrap();
        juncture_json::decode(body).unwrap()
    }
}

/// No request of any test may be one that Atlassian's OpenAPI documents do not describe.
impl Drop for TestSandbox {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = self.sandbox.violations();
            assert!(
                violations.is_empty(),
                "not in Atlassian's documents: {violations:#?}"
            );
        }
    }
}

/// The account that an access token was issued for: it is a JWT (RFC 7519 §4.1.2), as Atlassian's
/// are.
pub(crate) fn subject(token: &str) -> String {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap());
    let payload: Value = juncture_json::decode(payload.unwrap()).unwrap();
    payload["sub"].as_str().unwrap().to_owned()
}

/// A client that does not follow redirects, so that a test sees each of them, that keeps no connection
/// for so long that a server might close it, and that waits for no answer for ever: what is sent at the
/// moment in which a server closes the connection can be lost without an error.
#[expect(clippy::disallowed_methods, reason = "the browser of the tests")]
pub(crate) fn http_client() -> reqwest::Client {
    juncture_outbound::use_ring();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // All is on this machine, without TLS: no need to read what the system trusts.
        .tls_certs_only([])
        .pool_idle_timeout(Duration::from_secs(20))
        .timeout(Duration::from_mins(1))
        .build()
        .unwrap()
}
