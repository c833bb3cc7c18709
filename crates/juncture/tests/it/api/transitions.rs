//! `get-transitions`, `transition-issue`: what they do, and in how many calls.

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{CREATE, send, start};
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, find};

pub(super) const MOVE: &str = "/api/backend/jira/transition-issue";
pub(super) const JIRA_MOVE: &str = "/ex/jira/*/rest/api/3/issue/*/transitions";
pub(super) const JIRA_ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";

/// Statuses of projects that are managed by the company.
pub(super) const TO_DO: &str = "10000";
pub(super) const DONE: &str = "10002";

/// An issue that may go from every status to every other.
pub(super) const FREE: &str = "SHOP-7";

pub(super) async fn go(app: &TestApp, issue: &str, mut wish: Value) -> Answer {
    wish["external_id"] = json!("a");
    wish["issue_id_or_key"] = json!(issue);
    send(app, Method::POST, MOVE, None, &wish).await
}

/// The calls that reach Jira while something is done, as `METHOD end-of-path`.
pub(super) async fn calls_of<T>(app: &TestApp, done: impl Future<Output = T>) -> (T, Vec<String>) {
    let before = app.sandbox.requests().await.len();
    let done = done.await;
    let calls = app.sandbox.requests().await;
    let calls = calls[before..].iter().filter_map(|call| {
        let path = call["path"].as_str().unwrap();
        let (_, path) = path.split_once("/rest/api/3/")?;
        let end = path.rsplit('/').next().unwrap();
        let end = if end.contains('-') { "issue" } else { end };
        Some(format!("{} {end}", call["method"].as_str().unwrap()))
    });
    (done, calls.collect())
}

/// What a move takes that needs no screen.
const THREE: [&str; 3] = ["GET issue", "POST transitions", "GET issue"];

/// An issue with a strict workflow, in To Do, whose assignee the customer is.
pub(super) async fn strict(app: &TestApp) -> String {
    let types = app.get("/api/backend/jira/get-issue-types?external_id=a&jira_project_id=PLAT");
    let types = types.await.expect(200);
    let body = json!({
        "external_id": "a", "jira_project_id": "PLAT", "summary": "Strict",
        "issue_type_id": find(&types["issue_types"], "name", "Task")["id"],
        "assignee_account_id": app.account_id(ADA).await,
    });
    let created = app.post(CREATE, &body).await.expect(201);
    created["ticket"]["key"].as_str().unwrap().to_owned()
}

/// An issue with a strict workflow that was brought to this status.
pub(super) async fn strict_in(app: &TestApp, status: &str) -> String {
    let key = strict(app).await;
    let way: &[&str] = match status {
        "To Do" => &[],
        "In Progress" => &["11"],
        "In Review" => &["11", "21"],
        other => panic!("no way to {other}"),
    };
    for step in way {
        go(app, &key, json!({"transition_id": step}))
            .await
            .expect(200);
    }
    key
}

pub(super) async fn status(app: &TestApp, issue: &str) -> String {
    let path = format!("/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key={issue}");
    let issue = app.get(&path).await.expect(200);
    issue["issue"]["status"]["name"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn offered(app: &TestApp, issue: &str) -> Vec<Value> {
    let path = format!("/api/backend/jira/get-transitions?external_id=a&issue_id_or_key={issue}");
    let list = app.get(&path).await.expect(200);
    list["transitions"].as_array().unwrap().clone()
}

/// The four ways to say where Done is; the last one is of [`FREE`].
fn ways_to_done() -> [Value; 4] {
    [
        json!({"to_category": "done"}),
        json!({"to_status": "  dOnE "}),
        json!({"to_status_id": DONE}),
        json!({"transition_id": "51"}),
    ]
}

#[tokio::test]
async fn each_way_to_say_where_to_go_takes_three_calls() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    for wish in ways_to_done() {
        let (moved, calls) = calls_of(&app, go(&app, FREE, wish.clone())).await;
        let moved = moved.expect(200);
        let done = json!({"id": DONE, "name": "Done", "category": "done"});
        assert_eq!(moved["changed"], true, "{wish}");
        assert_eq!(moved["issue"]["key"], FREE);
        assert!(moved["issue"]["id"].is_string());
        assert_eq!(moved["issue"]["status"], done);
        assert_eq!(moved["issue"].get("partial"), None);
        assert_eq!(
            moved["transition"],
            json!({"id": "51", "name": "Done", "to": done})
        );
        assert_eq!(calls, THREE, "{wish}");
        assert_eq!(status(&app, FREE).await, "Done");
        let back = json!({"to_category": "todo"});
        assert_eq!(
            go(&app, FREE, back).await.expect(200)["issue"]["status"]["id"],
            TO_DO
        );
    }
    // By an id and not by a key, it is the same issue.
    let issue = go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    let id = issue["issue"]["id"].as_str().unwrap();
    let moved = go(&app, id, json!({"to_status_id": DONE}))
        .await
        .expect(200);
    assert_eq!(moved["issue"]["key"], FREE);
}

#[tokio::test]
async fn what_is_there_already_is_left_alone() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": DONE}))
        .await
        .expect(200);
    for wish in &ways_to_done()[..3] {
        let (moved, calls) = calls_of(&app, go(&app, FREE, wish.clone())).await;
        let moved = moved.expect(200);
        assert_eq!(moved["changed"], false, "{wish}");
        assert_eq!(moved["issue"]["status"]["id"], DONE);
        assert_eq!(moved.get("transition"), None);
        assert_eq!(calls, ["GET issue"], "{wish}");
    }
    // A team-managed project offers the status at hand as well, by a transition that can be named.
    go(&app, "MOB-1", json!({"transition_id": "31"}))
        .await
        .expect(200);
    for wish in [
        json!({"transition_id": "31"}),
        json!({"to_category": "done"}),
    ] {
        let (moved, calls) = calls_of(&app, go(&app, "MOB-1", wish.clone())).await;
        assert_eq!(moved.expect(200)["changed"], false, "{wish}");
        assert_eq!(calls, ["GET issue"], "{wish}");
    }
    // One that leads back to where it begins is made, for that is what it is for.
    let key = strict_in(&app, "In Progress").await;
    let (moved, calls) = calls_of(&app, go(&app, &key, json!({"transition_id": "61"}))).await;
    let moved = moved.expect(200);
    assert_eq!((&moved["changed"], calls.len()), (&json!(true), 3));
    assert_eq!(moved["issue"]["status"]["name"], "In Progress");
}

