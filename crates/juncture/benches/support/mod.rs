//! What the benchmarks share: a server, a sandbox and a connection between them, over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_sandbox::{Options, Sandbox};
use juncture_server::config::Config;
use juncture_server::environment::Environment;
use juncture_server::server;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

pub(crate) const SECRET_KEY: &str = "bench-secret-key";

/// A server, a sandbox and a connection between them.
pub(crate) struct Bench {
    pub(crate) http: reqwest::Client,
    pub(crate) sandbox: String,
    pub(crate) server: String,
    pub(crate) site_id: String,
    /// The server's database; gone with the bench.
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Starts all of it, the server on this runtime.
    pub(crate) async fn start(runtime: &Handle, issues: usize) -> Self {
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
        runtime.spawn(async {
            let app = server::open(config, Arc::new(SystemClock)).await;
            server::serve(
                app.expect("a new database"),
                listener,
                std::future::pending(),
            )
            .await;
        });

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
}

#[expect(clippy::disallowed_methods, reason = "the client of the bench")]
pub(crate) fn http_client() -> reqwest::Client {
    juncture_outbound::use_ring();
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.build().expect("the TLS backend is compiled in")
}

pub(crate) async fn json(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    juncture_json::decode(answer.bytes().await.expect("a body")).expect("JSON")
}

async fn location(request: reqwest::RequestBuilder) -> String {
    let answer = request.send().await.expect("an answer");
    let location = answer.headers().get("location").expect("a redirect");
    location.to_str().expect("a URL").to_owned()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[expect(clippy::print_stdout, reason = "this is the console of the bench")]
pub(crate) fn print(line: &str) {
    println!("{line}");
}
