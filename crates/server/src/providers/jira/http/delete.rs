//! `delete-issue`

use axum::Json;
use juncture_views::schema::Id;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::sentences::Doing as _;
use super::subject::{
    MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{BodyOrQuery, Text, body_refusals, required};
use crate::web::openapi::{DONE, Done, refusals};

const DELETE_ISSUE: Call = Call {
    failed: "Failed to delete Jira issue",
    denied: "Access denied to delete issue",
    scopes: operations::delete::SCOPES,
};

const REFUSED: &str = "Jira refused to delete the issue";

/// Which issue; in the query, or as JSON in the body.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[param(value_type = Id, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
    /// Whether to delete its subtasks too; an issue that has some is not deleted otherwise.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    delete_subtasks: Value,
}

refusals!(query DeleteIssueRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.push(Error::Invalid {
        error: REFUSED.into(),
        code: "invalid_fields",
        details: serde_json::json!({"reasons": ["The issue 'PROJ-123' has subtasks.  You must specify the \
            'deleteSubtasks' parameter to delete this issue and all its subtasks."]}),
    });
    errors.push(no_flag());
    errors.extend(DELETE_ISSUE.refusals());
    errors.push(DELETE_ISSUE.unknown_outcome());
    errors.extend(body_refusals());
    errors
});

/// Delete an issue
///
/// Deletes an issue. The parameters may also stand as JSON in the body. Needs `write:jira-work`.
#[utoipa::path(
    delete, path = "/delete-issue", operation_id = "jiraDeleteIssue", tag = "Jira",
    params(DeleteIssue), security(("secret_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteIssueRefusals),
)]
pub(crate) async fn delete_issue(
    jira: CallersJira,
    BodyOrQuery(query): BodyOrQuery<DeleteIssue>,
) -> Result<Json<Done>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let issue = parse_issue(&query.issue_id_or_key)?;
    let delete_subtasks = to_flag(&query.delete_subtasks)?;
    let site = find_site(jira, &query.external_id).await?;
    let deleted = operations::delete::delete(&site, &issue, delete_subtasks).await;
    deleted.writing(&DELETE_ISSUE, REFUSED)?;
    Ok(Json(DONE))
}

fn to_flag(value: &Value) -> Result<bool, Error> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" | "" => Ok(false),
            _ => Err(no_flag()),
        },
        _ => Err(no_flag()),
    }
}

fn no_flag() -> Error {
    Error::invalid_field("delete_subtasks", "must be true or false")
}
