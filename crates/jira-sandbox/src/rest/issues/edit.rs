//! `PUT issue/{idOrKey}`

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;

use super::body::{Body, refuse_screen};
use super::draft::Draft;
use super::remarks::Remarks;
use super::{find, may};
use crate::gateway::{Answered, Caller, Parameters, Sentence, empty_answer, json_answer};
use crate::options::{ForbiddenEdit, NotifyUsersDenied};
use crate::rest::view::{Fields, ISSUE_EXPANSIONS, View};
use crate::world::Permission;

/// Edits an issue, all fields or none. The answer is empty, unless `returnIssue` asks for it.
pub(super) async fn edit(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    let is_told = |name| parameters.boolean(name);
    let notifies = is_told("notifyUsers")? != Some(false);
    let overrides = is_told("overrideScreenSecurity")? == Some(true)
        || is_told("overrideEditableFlag")? == Some(true);
    let returns_issue = is_told("returnIssue")? == Some(true);
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &ISSUE_EXPANSIONS)?;
    let mut body = Body::read(&caller, &body)?;

    let mut state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    if !may(&caller, &state, project, Permission::EditIssues) {
        return Err(match state.switches.forbidden_edit {
            ForbiddenEdit::Forbidden => caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotEdit),
            ForbiddenEdit::BadRequest => refuse_screen(&caller, &body),
        });
    }
    // Only Connect and Forge apps of an administrator may go around screens.
    if overrides {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotEdit));
    }
    let administers = may(&caller, &state, project, Permission::AdministerProjects);
    let is_denied = state.switches.notify_users_denied == NotifyUsersDenied::Refused400;
    if !notifies && !administers && is_denied {
        return Err(caller.bad_request(&Sentence::MayNotSuppressMail));
    }
    if body.is_empty() {
        return Err(caller.bad_request(&Sentence::NoFields));
    }
    body.must_be_sound(&caller)?;
    let remarks = Remarks::take(&caller, &state, project, issue.id, &mut body)?;

    let mut draft = Draft::new(&caller, &state, project, issue.clone());
    draft.apply_all(body.operations());
    let finished = draft.finish()?;
    let (id, now) = (issue.id, state.clock.now());
    let site = &mut state.world.sites[caller.site];
    site.labels.extend(finished.new_labels);
    site.write(id, caller.person, now, |issue| *issue = finished.issue);
    site.set_properties(id, body.properties, caller.person, now);
    remarks.file(&caller, &mut state, id);

    if !returns_issue {
        return Ok(empty_answer());
    }
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let fields = Fields::asked_or_all(&[]);
    let view = View::new(&caller, &state);
    let mut answer = view.issue(issue, &fields);
    view.expand_issue(&mut answer, issue, &expand);
    view.expand_fields(&mut answer, &fields, &expand);
    Ok(json_answer(&answer))
}
