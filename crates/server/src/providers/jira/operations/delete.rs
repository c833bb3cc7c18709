//! The end of an issue.

use juncture_jira::Place;

use crate::providers::jira::failure::{Absent, CallError, OperationError, Refusal};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::permissions::{Needs, explained};
use crate::providers::jira::site::JiraSite;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["write:jira-work"];

/// The permissions that it needs.
const NEEDS: Needs = Needs::All(&["DELETE_ISSUES"]);

/// Deletes an issue; its subtasks too, if that is asked for, else one that has some is refused.
pub(crate) async fn delete(
    site: &JiraSite,
    issue: &IssueIdOrKey,
    delete_subtasks: bool,
) -> Result<(), OperationError> {
    let _turn = site.turn(issue).await?;
    let deleted = site.ask(SCOPES, {
        let issue = issue.clone();
        async move |site| site.delete_issue(issue.as_str(), delete_subtasks).await
    });
    let Err(error) = deleted.await else {
        return Ok(());
    };
    let error = explained(site, Place::Issue(issue.as_str()), NEEDS, error).await;
    Err(match error {
        CallError::Told(error) if error.is_invalid() => {
            OperationError::Refused(Refusal::from(&error))
        }
        error => error.about(Absent::Issue),
    })
}
