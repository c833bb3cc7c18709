//! The scopes an app may ask for, with the words the consent page has for them.

/// What a scope allows, for the person who is asked, or `None` for a scope that does not exist.
pub(super) fn meaning(scope: &str) -> Option<&'static str> {
    SCOPES
        .iter()
        .find(|(name, _)| *name == scope)
        .map(|(_, meaning)| *meaning)
}

/// Whether a scope belongs to Jira, as accessible-resources sorts them.
pub(super) fn is_of_jira(scope: &str) -> bool {
    scope.contains("jira") || scope.starts_with("manage:jira")
}

/// The scopes under which a site appears a second time, for Confluence.
pub(super) const CONFLUENCE: [&str; 2] = ["read:confluence-content.summary", "search:confluence"];

/// Source: "Scopes for OAuth 2.0 (3LO) and Forge apps", for what Juncture-like apps ask.
const SCOPES: [(&str, &str); 29] = [
    (
        "read:jira-work",
        "Read projects, issues and what belongs to them",
    ),
    ("write:jira-work", "Create, change and delete issues"),
    ("read:jira-user", "Read the names and pictures of people"),
    ("manage:jira-project", "Change project settings"),
    ("manage:jira-configuration", "Change Jira settings"),
    ("manage:jira-webhook", "Register webhooks"),
    (
        "manage:jira-data-provider",
        "Manage development and release data",
    ),
    ("read:me", "Read your profile"),
    ("read:account", "Read your account"),
    ("offline_access", "Keep this access while you are away"),
    ("read:board-scope:jira-software", "Read boards"),
    (
        "read:board-scope.admin:jira-software",
        "Read board settings",
    ),
    ("write:board-scope:jira-software", "Change boards"),
    ("read:sprint:jira-software", "Read sprints"),
    ("write:sprint:jira-software", "Change sprints"),
    ("read:epic:jira-software", "Read epics"),
    ("read:project:jira", "Read projects"),
    ("read:issue:jira", "Read issues"),
    ("read:issue:jira-software", "Read the issues of boards"),
    ("read:issue-details:jira", "Read the details of issues"),
    ("read:jql:jira", "Run searches"),
    ("read:user:jira", "Read the names of people"),
    ("write:issue:jira", "Change issues"),
    ("read:field:jira", "Read fields"),
    ("read:webhook:jira", "Read registered webhooks"),
    ("write:webhook:jira", "Register webhooks and refresh them"),
    ("delete:webhook:jira", "Delete registered webhooks"),
    (
        "read:confluence-content.summary",
        "Read Confluence page summaries",
    ),
    ("search:confluence", "Search Confluence"),
];
