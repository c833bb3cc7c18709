//! Comments that are not written, or of which nobody knows.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::comments::{
    ADD, DELETE, ISSUE, JIRA_COMMENT, JIRA_COMMENTS, about, add, edit, list, start_with_help_desk,
    writes,
};
use super::issues::{send, start};
use crate::support::TestApp;
use crate::support::answer::Answer;

const CHIARA: &str = "Chiara Moretti";
const DMITRI: &str = "Dmitri Halloran";

async fn delete(app: &TestApp, issue: &str, id: &str) -> Answer {
    let path = format!("{DELETE}?external_id=a&issue_id_or_key={issue}&comment_id={id}");
    app.delete(&path).await
}

async fn added(app: &TestApp) -> String {
    let comment = add(app, json!({"body": "first"})).await.expect(201);
    comment["comment"]["id"].as_str().unwrap().to_owned()
}

async fn looks(app: &TestApp) -> usize {
    app.sandbox.requests_to("/mypermissions").await.len()
}

#[tokio::test]
async fn what_cannot_be_a_comment_is_refused_before_jira_is_asked() {
    let app = start().await;
    let written = writes(&app).await;
    let asked = app.sandbox.requests().await.len();
    let long = "x".repeat(32_768);
    let document = json!({"version": 1, "type": "doc", "content": []});
    for (body, error) in [
        (json!({}), "Missing body or body_adf"),
        (json!({"body": ""}), "Missing body or body_adf"),
        (
            json!({"body": "a", "body_adf": document}),
            "Invalid body_adf",
        ),
        (json!({"body_adf": "text"}), "Invalid body_adf"),
        (json!({"body": ["a"]}), "Invalid body"),
        (json!({"body": long}), "Invalid body"),
        (json!({"body": "a", "internal": "yes"}), "Invalid internal"),
        (
            json!({"body": "a", "visibility": "Developers"}),
            "Invalid visibility",
        ),
        (
            json!({"body": "a", "visibility": {"type": "role"}}),
            "Invalid visibility",
        ),
        (
            json!({"body": "a", "visibility": {"type": "user", "value": "x"}}),
            "Invalid visibility",
        ),
        (
            json!({"body": "a", "issue_id_or_key": "../SHOP-7"}),
            "Invalid issue_id_or_key",
        ),
        (
            json!({"body": "a", "external_id": ""}),
            "Missing external_id",
        ),
    ] {
        assert_eq!(
            add(&app, body.clone()).await.expect(400)["error"],
            error,
            "{body}"
        );
    }
    for (body, error) in [
        (json!({"body": "a"}), "Missing comment_id"),
        (
            json!({"body": "a", "comment_id": ".."}),
            "Invalid comment_id",
        ),
        (
            json!({"body": "a", "comment_id": "1/2"}),
            "Invalid comment_id",
        ),
        (
            json!({"comment_id": "1"}),
            "Missing body, body_adf or visibility",
        ),
        (
            json!({"comment_id": "1", "internal": true}),
            "Missing body, body_adf or visibility",
        ),
        (
            json!({"comment_id": "1", "body": "a", "allow_media_loss": 1}),
            "Invalid allow_media_loss",
        ),
    ] {
        assert_eq!(
            edit(&app, body.clone()).await.expect(400)["error"],
            error,
            "{body}"
        );
    }
    for id in ["", "..", "x"] {
        delete(&app, ISSUE, id).await.expect(400);
    }
    assert_eq!(app.sandbox.requests().await.len(), asked);
    // What is empty, Jira alone can tell.
    let empty = add(&app, json!({"body_adf": document})).await.expect(400);
    assert_eq!(
        (&empty["code"], writes(&app).await),
        (&json!("invalid_fields"), written + 1)
    );
    assert_eq!(empty["details"]["fields"][0]["id"], "body");
    assert_eq!(
        empty["details"]["fields"][0]["message"],
        "Comment body can not be empty!"
    );
    // Characters count, not bytes.
    add(&app, json!({"body": "한".repeat(32_767)}))
        .await
        .expect(201);
}

