//! The way to Jira as it is in production: over TLS, by the authorities that the system trusts, and
//! through the proxy that it names.

use reqwest::StatusCode;

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::tls::{self, Tunnels};
use crate::support::{SECRET_KEY, certificates, environment_of_process, free_port};

/// A sandbox whose Jira speaks TLS, and what a server needs to reach it.
struct Scene {
    folder: tempfile::TempDir,
    sandbox: TestSandbox,
    jira: String,
    variables: Vec<(String, String)>,
}

impl Scene {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificates::make(folder.path());
        let sandbox = TestSandbox::start_in_real_time().await;
        let jira = tls::in_front_of(&sandbox.url, folder.path()).await;
        let variables = environment_of_process(folder.path(), &sandbox.url, free_port());
        let mut scene = Self {
            folder,
            sandbox,
            jira,
            variables,
        };
        scene.set("ATLASSIAN_API_URL", &scene.jira.clone());
        scene.trust("authority.pem");
        scene
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Trusts the authority of this file alone, as OpenSSL and all that follow it do.
    fn trust(&mut self, file: &str) {
        let file = self.folder.path().join(file);
        self.set("SSL_CERT_FILE", file.to_str().unwrap());
    }

    fn serve(&self) -> (Process, Browser) {
        let variables = self.variables.iter();
        let variables: Vec<_> = variables.map(|(name, value)| (&**name, &**value)).collect();
        let (server, at) = Process::serve(self.folder.path(), &variables);
        (
            server,
            Browser::new(&format!("http://{at}"), &self.sandbox.url),
        )
    }

    /// Host and port of Jira.
    fn target(&self) -> &str {
        self.jira.strip_prefix("https://").unwrap()
    }
}

/// What Jira says of who has connected; or what we say, and by which code.
async fn myself(browser: &Browser) -> (StatusCode, Option<String>) {
    let url = format!(
        "{}/api/backend/proxy/jira/rest/api/3/myself",
        browser.server
    );
    let request = browser.http.get(url).bearer_auth(SECRET_KEY);
    let request = request.header("x-juncture-external-id", "customer-1");
    let answer = request.send().await.unwrap();
    let code = answer.headers().get("x-juncture-code");
    let code = code.map(|code| code.to_str().unwrap().to_owned());
    let status = answer.status();
    if status.is_success() {
        let body: serde_json::Value = juncture_json::decode(answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["displayName"], BRUNO);
    }
    (status, code)
}

#[tokio::test]
async fn jira_is_reached_over_tls_and_believed_by_whom_the_system_trusts() {
    let mut scene = Scene::start().await;
    let (server, browser) = scene.serve();
    browser.connect("customer-1", BRUNO, "Acme").await;
    assert_eq!(myself(&browser).await, (StatusCode::OK, None));
    server.stop();

    // Another authority of the same name: nothing is sent, and nobody is believed.
    let others = scene.folder.path().join("others");
    std::fs::create_dir(&others).unwrap();
    certificates::make(&others);
    scene.trust("others/authority.pem");
    scene.sandbox.forget_requests().await;
    let (server, browser) = scene.serve();
    let unavailable = Some("upstream_unavailable".to_owned());
    let answered = myself(&browser).await;
    assert_eq!(answered, (StatusCode::INTERNAL_SERVER_ERROR, unavailable));
    assert!(scene.sandbox.requests_to("/myself").await.is_empty());
    server.stop();
}

#[tokio::test]
async fn the_proxy_that_the_system_names_is_taken_for_both_ways_to_jira() {
    let mut scene = Scene::start().await;
    let tunnels = Tunnels::start().await;
    scene.set("HTTPS_PROXY", &tunnels.url);
    let (server, browser) = scene.serve();
    browser.connect("customer-1", BRUNO, "Acme").await;
    let by_ours = tunnels.take_targets();
    assert_eq!(by_ours, [scene.target()], "the sites, by our own client");
    assert_eq!(myself(&browser).await, (StatusCode::OK, None));
    assert_eq!(tunnels.take_targets(), [scene.target()]);
    server.stop();

    scene.set("NO_PROXY", "localhost");
    let (server, browser) = scene.serve();
    assert_eq!(myself(&browser).await, (StatusCode::OK, None));
    assert_eq!(tunnels.take_targets(), [""; 0]);
    server.stop();
}
