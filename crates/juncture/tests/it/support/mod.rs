//! The server under test: the router in process, a sandbox on a loopback port, a hand-set clock.

pub(crate) mod admin;
pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod certificates;
pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod deployment;
pub(crate) mod document;
pub(crate) mod endless;
pub(crate) mod faulty_disk;
pub(crate) mod flow;
pub(crate) mod front;
pub(crate) mod gate;
#[path = "../../../../json/tests/support/hostile.rs"]
pub(crate) mod hostile;
pub(crate) mod log;
pub(crate) mod loopback;
pub(crate) mod mortal;
pub(crate) mod pooler;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod real_time;
pub(crate) mod redis;
pub(crate) mod replicas;
pub(crate) mod rows;
pub(crate) mod sandbox;
pub(crate) mod sessions;
pub(crate) mod signed;
pub(crate) mod tls;
pub(crate) mod upstash;
pub(crate) mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::environment::Environment;
use juncture_server::jobs::Supervisor;
use juncture_server::provider::Provider;
use juncture_server::router::router;
use juncture_server::server;
use serde_json::Value;
use tower::ServiceExt as _;

use answer::Answer;
use clock::HandSetClock;
use database::TestDatabase;
use sandbox::TestSandbox;

pub(crate) const SECRET_KEY: &str = "test-secret-key-0123456789";
pub(crate) const BASE_URL: &str = "http://127.0.0.1:8000";
pub(crate) const CALLBACK: &str = "/api/frontend/oauth/authorization-callback/jira";

/// When every test begins.
pub(crate) fn beginning() -> Timestamp {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) sandbox: Arc<TestSandbox>,
    pub(crate) clock: HandSetClock,
    database: Arc<TestDatabase>,
    variables: Vec<(String, String)>,
    /// Providers beside those of the configuration.
    others: Vec<Arc<dyn Provider>>,
    router: Router,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[], TestSandbox::start().await).await
    }

    /// Who does the work that goes on.
    pub(crate) fn supervisor(&self) -> Supervisor {
        self.app.supervisor()
    }

    /// Deletes what has expired, as the server does every minute.
    pub(crate) async fn sweep(&self) {
        let now = self.app.settled.earliest(&*self.app.clock);
        juncture_server::upkeep::sweep(&self.app.store, now)
            .await
            .unwrap();
    }

    /// A server with these variables on top of what it needs.
    pub(crate) async fn start_with(variables: &[(&str, &str)], sandbox: TestSandbox) -> Self {
        Self::start_on(TestDatabase::fresh().await, variables, sandbox).await
    }

    /// A server on SQLite whatever `TEST_STORE` says, for what the store has no part in.
    pub(crate) async fn on_sqlite() -> Self {
        Self::on_sqlite_with(&[], TestSandbox::start().await).await
    }

    /// The same with these variables.
    pub(crate) async fn on_sqlite_with(variables: &[(&str, &str)], sandbox: TestSandbox) -> Self {
        Self::start_on(TestDatabase::sqlite(), variables, sandbox).await
    }

    pub(crate) async fn start_on(
        database: TestDatabase,
        variables: &[(&str, &str)],
        sandbox: TestSandbox,
    ) -> Self {
        let clock = HandSetClock::at(beginning());
        Self::open(
            variables,
            Vec::new(),
            sandbox.into(),
            clock,
            database.into(),
        )
        .await
    }

    /// A server with these providers beside Jira.
    pub(crate) async fn start_beside(others: Vec<Arc<dyn Provider>>, sandbox: TestSandbox) -> Self {
        Self::start_beside_with(others, &[], sandbox).await
    }

    /// The same with these variables.
    pub(crate) async fn start_beside_with(
        others: Vec<Arc<dyn Provider>>,
        variables: &[(&str, &str)],
        sandbox: TestSandbox,
    ) -> Self {
        let database = TestDatabase::fresh().await;
        let clock = HandSetClock::at(beginning());
        Self::open(variables, others, sandbox.into(), clock, database.into()).await
    }

    /// Another server of the same configuration on the same database, with the same Atlassian and
    /// the same clock.
    pub(crate) async fn replica(&self) -> Self {
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
        let (sandbox, clock) = (self.sandbox.clone(), self.clock.clone());
        Self::open(
            &variables.collect::<Vec<_>>(),
            self.others.clone(),
            sandbox,
            clock,
            self.database.clone(),
        )
        .await
    }

    /// Another server on the same database, whose wall clock can be set without this one's.
    pub(crate) async fn replica_with_a_clock(&self) -> Self {
        let (sandbox, clock) = (self.sandbox.clone(), self.clock.another());
        Self::open(&[], Vec::new(), sandbox, clock, self.database.clone()).await
    }

    /// Another server on a database of its own, with the same Atlassian and the same clock.
    pub(crate) async fn neighbour(&self) -> Self {
        let database = Arc::new(TestDatabase::fresh().await);
        Self::open(
            &[],
            Vec::new(),
            self.sandbox.clone(),
            self.clock.clone(),
            database,
        )
        .await
    }

    async fn open(
        variables: &[(&str, &str)],
        others: Vec<Arc<dyn Provider>>,
        sandbox: Arc<TestSandbox>,
        clock: HandSetClock,
        database: Arc<TestDatabase>,
    ) -> Self {
        let needed = [&database.variables(), variables].concat();
        let environment = environment(database.folder(), &sandbox.url, &needed);
        let config = Config::read(&environment).unwrap();
        let opened = server::open_with(config, Arc::new(clock.clone()), others.clone()).await;
        let app = opened.unwrap();
        let variables = variables.iter();
        Self {
            router: router(&app),
            app,
            sandbox,
            clock,
            database,
            variables: variables
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            others,
        }
    }

    /// Moves the server's clock and Atlassian's.
    pub(crate) async fn advance(&self, duration: SignedDuration) {
        self.clock.advance(duration);
        self.sandbox.advance(duration).await;
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        juncture_clock::Clock::now(&self.clock)
    }

    /// The answer to a request, which must be one that the OpenAPI document tells.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let answer = self.send_to_any_jira(request).await;
        document::check(&method, &uri, &answer);
        answer
    }

    /// The answer to a request while Jira says what no Jira says: words and documents of it are passed on
    /// as they are, so the OpenAPI document does not tell of them.
    pub(crate) async fn send_to_any_jira(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A GET without a key, as a browser sends it.
    pub(crate) async fn visit(&self, path: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(header::ACCEPT, "text/html,*/*;q=0.8")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// A GET of the backend API, with the key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(with_key(Request::get(path)).body(Body::empty()).unwrap())
            .await
    }

    /// A POST of JSON, with the key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request =
            with_key(Request::post(path)).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// A PUT of JSON, with the key.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        let request = with_key(Request::put(path)).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// A DELETE with its parameters in the query, with the key.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(with_key(Request::delete(path)).body(Body::empty()).unwrap())
            .await
    }

    /// A POST of a form, as a browser sends it.
    pub(crate) async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(
            request
                .header(header::ACCEPT, "text/html")
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    }
}

