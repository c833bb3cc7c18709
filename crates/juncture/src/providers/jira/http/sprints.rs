//! Sprints: what a project's boards plan, board by board.

use axum::extract::State;
use axum::{Extension, Json};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use juncture_jira::{Board, Client, Error as JiraError, Site, Sprint};
use serde::Serialize;
use utoipa::ToSchema;

use super::boards::{no_boards, some_boards};
use super::project::{ForProject, ProjectIdOrKey, project_refusals};
use crate::app::App;
use crate::error::Error;
use crate::extract::Query;
use crate::openapi::refusals;
use crate::providers::jira::site::{Call, JiraConnection};
use crate::providers::jira::view::SprintView;

const SCOPES: &[&str] = &[
    "read:board-scope:jira-software",
    "read:project:jira",
    "read:sprint:jira-software",
];

const FETCH_SPRINTS: Call = Call {
    failed: "Failed to fetch Jira sprints",
    denied: "Access denied to Jira sprints",
    scopes: SCOPES,
};

const FETCH_ACTIVE_SPRINTS: Call = Call {
    failed: "Failed to fetch active Jira sprints",
    denied: "Access denied to Jira sprints",
    scopes: SCOPES,
};

/// Every sprint of a project, by board.
#[derive(Serialize, ToSchema)]
pub(crate) struct AllSprints {
    /// All boards that could be read.
    boards: Vec<BoardSprints>,
    /// How many sprints all boards list together.
    total_sprints: usize,
    /// The boards that Jira itself cannot show.
    skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints.
#[derive(Serialize, ToSchema)]
struct BoardSprints {
    /// Jira's id of the board.
    board_id: u64,
    /// What people call it.
    board_name: String,
    /// `scrum`, `kanban` or `simple`.
    board_type: String,
    /// Closed, active and future ones; none on a board without sprints.
    sprints: Vec<SprintView>,
    /// Those under way.
    active_sprints: Vec<SprintView>,
}

/// The sprints of a project that are under way, by board.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveSprints {
    /// All boards that could be read.
    boards: Vec<BoardActiveSprints>,
    /// The boards that Jira itself cannot show.
    skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints under way.
#[derive(Serialize, ToSchema)]
struct BoardActiveSprints {
    /// Jira's id of the board.
    board_id: u64,
    /// What people call it.
    board_name: String,
    /// `scrum`, `kanban` or `simple`.
    board_type: String,
    /// Those under way; none on a board without sprints.
    active_sprints: Vec<SprintView>,
}

/// A board that Jira itself cannot show.
#[derive(Debug, Serialize, ToSchema)]
struct SkippedBoard {
    /// Jira's id of the board.
    board_id: u64,
    /// What people call it.
    board_name: String,
    /// Jira's reason.
    reason: String,
}

refusals!(GetAllSprintsRefusals, refusals_of(&FETCH_SPRINTS));
refusals!(GetActiveSprintsRefusals, refusals_of(&FETCH_ACTIVE_SPRINTS));

fn refusals_of(call: &Call) -> Vec<Error> {
    let mut errors = project_refusals();
    errors.push(no_boards());
    errors.extend(call.list_refusals());
    errors
}

/// Gives every sprint of a project, board by board. A board without sprints (kanban) has an empty
/// list; one that Jira itself cannot show is named in `skipped_boards`. Needs
/// `read:board-scope:jira-software`, `read:project:jira` and `read:sprint:jira-software`.
#[utoipa::path(
    get, path = "/get-all-sprints-for-project", tag = "Jira",
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
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForProject>,
) -> Result<Json<AllSprints>, Error> {
    let (found, skipped_boards) = fetch(app, client, query, &FETCH_SPRINTS, States::All).await?;
    let boards: Vec<_> = found.into_iter().map(BoardSprints::from).collect();
    Ok(Json(AllSprints {
        total_sprints: boards.iter().map(|board| board.sprints.len()).sum(),
        boards,
        skipped_boards,
    }))
}

