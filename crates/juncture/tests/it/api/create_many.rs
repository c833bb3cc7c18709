//! `create-tickets`: many tickets, each once, in their order.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::issues::{count, send, start, ticket};
use crate::support::TestApp;
use crate::support::answer::Answer;

pub(super) const CREATE_MANY: &str = "/api/backend/jira/create-tickets";
const JIRA_BULK: &str = "/ex/jira/*/rest/api/3/issue/bulk";

/// A request for tickets with these summaries.
async fn tickets<S: AsRef<str>>(app: &TestApp, summaries: &[S]) -> Value {
    let mut ticket = ticket(app, "").await;
    ticket.as_object_mut().unwrap().remove("external_id");
    let tickets = summaries.iter().map(|summary| {
        let mut ticket = ticket.clone();
        ticket["summary"] = json!(summary.as_ref());
        ticket
    });
    json!({"external_id": "a", "tickets": tickets.collect::<Vec<_>>()})
}

async fn create(app: &TestApp, key: Option<&str>, body: &Value) -> Answer {
    send(app, Method::POST, CREATE_MANY, key, body).await
}

fn names(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("Ticket {number}"))
        .collect()
}

/// The codes of those that were not created, `ok` for the others.
fn codes(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap().iter();
    results
        .map(|result| result["code"].as_str().unwrap_or("ok"))
        .collect()
}

/// The numbers in the keys of those that were created.
fn numbers(answer: &Value) -> Vec<u64> {
    let results = answer["results"].as_array().unwrap().iter();
    let keys = results.filter_map(|result| result["ticket"]["key"].as_str());
    keys.map(|key| key.rsplit_once('-').unwrap().1.parse().unwrap())
        .collect()
}

/// The keys of the issues that match.
async fn found(app: &TestApp, jql: &str) -> Vec<Value> {
    let search = json!({"external_id": "a", "jql": format!("project = SHOP AND {jql}")});
    let answer = app
        .post("/api/backend/jira/search-issues", &search)
        .await
        .expect(200);
    let issues = answer["issues"].as_array().unwrap().iter();
    issues.map(|issue| issue["key"].clone()).collect()
}

async fn bulks(app: &TestApp) -> usize {
    app.sandbox
        .requests_to("/rest/api/3/issue/bulk")
        .await
        .len()
}

#[tokio::test]
async fn tickets_are_created_in_their_order_and_shown_whole() {
    let app = start().await;
    let before = count(&app).await;
    let mut body = tickets(&app, &names(120)).await;
    body["tickets"][7]["labels"] = json!(["seven"]);
    body["tickets"][7]["description"] = json!("It is **seven**.");
    let answer = create(&app, None, &body).await.expect(200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 120);
    for (number, result) in results.iter().enumerate() {
        let ticket = &result["ticket"];
        assert_eq!(ticket["summary"], format!("Ticket {number}"));
        assert_eq!(
            (&ticket["status"], &ticket["partial"]),
            (&json!("To Do"), &Value::Null)
        );
    }
    assert_eq!(results[7]["ticket"]["description"], "It is **seven**.");
    assert_eq!(
        found(&app, "labels = seven").await,
        [results[7]["ticket"]["key"].clone()]
    );
    assert!(numbers(&answer).is_sorted());
    assert_eq!((bulks(&app).await, count(&app).await), (3, before + 120));
}

