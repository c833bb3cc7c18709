//! `get-changelog`

use axum::Json;
use juncture_views::jira::changelog::Changelog;
use juncture_views::schema::Id;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::CallersJira;
use super::sentences::Doing as _;
use super::subject::{
    MISSING_EXTERNAL_ID, connection_refusals, find_site, issue_refusals, parse_issue,
};
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::{Query, Text, required};
use crate::web::openapi::refusals;

const FETCH_CHANGELOG: Call = Call {
    failed: "Failed to fetch Jira changelog",
    denied: "Access denied to Jira changelog",
    scopes: operations::changelog::SCOPES,
};

/// Which issue.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangelogOf {
    /// Your own id of the customer.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "project123")]
    external_id: Text,
    /// The issue's id or key.
    #[serde(default)]
    #[param(value_type = Id, required = true, example = "PROJ-123")]
    issue_id_or_key: Text,
}

refusals!(query ChangelogRefusals, {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(issue_refusals());
    errors.extend(FETCH_CHANGELOG.list_refusals());
    errors
});

/// List what has changed in an issue
///
/// Gives all that has changed in an issue, oldest first. Comments are not in it. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-changelog", operation_id = "jiraGetChangelog", tag = "Jira",
    params(ChangelogOf), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All changes", body = Changelog, example = json!({"changes": [{
            "id": "10123", "at": "2026-01-02T16:45:00.000+0000",
            "author": {"accountId": "5b10a2844c20165700ede21g", "displayName": "John Doe",
                "emailAddress": "john.doe@example.com", "avatarUrl": "https://example.atlassian.net/avatar/JD-5.png",
                "active": true, "accountType": "atlassian"},
            "items": [
                {"field": "status", "name": "status", "from": {"id": "10000", "text": "To Do"},
                    "to": {"id": "3", "text": "In Progress"}},
                {"field": "customfield_10016", "name": "Story Points", "to": {"text": "3"}}
            ]
        }]})),
        ChangelogRefusals,
    ),
)]
pub(crate) async fn get_changelog(
    jira: CallersJira,
    Query(query): Query<ChangelogOf>,
) -> Result<Json<Changelog>, Error> {
    required(MISSING_EXTERNAL_ID, [("external_id", &query.external_id)])?;
    let issue = parse_issue(&query.issue_id_or_key)?;
    let site = find_site(jira, &query.external_id).await?;
    let changelog = operations::changelog::changelog(&site, &issue).await;
    changelog.doing(&FETCH_CHANGELOG).map(Json)
}
