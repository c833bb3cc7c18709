//! What is Atlassian's own in OAuth 2.0 (3LO): its extra parameters, lifetimes, scopes and
//! refusals, as data and judgement. No HTTP here, and nothing about one provider's storage.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>.

use std::time::Duration;

use serde::Deserialize;

/// The parameters that the authorize URL needs beyond those of RFC 6749 §4.1.1. There is no PKCE.
pub const AUTHORIZE_PARAMETERS: [(&str, &str); 2] =
    [("audience", "api.atlassian.com"), ("prompt", "consent")];

/// For how long after its rotation a refresh token may be sent again, should the answer have
/// been lost. Later use revokes the grant.
pub const REUSE_LEEWAY: Duration = Duration::from_mins(10);

/// For how long a refresh token lives unused; each rotation starts anew.
pub const IDLE_LIFETIME: Duration = Duration::from_hours(90 * 24);

/// For how long a grant lives at most after the consent. Older copies of the page say so and the
/// newest is silent, so take it as possible, and never extend it by a refresh.
pub const ABSOLUTE_LIFETIME: Duration = Duration::from_hours(365 * 24);

/// The scopes to ask for unless told otherwise: reading and writing issues, and the granular
/// ones of boards and sprints, for which there are no classic scopes. `offline_access` brings
/// the refresh token.
pub const DEFAULT_SCOPES: [&str; 9] = [
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "read:board-scope:jira-software",
    "read:project:jira",
    "read:sprint:jira-software",
    "read:issue-details:jira",
    "read:jql:jira",
    "offline_access",
];

/// What was sent to the token endpoint for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The code that the consent page handed over.
    AuthorizationCode,
    /// The refresh token of the last answer.
    RefreshToken,
}

/// What a refusal of the token endpoint means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The refresh token is expired, revoked or used up: only a new consent helps.
    GrantDead,
    /// The code is expired, used or made up: only a new consent helps.
    CodeRefused,
    /// The client id, its secret or the request itself is wrong: ours to repair, and no verdict
    /// on the grant.
    Misconfigured,
    /// Refused, by a status that refuses and without an OAuth error: a firewall's page, or a token host
    /// that does not say why. No verdict by itself; try again later.
    Wordless,
    /// Nothing is decided: try again later.
    Temporary,
}

/// What a refusal means, given the `status` and `body` of an answer that is no success.
///
/// Atlassian's statuses and codes vary by year and case, so grant, error code and description
/// decide together. An answer without an OAuth error in it (RFC 6749 §5.2), such as a firewall's
/// page, is no verdict on anything: [`Refusal::Wordless`] with a status that the endpoint itself refuses
/// by (400, 401, 403), else [`Refusal::Temporary`].
#[must_use]
pub fn judge(grant: Grant, status: u16, body: &[u8]) -> Refusal {
    #[derive(Deserialize)]
    struct Body {
        error: String,
        #[serde(default)]
        error_description: Option<String>,
    }

    if status == 429 || status >= 500 {
        return Refusal::Temporary;
    }
    // Serde would read an array as an object's members in order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let Some(Ok(body)) = is_object.then(|| juncture_json::decode::<Body>(body)) else {
        return match status {
            400 | 401 | 403 => Refusal::Wordless,
            _ => Refusal::Temporary,
        };
    };
    let description = body.error_description.unwrap_or_default().to_lowercase();
    let (refused, credential) = match grant {
        Grant::AuthorizationCode => (Refusal::CodeRefused, "authorization_code"),
        Grant::RefreshToken => (Refusal::GrantDead, "refresh_token"),
    };
    // "grant_type must be one of [authorization_code|refresh_token|…]" names both credentials
    // and blames neither.
    let blames_credential = description.contains(credential) && !description.contains("grant_type");
    match body.error.as_str() {
        "invalid_grant" => refused,
        _ if blames_credential => refused,
        "invalid_client" => Refusal::Misconfigured,
        "access_denied" if description == "unauthorized" => Refusal::Misconfigured,
        // Documented for dead grants, whatever the words.
        _ if grant == Grant::RefreshToken && status == 403 => Refusal::GrantDead,
        _ => Refusal::Misconfigured,
    }
}

/// Whether a scope is one of Jira's, classic (`read:jira-work`) or granular
/// (`read:sprint:jira-software`). Atlassian lists a site once per product, and only its scopes
/// tell the products apart.
#[must_use]
pub fn is_jira_scope(scope: &str) -> bool {
    let mut parts = scope.split(':').skip(1);
    parts.any(|part| part == "jira" || part.starts_with("jira-"))
}
