//! `POST issue`

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::body::{Body, refuse_fields, refuse_screen};
use super::draft::{Draft, find_issue_type};
use super::{may, step};
use crate::gateway::{Answered, Caller, FieldSentence, Refusal, Sentence, created_answer};
use crate::sandbox::State;
use crate::world::{Issue, Permission, Project, USUAL_PRIORITY};

/// Creates an issue. A project comes before its issue types, and both before the other fields.
pub(super) async fn create(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("write:jira-work")?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(caller.bad_request(&Sentence::NoCreatePayload));
    }
    let body = Body::read(&caller, &body)?;
    let mut state = caller.state();
    let created = create_one(&caller, &mut state, &body)?;
    Ok(created_answer(&created))
}

/// Creates the issue of a body, and says where it is.
pub(super) fn create_one(
    caller: &Caller,
    state: &mut State,
    body: &Body,
) -> Result<Value, Refusal> {
    body.must_be_sound(caller)?;
    let project = find_project(caller, state, body)?;
    let is_allowed = may(caller, state, project, Permission::CreateIssues);
    if !is_allowed {
        return Err(refuse_screen(caller, body));
    }
    let issue_type = body
        .value("issuetype")
        .ok_or(FieldSentence::MissingIssueType)
        .and_then(|value| {
            let site = &state.world.sites[caller.site];
            find_issue_type(site, project, value)
        })
        .map_err(|sentence| refuse_fields(caller, [("issuetype", sentence)]))?;

    let issue = blank(project, issue_type, caller.person, state.clock.now());
    let mut draft = Draft::new(caller, state, project, issue);
    draft.apply_all(body.operations());
    let finished = draft.finish()?;

    let now = state.clock.now();
    let site = &mut state.world.sites[caller.site];
    site.labels.extend(finished.new_labels);
    let id = site.create_issue(finished.issue, Some(caller.person), now);
    site.set_properties(id, body.properties.clone(), caller.person, now);
    let key = site.key_of(&site.issues[&id]);
    let mut answer = json!({
        "id": id.to_string(),
        "key": key,
        "self": caller.link(&format!("issue/{id}")),
    });
    if let Some(transition) = &body.transition {
        let step = Body::of_transition(transition.clone());
        let taken = step::take(caller, state, id, step);
        answer["transition"] = nested(taken.err());
    }
    Ok(answer)
}

/// What came of the transition, which the issue does not depend on.
fn nested(refusal: Option<Refusal>) -> Value {
    let none = || json!({"errorMessages": [], "errors": {}});
    let (status, collection) = match refusal.map(Refusal::collection) {
        None => (StatusCode::OK, none()),
        Some(Ok(refused)) => refused,
        Some(Err(other)) => (other.into_response().status(), none()),
    };
    json!({"status": status.as_u16(), "errorCollection": collection})
}

/// The project that the body names, visible or not.
fn find_project<'a>(
    caller: &Caller,
    state: &'a State,
    body: &Body,
) -> Result<&'a Project, Refusal> {
    let site = &state.world.sites[caller.site];
    let wanted = body.value("project").cloned().unwrap_or_default();
    let id = match &wanted["id"] {
        Value::String(id) => id.parse().ok(),
        number => number.as_u64(),
    };
    let by_id = id.and_then(|id| site.project(id));
    let by_key = || site.project_by_key(wanted["key"].as_str()?);
    by_id
        .or_else(by_key)
        .ok_or_else(|| refuse_fields(caller, [("project", FieldSentence::BadProject)]))
}

/// An issue of which nothing is said yet.
fn blank(project: &Project, issue_type: u64, reporter: usize, now: Timestamp) -> Issue {
    Issue {
        id: 0,
        project: project.id,
        number: 0,
        issue_type,
        status: project.statuses.first().copied().unwrap_or_default(),
        priority: project.has_priority.then_some(USUAL_PRIORITY),
        summary: String::new(),
        description: None,
        environment: None,
        assignee: project.default_assignee(),
        reporter: Some(reporter),
        created: now,
        updated: now,
        resolved: None,
        resolution: None,
        due: None,
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        affected_versions: Vec::new(),
        security: None,
        original_estimate: None,
        remaining_estimate: None,
        parent: None,
        sprints: Vec::new(),
        custom: BTreeMap::new(),
    }
}
