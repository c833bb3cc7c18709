//! Issues that do not go where they were to go, and those of which nobody knows.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::comments::writes;
use super::issues::start;
use super::transitions::{
    DONE, FREE, JIRA_ISSUE, JIRA_MOVE, TO_DO, calls_of, go, status, strict, strict_in,
};
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::JIWOO;

const DMITRI: &str = "Dmitri Halloran";

/// A move that must not be made: its answer, which is one of this status and code.
async fn refused(app: &TestApp, issue: &str, wish: Value, expected: u16, code: &str) -> Value {
    let written = writes(app).await;
    let answer = go(app, issue, wish.clone()).await.expect(expected);
    assert_eq!(answer["code"], code, "{wish}: {answer}");
    assert_eq!(writes(app).await, written, "{wish}");
    answer
}

fn ids(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_wish_names_one_place_to_go() {
    let app = start().await;
    let asked = app.sandbox.requests().await.len();
    for (wish, error, code) in [
        (
            json!({}),
            "Missing transition_id, to_status_id, to_status or to_category",
            "missing_parameter",
        ),
        (
            json!({"to_status": "Done", "to_category": "done"}),
            "Only one of transition_id, to_status_id, to_status and to_category can be sent",
            "invalid_parameter",
        ),
        (
            json!({"to_category": "over"}),
            "Invalid to_category",
            "invalid_parameter",
        ),
        (
            json!({"to_status": "Done", "fields": ["a"]}),
            "Invalid fields",
            "invalid_parameter",
        ),
        (
            json!({"to_status": "Done", "comment": "x".repeat(32_768)}),
            "Invalid comment",
            "invalid_parameter",
        ),
        (
            json!({"to_status": "Done", "comment": "a", "comment_adf": {"type": "doc"}}),
            "Invalid comment_adf",
            "invalid_parameter",
        ),
    ] {
        let refused = go(&app, FREE, wish.clone()).await.expect(400);
        assert_eq!(
            (&refused["error"], &refused["code"]),
            (&json!(error), &json!(code))
        );
    }
    assert_eq!(app.sandbox.requests().await.len(), asked);
    let unknown = json!({"error": "Issue not found", "code": "issue_not_found"});
    let wish = json!({"to_category": "done"});
    go(&app, "SHOP-99999", wish).await.assert(404, &unknown);
}

#[tokio::test]
async fn where_nothing_leads_the_ways_that_there_are_are_told() {
    let app = start().await;
    let new = strict(&app).await;
    let reviewed = strict_in(&app, "In Review").await;
    for (issue, wish, available) in [
        (&new, json!({"to_status": "In Review"}), vec!["11", "41"]),
        (&new, json!({"to_status_id": "10001"}), vec!["11", "41"]),
        (&new, json!({"transition_id": "31"}), vec!["11", "41"]),
        (&new, json!({"to_status": "Nowhere"}), vec!["11", "41"]),
        (
            &reviewed,
            json!({"to_category": "new"}),
            vec!["31", "41", "51"],
        ),
    ] {
        let (told, calls) = calls_of(
            &app,
            refused(&app, issue, wish, 409, "transition_not_available"),
        )
        .await;
        assert_eq!(
            told["error"],
            "No transition leads there from where the issue is"
        );
        assert_eq!(ids(&told["details"]["available"]), available);
        let first = &told["details"]["available"][0];
        assert!(first["name"].is_string() && first["to"]["id"].is_string());
        assert_eq!(calls, ["GET issue", "GET transitions"]);
    }
}

#[tokio::test]
async fn what_may_be_meant_is_asked_for() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    let code = "transition_ambiguous";
    let told = refused(&app, FREE, json!({"to_category": "in_progress"}), 409, code).await;
    assert_eq!(ids(&told["details"]["available"]), ["21", "31", "41"]);
    // Nothing leads to Blocked, where some issues are from the beginning; two ways lead away to one
    // status, and neither asks for anything.
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=PLAT";
    let tickets = app.get(path).await.expect(200);
    let blocked = crate::support::flow::find(&tickets["tickets"], "status", "Blocked");
    let blocked = blocked["key"].as_str().unwrap();
    for wish in [
        json!({"to_status": "to do"}),
        json!({"to_status_id": TO_DO}),
        json!({"to_category": "new"}),
    ] {
        let told = refused(&app, blocked, wish, 409, code).await;
        assert_eq!(ids(&told["details"]["available"]), ["91", "92"]);
    }
    go(&app, blocked, json!({"transition_id": "92"}))
        .await
        .expect(200);
    // Of two screens that ask for more than is given, none is chosen.
    let reviewed = strict_in(&app, "In Review").await;
    let told = refused(&app, &reviewed, json!({"to_status_id": DONE}), 409, code).await;
    assert_eq!(ids(&told["details"]["available"]), ["31", "41"]);
}

