//! `delete-issue`

use axum::extract::State;
use axum::{Extension, Json};
use juncture_jira::Client;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::issue::{IssueIdOrKey, issue_not_found, issue_refusals, refused_values};
use crate::app::App;
use crate::error::Error;
use crate::extract::{BodyOrQuery, Text, required};
use crate::openapi::{DONE, Done, refusals};
use crate::providers::jira::site::{
    Call, JiraConnection, MISSING_EXTERNAL_ID, connection_refusals,
};

const DELETE_ISSUE: Call = Call {
    failed: "Failed to delete Jira issue",
    denied: "Access denied to delete issue",
    scopes: &["write:jira-work"],
};

const REFUSED: &str = "Jira refused to delete the issue";

/// Which issue; in the query, or as JSON in the body.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = String, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key. `issue_key` is read too.
    #[serde(default, alias = "issue_key")]
    #[param(value_type = String, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
    /// Whether to delete its subtasks too; an issue that has some is not deleted otherwise.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = "false")]
    delete_subtasks: Value,
}

refusals!(DeleteIssueRefusals, {
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
    errors
});

/// Deletes an issue. The parameters may also stand as JSON in the body. Needs `write:jira-work`.
#[utoipa::path(
    delete, path = "/delete-issue", tag = "Jira",
    params(DeleteIssue), security(("secret_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), DeleteIssueRefusals),
)]
pub(crate) async fn delete_issue(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    BodyOrQuery(query): BodyOrQuery<DeleteIssue>,
) -> Result<Json<Done>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let issue = IssueIdOrKey::of_parameter(&query.issue_id_or_key)?;
    let delete_subtasks = to_flag(&query.delete_subtasks)?;
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let deleted = connection
        .ask(&app, &client, &DELETE_ISSUE, async move |site| {
            site.delete_issue(issue.as_str(), delete_subtasks).await
        })
        .await?;
    deleted.map_err(|error| match error {
        error if error.is_not_found() => issue_not_found(),
        error if error.is_invalid() => refused_values(REFUSED, &error),
        error => DELETE_ISSUE.error(error),
    })?;
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
