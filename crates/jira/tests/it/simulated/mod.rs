//! The client against the simulated Atlassian Cloud, which shares no types with it and holds each
//! request against Atlassian's own documents.

mod around;
mod fields;
mod finding_out;
mod lists;
mod permissions;
mod reads;
mod workflows;
mod writes;

use std::sync::Arc;

use juncture_jira::secrecy::SecretString;
use juncture_jira::{Client, SystemClock, oauth};
use juncture_sandbox::{Options, Sandbox};
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use crate::support::http;

const ISSUES: usize = 237;
const CALLBACK: &str = "http://localhost/callback";

/// A running sandbox and what its control page tells of its world.
struct Cloud {
    sandbox: Sandbox,
    url: Url,
    world: Value,
}

impl Cloud {
    async fn start() -> Self {
        Self::start_with(true).await
    }

    /// A sandbox that may hold requests against Atlassian's documents, which are not all there is.
    async fn start_with(check_requests: bool) -> Self {
        let sandbox = Sandbox::new(Options {
            issues: ISSUES,
            boards: 60,
            sprints: 130,
            check_requests,
            ..Options::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        tokio::spawn(sandbox.clone().serve(listener, std::future::pending()));
        let world = http()
            .get(url.join("_sandbox/world").unwrap())
            .send()
            .await
            .unwrap();
        let world = juncture_json::decode(world.bytes().await.unwrap()).unwrap();
        Self {
            sandbox,
            url,
            world,
        }
    }

    fn site_id(&self) -> &str {
        self.world["sites"][0]["id"].as_str().unwrap()
    }

    /// The key of the largest project of the first site.
    fn project(&self) -> &str {
        self.world["sites"][0]["projects"][0]["key"]
            .as_str()
            .unwrap()
    }

    /// A client, and a token with all default scopes of somebody who reads English.
    async fn visitor(&self) -> (Client, SecretString) {
        let scopes = oauth::DEFAULT_SCOPES.join(" ");
        (self.client(), self.token(self.user("en"), &scopes).await)
    }

    /// Changes how the sandbox behaves.
    async fn switch(&self, switches: Value) {
        let url = self.url.join("_sandbox/switches").unwrap();
        let changed = http().post(url).json(&switches).send().await.unwrap();
        assert!(changed.status().is_success());
    }

    /// Takes permissions on the first site from somebody, by Jira's keys.
    async fn deny(&self, user: &Value, permissions: &[&str]) {
        let wish = serde_json::json!({
            "site_id": self.site_id(),
            "account_id": user["account_id"],
            "deny": permissions,
        });
        let url = self.url.join("_sandbox/permissions").unwrap();
        let changed = http().post(url).json(&wish).send().await.unwrap();
        assert!(changed.status().is_success());
    }

    fn client(&self) -> Client {
        Client::new(http(), self.url.clone(), Arc::new(SystemClock))
    }

    /// The first user of the first site who speaks this language.
    fn user(&self, language: &str) -> &Value {
        let site = &self.world["sites"][0]["id"];
        let users = self.world["users"].as_array().unwrap().iter();
        let mut users = users.filter(|user| user["site_ids"].as_array().unwrap().contains(site));
        users.find(|user| user["language"] == language).unwrap()
    }

    /// An access token with these scopes, by way of the consent page.
    async fn token(&self, user: &Value, scopes: &str) -> SecretString {
        let consent = [
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scopes),
            ("account_id", user["account_id"].as_str().unwrap()),
            ("site_id", self.world["sites"][0]["id"].as_str().unwrap()),
            ("decision", "allow"),
        ];
        let authorize = http().post(self.url.join("authorize").unwrap());
        let allowed = authorize.form(&consent).send().await.unwrap();
        let callback: Url = allowed.headers()["location"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let (_, code) = callback
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap();
        let exchange = [
            ("grant_type", "authorization_code"),
            ("client_id", "sandbox-client"),
            ("client_secret", "sandbox-secret"),
            ("redirect_uri", CALLBACK),
            ("code", &code),
        ];
        let token = http().post(self.url.join("oauth/token").unwrap());
        let tokens = token.form(&exchange).send().await.unwrap();
        let tokens: Value = juncture_json::decode(tokens.bytes().await.unwrap()).unwrap();
        tokens["access_token"].as_str().unwrap().into()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = self.sandbox.violations();
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}
