//! Boards: the paged list, the single board, and how it is configured.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use super::ids::Ids;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer, page_answer};
use crate::options::{UnknownBoard, UnknownBoardProject};
use crate::rest::projects::find_project;
use crate::rest::view::View;
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::Board;

/// The most boards or sprints of a page, and the default.
pub(super) const PAGE: i64 = 50;

/// What `GET board` can be asked for in Jira, and not here.
const GAPS: [&str; 5] = [
    "accountIdLocation",
    "expand",
    "filterId",
    "negateLocationFiltering",
    "projectTypeLocation",
];

/// `GET board`: boards whose filter names a project, wherever they are.
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold_all(&["read:board-scope:jira-software", "read:project:jira"])?;
    let window = Window::read(&parameters, PAGE, PAGE)?;
    parameters.must_lack(&caller, &GAPS)?;
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let named = read_project(&caller, &state, &parameters, "projectKeyOrId")?;
    let location = read_project(&caller, &state, &parameters, "projectLocation")?;
    let kinds = parameters.list("type");
    let name = parameters.find("name").unwrap_or_default().to_lowercase();
    let mut boards: Vec<&Board> = site
        .boards
        .iter()
        .filter(|board| site.shows_board(board, caller.person))
        .filter(|board| named.is_none_or(|id| board.filter_projects.contains(&id)))
        .filter(|board| location.is_none_or(|id| board.project == Some(id)))
        .filter(|board| kinds.is_empty() || kinds.iter().any(|kind| kind == board.kind.word()))
        .filter(|board| board.name.to_lowercase().contains(&name))
        .collect();
    match parameters.find("orderBy") {
        Some("name" | "+name" | " name") => boards.sort_by_key(|board| &board.name),
        Some("-name") => boards.sort_by_key(|board| std::cmp::Reverse(&board.name)),
        _ => (),
    }
    let view = View::new(&caller, &state);
    let values = window.cut(&boards).iter().map(|row| view.board(row));
    let body = window.bean(&values.collect::<Vec<_>>(), boards.len());
    Ok(page_answer(&body, "values"))
}

/// `GET board/{boardId}`
pub(super) async fn show(caller: Caller, ids: Ids) -> Answered {
    caller.must_hold_all(&["read:board-scope:jira-software", "read:issue-details:jira"])?;
    let state = caller.state();
    let board = find(&caller, &state, ids.board)?;
    Ok(json_answer(&View::new(&caller, &state).board(board)))
}

/// `GET board/{boardId}/configuration`
pub(super) async fn configuration(caller: Caller, ids: Ids) -> Answered {
    caller.must_hold_all(&["read:board-scope.admin:jira-software", "read:project:jira"])?;
    let state = caller.state();
    let board = find(&caller, &state, ids.board)?;
    let view = View::new(&caller, &state);
    Ok(json_answer(&view.board_configuration(board)))
}

/// The board with this id, or the refusal of an unknown or invisible one.
pub(super) fn find<'a>(caller: &Caller, state: &'a State, id: u64) -> Result<&'a Board, Refusal> {
    let site = &state.world.sites[caller.site];
    site.board(id, caller.person).ok_or_else(|| {
        let sentence = Sentence::NoSuchBoard;
        match state.switches.unknown_board {
            UnknownBoard::Message => caller.refuse(StatusCode::NOT_FOUND, &sentence),
            UnknownBoard::Field => Refusal::Fields(
                StatusCode::NOT_FOUND,
                BTreeMap::from([("rapidViewId".to_owned(), sentence.say(caller.language))]),
            ),
        }
    })
}

/// The board with this id, or the refusal of one that is unknown or that Jira cannot show.
pub(super) fn find_whole<'a>(
    caller: &Caller,
    state: &'a State,
    id: u64,
) -> Result<&'a Board, Refusal> {
    let board = find(caller, state, id)?;
    if board.is_broken {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Err(caller.refuse(status, &Sentence::BrokenBoard));
    }
    Ok(board)
}

/// The id of the project that a parameter names, if it names one.
fn read_project(
    caller: &Caller,
    state: &State,
    parameters: &Parameters,
    name: &str,
) -> Result<Option<u64>, Refusal> {
    let Some(wanted) = parameters.find(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let status = match state.switches.unknown_board_project {
        UnknownBoardProject::BadRequest => StatusCode::BAD_REQUEST,
        UnknownBoardProject::NotFound => StatusCode::NOT_FOUND,
    };
    find_project(caller, state, wanted)
        .map(|project| Some(project.id))
        .map_err(|sentence| caller.refuse(status, &sentence))
}
