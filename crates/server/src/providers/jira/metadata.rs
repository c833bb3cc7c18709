//! What a Jira says about what there is: which fields an issue takes, which types and statuses there
//! are. Kept for some minutes, for each connection by itself: Jira tells each person what that person
//! may see.
//!
//! What is asked for by many at once is fetched once. What Jira refuses although it was allowed here is
//! asked for [anew](Metadata::anew).

use jiff::SignedDuration;
use juncture_jira::{Error as JiraError, FieldMeta, Site};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Jira;
use super::site::JiraSite;
use crate::cache::Key;

/// How long what a Jira says is kept: administrators change it rarely, and who has just changed it
/// wants to see that soon.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_mins(5);

const CREATE_FIELDS: Key<Vec<FieldMeta>> = Key::new("jira_create_fields", KEPT);
const EDIT_FIELDS: Key<Vec<FieldMeta>> = Key::new("jira_edit_fields", KEPT);
const PROJECTS: Key<ProjectFacts> = Key::new("jira_project_facts", KEPT);

/// What is kept of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProjectFacts {
    /// Its id.
    pub(crate) id: String,
    /// Whether it is managed by its team.
    pub(crate) is_team_managed: bool,
}

/// What one connection is told.
#[derive(Clone)]
pub(crate) struct Metadata {
    jira: Jira,
    connection: Uuid,
    is_anew: bool,
}

impl JiraSite {
    /// What this connection is told, kept for some minutes.
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata {
            jira: self.jira().clone(),
            connection: self.connection_id(),
            is_anew: false,
        }
    }
}

impl Metadata {
    /// The same, asked for now whatever is kept.
    pub(crate) fn anew(self) -> Self {
        Self {
            is_anew: true,
            ..self
        }
    }

    /// What is kept of this kind under this name, or what `fetch` gives.
    pub(crate) async fn of<T: Serialize + DeserializeOwned>(
        &self,
        key: &Key<T>,
        name: &str,
        fetch: impl Future<Output = Result<T, JiraError>>,
    ) -> Result<T, JiraError> {
        let id = format!("{}:{name}", self.connection);
        if self.is_anew {
            return self.jira.cache.fetch(key, id, fetch).await;
        }
        self.jira.cache.get_or_fetch(key, id, fetch).await
    }

    /// The fields that a new issue of this type can be given in this project.
    pub(crate) async fn create_fields(
        &self,
        site: Site<'_>,
        project: &str,
        issue_type: &str,
    ) -> Result<Vec<FieldMeta>, JiraError> {
        let fetch = site.create_fields(project, issue_type);
        let name = format!("{project}:{issue_type}");
        self.of(&CREATE_FIELDS, &name, Box::pin(fetch)).await
    }

    /// The fields of this issue that can be changed.
    pub(crate) async fn edit_fields(
        &self,
        site: Site<'_>,
        issue: &str,
    ) -> Result<Vec<FieldMeta>, JiraError> {
        let fetch = site.edit_fields(issue);
        self.of(&EDIT_FIELDS, issue, Box::pin(fetch)).await
    }

    /// What is to be known of a project for writing to it.
    pub(crate) async fn project(
        &self,
        site: Site<'_>,
        project: &str,
    ) -> Result<ProjectFacts, JiraError> {
        let fetch = async {
            let project = site.project(project).await?;
            Ok(ProjectFacts {
                id: project.id,
                is_team_managed: project.simplified,
            })
        };
        self.of(&PROJECTS, project, Box::pin(fetch)).await
    }
}