pub(crate) fn with_key(request: axum::http::request::Builder) -> axum::http::request::Builder {
    request.header(header::AUTHORIZATION, format!("Bearer {SECRET_KEY}"))
}

/// A request with a body of JSON, the key of the backend API, and an `Idempotency-Key`.
pub(crate) fn request(
    method: Method,
    path: &str,
    idempotency_key: Option<&str>,
    body: &Value,
) -> Request<Body> {
    let mut request = with_key(Request::builder().method(method).uri(path));
    if let Some(key) = idempotency_key {
        request = request.header("Idempotency-Key", key);
    }
    let request = request.header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

/// What a server needs to run against a sandbox, and `variables` on top.
pub(crate) fn environment(
    folder: &std::path::Path,
    sandbox: &str,
    variables: &[(&str, &str)],
) -> Environment {
    let callback = format!("{BASE_URL}{CALLBACK}");
    let data_dir = folder.to_str().unwrap();
    let needed = [
        ("JUNCTURE_SECRET_KEY", SECRET_KEY),
        ("DEFAULT_JIRA_CLIENT_ID", "sandbox-client"),
        ("DEFAULT_JIRA_CLIENT_SECRET", "sandbox-secret"),
        ("DEFAULT_JIRA_REDIRECT_URI", &callback),
        ("ATLASSIAN_AUTH_URL", sandbox),
        ("ATLASSIAN_API_URL", sandbox),
        ("JUNCTURE_DATA_DIR", data_dir),
    ];
    needed
        .into_iter()
        .chain(variables.iter().copied())
        .collect()
}

/// The environment of a server process that callers reach at `port`.
pub(crate) fn environment_of_process(
    folder: &std::path::Path,
    sandbox: &str,
    port: u16,
) -> Vec<(String, String)> {
    let needed = [
        ("JUNCTURE_SECRET_KEY", SECRET_KEY.to_owned()),
        ("DEFAULT_JIRA_CLIENT_ID", "sandbox-client".to_owned()),
        ("DEFAULT_JIRA_CLIENT_SECRET", "sandbox-secret".to_owned()),
        (
            "DEFAULT_JIRA_REDIRECT_URI",
            format!("http://127.0.0.1:{port}{CALLBACK}"),
        ),
        ("PORT", port.to_string()),
        ("ATLASSIAN_AUTH_URL", sandbox.to_owned()),
        ("ATLASSIAN_API_URL", sandbox.to_owned()),
        (
            "JUNCTURE_DATA_DIR",
            folder.join("data").display().to_string(),
        ),
    ];
    needed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A port that is free just now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
