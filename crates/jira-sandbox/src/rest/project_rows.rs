//! What belongs to a project: its statuses, versions and components.

use std::cmp::Ordering;

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::projects::find_project;
use super::view::View;
use super::window::Window;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::sandbox::State;
use crate::world::{Component, Project, Version};

type Segments = Path<(String, String)>;

/// What `expand` can add to a version in Jira, and not here.
const VERSION_EXPANSIONS: [&str; 4] = ["issuesstatus", "operations", "driver", "approvers"];

fn find<'a>(caller: &Caller, state: &'a State, id_or_key: &str) -> Result<&'a Project, Refusal> {
    find_project(caller, state, id_or_key)
        .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))
}

/// `GET project/{idOrKey}/statuses`: those of each issue type.
pub(super) async fn statuses(caller: Caller, Path((_, project)): Segments) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let view = View::new(&caller, &state);
    let statuses: Value = project
        .statuses
        .iter()
        .filter_map(|id| view.site.status(*id))
        .map(|row| view.status(row))
        .collect();
    let types = project.issue_types.iter();
    let types = types.filter_map(|id| view.site.issue_type(*id));
    let body = types.map(|row| {
        let kind = view.issue_type(row);
        json!({
            "self": kind["self"],
            "id": kind["id"],
            "name": kind["name"],
            "subtask": kind["subtask"],
            "statuses": statuses,
        })
    });
    Ok(json_answer(&body.collect()))
}

/// `GET project/{idOrKey}/versions`: all at once.
pub(super) async fn versions(
    caller: Caller,
    Path((_, project)): Segments,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &VERSION_EXPANSIONS)?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let view = View::new(&caller, &state);
    let rows = project.versions.iter();
    let body = rows.map(|row| view.whole_version(project, row));
    Ok(json_answer(&body.collect()))
}

/// `GET project/{idOrKey}/version`: page by page.
pub(super) async fn search_versions(
    caller: Caller,
    Path((_, project)): Segments,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 50)?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &VERSION_EXPANSIONS)?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let query = parameters.find("query").unwrap_or_default().to_lowercase();
    let statuses = parameters.list("status");
    let mut found: Vec<&Version> = project
        .versions
        .iter()
        .filter(|row| {
            let texts = [&row.name, &row.description];
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&query))
        })
        .filter(|row| statuses.is_empty() || statuses.iter().any(|word| word == status_of(row)))
        .collect();
    sort(&caller, &parameters, &mut found, |field| {
        Some(match field {
            "sequence" | "" => |_, _| Ordering::Equal,
            "name" => |left, right| left.name.cmp(&right.name),
            "description" => |left, right| left.description.cmp(&right.description),
            "startDate" => |left, right| left.start.cmp(&right.start),
            "releaseDate" => |left, right| left.release.cmp(&right.release),
            _ => return None,
        })
    })?;
    let view = View::new(&caller, &state);
    let values = window.cut(&found).iter();
    let values: Vec<Value> = values.map(|row| view.whole_version(project, row)).collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

fn status_of(version: &Version) -> &'static str {
    if version.is_archived {
        "archived"
    } else if version.is_released {
        "released"
    } else {
        "unreleased"
    }
}

/// Sorts by `orderBy`, with `-` before it from the end.
fn sort<T>(
    caller: &Caller,
    parameters: &Parameters,
    rows: &mut [&T],
    order: impl Fn(&str) -> Option<fn(&T, &T) -> Ordering>,
) -> Result<(), Refusal> {
    let asked = parameters.find("orderBy").unwrap_or_default();
    let field = asked.trim_start_matches(['-', '+', ' ']);
    let compare =
        order(field).ok_or_else(|| caller.bad_request(&Sentence::BadSort(field.to_owned())))?;
    rows.sort_by(|left, right| compare(left, right));
    if asked.starts_with('-') {
        rows.reverse();
    }
    Ok(())
}

/// Refuses components that are Compass's.
fn must_be_of_jira(caller: &Caller, parameters: &Parameters) -> Result<(), Refusal> {
    let source = parameters.list("componentSource");
    caller.must_simulate("componentSource", &source, &["compass"])
}

/// `GET project/{idOrKey}/components`: all at once.
pub(super) async fn components(
    caller: Caller,
    Path((_, project)): Segments,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    must_be_of_jira(&caller, &parameters)?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let view = View::new(&caller, &state);
    let rows = project.components.iter();
    let body = rows.map(|row| view.whole_component(project, row));
    Ok(json_answer(&body.collect()))
}

/// `GET project/{idOrKey}/component`: page by page, with how many issues each has.
pub(super) async fn search_components(
    caller: Caller,
    Path((_, project)): Segments,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    must_be_of_jira(&caller, &parameters)?;
    let window = Window::read(&parameters, 50, 50)?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let query = parameters.find("query").unwrap_or_default().to_lowercase();
    let mut found: Vec<&Component> = project
        .components
        .iter()
        .filter(|row| {
            let texts = [&row.name, &row.description];
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&query))
        })
        .collect();
    sort(&caller, &parameters, &mut found, |field| {
        Some(match field {
            "" => |_, _| Ordering::Equal,
            "name" => |left, right| left.name.cmp(&right.name),
            "description" => |left, right| left.description.cmp(&right.description),
            "lead" => |left, right| left.lead.cmp(&right.lead),
            _ => return None,
        })
    })?;
    let view = View::new(&caller, &state);
    let values = window.cut(&found).iter().map(|row| {
        let mut body = view.whole_component(project, row);
        let issues = view.site.issues.values();
        let own = issues.filter(|issue| issue.components.contains(&row.id));
        body["issueCount"] = own.count().into();
        body
    });
    let values: Vec<Value> = values.collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

/// `GET version/{id}/unresolvedIssueCount`
pub(super) async fn unresolved(caller: Caller, Path((_, id)): Segments) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let mut projects = site.projects.iter().filter(|row| caller.sees(row));
    let version = projects
        .find_map(|project| {
            let mut versions = project.versions.iter();
            versions.find(|row| row.id.to_string() == id)
        })
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))?;
    let issues = site.issues.values();
    let own = issues.filter(|issue| issue.fix_versions.contains(&version.id));
    let (open, done): (Vec<_>, Vec<_>) = own.partition(|issue| issue.resolution.is_none());
    Ok(json_answer(&json!({
        "self": caller.link(&format!("version/{}/unresolvedIssueCount", version.id)),
        "issuesCount": open.len() + done.len(),
        "issuesUnresolvedCount": open.len(),
    })))
}
