//! What a Jira says about what there is: which fields an issue takes, which types and statuses there
//! are. Kept for some minutes, for each [`Viewer`] by itself: Jira tells each person what that person
//! may see.
//!
//! What is asked for by many at once is fetched once. What Jira refuses although it was allowed here is
//! asked for [anew](Metadata::anew).

use jiff::SignedDuration;
use juncture_jira::{Error as JiraError, FieldMeta, Site};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Jira;
use super::site::JiraSite;
use super::viewer::Viewer;
use crate::cache::Key;

/// How long what a Jira says is kept: administrators change it rarely, and who has just changed it
/// wants to see that soon.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_mins(5);

const CREATE_FIELDS: Key<Vec<FieldMeta>> = Key::new("jira_create_fields", KEPT);
const EDIT_FIELDS: Key<Vec<FieldMeta>> = Key::new("jira_edit_fields", KEPT);
const PROJECTS: Key<ProjectFacts> = Key::new("jira_project_facts", KEPT);

/// What is kept of a project.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProjectFacts {
    /// What the keys of its issues begin with.
    pub(crate) key: String,
    /// Whether it is managed by its team.
    pub(crate) is_team_managed: bool,
}

/// Something that is known.
pub(crate) struct Known<T> {
    pub(crate) value: T,
    /// Whether it was kept, and may be out of date.
    pub(crate) is_kept: bool,
}

/// What one viewer is told.
#[derive(Clone)]
pub(crate) struct Metadata {
    jira: Jira,
    viewer: Viewer,
    is_anew: bool,
}

impl JiraSite {
    /// What this viewer is told, kept for some minutes.
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata {
            jira: self.jira().clone(),
            viewer: self.viewer(),
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
        Ok(self.known(key, name, fetch).await?.value)
    }

    /// The same, and whether it was kept.
    async fn known<T: Serialize + DeserializeOwned>(
        &self,
        key: &Key<T>,
        name: &str,
        fetch: impl Future<Output = Result<T, JiraError>>,
    ) -> Result<Known<T>, JiraError> {
        let id = format!("{}:{name}", self.viewer);
        if !self.is_anew
            && let Some(value) = self.jira.cache.get(key, &id).await
        {
            let is_kept = true;
            return Ok(Known { value, is_kept });
        }
        let value = self.jira.cache.fetch(key, id, fetch).await?;
        let is_kept = false;
        Ok(Known { value, is_kept })
    }

    /// The fields that a new issue of this type can be given in this project.
    pub(crate) async fn create_fields(
        &self,
        site: Site<'_>,
        project: &str,
        issue_type: &str,
    ) -> Result<Known<Vec<FieldMeta>>, JiraError> {
        let fetch = site.create_fields(project, issue_type);
        let name = format!("{project}:{issue_type}");
        self.known(&CREATE_FIELDS, &name, Box::pin(fetch)).await
    }

    /// The fields of this issue that can be changed.
    pub(crate) async fn edit_fields(
        &self,
        site: Site<'_>,
        issue: &str,
    ) -> Result<Known<Vec<FieldMeta>>, JiraError> {
        let fetch = site.edit_fields(issue);
        self.known(&EDIT_FIELDS, issue, Box::pin(fetch)).await
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
                key: project.key,
                is_team_managed: project.simplified,
            })
        };
        self.of(&PROJECTS, project, Box::pin(fetch)).await
    }
}
