//! How long lists take: `get-tickets-for-project` of the server, beside the plain walk of Jira's
//! pages, against a sandbox whose every answer takes 50 ms.
//!
//! `scripts/bench` runs it. It prints a table; nothing here is an assertion about time.

mod support;

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use juncture_clock::{Clock, SystemClock};
use juncture_jira::Client;
use serde_json::json;
use tokio::runtime::Handle;

use support::{Bench, SECRET_KEY, json, print, text};

const LATENCY: Duration = Duration::from_millis(50);
/// So slow that everything but the waiting vanishes: what is left counts the calls in a row.
const COUNTING_LATENCY: Duration = Duration::from_millis(500);
const FIELDS: [&str; 9] = [
    "summary",
    "description",
    "status",
    "issuetype",
    "assignee",
    "reporter",
    "priority",
    "created",
    "updated",
];

#[tokio::main]
async fn main() {
    print(&format!(
        "| tickets | way | calls | calls in a row | wall time at {} ms |\n| --- | --- | --- | --- | --- |",
        LATENCY.as_millis()
    ));
    for issues in [1_000, 5_000] {
        let bench = Bench::start(&Handle::current(), issues).await;
        bench.list().await; // the id of the sprint field is asked for once
        for (way, is_walk) in [("Juncture", false), ("the plain walk", true)] {
            bench.set_latency(LATENCY).await;
            let (wall, calls) = bench.measure(is_walk, issues).await;
            bench.set_latency(COUNTING_LATENCY).await;
            let (slow, _) = bench.measure(is_walk, issues).await;
            let in_a_row = slow.as_millis() / COUNTING_LATENCY.as_millis();
            print(&format!(
                "| {issues} | {way} | {calls} | {in_a_row} | {} ms |",
                wall.as_millis()
            ));
        }
    }
}

impl Bench {
    /// The tickets by the server.
    async fn list(&self) -> usize {
        let path =
            "/api/backend/jira/get-tickets-for-project?external_id=bench&jira_project_id=10000";
        let answer = json(
            self.http
                .get(format!("{}{path}", self.server))
                .bearer_auth(SECRET_KEY),
        )
        .await;
        answer["tickets"].as_array().expect("tickets").len()
    }

    /// The tickets by reading page after page.
    async fn walk(&self) -> usize {
        let path = "/api/backend/connection-info/get-access-token?external_id=bench&provider=jira";
        let token = json(
            self.http
                .get(format!("{}{path}", self.server))
                .bearer_auth(SECRET_KEY),
        )
        .await;
        let token = text(&token["access_token"]).into();
        let api = self.sandbox.parse().expect("a URL");
        let client = Client::new(self.http.clone(), api, Arc::new(SystemClock));
        let site = client.site(&self.site_id, &token);
        let jql = r#"project = "10000" ORDER BY created DESC, key DESC"#;
        let issues: Vec<_> = site
            .search(jql, &FIELDS)
            .try_concat()
            .await
            .expect("all pages");
        issues.len()
    }

    /// The wall time of one list, and how many calls reached the sandbox for it.
    async fn measure(&self, is_walk: bool, expected: usize) -> (Duration, usize) {
        let log = format!("{}/_sandbox/requests", self.sandbox);
        json(self.http.delete(&log)).await;
        let began = SystemClock.now();
        let found = if is_walk {
            self.walk().await
        } else {
            self.list().await
        };
        let wall = SystemClock.now().duration_since(began).unsigned_abs();
        assert_eq!(found, expected, "the list is whole");
        let calls = json(self.http.get(&log)).await["requests"]
            .as_array()
            .expect("calls")
            .len();
        (wall, calls)
    }

    async fn set_latency(&self, latency: Duration) {
        let faults = format!("{}/_sandbox/faults", self.sandbox);
        json(self.http.delete(&faults)).await;
        let milliseconds = u64::try_from(latency.as_millis()).expect("a short time");
        let fault = json!({"kind": "latency", "milliseconds": milliseconds});
        let rule =
            json!({"path": "/ex/jira/", "match": "prefix", "times": "forever", "fault": fault});
        json(self.http.post(&faults).json(&rule)).await;
    }
}
