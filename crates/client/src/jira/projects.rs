//! Projects.

use juncture_views::jira::finding::WholeProjectView;
use juncture_views::jira::projects as views;
use reqwest::Method;
use serde_json::json;

use super::Jira;
use crate::answer;
use crate::error::Error;

/// The projects of the site, and which of them is selected.
#[derive(Clone, Debug)]
pub struct Projects<'a>(pub(super) &'a Jira);

impl Projects<'_> {
    /// All projects, and the id of the selected one.
    pub async fn list(&self) -> Result<views::Projects, Error> {
        self.0.read("get-projects", &()).await
    }

    /// One project with its issue types.
    pub async fn get(&self, project: Option<&str>) -> Result<WholeProjectView, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-project", &takes).await
    }

    /// Selects the project for the calls that name none.
    pub async fn select(&self, project: &str) -> Result<(), Error> {
        let takes = json!({"jira_project_id": project});
        let (method, read) = (Method::POST, answer::done);
        self.0.write(method, "select-project", &takes, read).await
    }

    /// Which project is selected.
    pub async fn selected(&self) -> Result<views::Selected, Error> {
        self.0.read("get-selected-project", &()).await
    }
}
