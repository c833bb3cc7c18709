//! `get-boards-for-project`

use axum::Json;
use juncture_views::jira::boards::Boards;

use super::caller::CallersJira;
use super::sentences::{Doing as _, not_found};
use super::subject::{ForProject, project_refusals};
use crate::providers::jira::failure::Absent;
use crate::providers::jira::operations;
use crate::web::call::Call;
use crate::web::error::Error;
use crate::web::extract::Query;
use crate::web::openapi::refusals;

const FETCH_BOARDS: Call = Call {
    failed: "Failed to fetch Jira boards",
    denied: "Access denied to Jira boards",
    scopes: operations::boards::SCOPES,
};

refusals!(query GetBoardsRefusals, {
    let mut errors = project_refusals();
    errors.push(not_found(Absent::Boards));
    errors.extend(FETCH_BOARDS.list_refusals());
    errors
});

/// List the boards of a project
///
/// Gives every board of a project. Needs `read:board-scope:jira-software` and `read:project:jira`.
#[utoipa::path(
    get, path = "/get-boards-for-project", operation_id = "jiraGetBoardsForProject", tag = "Jira",
    params(ForProject), security(("secret_key" = [])),
    responses(
        (status = 200, description = "All boards", body = Boards, example = json!({
            "boards": [
                {"id": 10000, "name": "Example Board", "type": "scrum"},
                {"id": 10001, "name": "Example Kanban Board", "type": "kanban"}
            ],
            "total": 2
        })),
        GetBoardsRefusals,
    ),
)]
pub(crate) async fn get_boards_for_project(
    jira: CallersJira,
    Query(query): Query<ForProject>,
) -> Result<Json<Boards>, Error> {
    let (site, project) = query.find(jira).await?;
    let boards = operations::boards::boards(&site, &project).await;
    boards.doing(&FETCH_BOARDS).map(Json)
}
