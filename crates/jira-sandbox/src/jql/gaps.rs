//! What Jira's query language has and the sandbox does not simulate.
//!
//! A query that uses any of it is refused by name, whatever the switches say: to leave such a part
//! out would find too much, and to call it unknown too little. The lists leave out what the sandbox
//! does simulate. Sources: Atlassian's pages "JQL fields", "JQL functions" and "JQL operators", and
//! the custom fields of the simulated sites.

/// The fields, by every name that a query may have for them.
pub(crate) const FIELDS: [&str; 44] = [
    "approvals",
    "attachments",
    "change-gating-type",
    "customer request type",
    "development",
    "devSummary",
    "filter",
    "goals",
    "issue.property",
    "issueLink",
    "issueLinkType",
    "lastViewed",
    "organizations",
    "progress",
    "projectType",
    "rank",
    "request",
    "request type",
    "request-channel-type",
    "request-last-activity-time",
    "savedFilter",
    "searchRequest",
    "sentiment",
    "spaceType",
    "statusCategoryChangedDate",
    "subtasks",
    "time to first response",
    "time to resolution",
    "timespent",
    "viewed",
    "voter",
    "votes",
    "watcher",
    "watchers",
    "watches",
    "work category",
    "work item link",
    "workCategory",
    "workItemLink",
    "workItemLinkType",
    "worklogAuthor",
    "worklogComment",
    "worklogDate",
    "workratio",
];

/// The functions.
pub(crate) const FUNCTIONS: [&str; 42] = [
    "approved",
    "approver",
    "breached",
    "childIssuesOf",
    "choiceOption",
    "completed",
    "currentLogin",
    "customerDetail",
    "dateChanged",
    "elapsed",
    "entitlementDetail",
    "entitlementProduct",
    "everbreached",
    "inactiveUsers",
    "issueHistory",
    "issuesWithRemoteLinksByGlobalId",
    "lastLogin",
    "linkedIssue",
    "linkedIssues",
    "linkedWorkItem",
    "linkedWorkItems",
    "myApproval",
    "myPending",
    "myPendingApproval",
    "organizationDetail",
    "organizationMembers",
    "parentEpic",
    "paused",
    "pending",
    "pendingApprovalBy",
    "pendingBy",
    "portfolioChildIssuesOf",
    "projectsWhereUserHasRole",
    "remaining",
    "running",
    "spacesWhereUserHasRole",
    "updatedBy",
    "votedIssues",
    "votedWorkItems",
    "watchedIssues",
    "watchedWorkItems",
    "withinCalendarHours",
];

/// Whether Jira has a field of this name which the sandbox does not simulate.
pub(super) fn has_field(name: &str) -> bool {
    has(&FIELDS, name) || name.to_ascii_lowercase().contains(".property[")
}

/// Whether Jira has a function of this name which the sandbox does not simulate.
pub(super) fn has_function(name: &str) -> bool {
    has(&FUNCTIONS, name)
}

fn has(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, FUNCTIONS, has_field, has_function};
    use crate::jql::resolve::{is_simulated, is_simulated_function};

    #[test]
    fn nothing_that_is_simulated_is_called_a_gap() {
        assert!(!FIELDS.into_iter().any(is_simulated));
        assert!(!FUNCTIONS.into_iter().any(is_simulated_function));
    }

    #[test]
    fn names_are_known_in_any_letter_case() {
        assert!(has_field("REQUEST TYPE") && has_field("issue.property[prop].path"));
        assert!(has_function("LINKEDissues") && !has_function("nobody"));
    }
}
