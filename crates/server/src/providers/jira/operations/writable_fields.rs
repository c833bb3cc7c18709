//! The fields that an issue can be given.

use juncture_jira::FieldMeta;

use super::given::{self, Target};
use crate::providers::jira::failure::{CallError, OperationError};
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
    let target = Target::New {
        project: project.as_str().to_owned(),
        issue_type: issue_type.to_owned(),
        by_other_ways: Vec::new(),
    };
    seen(site, &target, found.await).await
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
    let target = Target::Issue {
        issue: issue.clone(),
        by_other_ways: Vec::new(),
    };
    seen(site, &target, found.await).await
}

/// What was found. Who may not write finds no fields, or no project: that is told as what it is.
async fn seen(
    site: &JiraSite,
    target: &Target,
    found: Result<Vec<FieldMeta>, CallError>,
) -> Result<Vec<FieldMeta>, OperationError> {
    let error = match found {
        Ok(fields) => {
            if fields.is_empty() {
                given::allowed(site, target).await?;
            }
            return Ok(fields);
        }
        Err(error) => error,
    };
    match given::denied(site, target, error).await {
        // Jira's word for a type that the project has not.
        CallError::Told(error) if error.is_invalid() => {
            Err(OperationError::Absent(target.absent()))
        }
        error => Err(error.about(target.absent())),
    }
}
