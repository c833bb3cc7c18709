//! The examples of the product's documentation, request by request, in its order: each is sent as
//! written (with the ids of the sandbox), and its answer has the documented shape.
//!
//! A shape is the documented JSON: every name in it must be in the answer with a value of the same
//! kind, in every item of a list. More may be there. `null` stands for "null or anything".

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::flow::{ADA, code_of};
use crate::support::{SECRET_KEY, TestApp};

async fn connected() -> TestApp {
    let app = TestApp::start().await;
    app.connect_as("project123", ADA, "Acme").await;
    app
}

async fn send(app: &TestApp, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", format!("Bearer {SECRET_KEY}"))
        .header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[track_caller]
fn assert_shape(actual: &Value, documented: &Value) {
    if let Err(difference) = compare(actual, documented, "$") {
        panic!("{difference} in {actual:#}");
    }
}

fn compare(actual: &Value, documented: &Value, at: &str) -> Result<(), String> {
    match (actual, documented) {
        (_, Value::Null)
        | (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => Ok(()),
        (Value::Object(actual), Value::Object(documented)) => {
            for (name, documented) in documented {
                let at = format!("{at}.{name}");
                let actual = actual.get(name).ok_or(format!("{at} is missing"))?;
                compare(actual, documented, &at)?;
            }
            Ok(())
        }
        (Value::Array(actual), Value::Array(documented)) => {
            if actual.is_empty() && !documented.is_empty() {
                return Err(format!("{at} is empty"));
            }
            for (index, actual) in actual.iter().enumerate() {
                let documented = documented.first().unwrap_or(&Value::Null);
                compare(actual, documented, &format!("{at}[{index}]"))?;
            }
            Ok(())
        }
        _ => Err(format!("{at} is of another kind")),
    }
}

#[tokio::test]
async fn initiate_oauth_flow_and_authorization_callback() {
    let app = TestApp::start().await;
    let body = json!({"provider": "jira", "external_id": "your-unique-id"});
    let request = Request::post("/api/frontend/oauth/initiate-oauth-flow/")
        .header("x-juncture-public-key", "KEY HERE")
        .header(header::CONTENT_TYPE, "application/json");
    let answer = app
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await;
    let answer = answer.expect(200);
    assert_shape(&answer, &json!({"authorization_uri": "URI HERE"}));

    let uri = answer["authorization_uri"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let callback = app.consent(&uri, ADA, Some("Acme"), "allow").await;
    code_of(&app.visit(&callback).await);
}

#[tokio::test]
async fn fetch_available_sites_and_create_connection() {
    let app = TestApp::start().await;
    let code = app.connection_code("project123", ADA, Some("Acme")).await;
    let sites = app.sites_of(&code).await.expect(200);
    let documented =
        json!({"sites": [{"site_id": "jira-site-id", "site_name": "example-site-name"}]});
    assert_shape(&sites, &documented);
    let site_id = sites["sites"][0]["site_id"].as_str().unwrap();
    app.finalize(&code, site_id)
        .await
        .assert(200, &json!({"success": true}));
}

#[tokio::test]
async fn check_connection_validity() {
    let app = connected().await;
    let path = "/api/backend/connection-info/check-connection-validity?external_id=project123&provider=jira";
    let answer = app.get(path).await.expect(200);
    assert_shape(
        &answer,
        &json!({"exists": true, "is_expired": false, "is_invalid": false}),
    );
}

#[tokio::test]
async fn get_connection_credentials() {
    let app = connected().await;
    let path = "/api/backend/connection-info/get-connection-credentials?external_id=project123&provider=jira";
    let documented = json!({"refresh_token": "string", "expires_at": "2024-03-21T00:00:00Z", "is_invalid": false});
    assert_shape(&app.get(path).await.expect(200), &documented);
}

#[tokio::test]
async fn get_access_token() {
    let app = connected().await;
    let path = "/api/backend/connection-info/get-access-token?external_id=project123&provider=jira";
    let documented =
        json!({"access_token": "access_token_here", "expires_at": "2024-03-21T00:00:00Z"});
    assert_shape(&app.get(path).await.expect(200), &documented);
}

#[tokio::test]
async fn get_projects() {
    let app = connected().await;
    let select = json!({"external_id": "project123", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .expect(200);
    let answer = app
        .get("/api/backend/jira/get-projects?external_id=project123")
        .await
        .expect(200);
    let documented = json!({
        "projects": [{"id": "10000", "key": "PROJ", "name": "Example Project", "lead": null}],
        "total": 1,
        "selected_project_id": "10000"
    });
    assert_shape(&answer, &documented);
    let shop = crate::support::flow::find(&answer["projects"], "key", "SHOP");
    assert_shape(shop, &json!({"lead": {"displayName": "John Doe"}}));
}

#[tokio::test]
async fn select_project_and_get_selected_project() {
    let app = connected().await;
    let path = "/api/backend/jira/get-selected-project?external_id=project123";
    app.get(path)
        .await
        .assert(200, &json!({"jira_project_id": null}));
    let body = json!({"external_id": "project123", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &body)
        .await
        .assert(200, &json!({"success": true}));
    app.get(path)
        .await
        .assert(200, &json!({"jira_project_id": "10000"}));
}

#[tokio::test]
async fn get_tickets_for_project() {
    let app = connected().await;
    let path =
        "/api/backend/jira/get-tickets-for-project?external_id=project123&jira_project_id=10000";
    let answer = app.get(path).await.expect(200);
    let documented = json!({
        "tickets": [{
            "id": "10000", "key": "PROJ-1", "summary": "Example Ticket", "status": "To Do",
            "created": "2024-01-01T00:00:00.000Z", "updated": "2024-01-01T00:00:00.000Z"
        }],
        "total": 1,
        "sprint": {
            "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2024-01-01T00:00:00.000Z",
            "endDate": "2024-01-14T00:00:00.000Z", "goal": "Complete initial features"
        }
    });
    assert_shape(&answer, &documented);
    // `assignee` and `priority` are strings where they are set.
    let set = |name: &str| {
        answer["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|ticket| ticket[name].is_string())
    };
    assert!(set("assignee") && set("priority"));
}

#[tokio::test]
async fn get_boards_for_project() {
    let app = connected().await;
    let path =
        "/api/backend/jira/get-boards-for-project?external_id=project123&jira_project_id=10000";
    let documented =
        json!({"boards": [{"id": 10000, "name": "Example Board", "type": "scrum"}], "total": 2});
    assert_shape(&app.get(path).await.expect(200), &documented);
}

#[tokio::test]
async fn get_all_sprints_for_project() {
    let app = connected().await;
    let path = "/api/backend/jira/get-all-sprints-for-project?external_id=project123&jira_project_id=10000";
    let answer = app.get(path).await.expect(200);
    let sprint = json!({"id": 10000, "name": "Sprint 1", "state": "active"});
    let of_board = json!({"board_id": 10000, "board_name": "Example Board", "board_type": "scrum", "sprints": null, "active_sprints": null});
    assert_shape(&answer, &json!({"boards": [of_board], "total_sprints": 1}));
    let boards = answer["boards"].as_array().unwrap();
    let scrum = boards
        .iter()
        .find(|board| board["board_type"] == "scrum")
        .unwrap();
    assert_shape(
        scrum,
        &json!({"sprints": [sprint], "active_sprints": [{
            "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2024-01-01T00:00:00.000Z",
            "endDate": "2024-01-14T00:00:00.000Z", "goal": "Complete initial features"
        }]}),
    );
}

#[tokio::test]
async fn get_active_sprints_for_project() {
    let app = connected().await;
    let path = "/api/backend/jira/get-active-sprints-for-project?external_id=project123&jira_project_id=10000";
    let answer = app.get(path).await.expect(200);
    let boards = answer["boards"].as_array().unwrap();
    let scrum = boards
        .iter()
        .find(|board| board["board_type"] == "scrum")
        .unwrap();
    assert_shape(
        scrum,
        &json!({
            "board_id": 10000, "board_name": "Example Board", "board_type": "scrum",
            "active_sprints": [{
                "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2024-01-01T00:00:00.000Z",
                "endDate": "2024-01-14T00:00:00.000Z", "goal": "Complete initial features"
            }]
        }),
    );
}

#[tokio::test]
async fn get_tickets_for_sprint() {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    let sprint = app.active_sprint_id().await;
    let path = format!("/api/backend/jira/get-tickets-for-sprint?external_id=a&sprint_id={sprint}");
    let answer = app.get(&path).await.expect(200);
    let documented = json!({
        "tickets": [{
            "id": "10000",
            "key": "PROJ-1",
            "fields": {
                "summary": "Example Ticket",
                "description": null,
                "status": {
                    "id": "10000", "name": "To Do",
                    "statusCategory": {"id": 2, "key": "new", "colorName": "blue-gray"}
                },
                "assignee": null,
                "reporter": null,
                "created": "2024-01-01T00:00:00.000Z",
                "updated": "2024-01-01T00:00:00.000Z",
                "priority": {"id": "3", "name": "Medium"}
            }
        }],
        "total": 1,
        "sprint": {
            "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2024-01-01T00:00:00.000Z",
            "endDate": "2024-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
        }
    });
    assert_shape(&answer, &documented);
    assert_eq!(answer["sprint"]["completeDate"], Value::Null);
    let with_assignee = |ticket: &&Value| ticket["fields"]["assignee"].is_object();
    let assigned = answer["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .find(with_assignee)
        .unwrap();
    let person = json!({"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe"});
    assert_shape(&assigned["fields"]["assignee"], &person);
    let is_text = |ticket: &Value| ticket["fields"]["description"].is_string();
    assert!(answer["tickets"].as_array().unwrap().iter().any(is_text));
}

#[tokio::test]
async fn get_issue_details() {
    let app = connected().await;
    let documented = json!({"issue": {
        "id": "10000", "key": "PROJ-123", "summary": "Fix critical bug in login system",
        "description": null,
        "status": {"name": "In Progress", "category": "indeterminate"},
        "priority": {"name": "High", "iconUrl": "https://your-domain.atlassian.net/images/icons/priorities/high.svg"},
        "issueType": {"name": "Bug", "iconUrl": "https://your-domain.atlassian.net/images/icons/issuetypes/bug.svg"},
        "assignee": null,
        "reporter": {"displayName": "Jane Smith", "emailAddress": null, "avatarUrl": "https://example"},
        "project": {"id": "10000", "key": "PROJ", "name": "Example Project"},
        "created": "2024-01-01T10:00:00.000Z",
        "updated": "2024-01-02T15:30:00.000Z",
        "resolution": null,
        "labels": null, "components": null, "fixVersions": null, "affectedVersions": null,
        "timeTracking": null,
        "customFields": {}
    }});
    // The documentation's example uses both names of the endpoint and of the parameter.
    for path in [
        "/api/backend/jira/get-issue-details?external_id=project123&issue_id_or_key=SHOP-1",
        "/api/backend/jira/get-issue?external_id=project123&issue_key=SHOP-1",
        "/api/backend/jira/get-issue-details?external_id=project123&issue_id_or_key=10000",
    ] {
        assert_shape(&app.get(path).await.expect(200), &documented);
    }
}

#[tokio::test]
async fn edit_issue() {
    let app = connected().await;
    let account_id = app.account_id(ADA).await;
    let documented = json!({"success": true, "issue": {
        "id": "10000", "key": "PROJ-123", "summary": "Updated issue summary",
        "description": null,
        "priority": {"name": "High", "iconUrl": "https://your-domain.atlassian.net/images/icons/priorities/high.svg"},
        "issueType": {"name": "Bug", "iconUrl": "https://your-domain.atlassian.net/images/icons/issuetypes/bug.svg"},
        "assignee": null,
        "updated": "2024-01-02T16:45:00.000Z"
    }});
    let examples = [
        json!({
            "external_id": "project123", "issue_id_or_key": "SHOP-1", "summary": "Updated issue summary",
            "description": "Updated issue description", "priority_id": "3", "assignee_account_id": account_id
        }),
        // Update Summary Only
        json!({"external_id": "project123", "issue_id_or_key": "SHOP-1", "summary": "Updated issue title"}),
        // Change Priority and Assignee
        json!({
            "external_id": "project123", "issue_id_or_key": "SHOP-1", "priority_id": "2",
            "assignee_account_id": account_id
        }),
        // Unassign an Issue
        json!({"external_id": "project123", "issue_id_or_key": "SHOP-1", "assignee_account_id": "null"}),
        // Update Multiple Fields
        json!({
            "external_id": "project123", "issue_id_or_key": "SHOP-1", "summary": "Critical bug fix needed",
            "description": "This is a critical issue that needs immediate attention", "priority_id": "1",
            "issue_type_id": app.issue_type_of("project123", "Bug").await
        }),
    ];
    for example in examples {
        let answer = send(&app, Method::PUT, "/api/backend/jira/edit-issue", &example)
            .await
            .expect(200);
        assert_shape(&answer, &documented);
        if let Some(summary) = example.get("summary") {
            assert_eq!(&answer["issue"]["summary"], summary);
        }
        match example.get("assignee_account_id").and_then(Value::as_str) {
            Some("null") => assert_eq!(answer["issue"]["assignee"], Value::Null),
            Some(_) => assert_eq!(answer["issue"]["assignee"]["displayName"], ADA),
            None => {}
        }
        if let Some(description) = example.get("description") {
            assert_eq!(&answer["issue"]["description"], description);
        }
    }
}

#[tokio::test]
async fn create_ticket() {
    let app = connected().await;
    let body = json!({
        "external_id": "project123",
        "jira_project_id": "10000",
        "summary": "New ticket from API",
        "description": "This ticket was created via the Juncture API.",
        "issue_type_id": app.issue_type_of("project123", "Task").await,
        "priority_id": "3",
        "assignee_account_id": app.account_id(ADA).await
    });
    let answer = send(&app, Method::POST, "/api/backend/jira/create-ticket", &body)
        .await
        .expect(201);
    let documented = json!({"ticket": {
        "id": "10001", "key": "PROJ-2", "summary": "New ticket from API", "status": "To Do",
        "assignee": "John Doe", "priority": "Medium",
        "created": "2024-01-01T00:00:00.000Z", "updated": "2024-01-01T00:00:00.000Z"
    }});
    assert_shape(&answer, &documented);
    assert_eq!(answer["ticket"]["assignee"], ADA);
    assert_eq!(
        answer["ticket"]["description"],
        "This ticket was created via the Juncture API."
    );
}