/// Gives the sprints of a project that are under way, board by board. Otherwise as
/// `get-all-sprints-for-project`.
#[utoipa::path(
    get, path = "/get-active-sprints-for-project", tag = "Jira",
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
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(query): Query<ForProject>,
) -> Result<Json<ActiveSprints>, Error> {
    let call = &FETCH_ACTIVE_SPRINTS;
    let (found, skipped_boards) = fetch(app, client, query, call, States::Active).await?;
    let boards = found
        .into_iter()
        .map(|(board, active_sprints)| BoardActiveSprints {
            board_id: board.id,
            board_name: board.name,
            board_type: board.kind,
            active_sprints,
        });
    Ok(Json(ActiveSprints {
        boards: boards.collect(),
        skipped_boards,
    }))
}

impl From<(Board, Vec<SprintView>)> for BoardSprints {
    fn from((board, sprints): (Board, Vec<SprintView>)) -> Self {
        let active = sprints.iter().filter(|sprint| sprint.is_active());
        Self {
            board_id: board.id,
            board_name: board.name,
            board_type: board.kind,
            active_sprints: active.cloned().collect(),
            sprints,
        }
    }
}

/// Which sprints are asked for.
#[derive(Clone, Copy)]
enum States {
    All,
    Active,
}

impl States {
    /// In Jira's words; none means all.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Active => &["active"],
        }
    }
}

type Found = (Vec<(Board, Vec<SprintView>)>, Vec<SkippedBoard>);

/// The sprints in these states of every board of a project.
async fn fetch(
    app: App,
    client: Client,
    query: ForProject,
    call: &'static Call,
    states: States,
) -> Result<Found, Error> {
    let connection = JiraConnection::of_parameter(&app, &query.external_id).await?;
    let project = query.project(&connection)?;
    let fetched = connection
        .ask_for_list(&app, &client, call, async move |site| {
            of_boards(site, &project, states).await
        })
        .await?;
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    for of_board in some_boards(fetched)? {
        match of_board {
            Ok(sprints) => found.push(sprints),
            Err(board) => skipped.push(board),
        }
    }
    Ok((found, skipped))
}

type OfBoard = Result<(Board, Vec<SprintView>), SkippedBoard>;

/// Boxed, because the compiler cannot see that a stream of futures inside a closure's is `Send`.
fn of_boards<'a>(
    site: Site<'a>,
    project: &'a ProjectIdOrKey,
    states: States,
) -> BoxFuture<'a, Result<Vec<OfBoard>, JiraError>> {
    let fetch = async move {
        let boards = site.boards(project.as_str()).await?;
        let boards = site.sprints_of_boards(boards, states.words())?;
        boards
            .map(|(board, sprints)| of_board(board, sprints))
            .try_collect()
            .await
    };
    fetch.boxed()
}

fn of_board(board: Board, sprints: Result<Vec<Sprint>, JiraError>) -> Result<OfBoard, JiraError> {
    match sprints {
        Ok(sprints) => {
            let sprints = sprints.into_iter().map(SprintView::from).collect();
            Ok(Ok((board, sprints)))
        }
        // The only 400 on this path: the board does not support sprints, in whatever words.
        Err(error) if error.is_invalid() => Ok(Ok((board, Vec::new()))),
        Err(error) if is_of_board(&error) => Ok(Err(SkippedBoard {
            reason: error
                .messages()
                .first()
                .cloned()
                .unwrap_or_else(|| error.to_string()),
            board_id: board.id,
            board_name: board.name,
        })),
        Err(error) => Err(error),
    }
}

/// Whether Jira cannot show this very board: it is gone or hidden, or Jira says in its own words why
/// it fails, as it does for a board whose columns have no status.
fn is_of_board(error: &JiraError) -> bool {
    let has_words = !error.messages().is_empty() || !error.field_errors().is_empty();
    let is_own_500 = error.status().is_some_and(|status| status == 500) && has_words;
    error.is_not_found() || error.is_forbidden() || is_own_500
}
