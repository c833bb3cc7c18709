//! Priorities.

use juncture_views::jira::finding::PriorityView;

use crate::cache::Key;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const PRIORITIES: Key<Vec<PriorityView>> = Key::new("jira_priorities", KEPT);

/// Every priority of the site, the most urgent first.
pub(crate) async fn priorities(site: &JiraSite) -> Result<Vec<PriorityView>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let metadata = site.metadata();
        async move |site| {
            let fetch = async {
                let found = site.priorities().await?;
                Ok(found.into_iter().map(PriorityView::of).collect())
            };
            metadata.of(&PRIORITIES, "", Box::pin(fetch)).await
        }
    });
    Ok(found.await?)
}
