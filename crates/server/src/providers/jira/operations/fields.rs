//! The fields of a site.

use juncture_views::jira::finding::FieldView;

use crate::cache::Key;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::metadata::KEPT;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

const FIELDS: Key<Vec<FieldView>> = Key::new("jira_fields", KEPT);

/// Every field that issues of the site may have.
pub(crate) async fn fields(site: &JiraSite) -> Result<Vec<FieldView>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let metadata = site.metadata();
        async move |site| {
            let fetch = async {
                let found = site.fields().await?;
                Ok(found.into_iter().map(FieldView::of).collect())
            };
            metadata.of(&FIELDS, "", Box::pin(fetch)).await
        }
    });
    Ok(found.await?)
}
