//! Projects: which there are.

use futures_util::TryStreamExt as _;
use juncture_views::jira::projects::{ProjectView, Projects};

use crate::providers::jira::failure::OperationError;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// Every project that the customer sees, and the selected one.
pub(crate) async fn projects(site: &JiraSite) -> Result<Projects, OperationError> {
    let selected_project_id = site.selected_project()?.map(str::to_owned);
    let fetched = site.ask_for_list(SCOPES, async |site| site.projects().try_concat().await);
    let projects: Vec<_> = fetched.await?.into_iter().map(ProjectView::of).collect();
    Ok(Projects {
        total: projects.len(),
        projects,
        selected_project_id,
    })
}
