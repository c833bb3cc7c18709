//! Boards, sprints, and the tickets of a sprint.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

const PROJECT: &str = "external_id=a&jira_project_id=10000";

fn boards_path() -> String {
    format!("/api/backend/jira/get-boards-for-project?{PROJECT}")
}

fn sprints_path() -> String {
    format!("/api/backend/jira/get-all-sprints-for-project?{PROJECT}")
}

fn active_path() -> String {
    format!("/api/backend/jira/get-active-sprints-for-project?{PROJECT}")
}

async fn start(options: Options) -> TestApp {
    let app = TestApp::start_with(&[], TestSandbox::start_with(options).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

fn ids<'a>(list: &'a Value, name: &str) -> std::collections::BTreeSet<&'a str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[name].as_str().unwrap()).collect()
}

fn numbers(list: &Value, name: &str) -> std::collections::BTreeSet<u64> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[name].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn sixty_boards_and_130_sprints_come_whole_with_a_kanban_and_a_broken_board_among_them() {
    let app = start(Options {
        boards: 60,
        sprints: 130,
        ..Options::default()
    })
    .await;
    let boards = app.get(&boards_path()).await.expect(200);
    assert_eq!(numbers(&boards["boards"], "id").len(), 60, "each once");
    assert_eq!(boards["total"], 60);
    assert!(ids(&boards["boards"], "type").contains("kanban"));

    let all = app.get(&sprints_path()).await.expect(200);
    let skipped = all["skipped_boards"].as_array().unwrap();
    assert_eq!(skipped.len(), 1, "{skipped:?}");
    assert_eq!(
        skipped[0]["reason"],
        "This board has no columns with a mapped status."
    );
    assert!(skipped[0]["board_id"].is_u64() && skipped[0]["board_name"].is_string());
    let read = all["boards"].as_array().unwrap();
    assert_eq!(read.len(), 59);
    let most = read
        .iter()
        .max_by_key(|board| board["sprints"].as_array().unwrap().len())
        .unwrap();
    assert_eq!(numbers(&most["sprints"], "id").len(), 130, "each once");
    for board in read.iter().filter(|board| board["board_type"] == "kanban") {
        assert_eq!(
            (&board["sprints"], &board["active_sprints"]),
            (&json!([]), &json!([]))
        );
    }
    let listed: usize = read
        .iter()
        .map(|board| board["sprints"].as_array().unwrap().len())
        .sum();
    assert_eq!(all["total_sprints"], listed);

    let active = app.get(&active_path()).await.expect(200);
    assert_eq!(active["skipped_boards"], all["skipped_boards"]);
    for (active, all) in active["boards"].as_array().unwrap().iter().zip(read) {
        assert_eq!(active["active_sprints"], all["active_sprints"]);
        assert_eq!(active["board_id"], all["board_id"]);
        assert!(active.get("sprints").is_none());
    }
}

#[tokio::test]
async fn a_project_without_boards_is_told_so() {
    let app = start(Options::default()).await;
    let body = json!({"error": "No agile boards found for this project", "code": "no_boards"});
    for endpoint in [
        "get-boards-for-project",
        "get-all-sprints-for-project",
        "get-active-sprints-for-project",
    ] {
        let path = format!("/api/backend/jira/{endpoint}?external_id=a&jira_project_id=NOPE");
        app.get(&path).await.assert(404, &body);
    }
}

#[tokio::test]
async fn a_board_that_fails_without_a_word_fails_the_list() {
    let app = start(Options::default()).await;
    app.sandbox
        .fail("/ex/jira/*/rest/agile/1.0/board/*/sprint", 503, None)
        .await;
    let body = json!({"error": "Failed to fetch Jira sprints", "code": "upstream_unavailable"});
    app.get(&sprints_path()).await.assert(500, &body);
    let body =
        json!({"error": "Failed to fetch active Jira sprints", "code": "upstream_unavailable"});
    app.get(&active_path()).await.assert(500, &body);
}

