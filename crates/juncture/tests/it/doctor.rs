//! `juncture doctor`: a line for each thing that a server needs, whatever state it is in.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use jiff::SignedDuration;
use juncture_server::config::Config;
use juncture_server::doctor::{self, PATIENCE, State};
use juncture_server::environment::Environment;
use juncture_server::store::Store;
use juncture_server::store::settings::Database;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::clock::HandSetClock;
use crate::support::flow::{BRUNO, find};
use crate::support::loopback::Loopback;
use crate::support::process::{self, Process};
use crate::support::sandbox::TestSandbox;
use crate::support::{beginning, environment_of_process, free_port, real_time, rows};

type Variables = Vec<(String, String)>;

/// A server process, its sandbox, and the variables of both it and its doctor.
struct Deployment {
    folder: tempfile::TempDir,
    sandbox: TestSandbox,
    variables: Variables,
    server: Option<Process>,
}

impl Deployment {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = TestSandbox::start_in_real_time().await;
        let variables = environment_of_process(folder.path(), &sandbox.url, free_port());
        Self {
            folder,
            sandbox,
            variables,
            server: None,
        }
    }

    /// One with a customer who has connected.
    async fn connected() -> Self {
        let mut deployment = Self::new().await;
        let at = deployment.serve();
        let browser = Browser::new(&format!("http://{at}"), &deployment.sandbox.url);
        browser.connect("customer-1", BRUNO, "Acme").await;
        deployment
    }

    /// Starts the server; returns its address.
    fn serve(&mut self) -> String {
        let (server, at) = Process::serve(self.folder.path(), &pairs(&self.variables));
        self.server = Some(server);
        at
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    async fn examine(&self, arguments: &'static [&'static str]) -> Findings {
        let (folder, variables) = (self.folder.path().to_owned(), self.variables.clone());
        let run = move || examine(&folder, arguments, &variables);
        Findings::of(&tokio::task::spawn_blocking(run).await.unwrap())
    }
}

fn pairs(variables: &Variables) -> Vec<(&str, &str)> {
    let pairs = variables.iter();
    pairs.map(|(name, value)| (&**name, &**value)).collect()
}

fn examine(folder: &Path, arguments: &[&str], variables: &Variables) -> Output {
    let arguments = [&["doctor"], arguments].concat();
    process::run(folder, &arguments, &pairs(variables))
}

/// What was printed.
struct Findings {
    code: Option<i32>,
    text: String,
}

impl Findings {
    fn of(output: &Output) -> Self {
        let text = process::text(&output.stdout);
        let complaint = process::text(&output.stderr);
        assert_eq!(complaint, "", "{text}");
        assert!(!text.contains("sandbox-secret"), "{text}");
        Self {
            code: output.status.code(),
            text,
        }
    }

    /// The line about this thing, and what to do about it.
    #[track_caller]
    fn about(&self, what: &str) -> String {
        let mut lines = self.text.lines().skip_while(|line| {
            let said = line.get(7..).unwrap_or_default();
            !said.starts_with(&format!("{what:<13}  "))
        });
        let line = lines.next();
        let line = line.unwrap_or_else(|| panic!("nothing about {what}:\n{}", self.text));
        let advice = lines.next().filter(|next| next.starts_with("       "));
        let advice = advice.map(str::trim_start).unwrap_or_default();
        format!("{} {advice}", line.trim_end())
            .trim_end()
            .to_owned()
    }

    #[track_caller]
    fn assert_good(&self, what: &str) {
        let said = self.about(what);
        assert!(said.starts_with("ok     "), "{}", self.text);
    }

    /// `what` is so, and `words` are said about it.
    #[track_caller]
    fn assert_is(&self, state: &str, what: &str, words: &[&str]) {
        let said = self.about(what);
        assert!(said.starts_with(&format!("{state:<5}  ")), "{}", self.text);
        for words in words {
            assert!(said.contains(words), "{words:?} in {}", self.text);
        }
    }

    #[track_caller]
    fn assert_ends(&self, code: i32, line: &str) {
        assert_eq!(self.text.lines().last(), Some(line), "{}", self.text);
        assert_eq!(self.code, Some(code), "{}", self.text);
    }
}

const ALL: [&str; 8] = [
    "configuration",
    "database",
    "keys",
    "cache",
    "token host",
    "API host",
    "clock",
    "callback",
];

#[tokio::test]
async fn where_all_is_well_each_thing_is_said_to_be() {
    let deployment = Deployment::connected().await;
    let findings = deployment.examine(&["--connection", "customer-1"]).await;
    for what in ALL.into_iter().chain(["connection", "site"]) {
        findings.assert_good(what);
    }
    findings.assert_is("ok", "site", &["Acme", "with every configured scope"]);
    findings.assert_ends(0, "0 wrong, 0 in doubt");
}