#[tokio::test]
async fn what_is_wrong_with_one_keeps_none_of_the_others() {
    let app = start().await;
    let before = count(&app).await;
    let mut body = tickets(&app, &names(8)).await;
    body["tickets"][0]["summary"] = json!("");
    body["tickets"][1]["fields"] = json!({"Severity": "Gigantic", "Nonsense": 1});
    body["tickets"][2]["jira_project_id"] = json!("NOPE");
    body["tickets"][3]["summary"] = json!("x".repeat(256));
    body["tickets"][4]["external_id"] = json!("somebody else");
    body["tickets"][5] = json!("a text");
    body["tickets"][6]["due_date"] = json!("2026-12-24");
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(
        codes(&answer),
        [
            "missing_parameter",
            "invalid_fields",
            "project_or_issue_type_not_found",
            "invalid_fields",
            "invalid_parameter",
            "invalid_parameter",
            "ok",
            "ok",
        ]
    );
    let wrong = answer["results"][1]["details"]["fields"]
        .as_array()
        .unwrap();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert_eq!(
        answer["results"][3]["details"]["fields"][0]["id"],
        "summary"
    );
    assert_eq!(answer["results"][5]["details"]["field"], "tickets[5]");
    assert_eq!(count(&app).await, before + 2);
}

#[tokio::test]
async fn what_only_jira_refuses_is_told_ticket_by_ticket() {
    let app = start().await;
    let mut body = tickets(&app, &names(3)).await;
    body["tickets"][1]["assignee_account_id"] = json!("nobody-of-this-id");
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(codes(&answer), ["ok", "invalid_fields", "ok"]);
    assert_eq!(
        answer["results"][1]["details"]["fields"][0]["id"],
        "assignee"
    );
    assert_eq!(bulks(&app).await, 1);
}

#[tokio::test]
async fn tickets_are_parts_of_earlier_ones() {
    let app = start().await;
    let mut body = tickets(
        &app,
        &["Child of nobody", "Parent", "Child", "Other", "Grandchild"],
    )
    .await;
    let types = app
        .get("/api/backend/jira/get-issue-types?external_id=a&jira_project_id=SHOP")
        .await
        .expect(200);
    let of_level = |level: i64| {
        let types = types["issue_types"].as_array().unwrap().iter();
        let mut types = types.filter(|kind| kind["hierarchyLevel"] == level);
        types.next().unwrap()["id"].clone()
    };
    for (number, level) in [0, 1, 0, 0, -1].into_iter().enumerate() {
        body["tickets"][number]["issue_type_id"] = of_level(level);
    }
    body["tickets"][0]["parent_ref"] = json!("later");
    body["tickets"][1]["ref"] = json!("later");
    body["tickets"][2]["ref"] = json!("child");
    body["tickets"][2]["parent_ref"] = json!("later");
    body["tickets"][4]["parent_ref"] = json!("child");
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(
        codes(&answer),
        ["invalid_parameter", "ok", "ok", "ok", "ok"]
    );
    assert_eq!(answer["results"][0]["details"]["field"], "parent_ref");
    let ticket = |number: usize| &answer["results"][number]["ticket"];
    for (child, parent) in [(2, 1), (4, 2)] {
        let parts = format!("parent = {}", ticket(parent)["key"].as_str().unwrap());
        assert_eq!(found(&app, &parts).await, [ticket(child)["key"].clone()]);
    }
    assert_eq!(bulks(&app).await, 3);

    body["tickets"][1]["summary"] = json!("x".repeat(256));
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(
        codes(&answer),
        [
            "invalid_parameter",
            "invalid_fields",
            "parent_not_created",
            "ok",
            "parent_not_created"
        ]
    );
}

#[tokio::test]
async fn what_is_no_list_of_tickets_is_refused() {
    let app = start().await;
    let mut body = tickets(&app, &names(1)).await;
    for list in [
        json!(null),
        json!([]),
        json!(vec![body["tickets"][0].clone(); 501]),
    ] {
        body["tickets"] = list;
        let refused = create(&app, None, &body).await.expect(400);
        assert_eq!(refused["details"]["field"], "tickets");
    }
    let mut body = tickets(&app, &names(3)).await;
    body["tickets"][0]["ref"] = json!("a");
    body["tickets"][1]["ref"] = json!("a");
    body["tickets"][2]["ref"] = json!("c");
    body["tickets"][2]["parent_ref"] = json!("c");
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(
        codes(&answer),
        ["ok", "invalid_parameter", "invalid_parameter"]
    );
}

