//! `DELETE issue/{idOrKey}`

use axum::extract::Path;
use axum::http::StatusCode;

use super::{find, may};
use crate::gateway::{Answered, Caller, Parameters, Sentence, empty_answer};
use crate::world::Permission;

/// Deletes an issue, and its subtasks only when told so.
pub(super) async fn delete(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    // The document has a text here, and Python's clients send `True`.
    let takes_subtasks = parameters
        .find("deleteSubtasks")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    if !may(&caller, &state, project, Permission::DeleteIssues) {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotDelete));
    }
    let site = &state.world.sites[caller.site];
    let subtasks: Vec<u64> = site.subtasks_of(issue.id).map(|row| row.id).collect();
    if !subtasks.is_empty() && !takes_subtasks {
        return Err(caller.bad_request(&Sentence::HasSubtasks(site.key_of(issue))));
    }
    let (id, now) = (issue.id, state.clock.now());
    let site = &mut state.world.sites[caller.site];
    for id in subtasks.into_iter().chain([id]) {
        site.delete_issue(id, Some(caller.person), now);
    }
    Ok(empty_answer())
}
