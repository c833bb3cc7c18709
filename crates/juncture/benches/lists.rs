//! How long lists take: `get-tickets-for-project` of the server, beside the plain walk of Jira's
//! pages, against a sandbox whose every answer takes 50 ms.
//!
//! `scripts/bench` runs it. It prints a table; nothing here is an assertion about time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use juncture::config::{Config, Environment};
use juncture::server;
use juncture_jira::{Client, Clock, SystemClock};
use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const LATENCY: Duration = Duration::from_millis(50);
/// So slow that everything but the waiting vanishes: what is left counts the calls in a row.
const COUNTING_LATENCY: Duration = Duration::from_millis(500);
const SECRET_KEY: &str = "bench-secret-key";
const FIELDS: [&str; 9] = [
    "summary",
    "description",
    "status",
    "issuetype",
    "assignee",
    "reporter",
    "priority",
    "created",
    "updated",
];

#[tokio::main]
async fn main() {
    print(&format!(
        "| tickets | way | calls | calls in a row | wall time at {} ms |\n| --- | --- | --- | --- | --- |",
        LATENCY.as_millis()
    ));
    for issues in [1_000, 5_000] {
        let bench = Bench::start(issues).await;
        bench.list().await; // the id of the sprint field is asked for once
        for (way, is_walk) in [("Juncture", false), ("the plain walk", true)] {
            bench.set_latency(LATENCY).await;
            let (wall, calls) = bench.measure(is_walk, issues).await;
            bench.set_latency(COUNTING_LATENCY).await;
            let (slow, _) = bench.measure(is_walk, issues).await;
            let in_a_row = slow.as_millis() / COUNTING_LATENCY.as_millis();
            print(&format!(
                "| {issues} | {way} | {calls} | {in_a_row} | {} ms |",
                wall.as_millis()
            ));
        }
    }
}

/// A server, a sandbox and a connection between them.
struct Bench {
    http: reqwest::Client,
    sandbox: String,
    server: String,
    site_id: String,
    /// The server's database; gone with the bench.
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn start(issues: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox = format!("http://{}", listener.local_addr().expect("an address"));
        let world = Sandbox::new(Options {
            issues,
            ..Options::default()
        });
        tokio::spawn(world.serve(listener, std::future::pending()));

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let server = format!("http://{}", listener.local_addr().expect("an address"));
        let folder = tempfile::tempdir().expect("a folder");
        let callback = format!("{server}/api/frontend/oauth/authorization-callback/jira");
        let environment: Environment = [
            ("JUNCTURE_SECRET_KEY", SECRET_KEY),
            ("DEFAULT_JIRA_CLIENT_ID", "sandbox-client"),
            ("DEFAULT_JIRA_CLIENT_SECRET", "sandbox-secret"),
            ("DEFAULT_JIRA_REDIRECT_URI", &callback),
            ("ATLASSIAN_AUTH_URL", &sandbox),
            ("ATLASSIAN_API_URL", &sandbox),
            (
                "JUNCTURE_DATA_DIR",
                folder.path().to_str().expect("a UTF-8 path"),
            ),
        ]
        .into_iter()
        .collect();
        let config = Config::read(&environment).expect("a good configuration");
        let app = server::open(config, Arc::new(SystemClock))
            .await
            .expect("a new database");
        tokio::spawn(server::serve(app, listener, std::future::pending()));

        let mut bench = Self {
            http: http_client(),
            sandbox,
            server,
            site_id: String::new(),
            _folder: folder,
        };
        bench.connect().await;
        bench
    }

    async fn connect(&mut self) {
        let world = json(self.http.get(format!("{}/_sandbox/world", self.sandbox))).await;
        let site = &world["sites"][0];
        self.site_id = text(&site["id"]);
        let member = world["users"].as_array().expect("people").iter();
        let member = member
            .clone()
            .find(|user| user["site_ids"][0] == site["id"])
            .expect("a member");
        let flow = json!({"provider": "jira", "external_id": "bench"});
        let initiate = format!("{}/api/frontend/oauth/initiate-oauth-flow", self.server);
        let uri = json(self.http.post(initiate).json(&flow)).await;
        let uri: url::Url = text(&uri["authorization_uri"]).parse().expect("a URL");
        let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
        form.insert("account_id".to_owned(), text(&member["account_id"]));
        form.insert("site_id".to_owned(), self.site_id.clone());
        form.insert("decision".to_owned(), "allow".to_owned());
        let consent = self
            .http
            .post(format!("{}/authorize", self.sandbox))
            .form(&form);
        let callback = location(consent).await;
        let finalize = location(self.http.get(callback)).await;
        let code = finalize.rsplit('/').next().expect("a code");
        let choice = json!({"connection_code": code, "site_id": self.site_id});
        let create = format!(
            "{}/api/frontend/finalize-connection/jira/create-connection",
            self.server
        );
        json(self.http.post(create).json(&choice)).await;
    }

    /// The tickets by the server.
    async fn list(&self) -> usize {
        let path =
            "/api/backend/jira/get-tickets-for-project?external_id=bench&jira_project_id=10000";
        let answer = json(
            self.http
                .get(format!("{}{path}", self.server))
                .bearer_auth(SECRET_KEY),
        )
        .await;
        answer["tickets"].as_array().expect("tickets").len()
    }

    /// The tickets by reading page after page.
    async fn walk(&self) -> usize {
        let path = "/api/backend/connection-info/get-access-token?external_id=bench&provider=jira";
        let token = json(
            self.http
                .get(format!("{}{path}", self.server))
                .bearer_auth(SECRET_KEY),
        )
        .await;
        let token = text(&token["access_token"]).into();
        let api = self.sandbox.parse().expect("a URL");
        let client = Client::new(self.http.clone(), api, Arc::new(SystemClock));
        let site = client.site(&self.site_id, &token);
        let jql = r#"project = "10000" ORDER BY created DESC, key DESC"#;
        let issues: Vec<_> = site
            .search(jql, &FIELDS)
            .try_concat()
            .await
            .expect("all pages");
        issues.len()
    }

    /// The wall time of one list, and how many calls reached the sandbox for it.
    async fn measure(&self, is_walk: bool, expected: usize) -> (Duration, usize) {
        let log = format!("{}/_sandbox/requests", self.sandbox);
        json(self.http.delete(&log)).await;
        let began = SystemClock.now();
        let found = if is_walk {
            self.walk().await
        } else {
            self.list().await
        };
        let wall = SystemClock.now().duration_since(began).unsigned_abs();
        assert_eq!(found, expected, "the list is whole");
        let calls = json(self.http.get(&log)).await["requests"]
            .as_array()
            .expect("calls")
            .len();
        (wall, calls)
    }

    async fn set_latency(&self, latency: Duration) {
        let faults = format!("{}/_sandbox/faults", self.sandbox);
        json(self.http.delete(&faults)).await;
        let milliseconds = u64::try_from(latency.as_millis()).expect("a short time");
        let fault = json!({"kind": "latency", "milliseconds": milliseconds});
        let rule =
            json!({"path": "/ex/jira/", "match": "prefix", "times": "forever", "fault": fault});
        json(self.http.post(&faults).json(&rule)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "the client of the bench")]
fn http_client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.build().expect("the TLS backend is compiled in")
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.expect("JSON")
}

async fn location(request: reqwest::RequestBuilder) -> String {
    let answer = request.send().await.expect("an answer");
    let location = answer.headers().get("location").expect("a redirect");
    location.to_str().expect("a URL").to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[expect(clippy::print_stdout, reason = "this is the console of the bench")]
fn print(line: &str) {
    println!("{line}");
}
