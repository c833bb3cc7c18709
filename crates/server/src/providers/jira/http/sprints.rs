//! `get-all-sprints-for-project` and `get-active-sprints-for-project`

use axum::Json;
use juncture_views::jira::sprints::{ActiveSprints, AllSprints};

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{ForProject, project_refusals};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_SPRINTS: Call = Call {
    failed: "Failed to fetch Jira sprints",
    denied: "Access denied to Jira sprints",
    scopes: operations::sprints::SCOPES,
};

const FETCH_ACTIVE_SPRINTS: Call = Call {
    failed: "Failed to fetch active Jira sprints",
    denied: "Access denied to Jira sprints",
    scopes: operations::sprints::SCOPES,
};

refusals!(query GetAllSprintsRefusals, refusals_of(&FETCH_SPRINTS));
refusals!(query GetActiveSprintsRefusals, refusals_of(&FETCH_ACTIVE_SPRINTS));

fn refusals_of(call: &Call) -> Vec<Error> {
    let mut errors = project_refusals();
    errors.push(not_found(Absent::Boards));
    errors.extend(call.list_refusals());
    errors
}

/// List the sprints of a project
///
/// Gives every sprint of a project, board by board. A board without sprints (kanban) has an empty
/// list; one that Jira itself cannot show is named in `skipped_boards`. Needs
/// `read:board-scope:jira-software`, `read:project:jira` and `read:sprint:jira-software`.
#[utoipa::path(
    get, path = "/get-all-sprints-for-project", operation_id = "jiraGetAllSprintsForProject", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All sprints", body = AllSprints, example = json!({
            "boards": [{
                "board_id": 10000, "board_name": "Example Board", "board_type": "scrum",
                "sprints": [{
                    "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2026-01-01T00:00:00.000Z",
                    "endDate": "2026-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
                }],
                "active_sprints": [{
                    "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2026-01-01T00:00:00.000Z",
                    "endDate": "2026-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
                }]
            }],
            "total_sprints": 1,
            "skipped_boards": []
        })),
        GetAllSprintsRefusals,
    ),
)]
pub(crate) async fn get_all_sprints_for_project(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<AllSprints>, Error> {
    let (site, project) = query.find(jira).await?;
    let sprints = operations::sprints::all_sprints(&site, &project).await;
    sprints.doing(&FETCH_SPRINTS).map(Json)
}

/// List the sprints of a project that are under way
///
/// Gives the sprints of a project that are under way, board by board. Otherwise as
/// `get-all-sprints-for-project`.
#[utoipa::path(
    get, path = "/get-active-sprints-for-project", operation_id = "jiraGetActiveSprintsForProject", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "The active sprints", body = ActiveSprints, example = json!({
            "boards": [{
                "board_id": 10000, "board_name": "Example Board", "board_type": "scrum",
                "active_sprints": [{
                    "id": 10000, "name": "Sprint 1", "state": "active", "startDate": "2026-01-01T00:00:00.000Z",
                    "endDate": "2026-01-14T00:00:00.000Z", "completeDate": null, "goal": "Complete initial features"
                }]
            }],
            "skipped_boards": []
        })),
        GetActiveSprintsRefusals,
    ),
)]
pub(crate) async fn get_active_sprints_for_project(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<ActiveSprints>, Error> {
    let (site, project) = query.find(jira).await?;
    let sprints = operations::sprints::active_sprints(&site, &project).await;
    sprints.doing(&FETCH_ACTIVE_SPRINTS).map(Json)
}