#[tokio::test]
async fn tickets_that_cannot_be_read_back_are_created_all_the_same() {
    let app = start().await;
    let body = tickets(&app, &names(3)).await;
    app.sandbox
        .fail("/ex/jira/*/rest/api/3/issue/bulkfetch", 403, None)
        .await;
    let answer = create(&app, None, &body).await.expect(200);
    for (number, result) in answer["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["ticket"]["partial"], true);
        assert_eq!(result["ticket"]["summary"], format!("Ticket {number}"));
    }
    assert_eq!(numbers(&answer).len(), 3);
}

#[tokio::test]
async fn the_same_key_goes_on_where_it_stopped() {
    let app = start().await;
    let before = count(&app).await;
    let mut body = tickets(&app, &names(120)).await;
    body["tickets"][3]["summary"] = json!("");
    // The second part is refused for coming too often, for longer than we wait.
    app.sandbox.fail_after(JIRA_BULK, 1, 403).await;
    let first = create(&app, Some("k"), &body).await.expect(200);
    let first = codes(&first);
    assert_eq!(first[..3], ["ok"; 3]);
    assert_eq!(first[3], "missing_parameter");
    assert_eq!(first[4..50], ["ok"; 46]);
    assert_eq!(first[50..100], ["access_denied"; 50]);
    assert_eq!(first[100..], ["not_attempted"; 20]);
    app.sandbox.clear_faults().await;
    let second = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(
        codes(&second).iter().filter(|code| **code == "ok").count(),
        119
    );
    assert!(numbers(&second).is_sorted());
    assert_eq!(count(&app).await, before + 119);
    // Once all is known, nothing is done any more.
    let sent = bulks(&app).await;
    let third = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!((third, bulks(&app).await), (second, sent));

    body["tickets"][3]["summary"] = json!("Another");
    let reused = create(&app, Some("k"), &body).await.expect(409);
    assert_eq!(reused["code"], "idempotency_key_reused");
    // A day later it is a new key.
    app.advance(SignedDuration::from_hours(25)).await;
    create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(count(&app).await, before + 119 + 120);
}

#[tokio::test]
async fn where_none_is_created_the_whole_is_refused() {
    let app = start().await;
    let body = tickets(&app, &names(60)).await;
    app.sandbox.fail(JIRA_BULK, 403, Some(1)).await;
    let denied = json!({"error": "Access denied to create issues", "code": "access_denied"});
    create(&app, Some("k"), &body).await.assert(403, &denied);
    let answer = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(numbers(&answer).len(), 60);
}

#[tokio::test]
async fn tickets_whose_answer_is_lost_are_found() {
    let app = start().await;
    let before = count(&app).await;
    let body = tickets(&app, &names(120)).await;
    let cut = json!({"path": JIRA_BULK, "fault": {"kind": "cut"}, "times": 1, "act": true});
    app.sandbox.control("faults", &cut).await;
    let answer = create(&app, None, &body).await.expect(200);
    assert_eq!(codes(&answer), ["ok"; 120]);
    assert!(numbers(&answer).is_sorted());
    assert_eq!((bulks(&app).await, count(&app).await), (3, before + 120));
}

#[tokio::test]
async fn what_is_not_found_is_unknown_until_jira_is_done_with_it() {
    let app = start().await;
    let before = count(&app).await;
    let body = tickets(&app, &names(120)).await;
    // The second part never reaches Jira; but who could tell?
    let passes = json!({"kind": "latency", "milliseconds": 0});
    app.sandbox.fault(JIRA_BULK, &passes, Some(1)).await;
    app.sandbox
        .fault(JIRA_BULK, &json!({"kind": "cut"}), Some(1))
        .await;
    let first = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&first)[..50], ["ok"; 50]);
    assert_eq!(codes(&first)[50..100], ["outcome_unknown"; 50]);
    assert_eq!(codes(&first)[100..], ["not_attempted"; 20]);
    let in_use = create(&app, Some("k"), &body).await.expect(409);
    assert_eq!(in_use["code"], "idempotency_key_in_use");
    app.advance(SignedDuration::from_mins(5)).await;
    let second = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&second), ["ok"; 120]);
    assert_eq!((bulks(&app).await, count(&app).await), (4, before + 120));

    app.sandbox
        .fault(JIRA_BULK, &json!({"kind": "cut"}), Some(1))
        .await;
    let unknown = json!({"error": "Failed to create Jira tickets", "code": "outcome_unknown"});
    create(&app, Some("other"), &body)
        .await
        .assert(500, &unknown);
}

