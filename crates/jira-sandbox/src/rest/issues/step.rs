//! One step through a workflow, from whatever asks for it.

use super::body::{Body, refuse_fields};
use super::draft::Draft;
use super::remarks::Remarks;
use super::{find, may};
use crate::gateway::{Caller, FieldSentence, Refusal, Sentence, WorkflowSentence};
use crate::options::{TransitionDenied, TransitionInvalidText};
use crate::sandbox::State;
use crate::world::{Issue, Permission, Project, Transition};

/// Takes an issue through the transition that a body names, with the fields and the comments in it:
/// all of it, or nothing.
pub(super) fn take(
    caller: &Caller,
    state: &mut State,
    id: u64,
    mut body: Body,
) -> Result<(), Refusal> {
    let (issue, project) = find(caller, state, &id.to_string())?;
    let wanted = body
        .transition
        .clone()
        .ok_or_else(|| caller.bad_request(&Sentence::MissingTransition))?;
    let transition = choose(caller, state, issue, project, &wanted)?.clone();
    if state.switches.transition_silent_noop {
        return Ok(());
    }
    body.must_be_sound(caller)?;
    let remarks = Remarks::take(caller, state, project, id, &mut body)?;
    must_be_on_screen(caller, &body, &transition)?;
    let mut draft = Draft::on_screen(caller, state, project, issue.clone(), &transition);
    draft.apply_all(body.operations());
    let finished = draft.finish()?;
    if let Some(validator) = &transition.validator
        && !validator.accepts(&finished.issue)
    {
        let sentence = WorkflowSentence::Own(validator.text.clone());
        return Err(caller.bad_request(&Sentence::Workflow(sentence)));
    }
    let now = state.clock.now();
    let site = &mut state.world.sites[caller.site];
    site.labels.extend(finished.new_labels);
    site.transition(id, &transition, caller.person, now, |issue| {
        *issue = finished.issue;
    });
    site.set_properties(id, body.properties, caller.person, now);
    remarks.file(caller, state, id);
    Ok(())
}

/// The transition with this id, if the caller may take it from where the issue stands.
fn choose<'a>(
    caller: &Caller,
    state: &'a State,
    issue: &Issue,
    project: &Project,
    wanted: &str,
) -> Result<&'a Transition, Refusal> {
    let not_valid = || caller.bad_request(&Sentence::BadTransition(wanted.to_owned()));
    if !may(caller, state, project, Permission::TransitionIssues) {
        return Err(match state.switches.transition_denied {
            TransitionDenied::EmptyThen400 => not_valid(),
            TransitionDenied::Forbidden => caller.refuse(
                axum::http::StatusCode::FORBIDDEN,
                &Sentence::Workflow(WorkflowSentence::MayNot),
            ),
        });
    }
    let site = &state.world.sites[caller.site];
    let mut all = site.transitions_of(project.id).iter();
    let found = all
        .find(|row| row.id.to_string() == wanted)
        .ok_or_else(not_valid)?;
    if found.begins_at(issue.status) && found.is_open_to(caller.person, issue) {
        return Ok(found);
    }
    Err(match state.switches.transition_invalid_text {
        TransitionInvalidText::IdNotValid => not_valid(),
        TransitionInvalidText::WorkflowOperation => {
            caller.bad_request(&Sentence::Workflow(WorkflowSentence::NotNow {
                transition: found.name.clone(),
                issue: site.key_of(issue),
            }))
        }
    })
}

/// A transition takes the fields of its screen and no others.
fn must_be_on_screen(caller: &Caller, body: &Body, transition: &Transition) -> Result<(), Refusal> {
    let screen = transition.screen.as_deref().unwrap_or_default();
    let others = body
        .names()
        .filter(|name| !screen.iter().any(|row| row.field == *name));
    let errors: Vec<_> = others
        .map(|name| (name, FieldSentence::NotOnScreen(name.to_owned())))
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(refuse_fields(caller, errors))
}
