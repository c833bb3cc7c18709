//! What the operations cost at Jira: calls, and points of the hourly quota. The table of
//! docs/PERFORMANCE.md is printed from here.

use std::fmt::Write as _;

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{CREATE, send, start, ticket};
use crate::support::TestApp;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERFORMANCE.md");

/// What was spent on one request.
struct Cost {
    calls: usize,
    points: u64,
    /// Of the calls, those that read back what was written.
    read_back: usize,
}

async fn points_left(app: &TestApp) -> u64 {
    app.sandbox.read("quota").await["remaining_points"]
        .as_u64()
        .unwrap()
}

/// What a request costs.
async fn cost(app: &TestApp, row: &Row, body: &Value) -> Cost {
    app.sandbox.forget_requests().await;
    let before = points_left(app).await;
    let path = format!("/api/backend/jira/{}", row.path);
    let answer = if row.method == Method::GET {
        let query: Vec<(&String, &str)> = (body.as_object().unwrap().iter())
            .map(|(name, value)| (name, value.as_str().unwrap()))
            .collect();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        app.get(&format!("{path}?{query}")).await
    } else {
        send(app, row.method.clone(), &path, None, body).await
    };
    assert!(answer.status.is_success(), "{path}: {}", answer.text());
    let points = before - points_left(app).await;
    let requests = app.sandbox.requests().await;
    let is_write = |request: &Value| {
        let path = request["path"].as_str().unwrap();
        let asks = [
            "search/jql",
            "bulkfetch",
            "approximate-count",
            "parse",
            "match",
        ];
        request["method"] != "GET" && !asks.iter().any(|ask| path.ends_with(ask))
    };
    let last_write = requests.iter().rposition(is_write);
    Cost {
        calls: requests.len(),
        points,
        read_back: last_write.map_or(0, |last| requests.len() - 1 - last),
    }
}

async fn new_issue(app: &TestApp) -> String {
    let created = app.post(CREATE, &ticket(app, "x").await).await.expect(201);
    created["ticket"]["key"].as_str().unwrap().to_owned()
}

/// Something that is asked for twice, about the same or about two things.
struct Row {
    name: &'static str,
    method: Method,
    path: &'static str,
    first: Value,
    second: Value,
}

fn row(name: &'static str, method: Method, path: &'static str, first: Value, second: Value) -> Row {
    Row {
        name,
        method,
        path,
        first,
        second,
    }
}

/// The same both times.
fn same(name: &'static str, method: Method, path: &'static str, body: &Value) -> Row {
    row(name, method, path, body.clone(), body.clone())
}

/// A request about an issue.
fn about(issue: &str, more: &Value) -> Value {
    let mut body = json!({"external_id": "a", "issue_id_or_key": issue});
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

/// What is asked for; the last ones end what they are about.
#[expect(clippy::too_many_lines, reason = "a table")]
async fn rows(app: &TestApp) -> Vec<Row> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let (issue, other) = (new_issue(app).await, new_issue(app).await);
    let mut dated = ticket(app, "Dated").await;
    dated["due_date"] = json!("2026-12-24");
    let many = json!({"external_id": "a", "tickets": vec![dated.clone(); 50]});
    let of_type = json!({
        "external_id": "a", "jira_project_id": "SHOP", "issue_type_id": dated["issue_type_id"],
    });
    let (comment, gone) = (app.comment_on(&issue).await, app.comment_on(&issue).await);
    let on_issue = |more: Value| about(&issue, &more);
    let fields = |day: &str| on_issue(json!({"fields": {"Due date": day}}));
    let text = |text: &str| on_issue(json!({"description": text}));
    let words = |text: &str| on_issue(json!({"comment_id": comment, "body": text}));
    let done = |issue: &str| about(issue, &json!({"to_category": "done"}));
    let comments = [&comment, &gone].map(|id| on_issue(json!({"comment_id": id})));
    let [first_comment, second_comment] = comments;
    let nothing = json!({});
    vec![
        same(
            "`create-ticket` with a field",
            post.clone(),
            "create-ticket",
            &dated,
        ),
        same(
            "`create-tickets`, 50 of them",
            post.clone(),
            "create-tickets",
            &many,
        ),
        row(
            "`edit-issue`, a field",
            put.clone(),
            "edit-issue",
            fields("2026-12-23"),
            fields("2026-12-24"),
        ),
        row(
            "`edit-issue`, the description as Markdown",
            put.clone(),
            "edit-issue",
            text("One."),
            text("Two."),
        ),
        row(
            "`edit-comment`",
            put,
            "edit-comment",
            words("One."),
            words("Two."),
        ),
        same(
            "`add-comment`",
            post.clone(),
            "add-comment",
            &on_issue(json!({"body": "Words"})),
        ),
        row(
            "`delete-comment`",
            delete.clone(),
            "delete-comment",
            first_comment,
            second_comment,
        ),
        same(
            "`get-comments`",
            get.clone(),
            "get-comments",
            &about(&issue, &nothing),
        ),
        same(
            "`get-issue-details`",
            get.clone(),
            "get-issue-details",
            &about(&issue, &nothing),
        ),
        same(
            "`get-create-fields`",
            get.clone(),
            "get-create-fields",
            &of_type,
        ),
        same(
            "`get-transitions`",
            get,
            "get-transitions",
            &about(&issue, &nothing),
        ),
        row(
            "`transition-issue` to a category",
            post.clone(),
            "transition-issue",
            done(&issue),
            done(&other),
        ),
        same(
            "`transition-issue`, there already",
            post,
            "transition-issue",
            &done(&issue),
        ),
        row(
            "`delete-issue`",
            delete,
            "delete-issue",
            about(&issue, &nothing),
            about(&other, &nothing),
        ),
    ]
}

#[tokio::test]
async fn the_table_of_costs_is_the_committed_one() {
    let app = start().await;
    app.sandbox
        .set_switches(&json!({"limits": "enforced"}))
        .await;
    let mut table =
        "| request | calls to Jira | of them to read back | points | without reading back |\n\
        | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for row in rows(&app).await {
        let cost = [&row.first, &row.second].map(|body| cost(&app, &row, body));
        let [first, second] = cost;
        first.await;
        let Cost {
            calls,
            points,
            read_back,
        } = second.await;
        // One for the call, one for each issue.
        let issues = row.second["tickets"].as_array().map_or(1, Vec::len);
        let rest = points - (read_back * (1 + issues)) as u64;
        let name = row.name;
        writeln!(
            table,
            "| {name} | {calls} | {read_back} | {points} | {rest} |"
        )
        .unwrap();
    }
    let page = std::fs::read_to_string(PAGE).unwrap();
    assert!(
        page.contains(&table),
        "docs/PERFORMANCE.md is out of step; its table should be:\n{table}"
    );
}
