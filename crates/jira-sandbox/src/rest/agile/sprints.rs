//! Sprints: those a board shows, and the single one.

use axum::http::StatusCode;

use super::boards::{self, PAGE};
use super::ids::Ids;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer, page_answer};
use crate::rest::view::View;
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::{Sprint, SprintState};

/// `GET board/{boardId}/sprint`: closed, active and future ones, in this order.
pub(super) async fn list(caller: Caller, ids: Ids, parameters: Parameters) -> Answered {
    caller.must_hold("read:sprint:jira-software")?;
    let window = Window::read(&parameters, PAGE, PAGE)?;
    let states = parameters.list("state");
    let states: Vec<_> = states
        .iter()
        .filter_map(|word| SprintState::named(word))
        .collect();
    let state = caller.state();
    let board = boards::find_whole(&caller, &state, ids.board)?;
    if !board.has_sprints {
        return Err(caller.bad_request(&Sentence::NoSprintsHere));
    }
    let site = &state.world.sites[caller.site];
    let mut sprints = site.sprints_on(board, caller.person);
    sprints.retain(|sprint| states.is_empty() || states.contains(&sprint.state));
    let view = View::new(&caller, &state);
    let values = window.cut(&sprints).iter().map(|row| view.sprint(row));
    let mut body = window.bean(&values.collect::<Vec<_>>(), sprints.len());
    if !state.switches.sprint_totals
        && let Some(bean) = body.as_object_mut()
    {
        bean.remove("total");
    }
    Ok(page_answer(&body, "values"))
}

/// `GET sprint/{sprintId}`
pub(super) async fn show(caller: Caller, ids: Ids) -> Answered {
    caller.must_hold("read:sprint:jira-software")?;
    let state = caller.state();
    let sprint = find(&caller, &state, ids.sprint)?;
    Ok(json_answer(&View::new(&caller, &state).sprint(sprint)))
}

/// The sprint with this id, or the refusal of an unknown or invisible one.
pub(super) fn find<'a>(caller: &Caller, state: &'a State, id: u64) -> Result<&'a Sprint, Refusal> {
    let site = &state.world.sites[caller.site];
    site.sprint_for(id, caller.person)
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchSprint))
}
