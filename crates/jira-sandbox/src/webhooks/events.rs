//! The events of OAuth apps, and which change is which.

use crate::options::WebhookSwitches;
use crate::world::What;

/// Every event that an OAuth app may have ("Register dynamic webhooks", REST v3).
pub(crate) const EVENTS: [&str; 20] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
    "sprint_created",
    "sprint_updated",
    "sprint_closed",
    "sprint_deleted",
    "sprint_started",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_created",
    "jira:version_moved",
    "jira:version_updated",
    "jira:version_merged",
    "jira:version_deleted",
];

/// What is sent about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    /// The finer kind of issue events (`issue_event_type_name`), where the change itself decides it.
    pub(crate) kind: Option<&'static str>,
}

/// The events of a change: releasing a version updates it, too, and what happens to a comment may
/// update its issue.
pub(crate) fn event_of(what: What, switches: &WebhookSwitches) -> Vec<Event> {
    let (name, second) = match what {
        What::IssueCreated => ("jira:issue_created", None),
        What::IssueUpdated | What::IssueMoved => ("jira:issue_updated", None),
        What::IssueDeleted => ("jira:issue_deleted", None),
        What::CommentCreated => ("comment_created", Some("issue_commented")),
        What::CommentUpdated => ("comment_updated", Some("issue_comment_edited")),
        What::CommentDeleted => ("comment_deleted", Some("issue_comment_deleted")),
        What::PropertySet => ("issue_property_set", None),
        What::PropertyDeleted => ("issue_property_deleted", None),
        What::SprintCreated => ("sprint_created", None),
        What::SprintUpdated => ("sprint_updated", None),
        What::SprintStarted => ("sprint_started", None),
        What::SprintClosed => ("sprint_closed", None),
        What::SprintDeleted => ("sprint_deleted", None),
        What::VersionCreated => ("jira:version_created", None),
        What::VersionUpdated => ("jira:version_updated", None),
        What::VersionReleased => ("jira:version_released", None),
        What::VersionUnreleased => ("jira:version_unreleased", None),
        What::VersionMoved => ("jira:version_moved", None),
        What::VersionDeleted => ("jira:version_deleted", None),
    };
    let first = Event { name, kind: None };
    let of_version = matches!(what, What::VersionReleased | What::VersionUnreleased);
    let updated = of_version.then_some(Event {
        name: "jira:version_updated",
        kind: None,
    });
    let of_comment = second.filter(|_| switches.comment_sends_update);
    let of_issue = of_comment.map(|kind| Event {
        name: "jira:issue_updated",
        kind: Some(kind),
    });
    updated.into_iter().chain([first]).chain(of_issue).collect()
}
