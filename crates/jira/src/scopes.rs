//! Which scopes a call needs. Jira does not say which one a token lacks, so it is known here.
//!
//! Source: the security of each operation in Atlassian's OpenAPI documents; classic scopes where
//! there are any.

use crate::call::Endpoint;

/// What the paths below say, the first that fits; `{…}` stands for itself.
const BY_PATH: [(&str, &[&str]); 9] = [
    ("/oauth/", &[]),
    (
        "/sprint/{sprintId}/issue",
        &[
            "read:sprint:jira-software",
            "read:issue-details:jira",
            "read:jql:jira",
        ],
    ),
    ("/sprint", &["read:sprint:jira-software"]),
    (
        "/rest/agile/1.0/board",
        &["read:board-scope:jira-software", "read:project:jira"],
    ),
    ("/rest/api/3/myself", &["read:jira-user"]),
    // Users, alone, assignable or many.
    ("/rest/api/3/user", &["read:jira-user"]),
    (
        "/rest/api/3/priority/search",
        &["manage:jira-configuration"],
    ),
    ("/rest/api/3/", &["read:jira-work"]),
    ("", &[]),
];

/// The scopes that a call needs, all of them.
pub(crate) fn of(endpoint: &Endpoint) -> &'static [&'static str] {
    if endpoint.is_write && endpoint.path.contains("/rest/api/3/") {
        return &["write:jira-work"];
    }
    let mut paths = BY_PATH.iter();
    let fits = paths.find(|(path, _)| endpoint.path.contains(path));
    fits.map_or(&[], |(_, scopes)| scopes)
}
