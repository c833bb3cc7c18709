//! The shapes in which Jira and its gateway refuse, and what a caller learns from each.

use juncture_jira::Error;

use crate::support::{Fake, HandClock, Reply, SITE, client, token};

async fn refused(reply: Reply) -> Error {
    let fake = Fake::script([reply]).await;
    let clock = HandClock::new();
    let client = client(&fake.url, &clock);
    client.site(SITE, &token()).project("ED").await.unwrap_err()
}

/// The names of the predicates that hold, for an error has one meaning.
fn meaning(error: &Error) -> Vec<&'static str> {
    let predicates = [
        ("unauthorized", error.is_unauthorized()),
        ("missing scope", error.is_missing_scope()),
        ("forbidden", error.is_forbidden()),
        ("not found", error.is_not_found()),
        ("site unavailable", error.is_site_unavailable()),
        ("conflict", error.is_conflict()),
        ("invalid", error.is_invalid()),
        ("gone", error.is_gone()),
        ("rate limited", error.is_rate_limited()),
        ("timeout", error.is_timeout()),
        ("unavailable", error.is_unavailable()),
        ("bad response", error.is_bad_response()),
    ];
    predicates
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of all shapes")]
async fn every_shape_of_refusal_is_read() {
    // (status, body, meaning, messages)
    let cases = [
        (
            404,
            r#"{"errorMessages": ["No project could be found with key 'ED'."], "errors": {}}"#,
            "not found",
            &["No project could be found with key 'ED'."][..],
        ),
        (
            400,
            r#"{"errorMessages": ["There was an error parsing JSON."]}"#,
            "invalid",
            &["There was an error parsing JSON."],
        ),
        (
            404,
            r#"{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No endpoint GET /x.", "instance": "/x"}"#,
            "gone",
            &["No endpoint GET /x."],
        ),
        (
            405,
            r#"{"type": "about:blank", "title": "Method Not Allowed", "status": 405, "detail": "Method 'PUT' is not supported."}"#,
            "bad response",
            &["Method 'PUT' is not supported."],
        ),
        (
            401,
            r#"{"code": 401, "message": "Unauthorized"}"#,
            "unauthorized",
            &["Unauthorized"],
        ),
        (
            401,
            r#"{"code": 401, "message": "Unauthorized; scope does not match"}"#,
            "missing scope",
            &["Unauthorized; scope does not match"],
        ),
        (
            404,
            r#"{"timestamp": "2026-10-08T00:00:00Z", "status": 404, "error": "Not Found", "message": "No message available", "path": "/ex/jira/x"}"#,
            "site unavailable",
            &["Not Found"],
        ),
        (
            404,
            r#"{"code": 404, "message": "Not Found"}"#,
            "site unavailable",
            &["Not Found"],
        ),
        (
            403,
            r#"{"code": 403, "message": "The app is not installed on this instance"}"#,
            "site unavailable",
            &["The app is not installed on this instance"],
        ),
        (
            404,
            "<html><h1>404 Not Found</h1></html>",
            "site unavailable",
            &[],
        ),
        // Whoever says so knows nothing of issues.
        (404, "", "bad response", &[]),
        (404, r#"{"message": "gone"}"#, "bad response", &["gone"]),
        (404, "not found", "bad response", &[]),
        (
            404,
            r#"{"errorMessages": [], "errors": {}}"#,
            "not found",
            &[],
        ),
        (
            501,
            r#"{"message": "Internal server error", "status-code": 500, "stack-trace": ""}"#,
            "unavailable",
            &["Internal server error"],
        ),
        (
            403,
            r#"{"error": "Failed to parse Connect Session Auth Token"}"#,
            "forbidden",
            &["Failed to parse Connect Session Auth Token"],
        ),
        (
            403,
            r#"{"error": "access_denied", "error_description": "Unauthorized"}"#,
            "forbidden",
            &["Unauthorized"],
        ),
        (403, "<html><h1>403 Forbidden</h1></html>", "forbidden", &[]),
        (
            400,
            "<html>Request header is too large</html>",
            "bad response",
            &[],
        ),
        (401, "", "unauthorized", &[]),
        (409, "", "conflict", &[]),
        (
            410,
            r#"{"errorMessages": ["The requested API has been removed."], "errors": {}}"#,
            "gone",
            &["The requested API has been removed."],
        ),
        (
            400,
            r#"{"errorMessages": null, "errors": null}"#,
            "bad response",
            &[],
        ),
        (
            400,
            r#"{"errorMessages": [1, null, {}, "so"], "errors": [1]}"#,
            "invalid",
            &["so"],
        ),
        (302, "", "bad response", &[]),
    ];
    for (status, body, expected, messages) in cases {
        let error = refused(Reply::status(status, body)).await;
        assert_eq!(meaning(&error), [expected], "{status} {body}");
        assert_eq!(error.messages(), messages, "{status} {body}");
        assert!(error.field_errors().is_empty());
        assert_eq!(error.status().unwrap(), status);
    }
}

#[tokio::test]
async fn the_gateway_is_known_by_its_header_too() {
    let reply = Reply::status(404, "").header("X-Failure-Category", "FAILURE_CLIENT_TCS");
    assert_eq!(meaning(&refused(reply).await), ["site unavailable"]);
    // Jira's own words count for more.
    let own = r#"{"errorMessages": ["No project could be found with key 'ED'."]}"#;
    let reply = Reply::status(404, own).header("X-Failure-Category", "FAILURE_CLIENT_TCS");
    assert_eq!(meaning(&refused(reply).await), ["not found"]);
}

#[tokio::test]
async fn messages_of_fields_are_told_by_field() {
    let body = r#"{"errorMessages": [], "errors": {"summary": "You must specify a summary of the issue.", "odd": 5}}"#;
    for status in [400, 422] {
        let error = refused(Reply::status(status, body)).await;
        assert_eq!(meaning(&error), ["invalid"]);
        assert!(error.messages().is_empty());
        assert_eq!(
            error.field_errors()["summary"],
            "You must specify a summary of the issue."
        );
        assert_eq!(error.field_errors().len(), 1);
    }
}

#[tokio::test]
async fn the_trace_id_is_kept_and_the_sentence_names_the_documented_path() {
    let reply = Reply::status(404, r#"{"errorMessages": ["secret words"]}"#);
    let error = refused(reply.header("atl-traceid", "abc123")).await;
    assert_eq!(error.trace_id(), Some("abc123"));
    assert_eq!(
        error.to_string(),
        "GET /ex/jira/{cloudId}/rest/api/3/project/{projectIdOrKey}: 404 Not Found"
    );
    let error = refused(Reply::ok("").header("x-arequestid", "r1")).await;
    assert_eq!(error.trace_id(), Some("r1"));
}
