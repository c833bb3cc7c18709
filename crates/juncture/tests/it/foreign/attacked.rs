//! A server that is a process, because what ends or fills one is seen of a process alone.

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::front::Front;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{environment_of_process, free_port};

/// A server that is a process, with a customer, and Jira's answers in the test's hand.
pub(super) struct Attacked {
    pub server: Process,
    pub browser: Browser,
    pub front: Front,
    _sandbox: TestSandbox,
    _folder: tempfile::TempDir,
}

impl Attacked {
    pub(super) async fn start() -> Self {
        let sandbox = TestSandbox::start_in_real_time().await;
        let front = Front::start(&sandbox.url).await;
        let folder = tempfile::tempdir().unwrap();
        let mut variables = environment_of_process(folder.path(), &sandbox.url, free_port());
        variables.retain(|(name, _)| name != "ATLASSIAN_API_URL");
        variables.push(("ATLASSIAN_API_URL".to_owned(), front.url.clone()));
        let pairs: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (server, address) = Process::serve(folder.path(), &pairs);
        let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
        browser.connect("a", BRUNO, "Acme").await;
        Self {
            server,
            browser,
            front,
            _sandbox: sandbox,
            _folder: folder,
        }
    }
}
