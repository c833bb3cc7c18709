//! What scopes tell.

use juncture_jira::oauth;

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
    let scopes = oauth::DEFAULT_SCOPES.into_iter();
    let of_jira = scopes.filter(|scope| oauth::is_jira_scope(scope)).count();
    assert_eq!(of_jira, oauth::DEFAULT_SCOPES.len() - 1);
}
