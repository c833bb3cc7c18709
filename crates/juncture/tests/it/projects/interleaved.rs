//! Two projects with the same external ids call in any order, and each sees what it would see alone.

use std::collections::BTreeMap;

use axum::http::Method;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{APPS, Made};
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};

const SEEDS: u64 = 200;
const STEPS: usize = 24;
const IDS: [&str; 2] = ["a", "b"];

/// Who connects for each of the two projects, and to what.
const CUSTOMERS: [(&str, &str); 2] = [(BRUNO, "Acme"), (ADA, "Acme")];

/// A project, and what it must see.
struct Side<'a> {
    app: &'a TestApp,
    project: Made,
    customer: (&'static str, &'static str),
    connected: BTreeMap<&'static str, Connected>,
    /// What each key of a creation has made: its ticket.
    created: BTreeMap<String, Value>,
}

/// A connection as its project must see it.
#[derive(Default)]
struct Connected {
    selected: Option<&'static str>,
    token: Option<String>,
}

impl Side<'_> {
    async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.app
            .call(method, path, &self.project.secret_key, body)
            .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &Value::Null).await
    }

    async fn step(&mut self, rng: &mut Rng) {
        let id = IDS[rng.usize(..IDS.len())];
        match rng.u8(..10) {
            0 | 1 => self.connect(id).await,
            2 => self.delete(id).await,
            3 => self.check_validity(id).await,
            4 | 5 => self.check_token(id).await,
            6 => self.select(id, ["10000", "10001"][rng.usize(..2)]).await,
            7 => self.check_selected(id).await,
            8 => self.pass_on(id).await,
            _ => self.create(id, rng).await,
        }
    }

    async fn connect(&mut self, id: &'static str) {
        let (person, site) = self.customer;
        self.app.connect_for(&self.project, id, person, site).await;
        // Whoever connects again to the same site keeps what is selected.
        self.connected.entry(id).or_default().token = None;
    }

    async fn delete(&mut self, id: &str) {
        let path = format!(
            "/api/backend/connection-info/delete-connection?external_id={id}&provider=jira"
        );
        let answer = self.call(Method::DELETE, &path, &Value::Null).await;
        let was_there = self.connected.remove(id).is_some();
        // The next connection of this name has keys of its own.
        self.created.retain(|key, _| !key.starts_with(id));
        answer.expect(if was_there { 200 } else { 404 });
    }

    async fn check_validity(&self, id: &str) {
        let path = format!(
            "/api/backend/connection-info/check-connection-validity?external_id={id}&provider=jira"
        );
        let exists = self.connected.contains_key(id);
        assert_eq!(self.get(&path).await.expect(200)["exists"], exists);
    }

    async fn check_token(&mut self, id: &str) {
        let path =
            format!("/api/backend/connection-info/get-access-token?external_id={id}&provider=jira");
        let answer = self.get(&path).await;
        let Some(connected) = self.connected.get_mut(id) else {
            answer.expect(401);
            return;
        };
        let body = answer.expect(200);
        let token = body["access_token"].as_str().unwrap().to_owned();
        let known = connected.token.get_or_insert_with(|| token.clone());
        assert_eq!(*known, token);
    }

    async fn select(&mut self, id: &str, project: &'static str) {
        let body = json!({"external_id": id, "jira_project_id": project});
        let path = "/api/backend/jira/select-project";
        let answer = self.call(Method::POST, path, &body).await;
        match self.connected.get_mut(id) {
            Some(connected) => {
                answer.expect(200);
                connected.selected = Some(project);
            }
            None => drop(answer.expect(404)),
        }
    }

    async fn check_selected(&self, id: &str) {
        let path = format!("/api/backend/jira/get-selected-project?external_id={id}");
        let answer = self.get(&path).await;
        match self.connected.get(id) {
            Some(connected) => {
                let selected = connected.selected;
                answer.assert(200, &json!({"jira_project_id": selected}));
            }
            None => drop(answer.expect(404)),
        }
    }

    /// Whoever Jira says it is must be this project's customer.
    async fn pass_on(&self, id: &str) {
        let path = format!("/api/backend/proxy/jira/rest/api/3/myself?external_id={id}");
        let answer = self.get(&path).await;
        if self.connected.contains_key(id) {
            let (person, _) = self.customer;
            assert_eq!(answer.expect(200)["displayName"], person);
        } else {
            answer.expect(404);
        }
    }

    /// Creates a ticket for a key of which there are few: another project's ticket must not come back.
    async fn create(&mut self, id: &str, rng: &mut Rng) {
        let key = format!("{id}-{}", rng.u8(..2));
        let body = json!({
            "external_id": id, "jira_project_id": "10000", "issue_type_id": "10004",
            "summary": format!("Ticket of {key}")
        });
        let request = axum::http::Request::post("/api/backend/jira/create-ticket")
            .header(
                "authorization",
                format!("Bearer {}", self.project.secret_key),
            )
            .header("content-type", "application/json")
            .header("idempotency-key", &key);
        let request = request.body(body.to_string().into()).unwrap();
        let answer = self.app.send(request).await;
        if !self.connected.contains_key(id) {
            answer.expect(404);
            return;
        }
        let ticket = answer.expect(201)["ticket"].clone();
        let known = self.created.entry(key).or_insert_with(|| ticket.clone());
        assert_eq!(*known, ticket);
    }
}

#[tokio::test]
async fn nothing_of_one_project_shows_in_the_other() {
    let app = TestApp::start_cloud().await;
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let mut sides = Vec::new();
        for number in 0..2 {
            let name = format!("{seed}-{number}");
            let project = app.make_project_with_app(&name, APPS[number]).await;
            sides.push(Side {
                app: &app,
                project,
                customer: CUSTOMERS[number],
                connected: BTreeMap::new(),
                created: BTreeMap::new(),
            });
        }
        for _ in 0..STEPS {
            let side = rng.usize(..2);
            sides[side].step(&mut rng).await;
        }
        // They work on one site, and no ticket was given to both.
        let [one, other] = &sides[..] else {
            unreachable!()
        };
        let tickets = |side: &Side| {
            let made = side.created.values();
            made.map(|ticket| ticket["id"].to_string() + &ticket["key"].to_string())
                .collect::<Vec<_>>()
        };
        let (one, other) = (tickets(one), tickets(other));
        let both = one.iter().filter(|ticket| other.contains(ticket));
        assert_eq!(both.count(), 0, "seed {seed}: {one:?} {other:?}");
    }
}