#[tokio::test]
async fn a_customer_is_looked_for_in_the_project_that_is_named() {
    let deployment = Deployment::connected().await;
    let variables = pairs(&deployment.variables);
    let made = process::run(
        deployment.folder.path(),
        &["project", "create", "Acme"],
        &variables,
    );
    assert!(made.status.success(), "{made:?}");
    let named = &["--project", "default", "--connection", "customer-1"];
    deployment.examine(named).await.assert_good("connection");
    let findings = deployment
        .examine(&["--project", "Acme", "--connection", "customer-1"])
        .await;
    let words = ["there is none under the external id", "customer-1"];
    findings.assert_is("WRONG", "connection", &words);
    let findings = deployment
        .examine(&["--project", "Acne", "--connection", "customer-1"])
        .await;
    let words = [
        "there is no project",
        "Acne",
        "look at the spelling of --project",
    ];
    findings.assert_is("WRONG", "connection", &words);
}

#[tokio::test]
async fn before_the_first_start_nothing_is_made() {
    let deployment = Deployment::new().await;
    let findings = deployment.examine(&[]).await;
    findings.assert_is(
        "ok",
        "database",
        &["is not there yet", "the first start makes it"],
    );
    findings.assert_is(
        "doubt",
        "callback",
        &["is not reached from here", "`juncture serve`"],
    );
    findings.assert_good("cache");
    findings.assert_ends(0, "0 wrong, 1 in doubt");
    let made = std::fs::read_dir(deployment.folder.path()).unwrap().count();
    assert_eq!(made, 0);

    let findings = deployment.examine(&["--connection", "customer-1"]).await;
    findings.assert_is("WRONG", "connection", &["let the database be well first"]);
    findings.assert_ends(1, "1 wrong, 1 in doubt");
}

#[tokio::test]
async fn tables_of_an_older_version_stay_as_they_are() {
    let mut deployment = Deployment::new().await;
    deployment.serve();
    drop(deployment.server.take());
    let file = deployment.folder.path().join("data/juncture.db");
    let store = Store::open(&Database::Sqlite(file)).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    let change = "DELETE FROM _sqlx_migrations WHERE version = 4; DROP TABLE finished_flow; \
        DROP TABLE used_state; DROP TABLE pending_connection; DROP TABLE connect_session";
    rows::change(&mut tx, change).await;
    tx.commit().await.unwrap();
    store.close().await;
    for _ in 0..2 {
        let findings = deployment.examine(&[]).await;
        findings.assert_is("ok", "database", &["lacks 1 step", "the next start"]);
    }
    deployment.serve();
    deployment.examine(&[]).await.assert_good("keys");
}

#[tokio::test]
async fn a_wrong_client_secret_is_found_out_without_a_customer() {
    let mut deployment = Deployment::new().await;
    deployment.set("DEFAULT_JIRA_CLIENT_SECRET", "of-another-app-0123456789");
    let findings = deployment.examine(&[]).await;
    let words = [
        "refuses the client id or its secret",
        "DEFAULT_JIRA_CLIENT_SECRET",
    ];
    findings.assert_is("WRONG", "token host", &words);
    assert!(
        !findings.text.contains("of-another-app"),
        "{}",
        findings.text
    );
    findings.assert_ends(1, "1 wrong, 1 in doubt");
}

#[tokio::test]
async fn hosts_that_are_out_of_reach_are_told_apart_from_a_proxy_in_their_place() {
    let mut deployment = Deployment::new().await;
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    deployment.set("ATLASSIAN_AUTH_URL", &nowhere);
    deployment.set("ATLASSIAN_API_URL", &nowhere);
    let findings = deployment.examine(&[]).await;
    for what in ["token host", "API host"] {
        let words = ["is not reached: ", "Connection refused", "HTTPS_PROXY"];
        findings.assert_is("WRONG", what, &words);
    }
    findings.assert_ends(1, "2 wrong, 1 in doubt");

    let proxy = Router::new().fallback(async || (StatusCode::FORBIDDEN, "<h1>Blocked</h1>"));
    let loopback = Loopback::bind().await;
    let url = loopback.url.clone();
    loopback.serve(proxy);
    deployment.set("ATLASSIAN_AUTH_URL", &url);
    deployment.set("ATLASSIAN_API_URL", &url);
    let findings = deployment.examine(&[]).await;
    for what in ["token host", "API host"] {
        findings.assert_is("WRONG", what, &["answers 403", "a proxy or firewall"]);
    }

    // Nor is it a Juncture that answers at the callback address.
    let callback = format!("{url}/api/frontend/oauth/authorization-callback/jira");
    deployment.set("DEFAULT_JIRA_REDIRECT_URI", &callback);
    let findings = deployment.examine(&[]).await;
    findings.assert_is(
        "WRONG",
        "callback",
        &["answers 403", "DEFAULT_JIRA_REDIRECT_URI"],
    );
}