#[tokio::test]
async fn required_fields_are_told_before_jira_is_asked() {
    let app = start().await;
    let key = strict(&app).await;
    for wish in [
        json!({"to_category": "done"}),
        json!({"to_status": "done"}),
        json!({"to_status_id": DONE}),
        json!({"transition_id": "41"}),
    ] {
        let told = refused(&app, &key, wish, 400, "transition_fields_required").await;
        let fields = &told["details"]["fields"];
        assert_eq!(ids(fields), ["resolution", "customfield_10031"]);
        assert_eq!(fields[0]["reason"], "required");
        assert_eq!(fields[0]["name"], "Resolution");
        crate::support::flow::find(&fields[0]["allowed"], "name", "Done");
    }
    let some = json!({"transition_id": "41", "resolution": "Done"});
    let told = refused(&app, &key, some, 400, "transition_fields_required").await;
    assert_eq!(ids(&told["details"]["fields"]), ["customfield_10031"]);
}

#[tokio::test]
async fn all_fields_that_are_wrong_are_told_at_once() {
    let app = start().await;
    let key = strict(&app).await;
    let wish = json!({
        "transition_id": "41", "resolution": "Nope",
        "fields": {"summary": "x", "assignee": "nobody@people.example"},
    });
    let told = refused(&app, &key, wish, 400, "invalid_fields").await;
    let fields = told["details"]["fields"].as_array().unwrap();
    let mut reasons: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                field["id"].as_str().unwrap(),
                field["reason"].as_str().unwrap(),
            )
        })
        .collect();
    reasons.sort_unstable();
    let expected = [
        ("assignee", "unknown_user"),
        ("customfield_10031", "required"),
        ("resolution", "unknown_value"),
        ("summary", "unknown_field"),
    ];
    assert_eq!(reasons, expected);
    // A step without a screen takes nothing, and two resolutions are one too many.
    let wish = json!({"transition_id": "11", "resolution": "Done"});
    let told = refused(&app, &key, wish, 400, "invalid_fields").await;
    assert_eq!(told["details"]["fields"][0]["reason"], "unknown_field");
    let twice = json!({
        "transition_id": "41", "resolution": "Done",
        "fields": {"resolution": "Done", "customfield_10031": "Hooli"},
    });
    let told = refused(&app, &key, twice, 400, "invalid_fields").await;
    assert_eq!(told["details"]["fields"][0]["reason"], "given_twice");
}

