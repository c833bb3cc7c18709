//! The example app's own back end: its calls to Juncture, each of them recorded for the page.
//!
//! It knows Juncture's public HTTP API and nothing else of the server. A real product would hold
//! the same few functions, in its own language.

mod issues;

use std::sync::Arc;
use std::time::Duration;

use juncture_clock::Clock;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use url::Url;

pub(super) use issues::{Comment, Field, Issue, IssueType, NewTicket, Status, Value};

use super::calls::{Answer, Calls, Request};
use super::trouble::Trouble;

/// The one user of the example app, under which Juncture keeps the connection.
pub(super) const EXTERNAL_ID: &str = "demo-user";

/// How long a call may take; Juncture reads a large project in many requests.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long to wait for the first of two requests with the same key, and how often.
const PAUSE: Duration = Duration::from_millis(250);
const PAUSES: usize = 40;

/// Calls Juncture with the secret key.
pub(super) struct Backend {
    http: Client,
    juncture: Url,
    secret_key: SecretString,
    clock: Arc<dyn Clock>,
    /// What was called so far.
    pub(super) calls: Calls,
}

#[derive(Deserialize)]
pub(super) struct Initiated {
    pub(super) authorization_uri: Url,
}

#[derive(Deserialize)]
pub(super) struct Validity {
    exists: bool,
    is_expired: bool,
    is_invalid: bool,
}

impl Validity {
    /// Whether Juncture can reach the customer's Jira.
    pub(super) fn is_usable(&self) -> bool {
        self.exists && !self.is_expired && !self.is_invalid
    }

    /// Whether there was a connection that no longer works.
    pub(super) fn is_worn_out(&self) -> bool {
        self.exists && !self.is_usable()
    }
}

#[derive(Deserialize)]
pub(super) struct Projects {
    pub(super) projects: Vec<Project>,
    pub(super) selected_project_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) name: String,
    pub(super) lead: Option<Lead>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lead {
    pub(super) display_name: String,
}

#[derive(Deserialize)]
pub(super) struct Selected {
    pub(super) jira_project_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Tickets {
    pub(super) tickets: Vec<Ticket>,
    pub(super) total: usize,
    pub(super) sprint: Option<Sprint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket {
    pub(super) key: String,
    pub(super) summary: Option<String>,
    pub(super) issue_type: Option<String>,
    pub(super) status: Option<String>,
    pub(super) status_category: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) assignee: Option<String>,
    pub(super) updated: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sprint {
    pub(super) name: String,
    pub(super) goal: Option<String>,
    pub(super) start_date: Option<String>,
    pub(super) end_date: Option<String>,
}

impl Backend {
    /// A back end that has called nobody yet.
    pub(super) fn new(juncture: Url, secret_key: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self {
            http: http_client(),
            juncture,
            secret_key,
            clock,
            calls: Calls::default(),
        }
    }

    /// Where to send the visitor, so that they may connect their Jira.
    pub(super) async fn initiate(&self) -> Result<Initiated, Trouble> {
        let body = [("provider", "jira"), ("external_id", EXTERNAL_ID)];
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        self.call(&Request::post(path, &body).without_secret())
            .await
    }

    /// Whether the visitor's connection can be used.
    pub(super) async fn check_validity(&self) -> Result<Validity, Trouble> {
        let query = [("external_id", EXTERNAL_ID), ("provider", "jira")];
        let path = "/api/backend/connection-info/check-connection-validity";
        self.call(&Request::get(path, &query)).await
    }

    /// The projects of the connected site.
    pub(super) async fn get_projects(&self) -> Result<Projects, Trouble> {
        let query = [("external_id", EXTERNAL_ID)];
        self.call(&Request::get("/api/backend/jira/get-projects", &query))
            .await
    }

    /// Which project the visitor picked, if any.
    pub(super) async fn get_selected_project(&self) -> Result<Selected, Trouble> {
        let query = [("external_id", EXTERNAL_ID)];
        self.call(&Request::get(
            "/api/backend/jira/get-selected-project",
            &query,
        ))
        .await
    }

    /// Picks a project.
    pub(super) async fn select_project(&self, id: &str) -> Result<Json, Trouble> {
        let body = [("external_id", EXTERNAL_ID), ("jira_project_id", id)];
        self.call(&Request::post("/api/backend/jira/select-project", &body))
            .await
    }

    /// The tickets of the picked project.
    pub(super) async fn get_tickets(&self) -> Result<Tickets, Trouble> {
        let query = [("external_id", EXTERNAL_ID)];
        self.call(&Request::get(
            "/api/backend/jira/get-tickets-for-project",
            &query,
        ))
        .await
    }

    /// Makes a call that has an `Idempotency-Key`. After a double click the same request may still be
    /// under way: its answer is the answer to both, and soon there.
    async fn call_once<T: DeserializeOwned>(&self, request: Request) -> Result<T, Trouble> {
        for _ in 0..PAUSES {
            match self.call(&request).await {
                Err(trouble) if trouble.code() == Some("idempotency_key_in_use") => {
                    self.clock.sleep(PAUSE).await;
                }
                answered => return answered,
            }
        }
        self.call(&request).await
    }

    async fn call<T: DeserializeOwned>(&self, request: &Request) -> Result<T, Trouble> {
        let started_at = self.clock.now();
        let answered = self.send(request).await;
        let elapsed = self.clock.now().duration_since(started_at);
        let answer = match &answered {
            Ok((status, body)) => Answer::of(*status, body),
            Err(_) => Answer::none(),
        };
        self.calls.note(&self.juncture, request, answer, elapsed);
        let (status, body) = answered?;
        if !status.is_success() {
            let refusal = juncture_json::decode(&body)?;
            return Err(Trouble::Refused { status, refusal });
        }
        Ok(juncture_json::decode(&body)?)
    }

    async fn send(&self, request: &Request) -> Result<(StatusCode, String), reqwest::Error> {
        let url = self
            .juncture
            .join(request.path)
            .expect("a fixed path joins any http URL");
        let mut sending = self.http.request(request.method.clone(), url);
        if request.needs_secret {
            sending = sending.bearer_auth(self.secret_key.expose_secret());
        }
        sending = if request.is_get() {
            sending.query(&request.query())
        } else {
            sending.json(&request.body())
        };
        if let Some(key) = &request.idempotency_key {
            sending = sending.header("Idempotency-Key", key);
        }
        let response = sending.send().await?;
        Ok((response.status(), response.text().await?))
    }
}

/// A client of its own, as another product would have: through no proxy, since Juncture is on this
/// machine, and following no redirects, since its API has none.
pub(super) fn http_client() -> Client {
    juncture_outbound::use_ring();
    #[expect(
        clippy::disallowed_methods,
        reason = "the example app stands for another product, with its own client"
    )]
    let builder = Client::builder();
    builder
        .no_proxy()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("the TLS backend is compiled in")
}
