//! What people may do: Jira's permissions by their keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Level, Person, Project, Site};

/// A permission. The keys are those of Atlassian's page "Get my permissions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Permission {
    BrowseProjects,
    CreateIssues,
    EditIssues,
    AssignIssues,
    AssignableUser,
    TransitionIssues,
    ResolveIssues,
    CloseIssues,
    ScheduleIssues,
    MoveIssues,
    LinkIssues,
    ModifyReporter,
    SetIssueSecurity,
    DeleteIssues,
    AddComments,
    EditOwnComments,
    EditAllComments,
    DeleteOwnComments,
    DeleteAllComments,
    CreateAttachments,
    DeleteOwnAttachments,
    DeleteAllAttachments,
    WorkOnIssues,
    EditOwnWorklogs,
    EditAllWorklogs,
    DeleteOwnWorklogs,
    DeleteAllWorklogs,
    ManageWatchers,
    ViewVotersAndWatchers,
    ViewDevTools,
    #[serde(rename = "MANAGE_SPRINTS_PERMISSION")]
    ManageSprints,
    AdministerProjects,
    /// "Browse users and groups", of the whole site.
    UserPicker,
    /// Of the whole site.
    BulkChange,
    /// "Administer Jira", of the whole site.
    Administer,
}

/// Permissions that somebody has, or has not, whatever the level says.
pub(crate) type Exceptions = BTreeMap<usize, BTreeMap<Permission, bool>>;

impl Permission {
    /// Whether the permission is of the whole site, and not of a project.
    pub(crate) fn is_global(self) -> bool {
        matches!(self, Self::UserPicker | Self::BulkChange | Self::Administer)
    }

    /// The least level that brings the permission with it; `None` where none does.
    fn least_level(self) -> Option<Level> {
        Some(match self {
            Self::BrowseProjects
            | Self::AssignableUser
            | Self::ViewVotersAndWatchers
            | Self::ViewDevTools
            | Self::UserPicker => Level::Browse,
            Self::DeleteIssues
            | Self::EditAllComments
            | Self::DeleteAllComments
            | Self::DeleteAllAttachments
            | Self::EditAllWorklogs
            | Self::DeleteAllWorklogs => Level::Delete,
            Self::AdministerProjects | Self::Administer => return None,
            _ => Level::Edit,
        })
    }
}

impl Site {
    /// Whether a person has a permission in a project. Who cannot see a project has none there, and
    /// nobody has any but to browse in an archived one. The lead administers a project.
    pub(crate) fn may(
        &self,
        people: &[Person],
        person: usize,
        project: &Project,
        permission: Permission,
    ) -> bool {
        if permission.is_global() {
            return self.may_everywhere(people, person, permission);
        }
        if !project.is_visible_to(person) {
            return false;
        }
        if project.is_archived && permission != Permission::BrowseProjects {
            return false;
        }
        let here = exception(&project.exceptions, person, permission);
        here.or_else(|| exception(&self.exceptions, person, permission))
            .unwrap_or_else(|| {
                let is_administration = permission == Permission::AdministerProjects;
                let leads = is_administration && project.lead == Some(person);
                leads || has_level(people, person, permission)
            })
    }

    /// Whether a person has a permission of the whole site.
    pub(crate) fn may_everywhere(
        &self,
        people: &[Person],
        person: usize,
        permission: Permission,
    ) -> bool {
        let excepted = exception(&self.exceptions, person, permission);
        excepted.unwrap_or_else(|| has_level(people, person, permission))
    }
}

fn exception(exceptions: &Exceptions, person: usize, permission: Permission) -> Option<bool> {
    exceptions.get(&person)?.get(&permission).copied()
}

fn has_level(people: &[Person], person: usize, permission: Permission) -> bool {
    permission
        .least_level()
        .is_some_and(|least| people[person].level >= least)
}