#[tokio::test]
async fn what_jira_refuses_all_the_same_is_told_by_its_words() {
    let app = start().await;
    let key = strict(&app).await;
    // A validator has words of its own, and is not asked twice.
    let nobody = json!({"external_id": "a", "issue_id_or_key": key, "assignee_account_id": null});
    let edit = "/api/backend/jira/edit-issue";
    super::issues::send(&app, axum::http::Method::PUT, edit, None, &nobody)
        .await
        .expect(200);
    let written = writes(&app).await;
    let told = go(&app, &key, json!({"transition_id": "11"}))
        .await
        .expect(409);
    assert_eq!(told["code"], "transition_refused");
    assert_eq!(
        told["details"]["reasons"],
        json!(["Somebody must have the work before it starts."])
    );
    assert_eq!(writes(&app).await, written + 1);
    // What the screen did not tell.
    for (body, code) in [
        (
            json!({"errorMessages": [], "errors": {"resolution": "Resolution is required."}}),
            "transition_fields_required",
        ),
        (
            json!({"errorMessages": [], "errors": {"resolution": "It is odd."}}),
            "invalid_fields",
        ),
    ] {
        let fault = json!({"kind": "status", "status": 400, "body": body});
        let rule = json!({"path": JIRA_MOVE, "method": "POST", "fault": fault});
        app.sandbox.control("faults", &rule).await;
        let told = go(&app, FREE, json!({"to_status_id": other(&app).await}))
            .await
            .expect(400);
        assert_eq!(told["code"], code);
        assert_eq!(told["details"]["fields"][0]["id"], "resolution");
    }
    // What was possible a moment ago.
    let late =
        json!({"errorMessages": ["Transition id '51' is not valid for this issue."], "errors": {}});
    let fault = json!({"kind": "status", "status": 400, "body": late});
    let rule = json!({"path": JIRA_MOVE, "method": "POST", "fault": fault});
    app.sandbox.control("faults", &rule).await;
    let written = writes(&app).await;
    let told = go(&app, FREE, json!({"to_status_id": other(&app).await}))
        .await
        .expect(409);
    assert_eq!(told["code"], "transition_not_available");
    assert_eq!(told["details"]["available"].as_array().unwrap().len(), 4);
    assert_eq!(writes(&app).await, written + 1);
}

/// The id of a status in which [`FREE`] is not.
async fn other(app: &TestApp) -> &'static str {
    if status(app, FREE).await == "Done" {
        TO_DO
    } else {
        DONE
    }
}

async fn fault_moves(app: &TestApp, fault: Value, times: u32, acts: bool) {
    let rule =
        json!({"path": JIRA_MOVE, "method": "POST", "fault": fault, "times": times, "act": acts});
    app.sandbox.control("faults", &rule).await;
}

#[tokio::test]
async fn a_conflict_is_tried_once_more_after_another_look() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    let conflict = json!({"kind": "status", "status": 409, "body": {"errorMessages": ["Meanwhile."], "errors": {}}});
    fault_moves(&app, conflict.clone(), 1, false).await;
    let (moved, calls) = calls_of(&app, go(&app, FREE, json!({"to_status_id": DONE}))).await;
    assert_eq!(moved.expect(200)["changed"], true);
    let (first, second) = (["GET issue", "POST transitions"], "GET issue");
    assert_eq!(calls, [&first[..], &first[..], &[second]].concat());
    // Somebody else has brought it there.
    fault_moves(&app, conflict.clone(), 1, true).await;
    let moved = go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    assert_eq!(moved["changed"], false);
    fault_moves(&app, conflict, 2, false).await;
    let written = writes(&app).await;
    let told = go(&app, FREE, json!({"to_status_id": DONE}))
        .await
        .expect(409);
    assert_eq!(told["code"], "issue_modified");
    assert_eq!(writes(&app).await, written + 2);
}

#[tokio::test]
async fn a_lost_answer_is_followed_by_a_look_and_never_by_another_step() {
    let app = start().await;
    for wish in [
        json!({"to_category": "done"}),
        json!({"to_status": "done"}),
        json!({"to_status_id": DONE}),
        json!({"transition_id": "51"}),
    ] {
        go(&app, FREE, json!({"to_status_id": TO_DO}))
            .await
            .expect(200);
        // Jira has made the step.
        fault_moves(&app, json!({"kind": "cut"}), 1, true).await;
        let written = writes(&app).await;
        let (moved, calls) = calls_of(&app, go(&app, FREE, wish.clone())).await;
        let moved = moved.expect(200);
        assert_eq!(
            (&moved["changed"], &moved["issue"]["status"]["id"]),
            (&json!(true), &json!(DONE))
        );
        assert_eq!(
            (calls.len(), writes(&app).await),
            (3, written + 1),
            "{wish}"
        );
        // It has not, or not yet.
        go(&app, FREE, json!({"to_status_id": TO_DO}))
            .await
            .expect(200);
        fault_moves(&app, json!({"kind": "cut"}), 1, false).await;
        let written = writes(&app).await;
        let unknown =
            json!({"error": "Failed to transition Jira issue", "code": "outcome_unknown"});
        go(&app, FREE, wish.clone()).await.assert(500, &unknown);
        assert_eq!(writes(&app).await, written + 1, "{wish}");
    }
    // Where a step leads back to where it began, no look tells.
    let key = strict_in(&app, "In Progress").await;
    fault_moves(&app, json!({"kind": "cut"}), 1, true).await;
    let lost = go(&app, &key, json!({"transition_id": "61"})).await;
    assert_eq!(lost.expect(500)["code"], "outcome_unknown");
}

