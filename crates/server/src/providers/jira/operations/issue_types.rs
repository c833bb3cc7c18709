//! Types of issues.

use juncture_views::jira::finding::IssueTypeView;

use crate::cache::Key;
use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const ISSUE_TYPES: Key<Vec<IssueTypeView>> = Key::new("jira_issue_types", KEPT);

/// The types that the issues of a project may be of, in its order; or those of the whole site.
pub(crate) async fn issue_types(
    site: &JiraSite,
    project: Option<&ProjectIdOrKey>,
) -> Result<Vec<IssueTypeView>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let (metadata, project) = (site.metadata(), project.cloned());
        async move |site| {
            let name = project.as_ref().map_or("", ProjectIdOrKey::as_str);
            let fetch = async {
                let types = match &project {
                    Some(project) => site.project(project.as_str()).await?.issue_types(),
                    None => site.issue_types().await?,
                };
                Ok(types.into_iter().map(IssueTypeView::of).collect())
            };
            metadata.of(&ISSUE_TYPES, name, Box::pin(fetch)).await
        }
    });
    found.await.map_err(|error| error.about(Absent::Project))
}
