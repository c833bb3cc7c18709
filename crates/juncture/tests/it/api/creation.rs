//! `create-ticket`: what it makes, and that it makes it once.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::issues::{CREATE, count, send, start, ticket};
use crate::support::TestApp;
use crate::support::rows::execute;

const JIRA_CREATE: &str = "/ex/jira/*/rest/api/3/issue";

async fn creations(app: &TestApp) -> usize {
    let posts = app.sandbox.requests_to("/rest/api/3/issue").await;
    posts
        .iter()
        .filter(|request| request["method"] == "POST")
        .count()
}

#[tokio::test]
async fn a_ticket_goes_to_the_named_project_or_the_selected_one() {
    let app = start().await;
    let mut body = ticket(&app, "Named").await;
    let named = app.post(CREATE, &body).await.expect(201);
    assert!(
        named["ticket"]["key"]
            .as_str()
            .unwrap()
            .starts_with("SHOP-")
    );
    body.as_object_mut().unwrap().remove("jira_project_id");
    let none = json!({"error": "No project selected and no project ID provided", "code": "no_project_selected"});
    app.post(CREATE, &body).await.assert(400, &none);
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    app.post("/api/backend/jira/select-project", &select)
        .await
        .expect(200);
    assert!(
        app.post(CREATE, &body).await.expect(201)["ticket"]["key"]
            .as_str()
            .unwrap()
            .starts_with("SHOP-")
    );
}

#[tokio::test]
async fn refused_tickets_get_the_documented_answers() {
    let app = start().await;
    let missing = app
        .post(CREATE, &json!({"external_id": "a", "summary": "x"}))
        .await
        .expect(400);
    assert_eq!(
        missing["error"],
        "Missing required fields: external_id, summary, or issue_type_id"
    );
    let unknown = json!({"error": "Project or issue type not found", "code": "project_or_issue_type_not_found"});
    let mut body = ticket(&app, "x").await;
    body["jira_project_id"] = json!("NOPE");
    app.post(CREATE, &body).await.assert(404, &unknown);
    let mut body = ticket(&app, "x").await;
    body["issue_type_id"] = json!("99999");
    app.post(CREATE, &body).await.assert(404, &unknown);
    let mut body = ticket(&app, &"x".repeat(256)).await;
    let long = app.post(CREATE, &body).await.expect(400);
    assert_eq!(
        long["error"],
        "Invalid field values or missing required fields for Jira issue creation"
    );
    let told = &long["details"]["fields"][0];
    assert_eq!(
        (&told["id"], &told["reason"]),
        (&json!("summary"), &json!("too_long"))
    );
    assert_eq!(told["message"], "Summary must be less than 255 characters.");
    body["summary"] = json!("x");
    app.sandbox.fail(JIRA_CREATE, 403, Some(1)).await;
    let denied = json!({"error": "Access denied to create issue", "code": "access_denied"});
    app.post(CREATE, &body).await.assert(403, &denied);
}

#[tokio::test]
async fn a_creation_that_times_out_makes_one_issue_and_says_that_nobody_knows() {
    let app = start().await;
    let before = count(&app).await;
    let body = ticket(&app, "Perhaps").await;
    app.sandbox.hang(JIRA_CREATE, true).await;
    let call = app.post(CREATE, &body);
    tokio::pin!(call);
    app.sandbox
        .run_until_request(&mut call, "/rest/api/3/issue", 1)
        .await;
    app.clock.advance(SignedDuration::from_mins(1));
    let unknown = json!({"error": "Failed to create Jira ticket", "code": "outcome_unknown"});
    call.await.assert(500, &unknown);
    app.sandbox.clear_faults().await;
    assert_eq!(creations(&app).await, 1);
    assert_eq!(count(&app).await, before + 1);
}

#[tokio::test]
async fn the_same_key_and_body_get_the_first_answer_for_a_day() {
    let app = start().await;
    let before = count(&app).await;
    let body = ticket(&app, "Once").await;
    let first = send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
    for _ in 0..3 {
        assert_eq!(
            send(&app, Method::POST, CREATE, Some("k1"), &body)
                .await
                .expect(201),
            first
        );
    }
    assert_eq!((creations(&app).await, count(&app).await), (1, before + 1));
    let other = send(&app, Method::POST, CREATE, Some("k2"), &body)
        .await
        .expect(201);
    assert_ne!(other["ticket"]["id"], first["ticket"]["id"]);

    let mut changed = body.clone();
    changed["summary"] = json!("Another");
    let reused = json!({
        "error": "This Idempotency-Key was used for another request", "code": "idempotency_key_reused",
    });
    send(&app, Method::POST, CREATE, Some("k1"), &changed)
        .await
        .assert(409, &reused);

    app.advance(SignedDuration::from_hours(24)).await;
    let next_day = send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
    assert_ne!(next_day["ticket"]["id"], first["ticket"]["id"]);
}