#[tokio::test]
async fn a_step_that_moves_nothing_is_not_told_as_made() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    app.sandbox
        .set_switches(&json!({"transition_silent_noop": true}))
        .await;
    let noop = json!({
        "error": "Jira accepted the transition, and the issue has not moved",
        "code": "transition_without_effect",
    });
    let wish = json!({"to_category": "done"});
    go(&app, FREE, wish).await.assert(409, &noop);
    assert_eq!(status(&app, FREE).await, "To Do");
}

#[tokio::test]
async fn a_step_that_was_made_is_told_though_the_status_cannot_be_read_back() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    for status in [500, 403, 404, 429] {
        let target = other(&app).await;
        let pass = json!({"kind": "latency", "milliseconds": 0});
        app.sandbox.fault(JIRA_ISSUE, &pass, Some(1)).await;
        let fault = json!({"kind": "status", "status": status, "retry_after": {"seconds": 80}});
        app.sandbox.fault(JIRA_ISSUE, &fault, None).await;
        let moved = go(&app, FREE, json!({"to_status_id": target}))
            .await
            .expect(200);
        assert_eq!(moved["changed"], true);
        assert_eq!(moved["issue"]["partial"], true, "{status}");
        assert_eq!(moved["issue"]["status"]["id"], target);
        app.sandbox.clear_faults().await;
        app.advance(SignedDuration::from_mins(2)).await;
    }
}

#[tokio::test]
async fn who_may_not_move_issues_is_told_so() {
    let app = start().await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    app.connect_as("a", DMITRI, "Acme").await;
    let denied = json!({
        "error": "Access denied to transition the issue", "code": "access_denied",
        "details": {"permissions": ["TRANSITION_ISSUES"]},
    });
    let written = writes(&app).await;
    let list = format!("/api/backend/jira/get-transitions?external_id=a&issue_id_or_key={FREE}");
    let answers: [Answer; 3] = [
        app.get(&list).await,
        go(&app, FREE, json!({"to_category": "done"})).await,
        go(&app, FREE, json!({"transition_id": "51"})).await,
    ];
    for answer in answers {
        answer.assert(403, &denied);
    }
    assert_eq!(writes(&app).await, written);
    assert_eq!(app.sandbox.requests_to("/mypermissions").await.len(), 1);
    // Who is there already needs none.
    let there = go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    assert_eq!(there["changed"], false);
}

#[tokio::test]
async fn a_comment_that_may_not_be_written_stops_the_step() {
    let app = start().await;
    app.connect("a").await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    let body = json!({
        "site_id": app.site_id("Acme").await, "account_id": app.account_id("Bruno Okafor").await,
        "project": "SHOP", "deny": ["ADD_COMMENTS"],
    });
    app.sandbox.control("permissions", &body).await;
    let wish = json!({"to_category": "done", "comment": "Over."});
    let denied = go(&app, FREE, wish).await.expect(403);
    assert_eq!(denied["details"]["permissions"], json!(["ADD_COMMENTS"]));
    assert_eq!(status(&app, FREE).await, "To Do");
}

#[tokio::test]
async fn an_id_leads_there_in_every_language() {
    let app = start().await;
    app.connect_as("a", JIWOO, "Acme").await;
    let switch = json!({"forced_language_covers_names": false});
    app.sandbox.set_switches(&switch).await;
    go(&app, FREE, json!({"to_status_id": TO_DO}))
        .await
        .expect(200);
    let told = refused(
        &app,
        FREE,
        json!({"to_status": "Done"}),
        409,
        "transition_not_available",
    );
    assert_eq!(
        told.await["details"]["available"].as_array().unwrap().len(),
        4
    );
    let moved = go(&app, FREE, json!({"to_category": "done"}))
        .await
        .expect(200);
    assert_eq!(moved["issue"]["status"]["id"], DONE);
    assert_ne!(moved["issue"]["status"]["name"], "Done");
}
