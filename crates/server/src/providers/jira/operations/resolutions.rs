//! Resolutions.

use juncture_views::jira::finding::ResolutionView;

use crate::cache::Key;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const RESOLUTIONS: Key<Vec<ResolutionView>> = Key::new("jira_resolutions", KEPT);

/// Every resolution of the site.
pub(crate) async fn resolutions(site: &JiraSite) -> Result<Vec<ResolutionView>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let metadata = site.metadata();
        async move |site| {
            let fetch = async {
                let found = site.resolutions().await?;
                Ok(found.into_iter().map(ResolutionView::of).collect())
            };
            metadata.of(&RESOLUTIONS, "", Box::pin(fetch)).await
        }
    });
    Ok(found.await?)
}
