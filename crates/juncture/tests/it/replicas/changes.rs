//! What a customer changes: the selected project, and tickets of their own.

use axum::http::Method;
use serde_json::json;

use super::answer::Request;
use super::customer::{Customer, PROJECTS};

/// A ticket that this customer has created.
pub(super) struct Ticket {
    pub(super) key: String,
    /// The summary; more of them after changes of which nobody knows whether Jira has made them, or
    /// when it will have.
    pub(super) summaries: Vec<String>,
    /// After a deletion of which nobody knows.
    pub(super) may_be_gone: bool,
}

impl Customer<'_> {
    pub(super) async fn select_project(&mut self) {
        let project = *self.rng.choice(&PROJECTS).unwrap();
        let body = json!({"external_id": self.who.external_id, "jira_project_id": project});
        let select = Request::of(Method::POST, "/api/backend/jira/select-project", body);
        if let Some(answer) = self.ask("select", &select).await {
            assert_eq!(answer.expect(200), json!({"success": true}));
            self.selected.clear();
        }
        self.selected.push(Some(project));
    }

    /// Creates a ticket. Where a server died with the request, it is sent once more: its key tells
    /// another server that it is the same.
    pub(super) async fn create_ticket(&mut self) {
        let summary = self.new_summary();
        let body = json!({
            "external_id": self.who.external_id, "jira_project_id": PROJECTS[0],
            "summary": summary, "issue_type_id": self.issue_type_id,
        });
        let create = Request {
            idempotency_key: Some(summary.clone()),
            ..Request::of(Method::POST, "/api/backend/jira/create-ticket", body)
        };
        for _ in 0..2 {
            let Some(answer) = self.ask("create", &create).await else {
                continue;
            };
            let ticket = &answer.expect(201)["ticket"];
            assert_eq!(ticket["summary"], *summary);
            self.tickets.push(Ticket {
                key: ticket["key"].as_str().unwrap().to_owned(),
                summaries: vec![summary],
                may_be_gone: false,
            });
            return;
        }
        self.perhaps_created.insert(summary);
    }

    pub(super) async fn edit_ticket(&mut self) {
        let Some(number) = self.any_ticket() else {
            return;
        };
        let summary = self.new_summary();
        let body = json!({
            "external_id": self.who.external_id, "issue_id_or_key": self.tickets[number].key,
            "summary": summary,
        });
        let edit = Request::of(Method::PUT, "/api/backend/jira/edit-issue", body);
        let answer = self.ask("edit", &edit).await;
        let ticket = &mut self.tickets[number];
        match answer {
            None => ticket.summaries.push(summary),
            Some(answer) if answer.status == 404 && ticket.may_be_gone => {
                self.tickets.remove(number);
            }
            Some(answer) => {
                let edited = answer.expect(200);
                assert_eq!(edited["issue"]["summary"], *summary);
                // What a server had sent to Jira when it died may come late.
                ticket.summaries[0] = summary;
            }
        }
    }

    pub(super) async fn delete_ticket(&mut self) {
        let Some(number) = self.any_ticket() else {
            return;
        };
        let body = json!({
            "external_id": self.who.external_id, "issue_id_or_key": self.tickets[number].key,
        });
        let delete = Request::of(Method::DELETE, "/api/backend/jira/delete-issue", body);
        let answer = self.ask("delete", &delete).await;
        let ticket = &mut self.tickets[number];
        match answer {
            None => ticket.may_be_gone = true,
            Some(answer) => {
                if !(answer.status == 404 && ticket.may_be_gone) {
                    assert_eq!(answer.expect(200), json!({"success": true}));
                }
                self.tickets.remove(number);
            }
        }
    }

    /// Looks at one ticket.
    pub(super) async fn ask_for_ticket(&mut self) {
        if let Some(number) = self.any_ticket() {
            self.check_ticket(number).await;
        }
    }

    /// Looks at a ticket; whether that was answered.
    pub(super) async fn check_ticket(&mut self, number: usize) -> bool {
        let key = &self.tickets[number].key;
        let path = format!("/api/backend/jira/get-issue-details?issue_id_or_key={key}");
        let Some(answer) = self.get("ticket", &path).await else {
            return false;
        };
        let ticket = &self.tickets[number];
        if answer.status != 404 || !ticket.may_be_gone {
            let issue = &answer.expect(200)["issue"];
            assert_eq!(issue["key"], *ticket.key);
            let summary = issue["summary"].as_str().unwrap();
            assert!(
                ticket.summaries.iter().any(|may_be| may_be == summary),
                "{summary}"
            );
        }
        true
    }

    /// Lists the tickets of the project in which all customers create theirs.
    pub(super) async fn ask_for_tickets(&mut self) {
        let path = format!(
            "/api/backend/jira/get-tickets-for-project?jira_project_id={}",
            PROJECTS[0]
        );
        let Some(answer) = self.get("tickets", &path).await else {
            return;
        };
        let list = answer.expect(200);
        let listed = list["tickets"].as_array().unwrap();
        assert_eq!(list["total"], listed.len());
        let mut keys: Vec<&str> = listed
            .iter()
            .map(|ticket| ticket["key"].as_str().unwrap())
            .collect();
        keys.sort_unstable();
        assert!(
            keys.windows(2).all(|pair| pair[0] != pair[1]),
            "one is listed twice"
        );
        for ticket in self.tickets.iter().filter(|ticket| !ticket.may_be_gone) {
            let found = listed.iter().find(|listed| listed["key"] == *ticket.key);
            let found = found.unwrap_or_else(|| panic!("{} is missing", ticket.key));
            let summary = found["summary"].as_str().unwrap();
            assert!(
                ticket.summaries.iter().any(|may_be| may_be == summary),
                "{summary}"
            );
        }
    }

    fn any_ticket(&mut self) -> Option<usize> {
        (!self.tickets.is_empty()).then(|| self.rng.usize(..self.tickets.len()))
    }

    fn new_summary(&mut self) -> String {
        format!("{} {:016x}", self.who.external_id, self.rng.u64(..))
    }
}
