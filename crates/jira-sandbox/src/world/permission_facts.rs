//! What Jira tells of its permissions.

use super::Permission;

impl Permission {
    /// Every permission.
    pub(crate) const ALL: [Self; 35] = [
        Self::BrowseProjects,
        Self::CreateIssues,
        Self::EditIssues,
        Self::AssignIssues,
        Self::AssignableUser,
        Self::TransitionIssues,
        Self::ResolveIssues,
        Self::CloseIssues,
        Self::ScheduleIssues,
        Self::MoveIssues,
        Self::LinkIssues,
        Self::ModifyReporter,
        Self::SetIssueSecurity,
        Self::DeleteIssues,
        Self::AddComments,
        Self::EditOwnComments,
        Self::EditAllComments,
        Self::DeleteOwnComments,
        Self::DeleteAllComments,
        Self::CreateAttachments,
        Self::DeleteOwnAttachments,
        Self::DeleteAllAttachments,
        Self::WorkOnIssues,
        Self::EditOwnWorklogs,
        Self::EditAllWorklogs,
        Self::DeleteOwnWorklogs,
        Self::DeleteAllWorklogs,
        Self::ManageWatchers,
        Self::ViewVotersAndWatchers,
        Self::ViewDevTools,
        Self::ManageSprints,
        Self::AdministerProjects,
        Self::UserPicker,
        Self::BulkChange,
        Self::Administer,
    ];

    /// The permission with this name, in any letter case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|permission| permission.facts().1.eq_ignore_ascii_case(name))
    }

    /// The id, the name and the description.
    pub(crate) fn facts(self) -> (u32, &'static str, &'static str) {
        match self {
            Self::BrowseProjects => (10, "Browse Projects", "See projects and their issues."),
            Self::CreateIssues => (11, "Create Issues", "Create issues."),
            Self::EditIssues => (12, "Edit Issues", "Edit issues."),
            Self::AssignIssues => (13, "Assign Issues", "Assign issues to others."),
            Self::ResolveIssues => (14, "Resolve Issues", "Resolve and reopen issues."),
            Self::AddComments => (15, "Add Comments", "Comment on issues."),
            Self::DeleteIssues => (16, "Delete Issues", "Delete issues."),
            Self::AssignableUser => (17, "Assignable User", "Be assigned to issues."),
            Self::CloseIssues => (18, "Close Issues", "Close issues."),
            Self::CreateAttachments => (19, "Create Attachments", "Attach files."),
            Self::WorkOnIssues => (20, "Work On Issues", "Log work done on issues."),
            Self::LinkIssues => (21, "Link Issues", "Link issues."),
            Self::AdministerProjects => (23, "Administer Projects", "Administer a project."),
            Self::MoveIssues => (25, "Move Issues", "Move issues between projects."),
            Self::SetIssueSecurity => (26, "Set Issue Security", "Set who sees an issue."),
            Self::UserPicker => (27, "Browse users and groups", "See and choose people."),
            Self::ScheduleIssues => (28, "Schedule Issues", "See and edit due dates."),
            Self::ModifyReporter => (30, "Modify Reporter", "Change who reported an issue."),
            Self::ViewVotersAndWatchers => {
                (31, "View Voters and Watchers", "See who votes and watches.")
            }
            Self::ManageWatchers => (32, "Manage Watchers", "Manage the watchers of issues."),
            Self::BulkChange => (33, "Make bulk changes", "Change many issues at once."),
            Self::EditAllComments => (34, "Edit All Comments", "Edit all comments."),
            Self::EditOwnComments => (35, "Edit Own Comments", "Edit own comments."),
            Self::DeleteAllComments => (36, "Delete All Comments", "Delete all comments."),
            Self::DeleteOwnComments => (37, "Delete Own Comments", "Delete own comments."),
            Self::DeleteAllAttachments => (38, "Delete All Attachments", "Delete all files."),
            Self::DeleteOwnAttachments => (39, "Delete Own Attachments", "Delete own files."),
            Self::EditOwnWorklogs => (40, "Edit Own Worklogs", "Edit own logs of work."),
            Self::EditAllWorklogs => (41, "Edit All Worklogs", "Edit all logs of work."),
            Self::DeleteOwnWorklogs => (42, "Delete Own Worklogs", "Delete own logs of work."),
            Self::DeleteAllWorklogs => (43, "Delete All Worklogs", "Delete all logs of work."),
            Self::ViewDevTools => (29, "View Development Tools", "See development tools."),
            Self::TransitionIssues => (46, "Transition Issues", "Transition issues."),
            Self::ManageSprints => (52, "Manage sprints", "Manage sprints."),
            Self::Administer => (0, "Administer Jira", "Administer Jira."),
        }
    }
}
