//! Labels.

use crate::cache::Key;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::site::JiraSite;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const LABELS: Key<Vec<String>> = Key::new("jira_labels", KEPT);

/// Every label of the site.
pub(crate) async fn labels(site: &JiraSite) -> Result<Vec<String>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let metadata = site.metadata();
        async move |site| metadata.of(&LABELS, "", Box::pin(site.labels())).await
    });
    Ok(found.await?)
}