#[tokio::test]
async fn issues_and_comments_that_are_not_there_are_told_apart() {
    let app = start().await;
    let id = added(&app).await;
    let no_issue = json!({"error": "Issue not found", "code": "issue_not_found"});
    let no_comment = json!({"error": "Comment not found", "code": "comment_not_found"});
    let path = "/api/backend/jira/get-comments?external_id=a&issue_id_or_key=SHOP-99999";
    app.get(path).await.assert(404, &no_issue);
    let elsewhere = json!({"issue_id_or_key": "SHOP-99999", "body": "a"});
    add(&app, elsewhere).await.assert(404, &no_issue);
    for (issue, id, expected) in [
        ("SHOP-99999", id.as_str(), &no_issue),
        (ISSUE, "99999999", &no_comment),
        ("SHOP-1", id.as_str(), &no_comment),
    ] {
        let body = json!({"issue_id_or_key": issue, "comment_id": id, "body": "a"});
        edit(&app, body).await.assert(404, expected);
        delete(&app, issue, id).await.assert(404, expected);
    }
    assert_eq!(list(&app, ISSUE).await.len(), 1);
}

#[tokio::test]
async fn who_may_not_is_told_which_permission_is_missing() {
    let app = start().await;
    let id = added(&app).await;
    app.connect_as("a", DMITRI, "Acme").await;
    let denied = add(&app, json!({"body": "a"})).await.expect(403);
    assert_eq!(denied["code"], "access_denied");
    assert_eq!(denied["error"], "Access denied to comment on the issue");
    assert_eq!(denied["details"]["permissions"], json!(["ADD_COMMENTS"]));
    let reason = "Dmitri Halloran, you do not have the permission to comment on this issue.";
    assert_eq!(denied["details"]["reasons"], json!([reason]));

    let all = json!(["EDIT_ALL_COMMENTS", "EDIT_OWN_COMMENTS"]);
    let body = json!({"comment_id": id, "body": "b"});
    let denied = edit(&app, body.clone()).await.expect(403);
    assert_eq!(denied["details"]["permissions"], all);
    let denied = delete(&app, ISSUE, &id).await.expect(403);
    let all = json!(["DELETE_ALL_COMMENTS", "DELETE_OWN_COMMENTS"]);
    assert_eq!(denied["details"]["permissions"], all);
    // One look for all of it, and a new one after a minute.
    assert_eq!(looks(&app).await, 1);
    app.advance(SignedDuration::from_secs(61)).await;
    add(&app, json!({"body": "a"})).await.expect(403);
    assert_eq!(looks(&app).await, 2);

    // Who may change own comments is not told that those of others are not there.
    app.advance(SignedDuration::from_secs(61)).await;
    app.connect_as("a", CHIARA, "Acme").await;
    let denied = edit(&app, body).await.expect(403);
    assert_eq!(
        denied["details"]["permissions"],
        json!(["EDIT_ALL_COMMENTS"])
    );
    let denied = delete(&app, ISSUE, &id).await.expect(403);
    assert_eq!(
        denied["details"]["permissions"],
        json!(["DELETE_ALL_COMMENTS"])
    );
    let own = added(&app).await;
    edit(&app, json!({"comment_id": own, "body": "mine"}))
        .await
        .expect(200);
    delete(&app, ISSUE, &own).await.expect(200);
}

#[tokio::test]
async fn a_missing_permission_is_found_whatever_jiras_words_and_a_look_that_fails_hides_nothing() {
    let app = start().await;
    app.connect_as("a", DMITRI, "Acme").await;
    let words = json!({"errorMessages": ["권한이 없습니다."], "errors": {}});
    for status in [400, 404] {
        let fault = json!({"kind": "status", "status": status, "body": words});
        app.sandbox.fault(JIRA_COMMENTS, &fault, Some(1)).await;
        let denied = add(&app, json!({"body": "a"})).await.expect(403);
        assert_eq!(denied["details"]["permissions"], json!(["ADD_COMMENTS"]));
    }
    app.advance(SignedDuration::from_secs(61)).await;
    app.sandbox
        .fail("/ex/jira/*/rest/api/3/mypermissions", 500, None)
        .await;
    // Known words say it without the look; others stay what they are.
    let denied = add(&app, json!({"body": "a"})).await.expect(403);
    assert_eq!(denied["details"].get("permissions"), None);
    let fault = json!({"kind": "status", "status": 400, "body": words});
    app.sandbox.fault(JIRA_COMMENTS, &fault, Some(1)).await;
    let refused = add(&app, json!({"body": "a"})).await.expect(400);
    assert_eq!(refused["details"]["reasons"], json!(["권한이 없습니다."]));
}

