//! `get-issue-details`, `edit-issue`, `delete-issue`

use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::flow::ADA;
use crate::support::{TestApp, request, with_key};

pub(super) const EDIT: &str = "/api/backend/jira/edit-issue";
pub(super) const CREATE: &str = "/api/backend/jira/create-ticket";
const DELETE: &str = "/api/backend/jira/delete-issue";

pub(super) async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

pub(super) async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: &Value,
) -> Answer {
    app.send(request(method, path, key, body)).await
}

async fn edit(app: &TestApp, changes: Value) -> Answer {
    let mut body = json!({"external_id": "a", "issue_id_or_key": "SHOP-1"});
    body.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    send(app, Method::PUT, EDIT, None, &body).await
}

async fn details(app: &TestApp, issue: &str) -> Answer {
    app.get(&format!(
        "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key={issue}"
    ))
    .await
}

pub(super) async fn ticket(app: &TestApp, summary: &str) -> Value {
    json!({
        "external_id": "a", "jira_project_id": "SHOP", "summary": summary,
        "issue_type_id": app.issue_type_id().await,
    })
}

pub(super) async fn count(app: &TestApp) -> u64 {
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
    app.get(path).await.expect(200)["total"].as_u64().unwrap()
}

#[tokio::test]
async fn an_issue_is_found_by_id_and_by_key_in_any_case() {
    let app = start().await;
    let by_key = details(&app, "SHOP-1").await.expect(200);
    let id = by_key["issue"]["id"].as_str().unwrap();
    for name in [id, "shop-1", "Shop-1"] {
        assert_eq!(details(&app, name).await.expect(200), by_key, "{name}");
    }
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    details(&app, "SHOP-999999").await.assert(404, &unknown);
}

#[tokio::test]
async fn what_is_no_issue_id_or_key_is_refused_before_jira_is_asked() {
    let app = start().await;
    let asked = app.sandbox.requests().await.len();
    for issue in [
        "..",
        "SHOP",
        "SHOP-",
        "-1",
        "SHOP-1/../../x",
        "SHOP-1?x",
        "SHOP-1%23",
        "1.5",
        "SHOP-1%20OR",
    ] {
        assert_eq!(
            details(&app, issue).await.expect(400)["error"],
            "Invalid issue_id_or_key",
            "{issue}"
        );
        let body = json!({"external_id": "a", "issue_id_or_key": issue, "summary": "x"});
        assert_eq!(
            send(&app, Method::PUT, EDIT, None, &body).await.expect(400)["error"],
            "Invalid issue_id_or_key"
        );
        assert_eq!(
            send(&app, Method::DELETE, DELETE, None, &body)
                .await
                .expect(400)["error"],
            "Invalid issue_id_or_key"
        );
    }
    assert_eq!(app.sandbox.requests().await.len(), asked);
}

#[tokio::test]
async fn custom_fields_are_those_that_are_set_with_their_names() {
    let app = start().await;
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
    let tickets = app.get(path).await.expect(200);
    let newest = tickets["tickets"][0]["key"].as_str().unwrap();
    let issue = details(&app, newest).await.expect(200);
    let fields = issue["issue"]["customFields"].as_object().unwrap();
    let names = issue["issue"]["customFieldNames"].as_object().unwrap();
    assert!(!fields.is_empty());
    assert_eq!(
        fields.keys().collect::<Vec<_>>(),
        names.keys().collect::<Vec<_>>()
    );
    assert!(fields.values().all(|value| !value.is_null()));
    assert!(names.values().all(Value::is_string));
}