#[tokio::test]
async fn transitions_are_listed_with_the_fields_of_their_screens() {
    let app = start().await;
    let key = strict(&app).await;
    let list = offered(&app, &key).await;
    let start_work = find(&json!(list), "id", "11").clone();
    assert_eq!(
        start_work,
        json!({"id": "11", "name": "Start work", "has_screen": false, "fields": [],
            "to": {"id": "3", "name": "In Progress", "category": "indeterminate"}})
    );
    let list = json!(list);
    let give_up = find(&list, "id", "41");
    assert_eq!(give_up["has_screen"], true);
    let resolution = find(&give_up["fields"], "id", "resolution");
    assert_eq!(resolution["type"], "option");
    assert_eq!(resolution["required"], true);
    assert_eq!(resolution["operations"], json!(["set"]));
    find(&resolution["allowed_values"], "name", "Won't Do");
    let path = "/api/backend/jira/get-transitions?external_id=a&issue_id_or_key=SHOP-99999";
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    app.get(path).await.assert(404, &unknown);
}

#[tokio::test]
async fn a_screen_is_filled_in_three_calls_too() {
    let app = start().await;
    let key = strict(&app).await;
    let account_id = app.account_id("Bruno Okafor").await;
    let wish = json!({
        "to_category": "done", "resolution": "Won't Do", "comment": "No **time**.",
        "fields": {"customfield_10031": "Hooli", "assignee": account_id},
    });
    let (moved, calls) = calls_of(&app, go(&app, &key, wish)).await;
    let moved = moved.expect(200);
    assert_eq!(moved["transition"]["id"], "41");
    assert_eq!(calls, THREE);
    let path = format!("/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key={key}");
    let issue = app.get(&path).await.expect(200)["issue"].clone();
    assert_eq!(issue["resolution"]["name"], "Won't Do");
    assert_eq!(issue["assignee"]["accountId"], account_id);
    assert_eq!(issue["customFields"]["customfield_10031"], "Hooli");
    let path = format!("/api/backend/jira/get-comments?external_id=a&issue_id_or_key={key}");
    let comments = app.get(&path).await.expect(200);
    assert_eq!(comments["comments"][0]["body"], "No **time**.");
}

#[tokio::test]
async fn fields_are_known_by_name_and_people_by_address() {
    let app = start().await;
    let key = strict(&app).await;
    let wish = json!({
        "transition_id": "41",
        "fields": {"Resolution": "Done", "Customer": "Hooli", "assignee": "bruno.okafor@people.example"},
    });
    go(&app, &key, wish).await.expect(200);
    let path = format!("/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key={key}");
    let issue = app.get(&path).await.expect(200);
    assert_eq!(issue["issue"]["assignee"]["displayName"], "Bruno Okafor");
}

#[tokio::test]
async fn of_several_ways_to_one_status_the_one_is_taken_that_asks_for_nothing() {
    let app = start().await;
    let key = strict_in(&app, "In Progress").await;
    let moved = go(&app, &key, json!({"to_status": "Done"}))
        .await
        .expect(200);
    assert_eq!(moved["transition"]["name"], "Finish small work");
    // Or the one for which everything is given.
    let key = strict_in(&app, "In Review").await;
    let wish = json!({"to_status_id": DONE, "resolution": "Done"});
    let moved = go(&app, &key, wish).await.expect(200);
    assert_eq!(moved["transition"]["name"], "Approve");
}

#[tokio::test]
async fn a_jira_that_does_not_tell_the_fields_with_the_issue_is_asked_for_them() {
    let app = start().await;
    let key = strict(&app).await;
    let to_do = json!({"id": TO_DO, "name": "To Do", "statusCategory": {"id": 2, "key": "new"}});
    let done = json!({"id": DONE, "name": "Done", "statusCategory": {"id": 3, "key": "done"}});
    let four = [
        "GET issue",
        "GET transitions",
        "POST transitions",
        "GET issue",
    ];
    for (transitions, wish) in [
        (
            json!([{"id": "41", "name": "Give up", "to": done, "hasScreen": true}]),
            json!({"to_status_id": DONE, "resolution": "Done", "fields": {"customfield_10031": "Hooli"}}),
        ),
        (json!([]), json!({"transition_id": "71"})),
    ] {
        let status = if wish["transition_id"] == "71" {
            &done
        } else {
            &to_do
        };
        let body = json!({"id": "1", "key": key, "fields": {"status": status}, "transitions": transitions});
        let fault = json!({"kind": "status", "status": 200, "body": body});
        app.sandbox.fault(JIRA_ISSUE, &fault, Some(1)).await;
        let (moved, calls) = calls_of(&app, go(&app, &key, wish)).await;
        assert_eq!(moved.expect(200)["changed"], true);
        assert_eq!(calls, four);
    }
    assert_eq!(status(&app, &key).await, "To Do");
}