#[tokio::test]
async fn an_issue_that_is_full_and_readers_that_are_not_known_are_told() {
    let app = start().await;
    let role = json!({"type": "role", "value": "Nobody"});
    let refused = add(&app, json!({"body": "a", "visibility": role}))
        .await
        .expect(400);
    assert_eq!(
        refused["details"]["reasons"],
        json!(["The role 'Nobody' does not exist."])
    );
    app.sandbox
        .set_switches(&json!({"comments_per_issue": 1}))
        .await;
    added(&app).await;
    let full =
        json!({"error": "The issue has as many comments as it may have", "code": "issue_full"});
    add(&app, json!({"body": "b"})).await.assert(409, &full);
    assert_eq!(list(&app, ISSUE).await.len(), 1);
}

#[tokio::test]
async fn an_internal_comment_is_never_left_where_customers_see_it() {
    let app = start_with_help_desk().await;
    let not_internal = json!({
        "error": "Only in service projects can a comment be internal", "code": "comment_not_internal",
    });
    let written = writes(&app).await;
    add(&app, json!({"body": "between us", "internal": true}))
        .await
        .assert(409, &not_internal);
    assert_eq!(writes(&app).await, written, "nobody was told");
    // A Jira that does not heed the wish: the comment goes at once.
    let ignored = json!({"comment_internal_property": "ignored"});
    app.sandbox.set_switches(&ignored).await;
    let before = list(&app, "HELP-1").await;
    let secret = json!({"issue_id_or_key": "HELP-1", "body": "between us", "internal": true});
    add(&app, secret.clone()).await.assert(409, &not_internal);
    assert_eq!(list(&app, "HELP-1").await, before);
    // Where it does not go, that is not told as if nothing were there.
    app.sandbox.fail(JIRA_COMMENT, 500, None).await;
    let key = Some("k1");
    for _ in 0..2 {
        let answer = send(&app, Method::POST, ADD, key, &about(secret.clone())).await;
        assert_eq!(answer.expect(500)["code"], "outcome_unknown");
    }
    assert_eq!(list(&app, "HELP-1").await.len(), before.len() + 1);
}

#[tokio::test]
async fn the_same_key_makes_one_comment() {
    let app = start().await;
    let body = about(json!({"body": "Once"}));
    let first = send(&app, Method::POST, ADD, Some("k1"), &body)
        .await
        .expect(201);
    for _ in 0..3 {
        let again = send(&app, Method::POST, ADD, Some("k1"), &body).await;
        assert_eq!(again.expect(201), first);
    }
    assert_eq!(list(&app, ISSUE).await.len(), 1);
    for other in [
        json!({"body": "Another"}),
        json!({"body": "Once", "issue_id_or_key": "SHOP-1"}),
        json!({"body": "Once", "internal": true}),
    ] {
        let other = send(&app, Method::POST, ADD, Some("k1"), &about(other)).await;
        assert_eq!(other.expect(409)["code"], "idempotency_key_reused");
    }
    send(&app, Method::POST, ADD, Some("k2"), &body)
        .await
        .expect(201);
    assert_eq!(list(&app, ISSUE).await.len(), 2);
    // A request that changed nothing gives its key back.
    app.sandbox.fail(JIRA_COMMENTS, 403, Some(1)).await;
    send(&app, Method::POST, ADD, Some("k3"), &body)
        .await
        .expect(403);
    send(&app, Method::POST, ADD, Some("k3"), &body)
        .await
        .expect(201);
}

