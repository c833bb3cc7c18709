//! `GET` and `POST issue/{idOrKey}/transitions`: the way from one status to another.
//!
//! The workflow is the simplest that Jira has: from every status to every other one.

use axum::body::Bytes;
use axum::extract::Path;
use serde_json::{Value, json};

use super::body::{Body, refuse_screen};
use super::{find, may};
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, empty_answer, json_answer};
use crate::rest::view::View;
use crate::world::{Permission, Project};

/// Lists the transitions that the caller may perform now, and none to those who only read.
pub(super) async fn list(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    let wanted = parameters.find("transitionId");
    let expands_fields = parameters
        .list("expand")
        .iter()
        .any(|name| name == "transitions.fields");
    let view = View::new(&caller, &state);
    let is_allowed = may(&caller, &state, project, Permission::TransitionIssues);
    let transitions = of_project(project)
        .filter(|(_, status)| is_allowed && *status != issue.status)
        .filter(|(id, _)| wanted.is_none_or(|wanted| wanted == id))
        .filter_map(|(id, status)| {
            let mut body = view.transition(&id, view.site.status(status)?);
            if expands_fields {
                body["fields"] = json!({});
            }
            Some(body)
        });
    let transitions: Vec<Value> = transitions.collect();
    let body = json!({"expand": "transitions", "transitions": transitions});
    Ok(json_answer(&body))
}

/// Performs a transition. Its screen has no fields.
pub(super) async fn perform(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let body = Body::read(&caller, &body)?;
    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    let id = body
        .transition
        .as_deref()
        .ok_or_else(|| caller.bad_request(&Sentence::MissingTransition))?;
    let status = target(&caller, project, id)?;
    if status == issue.status || !may(&caller, &state, project, Permission::TransitionIssues) {
        return Err(caller.bad_request(&Sentence::BadTransition(id.to_owned())));
    }
    if !body.is_empty() {
        return Err(refuse_screen(&caller, &body));
    }
    let (issue, now) = (issue.id, state.clock.now());
    state.world.sites[caller.site].set_status(issue, status, caller.person, now);
    Ok(empty_answer())
}

/// The status to which a transition of the project leads.
pub(super) fn target(caller: &Caller, project: &Project, id: &str) -> Result<u64, Refusal> {
    of_project(project)
        .find(|(own, _)| own == id)
        .map(|(_, status)| status)
        .ok_or_else(|| caller.bad_request(&Sentence::BadTransition(id.to_owned())))
}

/// The transitions of a project, as id and status: 11, 21, 31, and so on.
fn of_project(project: &Project) -> impl Iterator<Item = (String, u64)> {
    let ids = (11_u64..).step_by(10);
    ids.zip(&project.statuses)
        .map(|(id, status)| (id.to_string(), *status))
}
