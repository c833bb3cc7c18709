//! What is Atlassian's own in OAuth 2.0 (3LO): its extra parameters, lifetimes and scopes, as data.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>.

use std::time::Duration;

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

/// Whether a scope is one of Jira's, classic (`read:jira-work`) or granular
/// (`read:sprint:jira-software`). Atlassian lists a site once per product, and only its scopes
/// tell the products apart.
#[must_use]
pub fn is_jira_scope(scope: &str) -> bool {
    let mut parts = scope.split(':').skip(1);
    parts.any(|part| part == "jira" || part.starts_with("jira-"))
}
