//! `get-tickets-for-project`

use std::collections::BTreeSet;

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

const TICKETS: &str = "/api/backend/jira/get-tickets-for-project?external_id=a";

async fn start_with_issues(issues: usize) -> TestApp {
    let sandbox = TestSandbox::start_with(Options {
        issues,
        ..Options::default()
    })
    .await;
    let app = TestApp::start_with(&[], sandbox).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

fn ids(body: &Value) -> Vec<String> {
    body["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| ticket["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn all_tickets_come_newest_first_and_each_once() {
    let app = start_with_issues(1237).await;
    // Jira may give short pages anywhere.
    app.sandbox
        .set_switches(&json!({"short_pages": true}))
        .await;
    let body = app
        .get(&format!("{TICKETS}&jira_project_id=10000"))
        .await
        .expect(200);
    assert_eq!(body["total"], 1237);
    assert_eq!(ids(&body).iter().collect::<BTreeSet<_>>().len(), 1237);
    let created: Vec<jiff::Timestamp> = body["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| {
            jiff::fmt::strtime::parse(
                "%Y-%m-%dT%H:%M:%S%.f%z",
                ticket["created"].as_str().unwrap(),
            )
            .unwrap()
            .to_timestamp()
            .unwrap()
        })
        .collect();
    assert!(created.is_sorted_by(|newer, older| newer >= older));
}

#[tokio::test]
async fn a_ticket_has_the_documented_shape() {
    let app = start_with_issues(240).await;
    let body = app
        .get(&format!("{TICKETS}&jira_project_id=SHOP"))
        .await
        .expect(200);
    let tickets = body["tickets"].as_array().unwrap();
    let keys: BTreeSet<&str> = tickets
        .iter()
        .flat_map(|ticket| ticket.as_object().unwrap().keys())
        .map(String::as_str)
        .collect();
    let documented = [
        "assignee",
        "created",
        "description",
        "id",
        "issueType",
        "key",
        "priority",
        "reporter",
        "status",
        "statusCategory",
        "summary",
        "updated",
    ];
    assert_eq!(keys, documented.into_iter().collect());
    for ticket in tickets {
        assert!(
            ticket.as_object().unwrap().values().all(Value::is_string),
            "strings, or absent: {ticket}"
        );
        assert!(ticket["key"].as_str().unwrap().starts_with("SHOP-"));
        assert!(
            ["new", "indeterminate", "done"].contains(&ticket["statusCategory"].as_str().unwrap())
        );
    }
    assert!(
        tickets
            .iter()
            .any(|ticket| ticket.get("assignee").is_none()),
        "an unassigned one"
    );
    assert!(
        tickets
            .iter()
            .any(|ticket| ticket.get("description").is_none()),
        "one without description"
    );
    // Jira's own timestamps pass through unchanged: they have no colon in the offset.
    let created = tickets[0]["created"].as_str().unwrap();
    assert!(
        created.len() == 28 && !created[23..].contains(':'),
        "{created}"
    );
}

#[tokio::test]
async fn descriptions_are_markdown() {
    let app = start_with_issues(240).await;
    let body = app
        .get(&format!("{TICKETS}&jira_project_id=10000"))
        .await
        .expect(200);
    let all: String = body["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|ticket| ticket["description"].as_str())
        .collect::<Vec<_>>()
        .join("\n\n");
    for mark in [
        "**", "\n- ", "\n3. ", "```", "| --- |", "- [x] ", "## ", "> ", "](http",
    ] {
        assert!(all.contains(mark), "no {mark:?}");
    }
    for leak in ["\"type\":", "\"content\":", "localId"] {
        assert!(!all.contains(leak), "{leak} leaks from the document format");
    }
}

#[tokio::test]
async fn the_active_sprint_shows_with_its_dates() {
    let app = start_with_issues(240).await;
    let body = app
        .get(&format!("{TICKETS}&jira_project_id=10000"))
        .await
        .expect(200);
    let sprint = &body["sprint"];
    assert!(sprint["id"].is_u64());
    assert_eq!(sprint["state"], "active");
    assert_eq!(sprint["name"], "SHOP Sprint 4");
    for field in ["startDate", "endDate", "goal"] {
        assert!(sprint[field].is_string(), "{field}");
    }
    assert_eq!(sprint["completeDate"], Value::Null);
    assert_eq!(sprint.as_object().unwrap().len(), 7);
    let is_agile = |request: &Value| request["path"].as_str().unwrap().contains("/rest/agile");
    assert!(
        !app.sandbox.requests().await.iter().any(is_agile),
        "asks for no scope beyond the documented ones"
    );
    // The id of the sprint field is asked for once, not with every list.
    app.get(&format!("{TICKETS}&jira_project_id=10000"))
        .await
        .expect(200);
    assert_eq!(app.sandbox.requests_to("/rest/api/3/field").await.len(), 1);
}

#[tokio::test]
async fn the_selected_project_stands_in_for_a_missing_one() {
    let app = start_with_issues(30).await;
    let none = json!({"error": "No project selected and no project ID provided", "code": "no_project_selected"});
    app.get(TICKETS).await.assert(400, &none);
    app.get(&format!("{TICKETS}&jira_project_id="))
        .await
        .assert(400, &none);
    app.post(
        "/api/backend/jira/select-project",
        &json!({"external_id": "a", "jira_project_id": 10000}),
    )
    .await
    .expect(200);
    assert_eq!(app.get(TICKETS).await.expect(200)["total"], 30);
    // What the request names wins.
    let other = app
        .get(&format!("{TICKETS}&jira_project_id=10001"))
        .await
        .expect(200);
    assert!(
        other["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .all(|ticket| !ticket["key"].as_str().unwrap().starts_with("SHOP-"))
    );
    // The key in any case is the same project.
    assert_eq!(
        app.get(&format!("{TICKETS}&jira_project_id=shop"))
            .await
            .expect(200)["total"],
        30
    );
}

#[tokio::test]
async fn an_empty_project_is_empty_and_an_unknown_one_is_not_found() {
    let app = start_with_issues(0).await;
    let empty = json!({"tickets": [], "total": 0, "sprint": null});
    let unknown = json!({"error": "Project not found", "code": "project_not_found"});
    for errors in ["silent", "loud"] {
        app.sandbox
            .set_switches(&json!({"semantic_jql_errors": errors}))
            .await;
        app.get(&format!("{TICKETS}&jira_project_id=10000"))
            .await
            .assert(200, &empty);
        for project in ["NOPE", "99999"] {
            app.get(&format!("{TICKETS}&jira_project_id={project}"))
                .await
                .assert(404, &unknown);
        }
    }
}

#[tokio::test]
async fn an_archived_project_is_told_as_that_and_never_as_empty() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=LEGACY";
    let archived = json!({"error": "Project is archived", "code": "project_archived"});
    app.get(path).await.assert(409, &archived);
    // Whether it is, nobody knows where Jira does not say.
    let look = "/ex/jira/*/rest/api/3/project/*";
    app.sandbox.fail(look, 500, None).await;
    let unknown = app.get(path).await.expect(500);
    assert_eq!(unknown["code"], "upstream_unavailable");
}

#[tokio::test]
async fn reserved_words_are_good_project_keys() {
    let app = start_with_issues(10).await;
    let unknown = json!({"error": "Project not found", "code": "project_not_found"});
    for key in ["INT", "DO", "MAX", "AND", "ORDER"] {
        app.get(&format!("{TICKETS}&jira_project_id={key}"))
            .await
            .assert(404, &unknown);
    }
}

#[tokio::test]
async fn a_call_that_fails_in_the_middle_fails_the_list() {
    let app = start_with_issues(450).await;
    for (path, good) in [
        ("/ex/jira/*/rest/api/3/search/jql", 1),
        ("/ex/jira/*/rest/api/3/issue/bulkfetch", 0),
        ("/ex/jira/*/rest/api/3/issue/bulkfetch", 1),
    ] {
        app.sandbox.fail_after(path, good, 503).await;
        let failed = app
            .get(&format!("{TICKETS}&jira_project_id=10000"))
            .await
            .expect(500);
        assert_eq!(failed["error"], "Failed to fetch Jira tickets");
        // Calls in parallel share the clock, which the pauses of one may move past another's deadline.
        let code = failed["code"].as_str().unwrap();
        assert!(
            ["upstream_unavailable", "upstream_timeout"].contains(&code),
            "{code}"
        );
        app.sandbox.clear_faults().await;
        let whole = app
            .get(&format!("{TICKETS}&jira_project_id=10000"))
            .await
            .expect(200);
        assert_eq!(whole["total"], 450);
    }
}

#[tokio::test]
async fn where_jira_gives_no_issues_by_id_the_pages_are_walked() {
    let app = start_with_issues(450).await;
    for status in [404, 410, 403] {
        app.sandbox
            .fail("/ex/jira/*/rest/api/3/issue/bulkfetch", status, None)
            .await;
        let body = app
            .get(&format!("{TICKETS}&jira_project_id=10000"))
            .await
            .expect(200);
        assert_eq!(
            ids(&body).iter().collect::<BTreeSet<_>>().len(),
            450,
            "{status}"
        );
        app.sandbox.clear_faults().await;
    }
}

#[tokio::test]
async fn a_list_is_whole_while_the_world_changes_under_it() {
    let app = start_with_issues(700).await;
    let site_id = app.site_id("Acme").await;
    let before: BTreeSet<String> = {
        let body = app
            .get(&format!("{TICKETS}&jira_project_id=10000"))
            .await
            .expect(200);
        ids(&body).into_iter().collect()
    };
    for round in 0..5 {
        let path = format!("{TICKETS}&jira_project_id=10000");
        let change = async {
            let add = json!({"site_id": site_id, "project": "SHOP", "add": 3});
            app.sandbox.control("issues", &add).await;
            let delete = json!({"site_id": site_id, "delete": [format!("SHOP-{}", 100 + round)]});
            app.sandbox.control("issues", &delete).await;
        };
        let (body, ()) = tokio::join!(app.get(&path), change);
        let body = body.expect(200);
        let listed = ids(&body);
        let once: BTreeSet<String> = listed.iter().cloned().collect();
        assert_eq!(once.len(), listed.len(), "none twice");
        let missing = before.difference(&once).count();
        assert!(
            missing <= round + 1,
            "only the deleted ones may be missing: {missing}"
        );
    }
}
