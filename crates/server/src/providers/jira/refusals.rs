//! How Atlassian's token host refuses.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>.

use crate::oauth::{Answer, Grant, Refusal};

/// What a refusal means; none if the answer is none.
///
/// Atlassian's statuses and codes vary by year and case, so grant, error code and description
/// decide together. An answer without an OAuth error in it (RFC 6749 §5.2), such as a firewall's
/// page, is no verdict on anything: [`Refusal::Wordless`] with a status that the endpoint itself refuses
/// by (400, 401, 403), else [`Refusal::Temporary`].
#[must_use]
pub fn judge(grant: Grant, answer: &Answer) -> Option<Refusal> {
    (!answer.is_success()).then(|| meaning(grant, answer))
}

fn meaning(grant: Grant, answer: &Answer) -> Refusal {
    let status = answer.status();
    if status == 429 || status >= 500 {
        return Refusal::Temporary;
    }
    let Some(error) = answer.text("error") else {
        return match status {
            400 | 401 | 403 => Refusal::Wordless,
            _ => Refusal::Temporary,
        };
    };
    let description = answer.text("error_description").unwrap_or_default();
    let description = description.to_lowercase();
    let (refused, credential) = match grant {
        Grant::AuthorizationCode => (Refusal::CodeRefused, "authorization_code"),
        Grant::RefreshToken => (Refusal::GrantDead, "refresh_token"),
    };
    // "grant_type must be one of [authorization_code|refresh_token|…]" names both credentials
    // and blames neither.
    let blames_credential = description.contains(credential) && !description.contains("grant_type");
    match error {
        "invalid_grant" => refused,
        _ if blames_credential => refused,
        "invalid_client" => Refusal::Misconfigured,
        "access_denied" if description == "unauthorized" => Refusal::Misconfigured,
        // Documented for dead grants, whatever the words.
        _ if grant == Grant::RefreshToken && status == 403 => Refusal::GrantDead,
        _ => Refusal::Misconfigured,
    }
}
