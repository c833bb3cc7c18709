//! What a refusal of Atlassian's token host means.

use juncture_server::oauth::Grant::{AuthorizationCode, RefreshToken};
use juncture_server::oauth::Refusal::{CodeRefused, GrantDead, Misconfigured, Temporary, Wordless};
use juncture_server::oauth::{Answer, Grant, Refusal};
use juncture_server::providers::jira::refusals;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::hostile::{any_json, fuzz};

/// What an answer that is no success means.
fn judge(grant: Grant, status: u16, body: &[u8]) -> Refusal {
    refusals::judge(grant, &Answer::new(status, body)).unwrap()
}

/// Judges an OAuth error, given as status, error code and description.
fn verdict(grant: Grant, (status, error, description): (u16, &str, &str)) -> Refusal {
    let body = format!(r#"{{"error": "{error}", "error_description": "{description}"}}"#);
    judge(grant, status, body.as_bytes())
}

const WRONG_GRANT_TYPE: &str =
    "grant_type must be one of [authorization_code|refresh_token|client_credentials]";

#[test]
fn a_refused_code_wants_a_new_consent() {
    for refusal in [
        (400, "invalid_request", "authorization_code is invalid"),
        (403, "invalid_grant", "Invalid authorization code"),
        (400, "invalid_grant", ""),
    ] {
        assert_eq!(
            verdict(AuthorizationCode, refusal),
            CodeRefused,
            "{refusal:?}"
        );
    }
}

#[test]
fn a_refused_refresh_token_is_a_dead_grant() {
    for refusal in [
        (403, "invalid_grant", "Unknown or invalid refresh token."),
        (403, "unauthorized_client", "refresh_token is invalid"),
        (401, "unauthorized_client", "refresh_token is invalid"),
        (400, "invalid_request", "refresh_token is invalid"),
        (400, "invalid_grant", ""),
        (403, "access_denied", "User is deactivated"),
        (403, "something_new", "whatever"),
    ] {
        assert_eq!(verdict(RefreshToken, refusal), GrantDead, "{refusal:?}");
    }
}

#[test]
fn a_wrong_client_or_request_says_nothing_about_the_grant() {
    for refusal in [
        (401, "access_denied", "Unauthorized"),
        (403, "access_denied", "Unauthorized"),
        (400, "invalid_client", ""),
        (401, "invalid_client", ""),
        (403, "invalid_client", "Client authentication failed"),
        (400, "invalid_request", WRONG_GRANT_TYPE),
        (400, "invalid_request", "Incorrect request parameters"),
        (400, "unsupported_grant_type", ""),
    ] {
        for grant in [AuthorizationCode, RefreshToken] {
            assert_eq!(
                verdict(grant, refusal),
                Misconfigured,
                "{grant:?} {refusal:?}"
            );
        }
    }
    let refusal = (403, "unauthorized_client", "not allowed");
    assert_eq!(verdict(AuthorizationCode, refusal), Misconfigured);
    assert_eq!(
        judge(RefreshToken, 401, br#"{"error": "invalid_client"}"#),
        Misconfigured
    );
}

#[test]
fn trouble_at_the_token_host_decides_nothing() {
    let answers: [(u16, &[u8], Refusal); 9] = [
        (429, br#"{"error": "invalid_grant"}"#, Temporary),
        (500, br#"{"error": "invalid_grant"}"#, Temporary),
        (503, b"", Temporary),
        (403, b"<html>Request blocked</html>", Wordless),
        (400, b"<html>Request header is too large</html>", Wordless),
        (401, b"", Wordless),
        (404, br#"{"message": "No message available"}"#, Temporary),
        (400, b"", Wordless),
        (302, b"<html>Maintenance</html>", Temporary),
    ];
    for (status, body, expected) in answers {
        for grant in [AuthorizationCode, RefreshToken] {
            assert_eq!(judge(grant, status, body), expected, "{grant:?} {status}");
        }
    }
}

#[test]
fn a_success_is_no_refusal() {
    for body in ["{}", "<html>", r#"{"access_token": "x"}"#] {
        let answer = Answer::new(200, body.as_bytes());
        assert_eq!(refusals::judge(RefreshToken, &answer), None, "{body}");
    }
}

#[test]
fn no_grant_is_dead_but_by_words_that_were_read() {
    let body = any_json()
        .prop_map(|json| format!(r#"{{"error": "invalid_grant", "error_description": {json}}}"#));
    let status = select(vec![400, 401, 403, 429, 500]);
    fuzz(
        2_000,
        &(status, prop_oneof![body, any_json()]),
        |(status, body)| {
            let refusal = judge(RefreshToken, status, body.as_bytes());
            prop_assert!(refusal != GrantDead || body.contains("error"));
            Ok(())
        },
    );
}
