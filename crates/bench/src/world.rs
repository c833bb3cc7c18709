//! The simulated Jira that lists are read from: one site, with a project of each size.

use std::collections::BTreeMap;
use std::sync::Arc;

use juncture_sandbox::{Options, Sandbox};
use reqwest::Client;
use serde_json::{Value, json};

use crate::http::{bytes, client, json, location, text};
use crate::load::SECRET_KEY;
use crate::process::Process;
use crate::upstream::Upstream;

/// Who has connected.
pub(crate) const CUSTOMER: &str = "bench";

/// How many projects the site has, and sprints each of its first project's boards.
pub(crate) const PROJECTS: usize = 500;
pub(crate) const SPRINTS: usize = 120;

/// How many tickets the sprint holds.
pub(crate) const IN_SPRINT: usize = 120;

/// A simulated Jira, and what stands in it.
pub(crate) struct World {
    pub(crate) upstream: Arc<Upstream>,
    /// Where it is.
    pub(crate) url: String,
    pub(crate) http: Client,
    site: String,
    account: String,
    /// The ids of the projects with 100, 1,000 and 5,000 tickets, in this order.
    pub(crate) projects: [String; 3],
    /// Those of the sprints in one of which there are enough tickets.
    sprints: Vec<u64>,
}

impl World {
    /// Draws it.
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::new(Options {
            projects: PROJECTS,
            issues: 5_000,
            boards: 1,
            sprints: SPRINTS,
            ..Options::default()
        });
        let (upstream, url) = Upstream::serve(&sandbox).await;
        let http = client();
        let world = json(http.get(format!("{url}/_sandbox/world"))).await;
        let site = &world["sites"][0];
        let people = world["users"].as_array().expect("people");
        let member = people.iter().find(|user| user["site_ids"][0] == site["id"]);
        let boards = site["boards"].as_array().expect("boards");
        let board = |project: &Value| {
            let mut boards = boards.iter();
            boards.find(|board| board["project_id"] == project["id"])
        };
        let is_usable = |project: &&Value| {
            let sprints = board(project).and_then(|board| board["sprint_ids"].as_array());
            let is_closed = project["is_private"] == true || project["is_archived"] == true;
            !is_closed && sprints.is_some_and(|sprints| !sprints.is_empty())
        };
        let projects: Vec<&Value> = site["projects"]
            .as_array()
            .expect("projects")
            .iter()
            .collect();
        let (largest, others) = projects.split_first().expect("500 projects");
        let issues = |project: &Value| project["issues"].as_u64().expect("a number");
        let mut others = others.iter().copied().filter(is_usable);
        let mut next = || {
            others
                .find(|project| issues(project) <= 100)
                .expect("a small one")
        };
        let (small, middle, of_sprint) = (next(), next(), next());
        let this = Self {
            site: text(&site["id"]),
            account: text(&member.expect("a member")["account_id"]),
            projects: [small, middle, largest].map(|project| text(&project["id"])),
            sprints: (board(of_sprint).expect("a board")["sprint_ids"].as_array())
                .expect("sprints")
                .iter()
                .filter_map(Value::as_u64)
                .collect(),
            upstream,
            url,
            http,
        };
        let own_board = board(largest).expect("a board")["id"].as_u64();
        this.upstream.multiply(own_board.expect("an id"));
        for (project, wanted) in [(small, 100), (middle, 1_000), (of_sprint, 1_500)] {
            let add = wanted - issues(project);
            let new = json!({"site_id": this.site, "project": project["key"], "add": add});
            this.control("issues", &new).await;
        }
        this
    }

    /// Tells the sandbox something.
    pub(crate) async fn control(&self, what: &str, change: &Value) -> Value {
        let url = format!("{}/_sandbox/{what}", self.url);
        json(self.http.post(url).json(change)).await
    }

    /// Connects the customer by a consent, as a browser would.
    pub(crate) async fn connect(&self, server: &Process) {
        let api = format!("{}/api/frontend", server.url());
        let flow = json!({"provider": "jira", "external_id": CUSTOMER});
        let begun = self.http.post(format!("{api}/oauth/initiate-oauth-flow"));
        let begun = json(begun.json(&flow)).await;
        let uri: url::Url = text(&begun["authorization_uri"]).parse().expect("a URL");
        let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
        form.insert("account_id".to_owned(), self.account.clone());
        form.insert("site_id".to_owned(), self.site.clone());
        form.insert("decision".to_owned(), "allow".to_owned());
        let consent = self.http.post(format!("{}/authorize", self.url));
        let callback = location(consent.form(&form)).await;
        let page = location(self.http.get(callback)).await;
        let code = page.rsplit('/').next().expect("a code");
        let choice = json!({"connection_code": code, "site_id": self.site});
        let chosen = format!("{api}/finalize-connection/jira/create-connection");
        json(self.http.post(chosen).json(&choice)).await;
    }

    /// Asks the server's backend API.
    pub(crate) fn ask(&self, server: &Process, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/backend/{path}", server.url());
        self.http.get(url).bearer_auth(SECRET_KEY)
    }

    /// Reads a list and forgets it.
    pub(crate) async fn read(&self, server: &Process, path: &str) {
        bytes(self.ask(server, path)).await;
    }

    /// The path of the list of a project's tickets.
    pub(crate) fn tickets(project: &str) -> String {
        format!("jira/get-tickets-for-project?external_id={CUSTOMER}&jira_project_id={project}")
    }

    /// A sprint with as many tickets as are wanted: those beyond are deleted.
    pub(crate) async fn sprint(&self, server: &Process) -> u64 {
        for sprint in &self.sprints {
            let path = Self::sprint_tickets(*sprint);
            let found = json(self.ask(server, &path)).await;
            let tickets = found["tickets"].as_array().expect("tickets");
            if tickets.len() < IN_SPRINT {
                continue;
            }
            let beyond: Vec<&Value> = (tickets[IN_SPRINT..].iter())
                .map(|ticket| &ticket["key"])
                .collect();
            let delete = json!({"site_id": self.site, "delete": beyond});
            self.control("issues", &delete).await;
            return *sprint;
        }
        panic!("no sprint of {:?} holds {IN_SPRINT} tickets", self.sprints);
    }

    /// The path of the list of a sprint's tickets.
    pub(crate) fn sprint_tickets(sprint: u64) -> String {
        format!("jira/get-tickets-for-sprint?external_id={CUSTOMER}&sprint_id={sprint}")
    }
}