#[tokio::test]
async fn hidden_boards_are_named_and_do_not_fail_the_list() {
    let app = start(Options::default()).await;
    for status in [403, 404] {
        let fault = json!({
            "kind": "status", "status": status, "body": {"errorMessages": ["You cannot see it."], "errors": {}},
        });
        app.sandbox
            .fault("/ex/jira/*/rest/agile/1.0/board/*/sprint", &fault, Some(1))
            .await;
        let all = app.get(&sprints_path()).await.expect(200);
        assert_eq!(
            all["skipped_boards"][0]["reason"], "You cannot see it.",
            "{status}"
        );
        assert_eq!(all["skipped_boards"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn missing_scopes_are_named_with_those_that_the_call_needs() {
    let scopes = [("DEFAULT_JIRA_SCOPES", "read:jira-work")];
    let app = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    app.connect("a").await;
    let boards = json!({
        "error": "Access denied to Jira boards", "code": "missing_scope",
        "details": {"scopes": ["read:board-scope:jira-software", "read:project:jira"]},
    });
    app.get(&boards_path()).await.assert(403, &boards);
    let sprints = json!({
        "error": "Access denied to Jira sprints", "code": "missing_scope",
        "details": {"scopes": ["read:board-scope:jira-software", "read:project:jira", "read:sprint:jira-software"]},
    });
    app.get(&sprints_path()).await.assert(403, &sprints);
    app.get(&active_path()).await.assert(403, &sprints);
}

#[tokio::test]
async fn the_tickets_of_a_sprint_come_by_whichever_way_jira_still_offers() {
    let app = start(Options::default()).await;
    let sprint = app.active_sprint_id().await;
    let path = format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}");
    let whole = app.get(&path).await.expect(200);
    assert!(whole["total"].as_u64().unwrap() > 5);
    for switches in [
        json!({"software_issue_lists": "missing", "agile_issue_lists": "served"}),
        json!({"software_issue_lists": "missing", "agile_issue_lists": "gone"}),
        json!({"software_issue_lists": "missing", "agile_issue_lists": "missing"}),
    ] {
        app.sandbox.set_switches(&switches).await;
        let answer = app.get(&path).await.expect(200);
        assert_eq!(
            ids(&answer["tickets"], "id"),
            ids(&whole["tickets"], "id"),
            "{switches}"
        );
        assert_eq!(answer["sprint"], whole["sprint"]);
    }
}

#[tokio::test]
async fn the_tickets_of_a_sprint_can_be_read_without_the_scopes_of_sprints() {
    let app = start(Options::default()).await;
    let sprint = app.active_sprint_id().await;
    let path = format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}");
    let whole = app.get(&path).await.expect(200);
    let scopes = [("DEFAULT_JIRA_SCOPES", "read:jira-work")];
    let poor = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    poor.connect_as("a", ADA, "Acme").await;
    let answer = poor.get(&path).await.expect(200);
    assert_eq!(ids(&answer["tickets"], "id"), ids(&whole["tickets"], "id"));
    assert_eq!(
        answer["sprint"], whole["sprint"],
        "told by the tickets themselves"
    );
}

#[tokio::test]
async fn sprint_ids_are_checked() {
    let app = start(Options::default()).await;
    let path =
        |id: &str| format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={id}");
    let missing = json!({
        "error": "Missing sprint_id", "code": "missing_parameter", "details": {"missing": ["sprint_id"]},
    });
    app.get(&path("")).await.assert(400, &missing);
    let asked = app.sandbox.requests().await.len();
    for id in [
        "x",
        "-1",
        "1.5",
        "..",
        "1%20OR%20sprint%20%3D%202",
        "99999999999999999999",
    ] {
        assert_eq!(
            app.get(&path(id)).await.expect(400)["error"],
            "Invalid sprint_id",
            "{id}"
        );
    }
    assert_eq!(
        app.sandbox.requests().await.len(),
        asked,
        "nothing reaches Jira"
    );
    let unknown = json!({"error": "Sprint not found", "code": "sprint_not_found"});
    app.get(&path("987654")).await.assert(404, &unknown);
}
