//! The end of an issue.

use crate::providers::jira::failure::{Absent, CallError, OperationError, Refusal};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["write:jira-work"];

/// Deletes an issue; its subtasks too, if that is asked for, else one that has some is refused.
pub(crate) async fn delete(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    delete_subtasks: bool,
) -> Result<(), OperationError> {
    let deleted = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site| site.delete_issue(issue.as_str(), delete_subtasks).await
    });
    deleted.await.map_err(|error| match error {
        CallError::Told(error) if error.is_invalid() => {
            OperationError::Refused(Refusal::from(&error))
        }
        error => error.about(Absent::Issue),
    })
}
