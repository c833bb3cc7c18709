//! `search-issues` and `count-issues`: what is found.

use std::collections::BTreeSet;

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

const COUNT: &str = "/ex/jira/*/rest/api/3/search/approximate-count";

pub(super) async fn start_with_issues(issues: usize) -> TestApp {
    let options = Options {
        issues,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], TestSandbox::start_with(options).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

/// A search of the first connection.
pub(super) async fn search(app: &TestApp, body: Value) -> Answer {
    let mut body = body;
    if body.get("external_id").is_none() {
        body["external_id"] = "a".into();
    }
    app.post("/api/backend/jira/search-issues", &body).await
}

pub(super) async fn count(app: &TestApp, jql: &str) -> Answer {
    let body = json!({"external_id": "a", "jql": jql});
    app.post("/api/backend/jira/count-issues", &body).await
}

pub(super) fn keys(body: &Value) -> Vec<String> {
    let issues = body["issues"].as_array().unwrap().iter();
    issues
        .map(|issue| issue["key"].as_str().unwrap().to_owned())
        .collect()
}

/// The calls for issues and about queries, in order, since the last time.
pub(super) async fn calls(app: &TestApp) -> Vec<String> {
    let requests = app.sandbox.requests().await;
    let paths = requests
        .iter()
        .map(|request| request["path"].as_str().unwrap());
    let mut calls: Vec<String> = (paths.filter_map(|path| path.split_once("/rest/api/3/")))
        .map(|(_, call)| call.to_owned())
        .collect();
    calls.sort();
    app.sandbox.forget_requests().await;
    calls
}

#[tokio::test]
async fn all_issues_come_in_the_order_of_the_query() {
    let app = start_with_issues(450).await;
    let tickets = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
    let tickets = app.get(tickets).await.expect(200);
    let newest_first = "project = SHOP ORDER BY created DESC, key DESC";
    let found = search(&app, json!({"jql": newest_first})).await.expect(200);
    assert_eq!(
        found["issues"], tickets["tickets"],
        "in the shape of tickets"
    );
    let rest = json!({"issues": [], "total": 450, "next_cursor": null});
    let mut without_issues = found.clone();
    without_issues["issues"] = json!([]);
    assert_eq!(without_issues, rest);

    let oldest_first = "project = SHOP ORDER BY created ASC, key ASC";
    let mut found = keys(&search(&app, json!({"jql": oldest_first})).await.expect(200));
    found.reverse();
    assert_eq!(found, keys(&json!({"issues": tickets["tickets"]})));
    let counted = count(&app, "project = SHOP").await;
    counted.assert(200, &json!({"count": 450}));
}

#[tokio::test]
async fn ten_thousand_issues_are_whole_while_the_world_changes_and_more_are_too_many() {
    let app = start_with_issues(10_003).await;
    let jql = json!({"jql": "project = SHOP ORDER BY key ASC"});
    let refused = search(&app, jql.clone()).await;
    refused.assert(
        400,
        &json!({
            "error": "Too many results for one answer", "code": "too_many_results",
            "details": {
                "most": 10_000, "total": 10_003,
                "reason": "restrict the query, or ask for pages with limit",
            },
        }),
    );
    // Without the issues themselves: their ids are enough to know.
    let asked = calls(&app).await;
    assert!(
        !asked.iter().any(|call| call == "issue/bulkfetch"),
        "{asked:?}"
    );
    assert!(asked.len() <= 7, "{asked:?}");
    // The number is for good measure.
    app.sandbox.fail(COUNT, 500, None).await;
    let refused = search(&app, jql.clone()).await.expect(400);
    assert_eq!(refused["code"], "too_many_results");
    assert!(refused["details"].get("total").is_none(), "{refused}");
    app.sandbox.clear_faults().await;

    let site_id = app.site_id("Acme").await;
    let change = |change: &Value| {
        let mut change = change.clone();
        change["site_id"] = json!(site_id);
        let sandbox = app.sandbox.clone();
        async move { sandbox.control("issues", &change).await }
    };
    let few: Vec<String> = (1..=50).map(|number| format!("SHOP-{number}")).collect();
    change(&json!({"delete": few})).await;
    // The ids are known; now some of them go, come and change, and then the issues are read.
    app.sandbox
        .hang("/ex/jira/*/rest/api/3/issue/bulkfetch", false)
        .await;
    let mut searching = Box::pin(search(&app, jql));
    let bulk = app
        .sandbox
        .run_until_request(&mut searching, "/issue/bulkfetch", 1);
    bulk.await;
    change(&json!({
        "project": "SHOP", "add": 5, "touch": ["SHOP-60", "SHOP-9000"],
        "move": [{"issue": "SHOP-700", "to": "PLAT"}], "delete": ["SHOP-800", "SHOP-5000"],
    }))
    .await;
    app.sandbox.clear_faults().await;
    let found = searching.await.expect(200);

    let keys = keys(&found);
    let once: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(once.len(), keys.len(), "none twice");
    assert_eq!(found["total"], keys.len());
    let gone = [700, 800, 5_000];
    let stayed = (51..=10_003).filter(|number| !gone.contains(number));
    for number in stayed {
        assert!(
            once.contains(format!("SHOP-{number}").as_str()),
            "SHOP-{number}"
        );
    }
    for gone in ["SHOP-700", "SHOP-800", "SHOP-5000"] {
        assert!(!once.contains(gone), "{gone}");
    }
    let numbers: Vec<u64> = (keys.iter())
        .map(|key| key.trim_start_matches("SHOP-").parse().unwrap())
        .collect();
    assert!(numbers.is_sorted(), "in the order of the query");
}

#[tokio::test]
async fn parameters_that_are_none_are_told_by_name() {
    let app = start_with_issues(5).await;
    let missing = |fields: &[&str]| {
        json!({
            "error": "Missing required fields: external_id or jql", "code": "missing_parameter",
            "details": {"missing": fields},
        })
    };
    for endpoint in ["search-issues", "count-issues"] {
        let path = format!("/api/backend/jira/{endpoint}");
        let empty = app.post(&path, &json!({})).await;
        empty.assert(400, &missing(&["external_id", "jql"]));
        let without_jql = app
            .post(&path, &json!({"external_id": "a", "jql": ""}))
            .await;
        without_jql.assert(400, &missing(&["jql"]));
    }
    for (field, values) in [
        (
            "limit",
            [json!(0), json!(201), json!(-1), json!("ten"), json!(1.5)],
        ),
        (
            "fields",
            [json!(1), json!({}), json!([1]), json!([null]), json!(true)],
        ),
        (
            "cursor",
            [json!([]), json!({}), json!(true), json!(1.5), json!([1])],
        ),
    ] {
        for value in values {
            let body = json!({"jql": "project = SHOP", field: value});
            let body = search(&app, body).await.expect(400);
            assert_eq!(
                (&body["code"], &body["details"]["field"]),
                (&json!("invalid_parameter"), &json!(field)),
                "{value}"
            );
        }
    }
    let nobody = json!({"external_id": "nobody", "jql": "project = SHOP"});
    let nobody = search(&app, nobody).await.expect(404);
    assert_eq!(nobody["code"], "connection_not_found");
}

#[tokio::test]
async fn the_failure_of_jira_is_the_failure_of_the_search() {
    let app = start_with_issues(5).await;
    let body = json!({"jql": "project = SHOP"});
    app.sandbox
        .fail("/ex/jira/*/rest/api/3/search/*", 503, None)
        .await;
    for (answer, error) in [
        (search(&app, body).await, "Failed to search Jira issues"),
        (
            count(&app, "project = SHOP").await,
            "Failed to count Jira issues",
        ),
    ] {
        let body = answer.expect(500);
        assert_eq!(
            (&body["error"], &body["code"]),
            (&json!(error), &json!("upstream_unavailable"))
        );
    }
}
