//! Two projects with the same external ids call in any order, and each sees what it would see alone: in its
//! answers, and in what is logged, counted and shared of them.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use fastrand::Rng;
use serde_json::{Value, json};

use super::calls::{Names, every_call, names};
use super::traces::{self, Traces};
use crate::support::TestApp;
use crate::support::admin::{APPS, CLOUD, Made};
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO};
use crate::support::log::Log;
use crate::support::redis::PrivateRedis;

/// So many with caches in memory, and as many with a shared one.
const SEEDS: u64 = 100;
const STEPS: usize = 24;
const IDS: [&str; 2] = ["customer-one", "customer-two"];

/// Who connects for each of the two projects, and to what: by turns to one site, and to two.
const CUSTOMERS: [[(&str, &str); 2]; 2] = [
    [(BRUNO, "Acme"), (ADA, "Acme")],
    [(BRUNO, "Acme"), (ADA, "Initech")],
];

/// A project, and what it must see.
struct Side<'a> {
    app: &'a TestApp,
    project: Made,
    customer: (&'static str, &'static str),
    connected: BTreeMap<&'static str, Connected>,
    /// What each key of a creation has made: its ticket.
    created: BTreeMap<String, Value>,
    /// What the other one must never be told.
    own: Traces,
}

/// A connection as its project must see it.
struct Connected {
    selected: Option<&'static str>,
    token: Option<String>,
    names: Names,
}

impl Side<'_> {
    /// A project with its own app, whose customer this is.
    async fn make<'a>(
        app: &'a TestApp,
        name: &str,
        number: usize,
        customer: (&'static str, &'static str),
    ) -> Side<'a> {
        let project = app.make_project_with_app(name, APPS[number]).await;
        let mut own = Traces::default();
        own.secret([&project.public_key, &project.secret_key, APPS[number].1]);
        own.public([&project.id, APPS[number].0]);
        Side {
            app,
            project,
            customer,
            connected: BTreeMap::new(),
            created: BTreeMap::new(),
            own,
        }
    }

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
        match rng.u8(..14) {
            0 | 1 => self.connect(id).await,
            2 => self.delete(id).await,
            3 => self.check_validity(id).await,
            4 | 5 => self.check_token(id).await,
            6 => self.select(id, ["10000", "10001"][rng.usize(..2)]).await,
            7 => self.check_selected(id).await,
            8 => self.pass_on(id).await,
            9..13 => self.call_any(id, rng).await,
            _ => self.create(id, rng).await,
        }
    }

    async fn connect(&mut self, id: &'static str) {
        let (person, site) = self.customer;
        self.app.connect_for(&self.project, id, person, site).await;
        let names = names(self.app, &self.project.secret_key, id).await;
        self.own.public([&names.connection_id]);
        // Whoever connects again to the same site keeps what is selected.
        let selected = self.connected.remove(id).and_then(|was| was.selected);
        let token = None;
        let connected = Connected {
            selected,
            token,
            names,
        };
        self.connected.insert(id, connected);
    }

    /// Any call of the whole API that takes nothing from the model.
    async fn call_any(&self, id: &'static str, rng: &mut Rng) {
        let names = self.connected.get(id).map(|connected| &connected.names);
        let known = names.cloned().unwrap_or_else(|| Names::of_nobody(id));
        let mut calls = every_call(&known);
        let is_modelled = |path: &str| {
            let modelled = ["/select-project", "/delete-connection", "/connections/"];
            modelled.iter().any(|name| path.contains(name))
        };
        calls.retain(|call| call.method == Method::GET || !is_modelled(&call.path));
        // Atlassian has no such operation with the other methods, and must not be asked for it.
        let is_unfit = |path: &str| names.is_some() && path.starts_with("/api/backend/proxy/");
        calls.retain(|call| call.is_read() || !is_unfit(&call.path));
        let call = &calls[rng.usize(..calls.len())];
        let answer = call.send(self.app, &self.project.secret_key).await;
        let may_be_unconnected =
            call.path.contains("/check-connection-validity") || call.is_for_anybody();
        let is_unconnected = names.is_none() && !may_be_unconnected;
        if is_unconnected && !call.path.starts_with("/api/backend/connections?") {
            assert!([401, 404].contains(&answer.status.as_u16()), "{call:?}");
        }
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
        self.own.secret([&token]);
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

    /// The tickets that were made.
    fn tickets(&self) -> BTreeSet<String> {
        let made = self.created.values();
        made.map(|ticket| ticket["id"].to_string() + &ticket["key"].to_string())
            .collect()
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

/// What two projects of this number do to each other.
async fn interleave(app: &TestApp, seed: u64, log: &Log) -> Traces {
    let mut rng = Rng::with_seed(seed);
    let customers = CUSTOMERS[usize::from(seed.is_multiple_of(2))];
    let mut sides = Vec::new();
    for (number, customer) in customers.into_iter().enumerate() {
        let name = format!("{seed}-{number}");
        sides.push(Side::make(app, &name, number, customer).await);
    }
    log.take();
    for _ in 0..STEPS {
        let side = rng.usize(..2);
        sides[side].step(&mut rng).await;
        let lines = log.take();
        sides[1 - side]
            .own
            .assert_none_in(&lines, &format!("seed {seed}"));
        traces::assert_told(&lines, &IDS);
    }
    let [one, other] = &sides[..] else {
        unreachable!()
    };
    // Where they work on one site, no ticket was given to both.
    if customers[0].1 == customers[1].1 {
        let both = one.tickets().intersection(&other.tickets()).count();
        assert_eq!(both, 0, "seed {seed}");
    }
    one.own.and(&other.own)
}

async fn interleave_all(app: &TestApp, seeds: std::ops::Range<u64>) -> Traces {
    let (log, _guard) = Log::read_along();
    let mut traces = Traces::default();
    for seed in seeds {
        traces = traces.and(&interleave(app, seed, &log).await);
    }
    let counted = app.visit("/metrics").await.text();
    traces::assert_labels(&counted);
    traces.assert_none_in(&[json!(counted)], "the metrics");
    traces
}

#[tokio::test]
async fn nothing_of_one_project_shows_in_the_other() {
    let app = TestApp::start_small_cloud_with(&CLOUD).await;
    interleave_all(&app, 0..SEEDS).await;
}

#[tokio::test]
async fn nothing_of_one_project_shows_in_the_other_where_they_share_a_cache() {
    let redis = PrivateRedis::start();
    let url = redis.url();
    let variables = [&CLOUD[..], &[("REDIS_URL", &url)]].concat();
    let app = TestApp::start_small_cloud_with(&variables).await;
    let traces = interleave_all(&app, SEEDS..2 * SEEDS).await;
    let keys: Vec<String> = redis.ask(&["KEYS", "*"]).await;
    assert!(keys.len() > 10, "{keys:?}");
    let mut entries = Vec::new();
    for key in &keys {
        let value: Vec<u8> = redis.ask(&["GET", key]).await;
        entries.push(json!([key, String::from_utf8_lossy(&value)]));
    }
    traces.assert_none_in(&entries, "the shared cache");
    let entries = json!(entries).to_string();
    for id in IDS {
        assert!(
            !entries.contains(id),
            "{id} is readable in the shared cache"
        );
    }
}