#[tokio::test]
async fn the_same_key_sent_twice_at_once_makes_one_ticket() {
    let app = start().await;
    let body = ticket(&app, "Once").await;
    let answers = futures_util::future::join_all(
        (0..8).map(|_| send(&app, Method::POST, CREATE, Some("k1"), &body)),
    )
    .await;
    let in_use = json!({
        "error": "The first request with this Idempotency-Key has not been answered",
        "code": "idempotency_key_in_use",
    });
    for answer in &answers {
        if answer.status != 201 {
            answer.assert(409, &in_use);
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(creations(&app).await, 1);
}

#[tokio::test]
async fn a_key_whose_request_changed_nothing_may_be_used_again() {
    let app = start().await;
    let body = ticket(&app, "At last").await;
    app.sandbox.fail(JIRA_CREATE, 403, Some(1)).await;
    send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(403);
    send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
}

#[tokio::test]
async fn a_key_whose_outcome_nobody_knows_does_not_try_again() {
    let app = start().await;
    let before = count(&app).await;
    let body = ticket(&app, "Perhaps").await;
    let cut = json!({"path": JIRA_CREATE, "fault": {"kind": "cut"}, "times": 1, "act": true});
    app.sandbox.control("faults", &cut).await;
    let unknown = json!({"error": "Failed to create Jira ticket", "code": "outcome_unknown"});
    for _ in 0..3 {
        send(&app, Method::POST, CREATE, Some("k1"), &body)
            .await
            .assert(500, &unknown);
    }
    assert_eq!((creations(&app).await, count(&app).await), (1, before + 1));
}

#[tokio::test]
async fn a_key_whose_server_ended_before_it_answered_says_so_after_a_while() {
    let app = start().await;
    let body = ticket(&app, "Perhaps").await;
    send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
    // What a server leaves behind that ends before it has kept the answer.
    execute(&app, "UPDATE idempotency_key SET answer = NULL").await;
    for (minutes, code) in [(4, "idempotency_key_in_use"), (1, "outcome_unknown")] {
        app.advance(SignedDuration::from_mins(minutes)).await;
        let answer = send(&app, Method::POST, CREATE, Some("k1"), &body).await;
        assert_eq!(answer.expect(409)["code"], code);
    }
    assert_eq!(creations(&app).await, 1);
    // A day after the first request the key is a new one.
    app.advance(SignedDuration::from_hours(24)).await;
    send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
}

#[tokio::test]
async fn a_key_is_not_forgotten_early_because_the_clock_was_set() {
    let app = start().await;
    let body = ticket(&app, "Once").await;
    let first = send(&app, Method::POST, CREATE, Some("k1"), &body)
        .await
        .expect(201);
    let ahead = SignedDuration::from_hours(72);
    for jump in [ahead, -ahead, -ahead, ahead] {
        app.clock.jump(jump);
        app.sweep().await;
        app.advance(SignedDuration::from_secs(2)).await;
        let again = send(&app, Method::POST, CREATE, Some("k1"), &body).await;
        assert_eq!(again.expect(201), first, "{jump}");
    }
    // One that is first used while the clock is behind lives its day too.
    app.clock.jump(-ahead);
    let first = send(&app, Method::POST, CREATE, Some("k2"), &body).await;
    app.clock.jump(ahead);
    app.sweep().await;
    let again = send(&app, Method::POST, CREATE, Some("k2"), &body).await;
    assert_eq!(again.expect(201), first.expect(201));
    assert_eq!(creations(&app).await, 2);
}

#[tokio::test]
async fn keys_are_checked() {
    let app = start().await;
    let body = ticket(&app, "x").await;
    for key in [String::new(), "x".repeat(256)] {
        let refused = send(&app, Method::POST, CREATE, Some(&key), &body)
            .await
            .expect(400);
        assert_eq!(refused["error"], "Invalid Idempotency-Key");
    }
    assert_eq!(creations(&app).await, 0);
}

#[tokio::test]
async fn a_ticket_that_cannot_be_read_back_is_created_all_the_same() {
    let app = start().await;
    let body = ticket(&app, "Unread").await;
    app.sandbox
        .fail("/ex/jira/*/rest/api/3/issue/*", 403, None)
        .await;
    let created = app.post(CREATE, &body).await.expect(201);
    assert_eq!(created["ticket"]["summary"], "Unread");
    assert!(
        created["ticket"]["key"]
            .as_str()
            .unwrap()
            .starts_with("SHOP-")
    );
}
