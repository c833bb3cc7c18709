//! What a refusal of the token host means.

use juncture_jira::oauth::Grant::{AuthorizationCode, RefreshToken};
use juncture_jira::oauth::Refusal::{CodeRefused, GrantDead, Misconfigured, Temporary};
use juncture_jira::oauth::{self, judge};

#[test]
fn every_known_refusal_is_judged() {
    let body = |error: &str, description: &str| {
        format!(r#"{{"error": "{error}", "error_description": "{description}"}}"#)
    };
    let grant_types =
        "grant_type must be one of [authorization_code|refresh_token|client_credentials]";
    let cases = [
        // Recorded and reported refusals of codes, of today and of earlier.
        (
            AuthorizationCode,
            400,
            body("invalid_request", "authorization_code is invalid"),
            CodeRefused,
        ),
        (
            AuthorizationCode,
            403,
            body("invalid_grant", "Invalid authorization code"),
            CodeRefused,
        ),
        // Documented and seen refusals of refresh tokens.
        (
            RefreshToken,
            403,
            body("invalid_grant", "Unknown or invalid refresh token."),
            GrantDead,
        ),
        (
            RefreshToken,
            403,
            body("unauthorized_client", "refresh_token is invalid"),
            GrantDead,
        ),
        (
            RefreshToken,
            401,
            body("unauthorized_client", "refresh_token is invalid"),
            GrantDead,
        ),
        (RefreshToken, 400, body("invalid_grant", ""), GrantDead),
        (
            RefreshToken,
            403,
            body("access_denied", "User is deactivated"),
            GrantDead,
        ),
        (
            RefreshToken,
            403,
            body("something_new", "whatever"),
            GrantDead,
        ),
        // Wrong client id or secret: not the grant's fault, not even with a 403.
        (
            RefreshToken,
            401,
            body("access_denied", "Unauthorized"),
            Misconfigured,
        ),
        (
            RefreshToken,
            403,
            body("access_denied", "Unauthorized"),
            Misconfigured,
        ),
        (
            AuthorizationCode,
            401,
            body("access_denied", "Unauthorized"),
            Misconfigured,
        ),
        (RefreshToken, 400, body("invalid_client", ""), Misconfigured),
        (
            RefreshToken,
            403,
            body("invalid_client", "Client authentication failed"),
            Misconfigured,
        ),
        (
            RefreshToken,
            401,
            r#"{"error": "invalid_client"}"#.to_owned(),
            Misconfigured,
        ),
        // Wrong requests.
        (
            RefreshToken,
            400,
            body("invalid_request", grant_types),
            Misconfigured,
        ),
        (
            AuthorizationCode,
            400,
            body("invalid_request", grant_types),
            Misconfigured,
        ),
        (
            RefreshToken,
            400,
            body("invalid_request", "Incorrect request parameters"),
            Misconfigured,
        ),
        (
            AuthorizationCode,
            400,
            body("invalid_request", "Incorrect request parameters"),
            Misconfigured,
        ),
        (
            AuthorizationCode,
            403,
            body("unauthorized_client", "not allowed"),
            Misconfigured,
        ),
        // No verdict at all.
        (RefreshToken, 429, body("invalid_grant", ""), Temporary),
        (RefreshToken, 500, body("invalid_grant", ""), Temporary),
        (RefreshToken, 503, String::new(), Temporary),
        (
            RefreshToken,
            403,
            "<html>Request blocked</html>".to_owned(),
            Temporary,
        ),
        (
            RefreshToken,
            400,
            "<html>Request header is too large</html>".to_owned(),
            Temporary,
        ),
        (
            AuthorizationCode,
            404,
            r#"{"message": "No message available"}"#.to_owned(),
            Temporary,
        ),
        (AuthorizationCode, 400, String::new(), Temporary),
    ];
    for (grant, status, body, refusal) in cases {
        assert_eq!(
            judge(grant, status, body.as_bytes()),
            refusal,
            "{grant:?} {status} {body}"
        );
    }
}

#[test]
fn scopes_tell_the_product() {
    let jira = [
        "read:jira-work",
        "read:jira-user",
        "manage:jira-webhook",
        "read:project:jira",
        "read:sprint:jira-software",
        "read:board-scope.admin:jira-software",
    ];
    let others = [
        "",
        "jira",
        "offline_access",
        "read:me",
        "read:confluence-content.all",
        "read:page:confluence",
        "write:comment:confluence",
    ];
    assert!(jira.into_iter().all(oauth::is_jira_scope));
    assert!(!others.into_iter().any(oauth::is_jira_scope));
    // All but the one that brings the refresh token.
    let default = oauth::DEFAULT_SCOPES
        .into_iter()
        .filter(|scope| oauth::is_jira_scope(scope));
    assert_eq!(default.count(), oauth::DEFAULT_SCOPES.len() - 1);
}