#[tokio::test]
async fn the_same_key_at_once_makes_one_comment() {
    let app = start().await;
    let body = about(json!({"body": "Once"}));
    let calls = (0..8).map(|_| send(&app, Method::POST, ADD, Some("k1"), &body));
    let answers = futures_util::future::join_all(calls).await;
    for answer in &answers {
        if answer.status != 201 {
            assert_eq!(answer.expect(409)["code"], "idempotency_key_in_use");
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(list(&app, ISSUE).await.len(), 1);
}

/// What hides the answer to a write that Jira has made.
fn hidings() -> [Value; 4] {
    [
        json!({"kind": "cut"}),
        json!({"kind": "cut_body"}),
        json!({"kind": "garbage", "body": "html"}),
        json!({"kind": "status", "status": 503}),
    ]
}

#[tokio::test]
async fn a_lost_answer_is_told_as_unknown_and_nothing_is_written_twice() {
    let app = start().await;
    let unknown = json!({"error": "Failed to add Jira comment", "code": "outcome_unknown"});
    for (number, fault) in hidings().into_iter().enumerate() {
        let rule = json!({"path": JIRA_COMMENTS, "method": "POST", "fault": fault, "act": true});
        app.sandbox.control("faults", &rule).await;
        let (key, body) = (format!("k{number}"), about(json!({"body": "Perhaps"})));
        let written = writes(&app).await;
        for _ in 0..3 {
            let answer = send(&app, Method::POST, ADD, Some(&key), &body).await;
            answer.assert(500, &unknown);
        }
        assert_eq!(writes(&app).await, written + 1, "{fault}");
        assert_eq!(list(&app, ISSUE).await.len(), number + 1, "{fault}");
    }
    let id = list(&app, ISSUE).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for fault in hidings() {
        let rule = json!({"path": JIRA_COMMENT, "method": "PUT", "fault": fault, "act": true});
        app.sandbox.control("faults", &rule).await;
        let written = writes(&app).await;
        let body = json!({"comment_id": id, "body": format!("changed by {fault}")});
        assert_eq!(
            edit(&app, body).await.expect(500)["code"],
            "outcome_unknown"
        );
        assert_eq!(writes(&app).await, written + 1);
    }
    let rule =
        json!({"path": JIRA_COMMENT, "method": "DELETE", "fault": {"kind": "cut"}, "act": true});
    app.sandbox.control("faults", &rule).await;
    let lost = delete(&app, ISSUE, &id).await;
    assert_eq!(lost.expect(500)["code"], "outcome_unknown");
    let gone = delete(&app, ISSUE, &id).await.expect(404);
    assert_eq!(gone["code"], "comment_not_found");
}

#[tokio::test]
async fn nothing_is_written_over_a_comment_that_cannot_be_read() {
    let app = start().await;
    let id = added(&app).await;
    let written = writes(&app).await;
    let body = json!({"comment_id": id, "body": "All new.", "allow_media_loss": true});
    let words = json!({"errorMessages": ["No."], "errors": {}});
    for (status, expected, code) in [
        (403, 403, "access_denied"),
        (404, 404, "comment_not_found"),
        (503, 500, "upstream_unavailable"),
    ] {
        let fault = json!({"kind": "status", "status": status, "body": words});
        let rule =
            json!({"path": JIRA_COMMENT, "method": "GET", "fault": fault, "times": "forever"});
        app.sandbox.control("faults", &rule).await;
        assert_eq!(
            edit(&app, body.clone()).await.expect(expected)["code"],
            code
        );
        app.sandbox.clear_faults().await;
    }
    let odd = json!({"kind": "status", "status": 200, "body": {"id": id, "body": "no document"}});
    app.sandbox.fault(JIRA_COMMENT, &odd, Some(1)).await;
    let refused = edit(&app, body).await.expect(409);
    assert_eq!(refused["code"], "comment_not_editable");
    assert_eq!(writes(&app).await, written);
    assert_eq!(list(&app, ISSUE).await[0]["body"], "first");
}

#[tokio::test]
async fn missing_scopes_are_named() {
    for (scopes, call, missing) in [
        ("read:jira-work", "add", "write:jira-work"),
        ("write:jira-work", "list", "read:jira-work"),
        ("write:jira-work", "edit", "read:jira-work"),
    ] {
        let variables = [("DEFAULT_JIRA_SCOPES", scopes)];
        let sandbox = crate::support::sandbox::TestSandbox::start().await;
        let app = TestApp::start_with(&variables, sandbox).await;
        app.connect("a").await;
        let answer = match call {
            "add" => add(&app, json!({"body": "a"})).await,
            "edit" => edit(&app, json!({"comment_id": "1", "body": "a"})).await,
            _ => {
                let path = "/api/backend/jira/get-comments?external_id=a&issue_id_or_key=SHOP-7";
                app.get(path).await
            }
        };
        let refused = answer.expect(403);
        assert_eq!(refused["code"], "missing_scope");
        assert_eq!(refused["details"]["scopes"], json!([missing]));
    }
}
