//! One customer: what is known of their connection, and the questions about it.

use std::collections::BTreeSet;

use axum::http::Method;
use fastrand::Rng;
use serde_json::{Value, json};

use super::answer::{Answer, Request};
use super::changes::Ticket;
use super::connecting::Consenting;
use super::fleet::Fleet;
use super::report::Report;
use crate::support::sandbox::subject;

const CONNECTION_INFO: &str = "/api/backend/connection-info";

/// Acme's projects that may be selected.
pub(super) const PROJECTS: [&str; 2] = ["10000", "10001"];

/// Calls one thing after the other, and knows what each answer must be. Nobody else changes what this
/// customer has.
pub(super) struct Customer<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) rng: Rng,
    pub(super) who: Consenting,
    pub(super) issue_type_id: String,
    /// What `get-projects` gave before anybody was killed.
    pub(super) projects: Value,
    /// The project that is selected; two of them after a selection of which nobody knows.
    pub(super) selected: Vec<Option<&'static str>>,
    pub(super) tickets: Vec<Ticket>,
    /// Summaries of tickets that may have been created.
    pub(super) perhaps_created: BTreeSet<String>,
    pub(super) report: Report,
}

impl Customer<'_> {
    /// Asks and changes at random until so many requests have been sent by all.
    pub(super) async fn live(mut self, requests: usize) -> Self {
        while *self.fleet.sent.borrow() < requests {
            match self.rng.u8(..100) {
                0..24 => self.ask_for_token().await,
                24..36 => self.ask_for_validity().await,
                36..48 => self.ask_for_selection().await,
                48..56 => self.ask_for_projects().await,
                56 => self.ask_for_tickets().await,
                57..68 => self.ask_for_ticket().await,
                68..74 => self.select_project().await,
                74..80 => self.create_ticket().await,
                80..88 => self.edit_ticket().await,
                88..91 => self.delete_ticket().await,
                91..94 => self.reconnect().await,
                94 => self.delete_connection().await,
                _ => self.err().await,
            }
        }
        self
    }

    /// Sends a request; what came of it, unless nobody knows or the server says honestly that it could
    /// not do it.
    pub(super) async fn ask(&mut self, what: &str, request: &Request) -> Option<Answer> {
        let Some(answer) = self.fleet.ask(request).await else {
            self.report.count(what, "none: the server was killed");
            return None;
        };
        if let Some(error) = answer.honest_error() {
            self.report.count(what, &error);
            return None;
        }
        self.report.count(what, &answer.status.to_string());
        Some(answer)
    }

    /// A GET about this customer.
    pub(super) async fn get(&mut self, what: &str, path: &str) -> Option<Answer> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}external_id={}", self.who.external_id);
        self.ask(what, &Request::get(path)).await
    }

    pub(super) async fn ask_for_token(&mut self) {
        let path = format!("{CONNECTION_INFO}/get-access-token?provider=jira");
        if let Some(answer) = self.get("token", &path).await {
            let token = answer.expect(200)["access_token"]
                .as_str()
                .unwrap()
                .to_owned();
            assert_eq!(subject(&token), self.who.account_id);
            assert!(self.fleet.deployment.sandbox.takes(&token).await);
        }
    }

    pub(super) async fn ask_for_validity(&mut self) {
        let path = format!("{CONNECTION_INFO}/check-connection-validity?provider=jira");
        if let Some(answer) = self.get("validity", &path).await {
            let validity = answer.expect(200);
            let state = ["exists", "is_expired", "is_invalid"].map(|name| &validity[name]);
            assert_eq!(state, [true, false, false], "{validity}");
        }
    }

    async fn ask_for_selection(&mut self) {
        let answer = self
            .get("selection", "/api/backend/jira/get-selected-project")
            .await;
        if let Some(answer) = answer {
            let selection = answer.expect(200);
            let selected = selection["jira_project_id"].as_str();
            assert!(
                self.selected.contains(&selected),
                "{selection}, not {:?}",
                self.selected
            );
        }
    }

    async fn ask_for_projects(&mut self) {
        let answer = self.get("projects", "/api/backend/jira/get-projects").await;
        if let Some(answer) = answer {
            let mut projects = answer.expect(200);
            projects["selected_project_id"].take();
            assert_eq!(projects, self.projects);
        }
    }

    /// What must be refused is refused by every server.
    async fn err(&mut self) {
        let id = &self.who.external_id;
        let selection = "/api/backend/jira/get-selected-project";
        let right = format!("{selection}?external_id={id}");
        let (request, status, code) = match self.rng.u8(..4) {
            0 => (Request::get(right).without_key(), 401, "invalid_secret_key"),
            1 => (Request::get(selection), 400, "missing_parameter"),
            2 => (
                Request::get(format!("{right}-unknown")),
                404,
                "connection_not_found",
            ),
            _ => (Request::get("/api/backend/unknown"), 404, "not_found"),
        };
        if let Some(answer) = self.ask("mistake", &request).await {
            assert_eq!(answer.expect(status)["code"], code);
        }
    }

    /// Connects anew; the connection is the same one, and what was selected still is.
    async fn reconnect(&mut self) {
        self.fleet.connect(&self.who).await;
        self.report.count("reconnection", "200");
    }

    /// Deletes the connection and makes another.
    async fn delete_connection(&mut self) {
        let path = format!(
            "{CONNECTION_INFO}/delete-connection?provider=jira&external_id={}",
            self.who.external_id
        );
        let delete = Request {
            method: Method::DELETE,
            ..Request::get(path)
        };
        let mut may_be_gone = false;
        loop {
            match self.ask("deletion", &delete).await {
                None => may_be_gone = true,
                Some(answer) if answer.status == 404 && may_be_gone => break,
                Some(answer) => {
                    assert_eq!(answer.expect(200), json!({"success": true}));
                    break;
                }
            }
        }
        let path = format!("{CONNECTION_INFO}/get-connection-credentials?provider=jira");
        if let Some(answer) = self.get("credentials", &path).await {
            assert_eq!(answer.expect(404)["code"], "connection_not_found");
        }
        self.fleet.connect(&self.who).await;
        self.selected = vec![None];
    }
}
