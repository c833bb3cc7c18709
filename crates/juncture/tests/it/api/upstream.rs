//! What a caller gets when Jira fails, refuses or limits.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::real_time::{PATIENCE, within};
use crate::support::sandbox::TestSandbox;

/// An endpoint, the Jira path that it reads first, its sentence of failure and its refusal.
const ENDPOINTS: [(&str, &str, &str, &str); 2] = [
    (
        "/api/backend/jira/get-projects?external_id=a",
        "/ex/jira/*/rest/api/3/project/search",
        "Failed to fetch Jira projects",
        "Access denied to Jira projects",
    ),
    (
        "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000",
        "/ex/jira/*/rest/api/3/search/jql",
        "Failed to fetch Jira tickets",
        "Access denied to Jira tickets",
    ),
];

async fn connected() -> TestApp {
    let app = TestApp::start().await;
    app.connect("a").await;
    app
}

fn end(path: &'static str) -> &'static str {
    path.split('*').nth(1).unwrap()
}

#[tokio::test]
async fn failures_of_jira_are_500_with_a_code_and_leave_the_connection_alone() {
    let app = connected().await;
    for (path, jira, error, _) in ENDPOINTS {
        for (fault, code) in [
            (
                json!({"kind": "status", "status": 500}),
                "upstream_unavailable",
            ),
            (
                json!({"kind": "status", "status": 502, "body": "<html>"}),
                "upstream_unavailable",
            ),
            (
                json!({"kind": "status", "status": 503, "body": {"errorMessages": ["down"]}}),
                "upstream_unavailable",
            ),
            (json!({"kind": "cut"}), "upstream_unavailable"),
            (json!({"kind": "cut_body"}), "upstream_unavailable"),
            (
                json!({"kind": "garbage", "body": "html"}),
                "upstream_bad_response",
            ),
            (
                json!({"kind": "garbage", "body": "empty"}),
                "upstream_bad_response",
            ),
            (
                json!({"kind": "garbage", "body": "truncated"}),
                "upstream_bad_response",
            ),
            (
                json!({"kind": "status", "status": 200, "body": {"of": "another shape"}}),
                "upstream_bad_response",
            ),
            (
                json!({"kind": "status", "status": 302, "headers": {"location": "https://example.com"}}),
                "upstream_bad_response",
            ),
            (
                json!({"kind": "status", "status": 410}),
                "upstream_bad_response",
            ),
        ] {
            app.sandbox.fault(jira, &fault, None).await;
            let answer = app.get(path).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (500, json!({"error": error, "code": code})),
                "{fault}"
            );
            app.sandbox.clear_faults().await;
        }
        app.get(path).await.expect(200);
    }
    assert_eq!(app.validity("a").await["is_invalid"], false);
}

#[tokio::test]
async fn a_passing_failure_is_not_seen() {
    let app = connected().await;
    for (path, jira, ..) in ENDPOINTS {
        for fault in [
            json!({"kind": "status", "status": 503}),
            json!({"kind": "cut"}),
            json!({"kind": "cut_body"}),
        ] {
            app.sandbox.fault(jira, &fault, Some(1)).await;
            app.get(path).await.expect(200);
        }
    }
    assert!(
        !app.clock.slept().is_empty(),
        "there was a pause before the second try"
    );
}