/// What Jira made is found whatever its search knows, and though others write to the project.
#[tokio::test]
async fn tickets_are_found_by_their_keys_where_the_search_lags() {
    let app = start().await;
    let lag = json!({"search_lag_seconds": 3600});
    app.sandbox.set_switches(&lag).await;
    let body = tickets(&app, &names(60)).await;
    app.sandbox.hang_once(JIRA_BULK, true).await;
    let call = create(&app, Some("k"), &body);
    tokio::pin!(call);
    app.sandbox
        .run_until_request(&mut call, "/issue/bulk", 1)
        .await;
    app.advance(SignedDuration::from_mins(1)).await;
    let first = call.await.expect(200);
    assert_eq!(codes(&first), ["ok"; 60]);
    assert_eq!(bulks(&app).await, 2);
}

/// Jira was at it for longer than we waited, and nothing was there when we looked.
#[tokio::test]
async fn tickets_that_come_late_are_found_by_who_comes_again() {
    let app = start().await;
    let before = count(&app).await;
    let lag = json!({"search_lag_seconds": 3600});
    app.sandbox.set_switches(&lag).await;
    let body = tickets(&app, &names(60)).await;
    let late = json!({"path": JIRA_BULK, "fault": {"kind": "cut"}, "times": 1, "act": "late"});
    app.sandbox.control("faults", &late).await;
    let unknown = json!({"error": "Failed to create Jira tickets", "code": "outcome_unknown"});
    create(&app, Some("k"), &body).await.assert(500, &unknown);
    app.sandbox.clear_faults().await;
    app.advance(SignedDuration::from_mins(5)).await;
    let again = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&again), ["ok"; 60]);
    app.advance(SignedDuration::from_hours(1)).await;
    assert_eq!((bulks(&app).await, count(&app).await), (2, before + 60));
}

#[tokio::test]
async fn of_tickets_that_were_created_in_part_only_the_others_are_sent_again() {
    let app = start().await;
    let before = count(&app).await;
    let body = tickets(&app, &names(20)).await;
    let half = json!({"path": JIRA_BULK, "fault": {"kind": "status", "status": 503}, "times": 1, "act": 7});
    app.sandbox.control("faults", &half).await;
    let first = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&first)[..7], ["ok"; 7]);
    assert_eq!(codes(&first)[7..], ["outcome_unknown"; 13]);
    app.advance(SignedDuration::from_mins(5)).await;
    let second = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&second), ["ok"; 20]);
    assert_eq!(second["results"][3], first["results"][3]);
    assert_eq!((bulks(&app).await, count(&app).await), (2, before + 20));
}

#[tokio::test]
async fn the_same_key_sent_twice_at_once_makes_each_ticket_once() {
    let app = start().await;
    let before = count(&app).await;
    let body = tickets(&app, &names(120)).await;
    let all = (0..4).map(|_| create(&app, Some("k"), &body));
    for answer in futures_util::future::join_all(all).await {
        if answer.status != 200 {
            assert_eq!(answer.expect(409)["code"], "idempotency_key_in_use");
        }
    }
    let answer = create(&app, Some("k"), &body).await.expect(200);
    assert_eq!(codes(&answer), ["ok"; 120]);
    assert_eq!(count(&app).await, before + 120);
}
