//! The fields that an issue can be given.

use juncture_jira::FieldMeta;

use crate::providers::jira::failure::{Absent, CallError, OperationError};
use crate::providers::jira::names::{IssueIdOrKey, ProjectIdOrKey};
use crate::providers::jira::site::JiraSite;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// The fields that a new issue of this type can be given in this project.
pub(crate) async fn of_new_issue(
    site: &JiraSite,
    project: &ProjectIdOrKey,
    issue_type: &str,
) -> Result<Vec<FieldMeta>, OperationError> {
    let found = site.ask_for_list(SCOPES, {
        let metadata = site.metadata();
        let (project, issue_type) = (project.clone(), issue_type.to_owned());
        async move |site| {
            let fields = metadata.create_fields(site, project.as_str(), &issue_type);
            Ok(fields.await?.value)
        }
    });
    found.await.map_err(|error| match error {
        // Jira's word for a type that the project has not.
        CallError::Told(error) if error.is_invalid() => {
            OperationError::Absent(Absent::ProjectOrIssueType)
        }
        error => error.about(Absent::ProjectOrIssueType),
    })
}

/// The fields of an issue that can be changed.
pub(crate) async fn of_issue(
    site: &JiraSite,
    issue: &IssueIdOrKey,
) -> Result<Vec<FieldMeta>, OperationError> {
    let found = site.ask(SCOPES, {
        let (metadata, issue) = (site.metadata(), issue.clone());
        async move |site| Ok(metadata.edit_fields(site, issue.as_str()).await?.value)
    });
    found.await.map_err(|error| error.about(Absent::Issue))
}
