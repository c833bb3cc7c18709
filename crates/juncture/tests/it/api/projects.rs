//! `get-projects`, `select-project`, `get-selected-project`, and their aliases.

use serde_json::{Value, json};

use juncture_sandbox::Options;

use crate::support::TestApp;
use crate::support::flow::{ADA, BRUNO, JIWOO, find};
use crate::support::sandbox::TestSandbox;

const PROJECTS: [&str; 4] = [
    "/api/backend/jira/get-projects?external_id=a",
    "/api/backend/jira/get-all-projects?external_id=a",
    "/api/backend/integration-helpers/jira/get-projects?external_id=a",
    "/api/backend/integration-helpers/jira/get-all-projects?external_id=a",
];
const SELECT: &str = "/api/backend/jira/select-project";
const SELECTED: [&str; 2] = [
    "/api/backend/jira/get-selected-project?external_id=a",
    "/api/backend/jira/get-selected-project-id?external_id=a",
];

#[tokio::test]
async fn every_project_is_listed_in_the_documented_shape() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let body = app.get(PROJECTS[0]).await.expect(200);
    let projects = body["projects"].as_array().unwrap();
    assert_eq!(body["total"], projects.len());
    assert_eq!(body["selected_project_id"], Value::Null);
    let shop = find(&body["projects"], "key", "SHOP");
    assert_eq!(shop["id"], "10000");
    assert_eq!(shop["projectTypeKey"], "software");
    assert_eq!(shop["isPrivate"], false);
    assert!(
        shop["name"].is_string()
            && shop["lead"]["displayName"].is_string()
            && shop["avatarUrl"].is_string()
    );
    assert_eq!(shop["projectCategory"]["id"], "10000");
    assert!(shop["projectCategory"]["name"].is_string());
    for path in &PROJECTS[1..] {
        app.get(path).await.assert(200, &body);
    }
}

#[tokio::test]
async fn a_project_without_a_visible_lead_or_category_does_not_fail_the_list() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let body = app.get(PROJECTS[0]).await.expect(200);
    assert_eq!(find(&body["projects"], "key", "OPS")["lead"], Value::Null);
    let uncategorised = body["projects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|project| project["projectCategory"].is_null());
    assert!(
        uncategorised.is_some_and(|project| project.get("projectCategory").is_some()),
        "null, not absent"
    );
}

#[tokio::test]
async fn private_projects_show_to_their_members_alone() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let ada = app.get(PROJECTS[0]).await.expect(200);
    assert_eq!(find(&ada["projects"], "key", "SEC")["isPrivate"], true);
    app.connect_as("b", JIWOO, "Acme").await;
    let jiwoo = app
        .get("/api/backend/jira/get-projects?external_id=b")
        .await
        .expect(200);
    assert!(
        jiwoo["projects"]
            .as_array()
            .unwrap()
            .iter()
            .all(|project| project["key"] != "SEC")
    );
}

#[tokio::test]
async fn all_pages_are_read() {
    let sandbox = TestSandbox::start_with(Options {
        projects: 257,
        ..Options::default()
    })
    .await;
    let app = TestApp::start_with(&[], sandbox).await;
    app.connect_as("a", ADA, "Acme").await;
    let body = app.get(PROJECTS[0]).await.expect(200);
    let world = app.sandbox.world().await;
    let acme = app.site_id("Acme").await;
    let visible = find(&world["sites"], "id", &acme)["projects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|project| project["is_archived"] != true)
        .count();
    assert!(visible > 200, "more than two pages: {visible}");
    assert_eq!(body["total"], visible);
    let ids: std::collections::BTreeSet<_> = body["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|project| project["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), visible, "each once");
    assert_eq!(app.sandbox.requests_to("/project/search").await.len(), 3);
}

#[tokio::test]
async fn a_failing_second_page_fails_the_list() {
    let sandbox = TestSandbox::start_with(Options {
        projects: 150,
        ..Options::default()
    })
    .await;
    let app = TestApp::start_with(&[], sandbox).await;
    app.connect("a").await;
    // The first page passes; from then on there are no more answers.
    app.sandbox
        .fail_after("/ex/jira/*/rest/api/3/project/search", 1, 503)
        .await;
    let body = json!({"error": "Failed to fetch Jira projects", "code": "upstream_unavailable"});
    app.get(PROJECTS[0]).await.assert(500, &body);
}

#[tokio::test]
async fn a_selection_is_kept_and_shown() {
    let app = TestApp::start().await;
    app.connect("a").await;
    for path in SELECTED {
        app.get(path)
            .await
            .assert(200, &json!({"jira_project_id": null}));
    }
    let asked = app.sandbox.requests().await.len();
    for (given, kept) in [
        (json!("10001"), "10001"),
        (json!(10002), "10002"),
        (json!("shop"), "SHOP"),
    ] {
        let body = json!({"external_id": "a", "jira_project_id": given, "more": true});
        app.post(SELECT, &body)
            .await
            .assert(200, &json!({"success": true}));
        for path in SELECTED {
            app.get(path)
                .await
                .assert(200, &json!({"jira_project_id": kept}));
        }
    }
    assert_eq!(
        app.sandbox.requests().await.len(),
        asked,
        "touches only our store"
    );
    assert_eq!(
        app.get(PROJECTS[0]).await.expect(200)["selected_project_id"],
        "SHOP"
    );
}

#[tokio::test]
async fn what_is_no_project_id_or_key_is_refused() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let asked = app.sandbox.requests().await.len();
    let body = json!({
        "error": "Invalid jira_project_id",
        "code": "invalid_parameter",
        "details": {
            "field": "jira_project_id",
            "reason": "must be a project id (digits) or a project key (such as PROJ)",
        },
    });
    for project in HOSTILE {
        app.post(
            SELECT,
            &json!({"external_id": "a", "jira_project_id": project}),
        )
        .await
        .assert(400, &body);
        let encoded: String = url::form_urlencoded::byte_serialize(project.as_bytes()).collect();
        let path = format!(
            "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id={encoded}"
        );
        app.get(&path).await.assert(400, &body);
    }
    assert_eq!(
        app.sandbox.requests().await.len(),
        asked,
        "nothing reaches Jira"
    );
    app.get(SELECTED[0])
        .await
        .assert(200, &json!({"jira_project_id": null}));
}

/// Values that would mean something else in JQL or in a path.
const HOSTILE: [&str; 14] = [
    "X OR project = Y",
    "10000 OR project != 1",
    "\"",
    "X\" OR \"1\"=\"1",
    "..",
    "../",
    "../../secret",
    "PROJ/../../x",
    "PROJ?x=1",
    "PROJ#",
    "%2e%2e%2f",
    "-1",
    "1234567890123456789",
    "PROJ\\",
];

#[tokio::test]
async fn texts_are_english_whatever_the_user_reads() {
    let app = TestApp::start().await;
    app.connect_as("a", JIWOO, "Acme").await;
    app.connect_as("b", BRUNO, "Acme").await;
    let statuses = |body: Value| -> std::collections::BTreeSet<String> {
        body["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ticket| ticket["status"].as_str().unwrap().to_owned())
            .collect()
    };
    let tickets = |id: &str| {
        format!("/api/backend/jira/get-tickets-for-project?external_id={id}&jira_project_id=10000")
    };
    let korean = statuses(app.get(&tickets("a")).await.expect(200));
    let english = statuses(app.get(&tickets("b")).await.expect(200));
    assert_eq!(korean, english);
    assert!(korean.iter().all(|status| status.is_ascii()), "{korean:?}");
}
