//! Boards: how a project's work is shown.

use axum::extract::State;
use axum::{Extension, Json};
use juncture_jira::{Board, Client, Error as JiraError};
use serde::Serialize;
use utoipa::ToSchema;

use super::project::{ForProject, project_refusals};
use crate::app::App;
use crate::error::Error;
use crate::extract::Query;
use crate::openapi::refusals;
use crate::providers::jira::site::{Call, JiraConnection};

const FETCH_BOARDS: Call = Call {
    failed: "Failed to fetch Jira boards",
    denied: "Access denied to Jira boards",
    scopes: &["read:board-scope:jira-software", "read:project:jira"],
};

/// The boards of a project.
#[derive(Serialize, ToSchema)]
pub(crate) struct Boards {
    /// All of them.
    boards: Vec<BoardView>,
    /// How many they are.
    total: usize,
}

/// A board.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
struct BoardView {
    /// Jira's id of it.
    id: u64,
    /// What people call it.
    name: String,
    /// `scrum`, `kanban`, or `simple` where a team manages its own project.
    #[serde(rename = "type")]
    kind: String,
}

refusals!(GetBoardsRefusals, {
    let mut errors = project_refusals();
    errors.push(no_boards());
    errors.extend(FETCH_BOARDS.list_refusals());
    errors
});

/// Gives every board of a project. Needs `read:board-scope:jira-software` and `read:project:jira`.
#[utoipa::path(
    get, path = "/get-boards-for-project", tag = "Jira",
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
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForProject>,
) -> Result<Json<Boards>, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let project = query.project(&connection)?;
    let fetched = connection
        .ask_for_list(&app, &client, &FETCH_BOARDS, {
            async move |site| site.boards(project.as_str()).await
        })
        .await?;
    let boards = some_boards(fetched)?.into_iter().map(BoardView::from);
    let boards: Vec<_> = boards.collect();
    Ok(Json(Boards {
        total: boards.len(),
        boards,
    }))
}

impl From<Board> for BoardView {
    fn from(board: Board) -> Self {
        Self {
            id: board.id,
            name: board.name,
            kind: board.kind,
        }
    }
}

/// What there is, or the answer where there is none: Jira says so with an empty list, or refuses a
/// project that it does not know with a 400 or a 404, as it likes.
pub(crate) fn some_boards<T>(fetched: Result<Vec<T>, JiraError>) -> Result<Vec<T>, Error> {
    match fetched {
        Ok(boards) if !boards.is_empty() => Ok(boards),
        Ok(_) | Err(_) => Err(no_boards()),
    }
}

/// The answer where a project has no board.
pub(crate) fn no_boards() -> Error {
    Error::NotFound {
        error: "No agile boards found for this project",
        code: "no_boards",
    }
}