#[tokio::test]
async fn a_jira_that_never_answers_is_a_timeout() {
    let app = connected().await;
    for (path, jira, error, _) in ENDPOINTS {
        app.sandbox.hang(jira, false).await;
        let seen = app.sandbox.requests_to(end(jira)).await.len();
        let call = app.get(path);
        tokio::pin!(call);
        let answer = async {
            loop {
                let tries = app.sandbox.requests_to(end(jira)).await.len();
                tokio::select! {
                    answer = &mut call => return answer,
                    () = app.sandbox.until_request(end(jira), tries.max(seen + 1)) => app.clock.advance(SignedDuration::from_secs(5)),
                }
            }
        };
        let answer: Answer = within(PATIENCE, answer).await;
        answer.assert(500, &json!({"error": error, "code": "upstream_timeout"}));
        app.sandbox.clear_faults().await;
        app.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn a_short_limit_is_waited_out() {
    let app = connected().await;
    for (path, jira, ..) in ENDPOINTS {
        let fault = json!({"kind": "status", "status": 429, "retry_after": {"seconds": 2}});
        app.sandbox.fault(jira, &fault, Some(1)).await;
        app.get(path).await.expect(200);
        assert!(app.clock.slept().last().unwrap() >= &Duration::from_secs(2));
    }
}

#[tokio::test]
async fn a_long_limit_is_429_with_retry_after() {
    let app = connected().await;
    let (path, jira, error, _) = ENDPOINTS[0];
    let fault = json!({
        "kind": "status",
        "status": 429,
        "retry_after": {"seconds": 1847},
        "headers": {"RateLimit-Reason": "jira-quota-global-based"},
    });
    app.sandbox.fault(jira, &fault, Some(1)).await;
    let limited = app.get(path).await;
    limited.assert(
        429,
        &json!({"error": error, "code": "upstream_rate_limited"}),
    );
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1840..=1847).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_refusal_of_the_user_is_403_with_jiras_reason_and_without_reauthorization() {
    let app = connected().await;
    for (path, jira, _, denied) in ENDPOINTS {
        let reason = "You do not have permission to see this.";
        let fault = json!({"kind": "status", "status": 403, "body": {"errorMessages": [reason], "errors": {}}});
        app.sandbox.fault(jira, &fault, None).await;
        let body =
            json!({"error": denied, "code": "access_denied", "details": {"reasons": [reason]}});
        app.get(path).await.assert(403, &body);
        app.sandbox.clear_faults().await;
    }
    assert_eq!(
        app.sandbox.requests_to("/oauth/token").await.len(),
        1,
        "no refresh for it"
    );
}

#[tokio::test]
async fn a_missing_scope_is_403_naming_the_scopes_and_never_a_refresh() {
    let scopes = [("DEFAULT_JIRA_SCOPES", "read:jira-user")];
    let app = TestApp::start_with(&scopes, TestSandbox::start().await).await;
    app.connect("a").await;
    for (path, _, _, denied) in ENDPOINTS {
        let body = json!({"error": denied, "code": "missing_scope", "details": {"scopes": ["read:jira-work"]}});
        app.get(path).await.assert(403, &body);
    }
    assert_eq!(app.sandbox.requests_to("/oauth/token").await.len(), 1);
}

#[tokio::test]
async fn a_token_that_jira_no_longer_takes_is_refreshed_once() {
    let app = connected().await;
    for (refreshes, (path, ..)) in ENDPOINTS.into_iter().enumerate() {
        app.sandbox.control("tokens/expire", &json!({})).await;
        app.get(path).await.expect(200);
        assert_eq!(
            app.sandbox.requests_to("/oauth/token").await.len(),
            2 + refreshes
        );
    }
}

#[tokio::test]
async fn a_second_refusal_needs_reauthorization() {
    let app = connected().await;
    let unauthorized =
        json!({"kind": "status", "status": 401, "body": {"code": 401, "message": "Unauthorized"}});
    let body = json!({
        "error": "Connection is invalid or expired. Please reauthorize the connection.",
        "code": "needs_reauthorization",
        "needs_reauthorization": true,
    });
    for (path, jira, ..) in ENDPOINTS {
        let tokens = app.sandbox.requests_to("/oauth/token").await.len();
        let calls = app.sandbox.requests_to(end(jira)).await.len();
        app.sandbox.fault(jira, &unauthorized, None).await;
        app.get(path).await.assert(403, &body);
        assert_eq!(
            app.sandbox.requests_to("/oauth/token").await.len(),
            tokens + 1,
            "refreshed once"
        );
        assert_eq!(
            app.sandbox.requests_to(end(jira)).await.len(),
            calls + 2,
            "retried once"
        );
        app.sandbox.clear_faults().await;
        app.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn a_403_or_404_with_a_token_past_its_expiry_is_blamed_on_the_token() {
    for status in [403, 404] {
        let app = connected().await;
        let (path, jira, ..) = ENDPOINTS[0];
        // The token is served although it is about to end, since no fresh one can be had just now;
        // it ends while Jira is being asked.
        app.advance(SignedDuration::from_secs(3600 - 5)).await;
        app.sandbox.fail("/oauth/token", 503, Some(5)).await;
        let late = json!({"kind": "status", "status": 429, "retry_after": {"seconds": 6}});
        app.sandbox.fault(jira, &late, Some(1)).await;
        app.sandbox.fail(jira, status, Some(1)).await;
        app.get(path).await.expect(200);
        let exchanges = app.sandbox.requests_to("/oauth/token").await;
        let statuses: Vec<&Value> = exchanges.iter().map(|request| &request["status"]).collect();
        assert_eq!(statuses[0], 200, "the consent");
        let (last, failed) = statuses[1..].split_last().unwrap();
        assert_eq!(*last, 200, "the refresh that helped");
        assert!(!failed.is_empty() && failed.iter().all(|status| **status == 503));
    }
}
