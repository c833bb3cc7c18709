//! Several server processes that start at the same moment on a database that is not there yet.

use std::path::Path;

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::postgres::PrivatePostgres;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{environment_of_process, free_port};

const TOKEN: &str = "/api/backend/connection-info/get-access-token?external_id=a&provider=jira";

/// So many servers at once; all are well, made the tables once, and open what the others seal.
async fn start_at_once(count: usize, folder: &Path, database: &[(&str, &str)]) {
    let sandbox = TestSandbox::start().await;
    let environments: Vec<_> = (0..count)
        .map(|_| environment_of_process(folder, &sandbox.url, free_port()))
        .collect();
    let servers: Vec<(Process, String)> = std::thread::scope(|scope| {
        let starts = environments.iter().map(|environment| {
            let variables = environment
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            let log = [("RUST_LOG", "info,juncture_server::store=debug")];
            let variables: Vec<_> = variables
                .chain(log)
                .chain(database.iter().copied())
                .collect();
            scope.spawn(move || Process::serve(folder, &variables))
        });
        let starts: Vec<_> = starts.collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    let browsers: Vec<_> = servers
        .iter()
        .map(|(_, address)| Browser::new(&format!("http://{address}"), &sandbox.url))
        .collect();
    browsers[0].connect("a", BRUNO, "Acme").await;
    let token: Value = browsers[0].get(TOKEN).await;
    for browser in &browsers {
        assert_eq!(browser.get("/readyz").await["status"], "ok");
        assert_eq!(browser.get(TOKEN).await, token);
    }
    let logs: String = servers
        .into_iter()
        .map(|(server, _)| server.stop())
        .collect();
    assert_eq!(logs.matches("made the tables").count(), 1, "{logs}");
}

#[tokio::test]
async fn five_servers_on_an_empty_postgresql_are_five_healthy_servers() {
    let server = PrivatePostgres::start();
    let keys = juncture_server::seal::generate();
    let url = server.url("postgres");
    let folder = tempfile::tempdir().unwrap();
    let database = [
        ("DATABASE_URL", url.as_str()),
        ("JUNCTURE_ENCRYPTION_KEYS", &keys),
    ];
    start_at_once(5, folder.path(), &database).await;
}

#[tokio::test]
async fn three_servers_on_one_new_sqlite_file_are_three_healthy_servers() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        start_at_once(3, folder.path(), &[]).await;
    }
}
