//! A client of the sandbox which shares nothing with it but HTTP.

#[path = "../../../../json/tests/support/hostile.rs"]
pub(crate) mod hostile;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use juncture_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// The scopes that most tests ask for.
pub(crate) const SCOPES: &str = "read:jira-work read:jira-user offline_access";
/// The scopes for boards, sprints and their issues.
pub(crate) const AGILE_SCOPES: &str = "read:jira-work write:jira-work read:jira-user read:board-scope:jira-software read:board-scope.admin:jira-software read:project:jira read:sprint:jira-software read:issue-details:jira read:jql:jira";
/// The callback that most tests register.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:4000/callback";

/// A sandbox whose clock stands, with what the world says of itself.
pub(crate) struct Cloud {
    router: Router,
    pub(crate) world: Value,
}

/// An answer, read to its end.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        juncture_json::decode(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Status and body at once, for assertions that show both when they fail.
    pub(crate) fn answer(&self) -> (u16, Value) {
        (self.status.as_u16(), self.json())
    }
}

/// A token pair as the token endpoint gave it.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// Options under which nothing moves by itself.
pub(crate) fn still() -> Options {
    Options {
        frozen_at: Some("2026-10-01T12:00:00Z".parse().unwrap()),
        ..Options::default()
    }
}

impl Cloud {
    pub(crate) async fn new() -> Self {
        Self::with(still()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::of(Sandbox::new(options)).await
    }

    pub(crate) async fn of(sandbox: Sandbox) -> Self {
        let mut cloud = Self {
            router: sandbox.router(),
            world: Value::Null,
        };
        cloud.world = cloud.get("/_sandbox/world", "").await.json();
        cloud
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .header("host", "sandbox.test:8080")
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.call("GET", path, token, "").await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        self.call("POST", path, token, &body.to_string()).await
    }

    /// Tells a control something that it must accept.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let reply = self.post(&format!("/_sandbox/{path}"), "", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    pub(crate) async fn advance(&self, seconds: i64) {
        self.control("clock", json!({"advance_seconds": seconds}))
            .await;
    }

    /// The account id of a person.
    pub(crate) fn person(&self, name: &str) -> String {
        let mut users = self.world["users"].as_array().unwrap().iter();
        let user = users.find(|user| user["name"].as_str().unwrap().starts_with(name));
        user.unwrap()["account_id"].as_str().unwrap().to_owned()
    }

    /// The cloud id of a site.
    pub(crate) fn site(&self, name: &str) -> String {
        self.site_row(name)["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn site_row(&self, name: &str) -> &Value {
        let mut sites = self.world["sites"].as_array().unwrap().iter();
        sites.find(|site| site["name"] == name).unwrap()
    }

    /// Drives the consent form, and returns the answer with its redirect.
    pub(crate) async fn decide(&self, fields: &[(&str, &str)]) -> Reply {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request =
            Request::post("/authorize").header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }

    /// Allows the app, and returns the code.
    pub(crate) async fn consent(&self, person: &str, site: &str, scopes: &str) -> String {
        let (person, site) = (self.person(person), self.site(site));
        let reply = self
            .decide(&[
                ("client_id", "sandbox-client"),
                ("redirect_uri", CALLBACK),
                ("response_type", "code"),
                ("scope", scopes),
                ("state", "s"),
                ("account_id", &person),
                ("site_id", &site),
                ("decision", "allow"),
            ])
            .await;
        assert_eq!(reply.status, 302, "{}", reply.text);
        redirect_parameter(&reply, "code")
    }

    pub(crate) async fn token(&self, mut body: Value) -> Reply {
        for (name, value) in [
            ("client_id", "sandbox-client"),
            ("client_secret", "sandbox-secret"),
        ] {
            if body.get(name).is_none() {
                body[name] = value.into();
            }
        }
        self.post("/oauth/token", "", &body).await
    }

    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        self.token(
            json!({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}),
        )
        .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.token(json!({"grant_type": "refresh_token", "refresh_token": token}))
            .await
    }

    /// Consents and redeems.
    pub(crate) async fn connect(&self, person: &str, site: &str, scopes: &str) -> Tokens {
        let code = self.consent(person, site, scopes).await;
        let reply = self.redeem(&code).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        tokens(&reply)
    }

    /// The path of an endpoint of Jira Software of a site, from `agile/1.0` or `software/1.0` on.
    pub(crate) fn software(&self, site: &str, tail: &str) -> String {
        format!("/ex/jira/{}/rest/{tail}", self.site(site))
    }

    /// The path of a platform endpoint of a site.
    pub(crate) fn api(&self, site: &str, tail: &str) -> String {
        format!("/ex/jira/{}/rest/api/3/{tail}", self.site(site))
    }
}

pub(crate) fn tokens(reply: &Reply) -> Tokens {
    let body = reply.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Tokens {
        access: text("access_token"),
        refresh: text("refresh_token"),
    }
}

/// A query parameter of the address a redirect leads to.
pub(crate) fn redirect_parameter(reply: &Reply, name: &str) -> String {
    let location = url::Url::parse(reply.header("location")).unwrap();
    let mut pairs = location.query_pairs();
    let found = pairs.find(|(found, _)| found == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {location}"))
        .1
        .into_owned()
}