#[tokio::test]
async fn descriptions_go_in_and_out_as_markdown_and_as_documents() {
    let app = start().await;
    let markdown = "## Steps\n\n1. Sign **in**\n2. See `error`\n\n- [ ] check\n- [x] fix";
    let edited = edit(&app, json!({"description": markdown}))
        .await
        .expect(200);
    assert_eq!(edited["issue"]["description"], markdown);
    let issue = details(&app, "SHOP-1").await.expect(200);
    assert_eq!(issue["issue"]["description"], markdown);
    let document = &issue["issue"]["description_adf"];
    assert_eq!(
        (&document["type"], &document["version"]),
        (&json!("doc"), &json!(1))
    );

    let paragraph =
        |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    let panel = json!({"type": "panel", "attrs": {"panelType": "warning"}, "content": [paragraph("Mind the gap")]});
    let document = json!({"version": 1, "type": "doc", "content": [panel]});
    edit(&app, json!({"description_adf": document}))
        .await
        .expect(200);
    let issue = details(&app, "SHOP-1").await.expect(200);
    assert_eq!(
        issue["issue"]["description_adf"]["content"][0]["type"],
        "panel"
    );
    assert!(
        issue["issue"]["description"]
            .as_str()
            .unwrap()
            .contains("Mind the gap")
    );

    let cleared = edit(&app, json!({"description": ""})).await.expect(200);
    assert_eq!(cleared["issue"]["description"], Value::Null);
    assert_eq!(
        details(&app, "SHOP-1").await.expect(200)["issue"]["description_adf"],
        Value::Null
    );

    let both = edit(
        &app,
        json!({"description": "a", "description_adf": document}),
    )
    .await
    .expect(400);
    assert_eq!(both["error"], "Invalid description_adf");
    let neither = edit(&app, json!({"description_adf": {"type": "paragraph"}}))
        .await
        .expect(400);
    assert_eq!(neither["error"], "Invalid description_adf");
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_nothing_else() {
    let app = start().await;
    let before = details(&app, "SHOP-1").await.expect(200)["issue"].clone();
    app.advance(SignedDuration::from_secs(5)).await;
    edit(&app, json!({"summary": "Only this"}))
        .await
        .expect(200);
    let mut after = details(&app, "SHOP-1").await.expect(200)["issue"].clone();
    assert_eq!(after["summary"], "Only this");
    assert_ne!(after["updated"], before["updated"]);
    for changed in ["summary", "updated"] {
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
}

#[tokio::test]
async fn edits_without_a_field_or_with_an_empty_summary_are_refused() {
    let app = start().await;
    let none = json!({"error": "At least one field must be provided for update", "code": "missing_parameter"});
    for changes in [
        json!({}),
        json!({"summary": null}),
        json!({"priority_id": ""}),
        json!({"assignee_account_id": ""}),
    ] {
        edit(&app, changes).await.assert(400, &none);
    }
    let empty = json!({
        "error": "Invalid field values provided", "code": "invalid_fields",
        "details": {"fields": [{"id": "summary", "name": "summary", "reason": "required"}]},
    });
    edit(&app, json!({"summary": " ", "priority_id": "2"}))
        .await
        .assert(400, &empty);
}

#[tokio::test]
async fn jiras_refusals_of_an_edit_are_passed_on_by_field() {
    let app = start().await;
    let refused = edit(&app, json!({"priority_id": "999"})).await.expect(400);
    assert_eq!(
        (&refused["error"], &refused["code"]),
        (
            &json!("Invalid field values provided"),
            &json!("invalid_fields")
        )
    );
    let told = &refused["details"]["fields"][0];
    assert_eq!(told["id"], "priority");
    assert_eq!(told["message"], "The priority selected is invalid.");
    let refused = edit(&app, json!({"assignee_account_id": "nobody"}))
        .await
        .expect(400);
    let told = &refused["details"]["fields"][0];
    assert_eq!(
        (&told["id"], &told["reason"]),
        (&json!("assignee"), &json!("not_assignable"))
    );
    app.sandbox
        .fail("/ex/jira/*/rest/api/3/issue/*", 409, Some(1))
        .await;
    let conflict =
        json!({"error": "Issue has been modified since last read", "code": "issue_modified"});
    edit(&app, json!({"summary": "x"}))
        .await
        .assert(409, &conflict);
    let body = json!({"external_id": "a", "issue_id_or_key": "SHOP-999999", "summary": "x"});
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    send(&app, Method::PUT, EDIT, None, &body)
        .await
        .assert(404, &unknown);
}

#[tokio::test]
async fn null_unassigns_in_both_spellings() {
    let app = start().await;
    for nobody in [json!(null), json!("null")] {
        let assigned = edit(
            &app,
            json!({"assignee_account_id": app.account_id(ADA).await}),
        )
        .await
        .expect(200);
        assert_eq!(assigned["issue"]["assignee"]["displayName"], ADA);
        let unassigned = edit(&app, json!({"assignee_account_id": nobody}))
            .await
            .expect(200);
        assert_eq!(unassigned["issue"]["assignee"], Value::Null);
    }
}

#[tokio::test]
async fn issues_are_deleted_by_body_and_by_query() {
    let app = start().await;
    let before = count(&app).await;
    for (n, by_query) in [(1, true), (2, false)] {
        let created = app
            .post(CREATE, &ticket(&app, "Short-lived").await)
            .await
            .expect(201);
        let key = created["ticket"]["key"].as_str().unwrap();
        let answer = if by_query {
            let path = format!("{DELETE}?external_id=a&issue_id_or_key={key}");
            app.send(with_key(Request::delete(path)).body(Body::empty()).unwrap())
                .await
        } else {
            let body = json!({"external_id": "a", "issue_id_or_key": key});
            send(&app, Method::DELETE, DELETE, None, &body).await
        };
        answer.assert(200, &json!({"success": true}));
        details(&app, key).await.expect(404);
        assert_eq!(count(&app).await, before, "{n}");
    }
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    let body = json!({"external_id": "a", "issue_id_or_key": "SHOP-999999"});
    send(&app, Method::DELETE, DELETE, None, &body)
        .await
        .assert(404, &unknown);
}

#[tokio::test]
async fn a_parent_is_deleted_with_its_subtasks_or_not_at_all() {
    let app = start().await;
    let parent = app.parent_issue().await;
    let body = |flag: Value| json!({"external_id": "a", "issue_id_or_key": parent, "delete_subtasks": flag});
    for flag in [json!(null), json!(false), json!("false")] {
        let refused = send(&app, Method::DELETE, DELETE, None, &body(flag))
            .await
            .expect(400);
        assert_eq!(refused["error"], "Jira refused to delete the issue");
        assert!(
            refused["details"]["reasons"][0]
                .as_str()
                .unwrap()
                .contains("has subtasks"),
            "{refused}"
        );
    }
    let odd = send(&app, Method::DELETE, DELETE, None, &body(json!("perhaps")))
        .await
        .expect(400);
    assert_eq!(odd["error"], "Invalid delete_subtasks");
    send(&app, Method::DELETE, DELETE, None, &body(json!(true)))
        .await
        .assert(200, &json!({"success": true}));
    details(&app, &parent).await.expect(404);
}

#[tokio::test]
async fn texts_that_other_programs_have_cut_or_copied_are_taken_as_they_were_meant() {
    let app = start().await;
    let issue_type = app.issue_type_id().await;
    for (summary, description, meant) in [
        (
            r"Broken \ud83d",
            r"Broken \ud83d here",
            ["Broken \u{fffd}", "Broken \u{fffd} here"],
        ),
        (r"\ufeffFirst", r"\ufeffIt **is**", ["First", "It **is**"]),
        (
            r"a\u0000b\u0007",
            r"a\u0001b\n\nc",
            ["a\u{fffd}b\u{fffd}", "a\u{fffd}b\n\nc"],
        ),
        ("tab\there", "line\n\nend", ["tab\there", "line\n\nend"]),
    ] {
        let texts = format!(r#""summary": "{summary}", "description": "{description}""#);
        let of = r#""external_id": "a", "issue_type_id""#;
        let create = format!("{{{of}: \"{issue_type}\", \"jira_project_id\": \"SHOP\", {texts}}}");
        let edit = format!(r#"\u{{feff}}{{"external_id": "a", "issue_key": "SHOP-1", {texts}}}"#);
        let edit = edit.replace(r"\u{feff}", "\u{feff}");
        for (method, path, body, name) in [
            (Method::POST, CREATE, create, "ticket"),
            (Method::PUT, EDIT, edit, "issue"),
        ] {
            let request = with_key(Request::builder().method(method).uri(path));
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let answer = app.send(request.body(Body::from(body)).unwrap()).await;
            assert!(answer.status.is_success(), "{}", answer.text());
            let written = answer.json();
            let written = [&written[name]["summary"], &written[name]["description"]];
            assert_eq!(written, meant, "{texts}");
        }
    }
}
