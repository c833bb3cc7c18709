//! What there is on a site to choose from.

use juncture_views::jira::finding::{CurrentUserView, Statuses};
use juncture_views::jira::lists::{self as views, IssueTypes, Labels, Priorities, Resolutions};
use serde_json::json;

use super::Jira;
use super::requests::{AssignableUsers, ForIssue, SearchUsers};
use crate::error::Error;

/// What there is on the site to choose from.
#[derive(Clone, Debug)]
pub struct Site<'a>(pub(super) &'a Jira);

impl Site<'_> {
    /// The issue types of a project.
    pub async fn issue_types(&self, project: Option<&str>) -> Result<IssueTypes, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-issue-types", &takes).await
    }

    /// The statuses of a project, whole and by issue type.
    pub async fn statuses(&self, project: Option<&str>) -> Result<Statuses, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-statuses", &takes).await
    }

    /// All priorities.
    pub async fn priorities(&self) -> Result<Priorities, Error> {
        self.0.read("get-priorities", &()).await
    }

    /// How issues can be resolved.
    pub async fn resolutions(&self) -> Result<Resolutions, Error> {
        self.0.read("get-resolutions", &()).await
    }

    /// All labels in use.
    pub async fn labels(&self) -> Result<Labels, Error> {
        self.0.read("get-labels", &()).await
    }
}

/// The fields of issues.
#[derive(Clone, Debug)]
pub struct Fields<'a>(pub(super) &'a Jira);

impl Fields<'_> {
    /// All fields of the site, built in and custom.
    pub async fn list(&self) -> Result<views::Fields, Error> {
        self.0.read("get-fields", &()).await
    }

    /// The fields that a new issue of this type can be given.
    pub async fn for_create(
        &self,
        project: Option<&str>,
        issue_type_id: &str,
    ) -> Result<views::WritableFields, Error> {
        let takes = json!({"jira_project_id": project, "issue_type_id": issue_type_id});
        self.0.read("get-create-fields", &takes).await
    }

    /// The fields of this issue that can be changed.
    pub async fn for_edit(&self, issue: &str) -> Result<views::WritableFields, Error> {
        let takes = ForIssue::new(issue, ());
        self.0.read("get-edit-fields", &takes).await
    }
}

/// The people of the site.
#[derive(Clone, Debug)]
pub struct Users<'a>(pub(super) &'a Jira);

impl Users<'_> {
    /// People by the beginnings of their names or addresses.
    pub async fn search(&self, wanted: &SearchUsers) -> Result<views::Users, Error> {
        self.0.read("search-users", wanted).await
    }

    /// Who can be given the issues of a project, or one issue.
    pub async fn assignable(&self, wanted: &AssignableUsers) -> Result<views::Users, Error> {
        self.0.read("get-assignable-users", wanted).await
    }

    /// The account behind the connection.
    pub async fn current(&self) -> Result<CurrentUserView, Error> {
        self.0.read("get-current-user", &()).await
    }
}
