//! Which fields there are: `get-fields`, `get-create-fields`, `get-edit-fields`.

use axum::Json;
use juncture_views::jira::finding::WritableFieldView;
use juncture_views::jira::lists::{Fields, WritableFields};
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{
    ByExternalId, MISSING_EXTERNAL_ID, choose_project, connection_refusals, find_site,
    issue_refusals, parse_issue, project_refusals,
};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::providers::jira::view::Of as _;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, required};
use crate::web::openapi::refusals;

const FETCH_FIELDS: Call = Call {
    failed: "Failed to fetch Jira fields",
    denied: "Access denied to Jira fields",
    scopes: operations::fields::SCOPES,
};

/// The sentence where no type is named.
const MISSING_TYPE: &str = "Missing issue_type_id";

refusals!(query FieldsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(FETCH_FIELDS.list_refusals());
    errors
});

/// List fields
///
/// Gives every field that issues of the site may have. May be five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-fields", operation_id = "jiraGetFields", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All fields", body = Fields, example = json!({"fields": [
            {"id": "summary", "name": "Summary", "custom": false, "type": "text"},
            {"id": "customfield_10016", "name": "Story Points", "custom": true, "type": "number",
                "custom_type": "com.atlassian.jira.plugin.system.customfieldtypes:float"}
        ]})),
        FieldsRefusals,
    ),
)]
pub(crate) async fn get_fields(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Fields>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let fields = operations::fields::fields(&site).await;
    let fields = fields.doing(&FETCH_FIELDS)?;
    Ok(Json(Fields { fields }))
}

/// Which new issue it is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForNewIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The id or key of a project; the selected one if it is absent.
    #[serde(default)]
    #[param(value_type = Option<Id>, example = "10000")]
    jira_project_id: Text,
    /// The id of the type that the issue is to be of.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "10001")]
    issue_type_id: Text,
}

refusals!(query CreateFieldsRefusals, {
    let mut errors = project_refusals();
    errors.extend([
        Error::missing(MISSING_TYPE, &["issue_type_id"]),
        unfit_type(),
        not_found(Absent::ProjectOrIssueType),
    ]);
    errors.extend(FETCH_FIELDS.list_refusals());
    errors
});

/// List the fields of a new issue
///
/// Gives the fields that a new issue of a type can be given in a project: which must be, which get a
/// value by themselves, and which values they may have. May be five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-create-fields", operation_id = "jiraGetCreateFields", tag = "Jira",
    params(ForNewIssue), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The fields", body = WritableFields, example = json!({"fields": [{
            "id": "customfield_10030", "name": "Severity", "type": "option", "required": true,
            "has_default": false, "allowed_values": [{"id": "10020", "name": "Major"}], "operations": ["set"]
        }]})),
        CreateFieldsRefusals,
    ),
)]
pub(crate) async fn get_create_fields(
    jira: CallersJira,
    Query(query): Query<ForNewIssue>,
) -> Result<Json<WritableFields>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let [issue_type] = required(MISSING_TYPE, [("issue_type_id", &query.issue_type_id)])?;
    let project = choose_project(&site, &query.jira_project_id)?;
    let issue_type = parse_type(issue_type)?;
    let fields = operations::writable_fields::of_new_issue(&site, &project, issue_type).await;
    fields.doing(&FETCH_FIELDS).map(told)
}

/// Which issue it is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForIssue {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
}

refusals!(query EditFieldsRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(FETCH_FIELDS.refusals());
    errors
});

/// List the fields of an issue that can be changed
///
/// Gives the fields of an issue that can be changed, and which values they may have. May be five
/// minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-edit-fields", operation_id = "jiraGetEditFields", tag = "Jira",
    params(ForIssue), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The fields", body = WritableFields, example = json!({"fields": [{
            "id": "labels", "name": "Labels", "type": "labels", "items": "string", "required": false,
            "has_default": false, "operations": ["add", "set", "remove"]
        }]})),
        EditFieldsRefusals,
    ),
)]
pub(crate) async fn get_edit_fields(
    jira: CallersJira,
    Query(query): Query<ForIssue>,
) -> Result<Json<WritableFields>, Error> {
    let issue = parse_issue(&query.issue_id_or_key);
    let site = find_site(jira, &query.external_id).await?;
    let fields = operations::writable_fields::of_issue(&site, &issue?).await;
    fields.doing(&FETCH_FIELDS).map(told)
}

fn told(fields: Vec<juncture_jira::FieldMeta>) -> Json<WritableFields> {
    let fields = fields.into_iter().map(WritableFieldView::of).collect();
    Json(WritableFields { fields })
}

/// The id of a type, which is digits: it goes into a path.
fn parse_type(text: &str) -> Result<&str, Error> {
    let is_id = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(text).ok_or_else(unfit_type)
}

fn unfit_type() -> Error {
    Error::invalid_field("issue_type_id", "must be the id of an issue type (digits)")
}
