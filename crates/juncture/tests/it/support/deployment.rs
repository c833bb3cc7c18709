//! Server processes that share a database, with an Atlassian of their own, all in real time.

use std::path::PathBuf;

use axum::http::Method;
use juncture_server::store::{Store, Tx};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, spawn_blocking};

use super::browser::Browser;
use super::database::TestDatabase;
use super::environment_of_process;
use super::flow::BRUNO;
use super::process::{self, Process};
use super::real_time::eventually;
use super::rows::{change, token_versions};
use super::sandbox::TestSandbox;

/// What several processes share. Clocks cannot be set by hand here: tokens are expired instead.
pub(crate) struct Deployment {
    pub(crate) sandbox: TestSandbox,
    pub(crate) store: Store,
    database: TestDatabase,
    /// What every process is told besides.
    variables: Vec<(String, String)>,
}

/// One of the processes, and somebody who calls it.
pub(crate) struct Replica {
    process: Process,
    pub(crate) browser: Browser,
}

impl Deployment {
    /// An Atlassian that takes a used refresh token again for `leeway_seconds`, and a database.
    pub(crate) async fn start(leeway_seconds: u32) -> Self {
        Self::start_on(TestDatabase::fresh().await, &[], leeway_seconds).await
    }

    /// The same on this database, with variables that every process is told.
    pub(crate) async fn start_on(
        database: TestDatabase,
        variables: &[(&str, &str)],
        leeway_seconds: u32,
    ) -> Self {
        let sandbox = TestSandbox::start_in_real_time().await;
        sandbox
            .set_switches(&json!({"leeway_seconds": leeway_seconds}))
            .await;
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            sandbox,
            store: database.open().await,
            database,
            variables: variables.iter().map(owned).collect(),
        }
    }

    /// One more process, ready.
    pub(crate) async fn serve(&self) -> Replica {
        let (folder, variables) = self.environment();
        let serving = spawn_blocking(move || {
            let variables = variables.iter();
            let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
            Process::serve(&folder, &variables.collect::<Vec<_>>())
        });
        let (process, address) = serving.await.unwrap();
        Replica {
            process,
            browser: Browser {
                server: format!("http://{address}"),
                atlassian: self.sandbox.url.clone(),
                http: self.sandbox.http.clone(),
            },
        }
    }

    /// Where processes run, and what they are told.
    fn environment(&self) -> (PathBuf, Vec<(String, String)>) {
        let folder = self.database.folder().to_owned();
        let mut variables = environment_of_process(&folder, &self.sandbox.url, 0);
        let own = self.database.variables();
        let own = own.iter().map(|&(name, value)| (name, value.to_owned()));
        let data = ("JUNCTURE_DATA_DIR", folder.display().to_string());
        variables.extend(
            own.chain([data])
                .map(|(name, value)| (name.to_owned(), value)),
        );
        variables.extend(self.variables.iter().cloned());
        (folder, variables)
    }

    /// Runs `juncture tick` to its end; its exit code, and what it has said.
    pub(crate) async fn tick(&self) -> (Option<i32>, String) {
        let (folder, variables) = self.environment();
        let ticking = spawn_blocking(move || {
            let variables = variables.iter();
            let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
            process::run(&folder, &["tick"], &variables.collect::<Vec<_>>())
        });
        let output = ticking.await.unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    /// One more process, and the connection `a`, whose token has expired before anybody asked for it.
    pub(crate) async fn serve_expired(&self) -> Replica {
        let replica = self.serve().await;
        replica.connect("a").await;
        self.expire_tokens().await;
        replica
    }

    /// No access token works any more. Processes that hold some do not learn of it.
    pub(crate) async fn expire_tokens(&self) {
        self.sandbox.control("tokens/expire", &json!({})).await;
        self.change("UPDATE connection SET access_token_expires_at = 0")
            .await;
    }

    /// Runs a statement that returns nothing.
    pub(crate) async fn change(&self, sql: &'static str) {
        let mut tx = self.store.begin_write().await.unwrap();
        change(&mut tx, sql).await;
        tx.commit().await.unwrap();
    }

    /// Until it drops, nobody else can change a connection.
    pub(crate) async fn hold_connections(&self) -> Tx {
        let mut tx = self.store.begin_write().await.unwrap();
        let touch = "UPDATE connection SET token_version = token_version";
        change(&mut tx, touch).await;
        tx
    }

    /// The version of a connection's tokens.
    pub(crate) async fn token_version(&self, external_id: &str) -> i64 {
        token_versions(&self.store).await[external_id]
    }

    /// Asserts that a connection has lost nothing: its token works as it is, and its refresh token
    /// gives another one.
    pub(crate) async fn assert_whole(&self, replica: &Replica, external_id: &str) {
        let projects = format!("/api/backend/jira/get-projects?external_id={external_id}");
        let token = replica.token(external_id).await;
        let refreshes = self.sandbox.refreshes().await;
        replica.browser.get(&projects).await;
        assert_eq!(self.sandbox.refreshes().await, refreshes, "the token works");
        self.sandbox.control("tokens/expire", &json!({})).await;
        replica.browser.get(&projects).await;
        assert_eq!(self.sandbox.refreshes().await, refreshes + 1);
        assert_ne!(replica.token(external_id).await, token);
    }
}

impl Replica {
    /// The whole connection flow.
    pub(crate) async fn connect(&self, external_id: &str) {
        self.browser.connect(external_id, BRUNO, "Acme").await;
    }

    /// Asks for a token and waits for the answer elsewhere.
    pub(crate) fn call(&self, external_id: &str) -> JoinHandle<reqwest::Result<(u16, Value)>> {
        let (browser, external_id) = (self.browser.clone(), external_id.to_owned());
        tokio::spawn(async move {
            let (status, body) = browser.ask_for_token(&external_id).await?;
            Ok((status.as_u16(), body))
        })
    }

    /// The token that there must be.
    pub(crate) async fn token(&self, external_id: &str) -> String {
        let (status, body) = self.browser.ask_for_token(external_id).await.unwrap();
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// What the process has counted.
    pub(crate) async fn metrics(&self) -> String {
        let metrics = self.browser.call(Method::GET, "/metrics").await;
        metrics.text().await.unwrap()
    }

    /// Ends the process at once.
    pub(crate) fn kill(self) {
        self.process.kill();
    }

    /// Asks the process to end, and waits until it takes no more calls.
    pub(crate) async fn ask_to_stop(&self) {
        self.process.ask_to_stop();
        let health = format!("{}/healthz", self.browser.server);
        eventually(async || self.browser.http.get(&health).send().await.is_err()).await;
    }

    /// Waits until the process has ended in good order.
    pub(crate) async fn wait(self) {
        spawn_blocking(|| self.process.wait()).await.unwrap();
    }
}
