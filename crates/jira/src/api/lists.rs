//! The small lists of a site: types, statuses, priorities, resolutions, labels; and those of a
//! project: its statuses, versions and components.

use serde::Deserialize;

use super::issue_fields::{Component, IssueType, Priority, Resolution, Status, Version};
use super::offsets::List;
use super::{Bare, at_most, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const ISSUE_TYPES: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issuetype");
const STATUSES: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/status");
const STATUSES_OF_PROJECT: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/project/{projectIdOrKey}/statuses");
const PRIORITIES: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/priority/search");
const PRIORITIES_ONCE: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/priority");
const RESOLUTIONS: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/resolution/search");
const RESOLUTIONS_ONCE: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/resolution");
const LABELS: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/label");
const VERSIONS: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/project/{projectIdOrKey}/version");
const COMPONENTS: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/api/3/project/{projectIdOrKey}/component");

/// Several times what a site may have of types, statuses, priorities or resolutions.
const MOST: usize = 10_000;

/// Several times what a project may have of types, and a workflow of statuses.
const MOST_OF_PROJECT: usize = 300;

/// What Jira gives of most lists if nothing else is asked for, and gives without fail.
const PAGE_SIZE: usize = 50;

/// What Jira gives of labels if nothing else is asked for.
const LABELS_A_PAGE: usize = 1_000;

/// The statuses that issues of one type can have in a project.
#[derive(Clone, Debug, Deserialize)]
pub struct TypeStatuses {
    /// The id of the type, a string of digits.
    pub id: String,
    /// The type's name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// Whether such issues are parts of others.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub subtask: bool,
    /// The statuses of its workflow.
    #[serde(deserialize_with = "at_most::<MOST_OF_PROJECT, _, _>")]
    pub statuses: Vec<Status>,
}

impl Site<'_> {
    /// Every type of issue that the token's owner can see, on the whole site
    /// (`GET /rest/api/3/issuetype`). Needs `read:jira-work`. Types of projects that are managed by
    /// their teams repeat names; [`create_issue_types`](Site::create_issue_types) gives those of one
    /// project.
    pub async fn issue_types(&self) -> Result<Vec<IssueType>, Error> {
        let call = ISSUE_TYPES.call(&self.client.api_url, &[self.id])?;
        let list: Bare<MOST, IssueType> = self.client.fetch(self.id, call, self.token).await?;
        Ok(list.0)
    }

    /// Every status of the site that is in use (`GET /rest/api/3/status`). Needs `read:jira-work`.
    /// Names repeat across projects: tell them apart by id.
    pub async fn statuses(&self) -> Result<Vec<Status>, Error> {
        let call = STATUSES.call(&self.client.api_url, &[self.id])?;
        let list: Bare<MOST, Status> = self.client.fetch(self.id, call, self.token).await?;
        Ok(list.0)
    }

    /// The statuses of a project, by type of issue
    /// (`GET /rest/api/3/project/{projectIdOrKey}/statuses`). Needs `read:jira-work`.
    pub async fn project_statuses(&self, project: &str) -> Result<Vec<TypeStatuses>, Error> {
        let call = STATUSES_OF_PROJECT.call(&self.client.api_url, &[self.id, project])?;
        let list: Bare<MOST_OF_PROJECT, TypeStatuses> =
            self.client.fetch(self.id, call, self.token).await?;
        Ok(list.0)
    }

    /// Every priority of the site, the most urgent first (`GET /rest/api/3/priority/search`). Needs
    /// `manage:jira-configuration`, on paper; where that is missed, the older
    /// `GET /rest/api/3/priority` is asked, which needs `read:jira-work`.
    ///
    /// Which of them a project takes, [`create_fields`](Site::create_fields) tells.
    pub async fn priorities(&self) -> Result<Vec<Priority>, Error> {
        let id = |priority: &Priority| priority.id.clone();
        self.newer_or_older(PRIORITIES, PRIORITIES_ONCE, id).await
    }

    /// Every resolution of the site (`GET /rest/api/3/resolution/search`, or the older
    /// `GET /rest/api/3/resolution` where that is missing). Needs `read:jira-work`.
    pub async fn resolutions(&self) -> Result<Vec<Resolution>, Error> {
        let id = |resolution: &Resolution| resolution.id.clone();
        self.newer_or_older(RESOLUTIONS, RESOLUTIONS_ONCE, id).await
    }

    /// A list that Jira has in pages, or in one piece where it does not give those.
    async fn newer_or_older<T>(
        &self,
        newer: Endpoint,
        older: Endpoint,
        id: fn(&T) -> String,
    ) -> Result<Vec<T>, Error>
    where
        T: serde::de::DeserializeOwned + Send + 'static,
    {
        match self.paged(newer, &[], PAGE_SIZE, id).await {
            Err(error) if is_closed(&error) => {
                let call = older.call(&self.client.api_url, &[self.id])?;
                let list: Bare<MOST, T> = self.client.fetch(self.id, call, self.token).await?;
                Ok(list.0)
            }
            list => list,
        }
    }

    /// Every label of the site, of all projects together (`GET /rest/api/3/label`). Needs
    /// `read:jira-work`. The list lags behind changes.
    pub async fn labels(&self) -> Result<Vec<String>, Error> {
        self.paged(LABELS, &[], LABELS_A_PAGE, String::clone).await
    }

    /// The versions of a project, in the project's order
    /// (`GET /rest/api/3/project/{projectIdOrKey}/version`). Needs `read:jira-work`.
    pub async fn versions(&self, project: &str) -> Result<Vec<Version>, Error> {
        let id = |version: &Version| version.id.clone();
        self.paged(VERSIONS, &[project], PAGE_SIZE, id).await
    }

    /// The components of a project, by name (`GET /rest/api/3/project/{projectIdOrKey}/component`).
    /// Needs `read:jira-work`.
    pub async fn components(&self, project: &str) -> Result<Vec<Component>, Error> {
        let id = |component: &Component| component.id.clone();
        self.paged(COMPONENTS, &[project], PAGE_SIZE, id).await
    }

    async fn paged<T>(
        &self,
        endpoint: Endpoint,
        arguments: &[&str],
        page_size: usize,
        id: fn(&T) -> String,
    ) -> Result<Vec<T>, Error>
    where
        T: serde::de::DeserializeOwned + Send + 'static,
    {
        let site = *self;
        let arguments = [&[site.id], arguments].concat();
        let call = move |start_at: usize| {
            Ok((endpoint.clone())
                .call(&site.client.api_url, &arguments)?
                .query("startAt", &start_at.to_string())
                .query("maxResults", &page_size.to_string()))
        };
        List::new(self.listing(), page_size, id, call).whole().await
    }
}

/// Whether an older way to the same list may be open.
fn is_closed(error: &Error) -> bool {
    let is_closed =
        error.is_missing_scope() || error.is_forbidden() || error.is_not_found() || error.is_gone();
    is_closed && error.list_fault().is_none()
}
