//! What there is on a site and in a project: `get-issue-types`, `get-statuses`, `get-priorities`,
//! `get-resolutions`, `get-labels`.

use axum::Json;
use juncture_views::jira::finding::Statuses;
use juncture_views::jira::lists::{IssueTypes, Labels, Priorities, Resolutions};

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{
    ByExternalId, ForProject, MISSING_EXTERNAL_ID, connection_refusals, find_site, project_refusals,
};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_TYPES: Call = Call {
    failed: "Failed to fetch Jira issue types",
    denied: "Access denied to Jira issue types",
    scopes: operations::issue_types::SCOPES,
};

const FETCH_STATUSES: Call = Call {
    failed: "Failed to fetch Jira statuses",
    denied: "Access denied to Jira statuses",
    scopes: operations::statuses::SCOPES,
};

const FETCH_PRIORITIES: Call = Call {
    failed: "Failed to fetch Jira priorities",
    denied: "Access denied to Jira priorities",
    scopes: operations::priorities::SCOPES,
};

const FETCH_RESOLUTIONS: Call = Call {
    failed: "Failed to fetch Jira resolutions",
    denied: "Access denied to Jira resolutions",
    scopes: operations::resolutions::SCOPES,
};

const FETCH_LABELS: Call = Call {
    failed: "Failed to fetch Jira labels",
    denied: "Access denied to Jira labels",
    scopes: operations::labels::SCOPES,
};

refusals!(query IssueTypesRefusals, {
    let mut errors = of_project_or_site();
    errors.extend(FETCH_TYPES.list_refusals());
    errors
});

/// List issue types
///
/// Gives the types that issues may be of: those of the project, else of the selected one, else of the
/// whole site. May be five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-issue-types", operation_id = "jiraGetIssueTypes", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All types", body = IssueTypes, example = json!({"issue_types": [{
            "id": "10001", "name": "Story", "description": "Something that a person wants", "subtask": false,
            "hierarchyLevel": 0, "iconUrl": "https://example.atlassian.net/images/icons/issuetypes/story.svg"
        }]})),
        IssueTypesRefusals,
    ),
)]
pub(crate) async fn get_issue_types(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<IssueTypes>, Error> {
    let (site, project) = query.find_any(jira).await?;
    let issue_types = operations::issue_types::issue_types(&site, project.as_ref()).await;
    let issue_types = issue_types.doing(&FETCH_TYPES)?;
    Ok(Json(IssueTypes { issue_types }))
}

refusals!(query StatusesRefusals, {
    let mut errors = of_project_or_site();
    errors.extend(FETCH_STATUSES.list_refusals());
    errors
});

/// List statuses
///
/// Gives the statuses that issues can have: in the project, else in the selected one, else on the whole
/// site. May be five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-statuses", operation_id = "jiraGetStatuses", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All statuses", body = Statuses, example = json!({
            "statuses": [{"id": "10000", "name": "To Do", "category": "new"}],
            "by_issue_type": [{"issue_type_id": "10001", "status_ids": ["10000"]}]
        })),
        StatusesRefusals,
    ),
)]
pub(crate) async fn get_statuses(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<Statuses>, Error> {
    let (site, project) = query.find_any(jira).await?;
    let statuses = operations::statuses::statuses(&site, project.as_ref()).await;
    statuses.doing(&FETCH_STATUSES).map(Json)
}

refusals!(query PrioritiesRefusals, of_site(&FETCH_PRIORITIES));

/// List priorities
///
/// Gives every priority of the site. Which of them a project takes, `get-create-fields` tells. May be
/// five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-priorities", operation_id = "jiraGetPriorities", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All priorities", body = Priorities, example = json!({"priorities": [{
            "id": "2", "name": "High", "description": "Serious", "isDefault": false,
            "iconUrl": "https://example.atlassian.net/images/icons/priorities/high.svg"
        }]})),
        PrioritiesRefusals,
    ),
)]
pub(crate) async fn get_priorities(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Priorities>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let priorities = operations::priorities::priorities(&site).await;
    let priorities = priorities.doing(&FETCH_PRIORITIES)?;
    Ok(Json(Priorities { priorities }))
}

refusals!(query ResolutionsRefusals, of_site(&FETCH_RESOLUTIONS));

/// List resolutions
///
/// Gives every resolution of the site. May be five minutes old. Needs `read:jira-work`.
#[utoipa::path(
    get, path = "/get-resolutions", operation_id = "jiraGetResolutions", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All resolutions", body = Resolutions, example = json!({"resolutions": [
            {"id": "10000", "name": "Done", "description": "Work has been completed", "isDefault": true}
        ]})),
        ResolutionsRefusals,
    ),
)]
pub(crate) async fn get_resolutions(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Resolutions>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let resolutions = operations::resolutions::resolutions(&site).await;
    let resolutions = resolutions.doing(&FETCH_RESOLUTIONS)?;
    Ok(Json(Resolutions { resolutions }))
}

refusals!(query LabelsRefusals, of_site(&FETCH_LABELS));

/// List labels
///
/// Gives every label of the site; Jira's list lags behind changes. May be five minutes old. Needs
/// `read:jira-work`.
#[utoipa::path(
    get, path = "/get-labels", operation_id = "jiraGetLabels", tag = "Jira",
    params(ByExternalId), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All labels", body = Labels, example = json!({"labels": ["backend", "urgent"]})),
        LabelsRefusals,
    ),
)]
pub(crate) async fn get_labels(
    jira: CallersJira,
    Query(query): Query<ByExternalId>,
) -> Result<Json<Labels>, Error> {
    let site = find_site(jira, &query.external_id).await?;
    let labels = operations::labels::labels(&site).await;
    let labels = labels.doing(&FETCH_LABELS)?;
    Ok(Json(Labels { labels }))
}

fn of_site(call: &Call) -> Vec<Error> {
    let mut errors = connection_refusals(MISSING_EXTERNAL_ID, &["external_id"]);
    errors.extend(call.list_refusals());
    errors
}

fn of_project_or_site() -> Vec<Error> {
    let mut errors = project_refusals();
    errors.push(not_found(Absent::Project));
    errors
}
