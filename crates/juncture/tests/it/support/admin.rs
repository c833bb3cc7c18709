//! Projects and their keys, as whoever runs the server makes them.

use axum::body::Body;
use axum::http::{Method, Request, header};
use juncture_sandbox::Options;
use serde_json::{Value, json};
use url::Url;

use super::TestApp;
use super::answer::Answer;
use super::database::TestDatabase;
use super::flow::code_of;
use super::sandbox::TestSandbox;

pub(crate) const ADMIN_KEY: &str = "test-admin-key-0123456789";
pub(crate) const PROJECTS: &str = "/api/admin/projects";

/// What a server is told that serves many projects.
pub(crate) const CLOUD: [(&str, &str); 2] =
    [("CLOUD_MODE", "true"), ("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];

/// The apps of two projects, as Atlassian knows them: client id and secret.
pub(crate) const APPS: [(&str, &str); 2] = [
    ("acme-client", "secret-of-acme"),
    ("bolt-client", "secret-of-bolt"),
];

/// A project of the server under test.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) public_key: String,
    pub(crate) secret_key: String,
}

impl TestApp {
    /// A server with an API for whoever runs it.
    pub(crate) async fn start_with_admin() -> Self {
        let variables = [("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];
        Self::start_with(&variables, TestSandbox::start().await).await
    }

    /// A server of many projects.
    pub(crate) async fn start_cloud() -> Self {
        Self::start_cloud_with(&CLOUD).await
    }

    /// The same, told this.
    pub(crate) async fn start_cloud_with(variables: &[(&str, &str)]) -> Self {
        Self::start_cloud_beside(TestDatabase::fresh().await, variables, Options::default()).await
    }

    /// The same, where Jira is small: a call for all that there is takes little.
    pub(crate) async fn start_small_cloud_with(variables: &[(&str, &str)]) -> Self {
        Self::start_small_cloud_on(TestDatabase::fresh().await, variables).await
    }

    /// The same on this database.
    pub(crate) async fn start_small_cloud_on(
        database: TestDatabase,
        variables: &[(&str, &str)],
    ) -> Self {
        let small = Options {
            issues: 20,
            projects: 6,
            ..Options::default()
        };
        Self::start_cloud_beside(database, variables, small).await
    }

    async fn start_cloud_beside(
        database: TestDatabase,
        variables: &[(&str, &str)],
        options: Options,
    ) -> Self {
        let apps = APPS.map(|(id, secret)| (id.to_owned(), secret.into()));
        let options = Options {
            other_apps: apps.into(),
            ..options
        };
        let sandbox = TestSandbox::start_with(options).await;
        Self::start_on(database, variables, sandbox).await
    }

    /// The answer to a call of whoever runs the server.
    pub(crate) async fn admin(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.call(method, path, ADMIN_KEY, body).await
    }

    /// The answer to a call with this key; a body of `null` is none.
    pub(crate) async fn call(&self, method: Method, path: &str, key: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"));
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
        };
        self.send(request.unwrap()).await
    }

    /// A new project with these settings; its id.
    pub(crate) async fn make_project(&self, name: &str, settings: &Value) -> String {
        let body = json!({"name": name, "settings": settings});
        let made = self.admin(Method::POST, PROJECTS, &body).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// A new key of a project: its id, and itself.
    pub(crate) async fn make_key(&self, project: &str, body: &Value) -> (String, String) {
        let path = format!("{PROJECTS}/{project}/keys");
        let made = self.admin(Method::POST, &path, body).await.expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), text("key"))
    }

    /// A new secret key that may do these things.
    pub(crate) async fn make_secret(&self, project: &str, scopes: &[&str]) -> (String, String) {
        let body = json!({"kind": "secret", "name": "Back end", "scopes": scopes});
        self.make_key(project, &body).await
    }

    /// The id of the project `default`.
    pub(crate) async fn default_project(&self) -> String {
        let listed = self.admin(Method::GET, PROJECTS, &Value::Null).await;
        let listed = listed.expect(200);
        let project = super::flow::find(&listed["data"], "name", "default");
        project["id"].as_str().unwrap().to_owned()
    }

    /// A new project with a key of each kind.
    pub(crate) async fn make_whole_project(&self, name: &str, settings: &Value) -> Made {
        let id = self.make_project(name, settings).await;
        let public = json!({"kind": "public", "name": "Page"});
        let (_, public_key) = self.make_key(&id, &public).await;
        let (_, secret_key) = self.make_secret(&id, &[]).await;
        Made {
            id,
            public_key,
            secret_key,
        }
    }

    /// The same with an app of its own.
    pub(crate) async fn make_project_with_app(&self, name: &str, app: (&str, &str)) -> Made {
        let made = self.make_whole_project(name, &json!({})).await;
        self.set_app(&made, app).await;
        made
    }

    /// Gives a project this app at Jira.
    pub(crate) async fn set_app(&self, project: &Made, (client_id, secret): (&str, &str)) {
        let path = format!("{PROJECTS}/{}/oauth-apps/jira", project.id);
        let body = json!({"client_id": client_id, "client_secret": secret});
        self.admin(Method::PUT, &path, &body).await.expect(200);
    }

    /// A call of a page of this project.
    pub(crate) async fn page_call(&self, public_key: &str, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("x-juncture-public-key", public_key)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// The consent page of a new flow of this project.
    pub(crate) async fn initiate_for(&self, project: &Made, external_id: &str) -> Url {
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        let body = json!({"provider": "jira", "external_id": external_id});
        let begun = self.page_call(&project.public_key, path, &body).await;
        let begun = begun.expect(200);
        begun["authorization_uri"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The whole flow of a customer of this project.
    pub(crate) async fn connect_for(
        &self,
        project: &Made,
        external_id: &str,
        person: &str,
        site: &str,
    ) {
        let uri = self.initiate_for(project, external_id).await;
        let callback = self.consent(&uri, person, Some(site), "allow").await;
        let code = code_of(&self.visit(&callback).await);
        let path = "/api/frontend/finalize-connection/jira/create-connection";
        let body = json!({"connection_code": code, "site_id": self.site_id(site).await});
        let connected = self.page_call(&project.public_key, path, &body).await;
        connected.assert(200, &json!({"success": true}));
    }
}