#[tokio::test]
async fn keys_of_another_database_are_told() {
    let mut deployment = Deployment::connected().await;
    drop(deployment.server.take());
    std::fs::remove_file(deployment.folder.path().join("data/juncture.key")).unwrap();
    let findings = deployment.examine(&[]).await;
    findings.assert_is("WRONG", "keys", &["put the key file back"]);
    findings.assert_good("database");
    let files = std::fs::read_dir(deployment.folder.path().join("data")).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert!(
        !names.iter().any(|name| name == "juncture.key"),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_cache_that_is_down_is_a_doubt() {
    let mut deployment = Deployment::new().await;
    deployment.set(
        "REDIS_URL",
        &format!("redis://:hush@127.0.0.1:{}", free_port()),
    );
    let findings = deployment.examine(&[]).await;
    findings.assert_is(
        "doubt",
        "cache",
        &["does not answer", "servers go on without it"],
    );
    assert!(!findings.text.contains("hush"), "{}", findings.text);
}

#[tokio::test]
async fn what_only_the_customer_can_mend_is_said_of_a_connection() {
    let mut deployment = Deployment::connected().await;
    let findings = deployment.examine(&["--connection", "customer-2"]).await;
    findings.assert_is(
        "WRONG",
        "connection",
        &["there is none under", "\"customer-2\""],
    );

    // Scopes that are asked for since.
    let known = juncture_jira::oauth::DEFAULT_SCOPES.join(" ");
    let more = format!("{known} write:sprint:jira-software");
    deployment.set("DEFAULT_JIRA_SCOPES", &more);
    let findings = deployment.examine(&["--connection", "customer-1"]).await;
    let words = ["without write:sprint:jira-software", "connect again"];
    findings.assert_is("doubt", "site", &words);
    findings.assert_ends(0, "0 wrong, 1 in doubt");

    let world = deployment.sandbox.world().await;
    let who = json!({"account_id": find(&world["users"], "name", BRUNO)["account_id"]});
    deployment.sandbox.control("revoke", &who).await;
    let findings = deployment.examine(&["--connection", "customer-1"]).await;
    findings.assert_is("WRONG", "connection", &["the customer must connect again"]);
    findings.assert_ends(1, "1 wrong, 0 in doubt");
}

#[test]
fn a_configuration_that_is_no_good_and_an_id_that_is_none_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = examine(
        folder.path(),
        &[],
        &vec![("PORT".to_owned(), "http".to_owned())],
    );
    let complaint = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint.contains("PORT must be a port number"),
        "{complaint}"
    );
    assert!(complaint.contains("JUNCTURE_SECRET_KEY"), "{complaint}");
    let output = examine(folder.path(), &["--connection", ""], &Vec::new());
    let complaint = process::text(&output.stderr);
    assert!(
        complaint.contains("must be 1 to 255 bytes long"),
        "{complaint}"
    );
}

/// The findings of a doctor in this process, whose clock is set by hand.
async fn examine_at(clock: &HandSetClock, url: &str) -> Vec<doctor::Finding> {
    let folder = tempfile::tempdir().unwrap();
    let variables = environment_of_process(folder.path(), url, free_port());
    let config = Config::read(&Environment::from_iter(variables)).unwrap();
    doctor::examine(config, Arc::new(clock.clone()), None).await
}

#[tokio::test]
async fn a_clock_that_is_off_is_told() {
    let sandbox = TestSandbox::start_in_real_time().await;
    let clock = HandSetClock::at(beginning());
    let findings = examine_at(&clock, &sandbox.url).await;
    let clock = findings.iter().find(|seen| seen.what == "clock").unwrap();
    assert_eq!(clock.state, State::Doubtful, "{clock}");
    assert!(clock.said.contains(" s behind Atlassian's"), "{clock}");
}

#[tokio::test]
async fn hosts_that_hang_are_waited_for_so_long() {
    // Connections are made, and nobody ever takes them.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let clock = HandSetClock::at(beginning());
    let mut examined = std::pin::pin!(examine_at(&clock, &url));
    let findings = async {
        loop {
            tokio::select! {
                biased;
                findings = &mut examined => return findings,
                () = tokio::task::yield_now() => clock.advance(SignedDuration::from_secs(1)),
            }
        }
    };
    let findings = real_time::within(real_time::PATIENCE, findings).await;
    let late = format!("no answer within {} seconds", PATIENCE.as_secs());
    for what in ["token host", "API host"] {
        let seen = findings.iter().find(|seen| seen.what == what).unwrap();
        assert_eq!(seen.state, State::Bad);
        assert!(seen.said.ends_with(&late), "{seen}");
    }
}
