// A server and a sandbox in this process, each on a loopback port. The examples of the documentation include this
// file as it is, so it stands by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The secret key of the server.
pub(crate) const SECRET_KEY: &str = "test-secret-key-0123456789";

/// A server whose Atlassian is a sandbox.
pub(crate) struct World {
    /// The server's address.
    pub(crate) juncture: String,
    /// The sandbox's address.
    pub(crate) sandbox: String,
    pub(crate) http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// A server with these variables on top of what it needs.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let (listener, sandbox) = listen().await;
        let (juncture_listener, juncture) = listen().await;
        let callback = format!("{juncture}/api/frontend/oauth/authorization-callback/jira");
        let options = juncture_sandbox::Options {
            redirect_uris: vec![callback.clone()],
            ..juncture_sandbox::Options::default()
        };
        let simulated = juncture_sandbox::Sandbox::new(options);
        tokio::spawn(simulated.serve(listener, std::future::pending()));
        let folder = tempfile::tempdir().unwrap();
        let needed = [
            ("JUNCTURE_SECRET_KEY", SECRET_KEY),
            ("JUNCTURE_DATA_DIR", folder.path().to_str().unwrap()),
            ("DEFAULT_JIRA_CLIENT_ID", "sandbox-client"),
            ("DEFAULT_JIRA_CLIENT_SECRET", "sandbox-secret"),
            ("DEFAULT_JIRA_REDIRECT_URI", &callback),
            ("ATLASSIAN_AUTH_URL", &sandbox),
            ("ATLASSIAN_API_URL", &sandbox),
        ];
        let environment = needed
            .into_iter()
            .chain(variables.iter().copied())
            .collect();
        let config = juncture_server::config::Config::read(&environment).unwrap();
        let clock = Arc::new(juncture_clock::SystemClock);
        let app = juncture_server::server::open(config, clock).await.unwrap();
        let serving =
            juncture_server::server::serve(app, juncture_listener, std::future::pending());
        tokio::spawn(serving);
        Self {
            juncture,
            sandbox,
            http: (*juncture_outbound::Http::default()).clone(),
            _folder: folder,
        }
    }

    /// A client of the server.
    pub(crate) fn client(&self) -> juncture_client::Juncture {
        juncture_client::Juncture::new(&self.juncture, SECRET_KEY).unwrap()
    }

    /// Goes all the way: consent, the choice of a site, and back. Gives the code of the page of choices, used up.
    pub(crate) async fn connect(&self, juncture: &juncture_client::Juncture, id: &str) -> String {
        let code = self.connection_code(juncture, id).await;
        let site = self.facts().await["sites"][0]["id"].clone();
        let connect = juncture.connect();
        let chosen = connect.choose_site(&code, site.as_str().unwrap()).await;
        chosen.unwrap();
        code
    }

    /// The code of the page of choices, after consent.
    pub(crate) async fn connection_code(
        &self,
        juncture: &juncture_client::Juncture,
        id: &str,
    ) -> String {
        let started = juncture.connect().start("jira", id).await.unwrap();
        let returned = self.consent(&started.authorization_uri).await;
        let page = juncture
            .connect()
            .callback("jira", &returned)
            .await
            .unwrap();
        page.rsplit('/').next().unwrap().to_owned()
    }

    /// Allows access at the consent page. Gives the address to which the browser is sent back.
    pub(crate) async fn consent(&self, page: &url::Url) -> url::Url {
        let facts = self.facts().await;
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let mut form: BTreeMap<String, String> = page.query_pairs().into_owned().collect();
        form.insert(
            "account_id".to_owned(),
            text(&facts["users"][0]["account_id"]),
        );
        form.insert("site_id".to_owned(), text(&facts["sites"][0]["id"]));
        form.insert("decision".to_owned(), "allow".to_owned());
        let consent = self.http.post(format!("{}/authorize", self.sandbox));
        let answer = consent.form(&form).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap();
        location.parse().unwrap()
    }

    /// Who and what there is at Atlassian.
    pub(crate) async fn facts(&self) -> serde_json::Value {
        let asked = self.http.get(format!("{}/_sandbox/world", self.sandbox));
        let answer = asked.send().await.unwrap().bytes().await.unwrap();
        juncture_json::decode(answer).unwrap()
    }

    /// Tells the sandbox something.
    pub(crate) async fn control(&self, what: &str, body: &serde_json::Value) {
        let told = self.http.post(format!("{}/_sandbox/{what}", self.sandbox));
        let answer = told.json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{what} {body}");
    }
}

async fn listen() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}
