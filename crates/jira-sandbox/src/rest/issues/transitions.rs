//! `GET` and `POST issue/{idOrKey}/transitions`: the way from one status to another.

use axum::body::Bytes;
use axum::extract::Path;
use serde_json::json;

use super::body::Body;
use super::{find, step};
use crate::gateway::{Answered, Caller, Parameters, Refusal, empty_answer, json_answer};
use crate::rest::view::View;
use crate::world::StatusCategory;

/// Lists the transitions that the caller may perform now; those who may perform none get an empty
/// list, and no refusal.
pub(super) async fn list(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    // No transition here has a condition that only a remote app knows.
    parameters.boolean("skipRemoteOnlyCondition")?;
    let takes_all = parameters.boolean("includeUnavailableTransitions")? == Some(true);
    let is_sorted = parameters.boolean("sortByOpsBarAndStatus")? == Some(true);
    let wanted = parameters.find("transitionId");
    let expand = parameters.list("expand");
    let expands_fields = expand.iter().any(|name| name == "transitions.fields");
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let view = View::new(&caller, &state);
    let mut offered = view.offered(issue, takes_all);
    offered.retain(|row| wanted.is_none_or(|wanted| wanted == row.id.to_string()));
    if is_sorted {
        offered.sort_by_key(|row| {
            let category = view.site.status(row.to).map(|status| status.category);
            let mut all = StatusCategory::ALL.iter();
            all.position(|row| Some(*row) == category)
        });
    }
    let transitions = view.transitions(issue, &offered, expands_fields);
    let body = json!({"expand": "transitions", "transitions": transitions});
    Ok(json_answer(&body))
}

/// Performs a transition, with the fields of its screen and a comment.
pub(super) async fn perform(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let body = Body::read(&caller, &body)?;
    let mut state = caller.state();
    let id = find(&caller, &state, &id_or_key)?.0.id;
    let refused: Result<(), Refusal> = step::take(&caller, &mut state, id, body);
    refused.map(|()| empty_answer())
}
