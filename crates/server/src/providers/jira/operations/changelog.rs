//! What has changed in an issue.

use juncture_views::jira::changelog::Changelog;

use crate::providers::jira::failure::{Absent, OperationError};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// All that has changed in an issue, oldest first.
pub(crate) async fn changelog(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<Changelog, OperationError> {
    let read = site.ask_for_list(SCOPES, {
        let issue = issue.clone();
        async move |site| site.changelog(issue.as_str()).await
    });
    let histories = read.await.map_err(|error| error.about(Absent::Issue))?;
    Ok(Changelog::of(histories))
}
