//! One project.

use juncture_views::jira::finding::WholeProjectView;

use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// A project, with the types of its issues.
pub(crate) async fn project(
    site: &JiraSite,
    project: &ProjectIdOrKey,
) -> Result<WholeProjectView, OperationError> {
    let found = site.ask(SCOPES, {
        let project = project.clone();
        async move |site| site.project(project.as_str()).await
    });
    let found = found.await.map_err(|error| error.about(Absent::Project))?;
    Ok(WholeProjectView::of(found))
}
