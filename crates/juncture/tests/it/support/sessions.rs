//! Connect sessions, and browsers that keep their cookies.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use url::Url;

use super::answer::Answer;
use super::flow::code_of;
use super::{BASE_URL, TestApp};

pub(crate) const SESSIONS: &str = "/api/backend/connect-sessions";

/// Where the product of the tests wants its customers back.
pub(crate) const RETURN: &str = "https://app.example.com/settings?tab=jira#connections";

/// What the server of these tests is told: the origin of the product's pages.
pub(crate) const ORIGIN: [(&str, &str); 1] = [("CORS_ALLOWED_ORIGINS", "https://app.example.com")];

/// A customer's browser.
#[derive(Default, Clone)]
pub(crate) struct Jar(pub(crate) BTreeMap<String, String>);

impl Jar {
    /// Goes to an address of the server.
    pub(crate) async fn visit(&mut self, app: &TestApp, address: &str) -> Answer {
        let request = Request::get(path_of(address)).header(header::ACCEPT, "text/html");
        self.send(app, request, Body::empty()).await
    }

    /// Sends a form of the page at this address.
    pub(crate) async fn submit(
        &mut self,
        app: &TestApp,
        address: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = Request::post(path_of(address))
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(app, request, body.into()).await
    }

    /// Sends what a script of a page sends, with its cookies.
    pub(crate) async fn post(&mut self, app: &TestApp, path: &str, body: &Value) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(app, request, body.to_string().into()).await
    }

    async fn send(
        &mut self,
        app: &TestApp,
        mut request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        if !self.0.is_empty() {
            let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
            let cookies = pairs.collect::<Vec<_>>().join("; ");
            request = request.header(header::COOKIE, cookies);
        }
        let answer = app.send(request.body(body).unwrap()).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens the link of a session; the consent page it leads to.
    pub(crate) async fn open(&mut self, app: &TestApp, session: &Value) -> Url {
        let link = session["connect_url"].as_str().unwrap();
        let opened = self.visit(app, link).await;
        assert_eq!(opened.status, 302, "{}", opened.text());
        opened.header("location").parse().unwrap()
    }

    /// Opens the link of a session, and consents; what the return is answered.
    pub(crate) async fn consent(
        &mut self,
        app: &TestApp,
        session: &Value,
        (person, site): (&str, &str),
    ) -> Answer {
        let uri = self.open(app, session).await;
        let callback = app.consent(&uri, person, Some(site), "allow").await;
        self.visit(app, &callback).await
    }

    /// The same, for who is to choose: the page of choices.
    pub(crate) async fn page(
        &mut self,
        app: &TestApp,
        session: &Value,
        who: (&str, &str),
    ) -> String {
        let code = code_of(&self.consent(app, session, who).await);
        format!("/finalize-connection/jira/{code}")
    }
}

/// The path of an address of the server.
pub(crate) fn path_of(address: &str) -> &str {
    address.strip_prefix(BASE_URL).unwrap_or(address)
}

/// What the product is told at the end of a flow, if it was its address to which the browser was sent.
#[track_caller]
pub(crate) fn told(answer: &Answer) -> Value {
    let location: Url = answer.header("location").parse().unwrap();
    assert!(answer.status.is_redirection(), "{}", answer.status);
    assert_eq!(location.host_str(), Some("app.example.com"), "{location}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let pairs = location.query_pairs();
    json!(pairs.into_owned().collect::<BTreeMap<String, String>>())
}

impl TestApp {
    /// A server whose product's pages are at `https://app.example.com`.
    pub(crate) async fn start_for_pages() -> Self {
        Self::start_with(&ORIGIN, super::sandbox::TestSandbox::start().await).await
    }

    /// A new connect session for a customer, with these terms.
    pub(crate) async fn session(&self, external_id: &str, terms: &Value) -> Value {
        let mut body = json!({"provider": "jira", "external_id": external_id});
        let terms = terms.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(terms);
        self.post(SESSIONS, &body).await.expect(201)
    }

    /// The same, at whose end the browser goes to [`RETURN`].
    pub(crate) async fn returning_session(&self, external_id: &str) -> Value {
        self.session(external_id, &json!({"return_url": RETURN}))
            .await
    }
}
