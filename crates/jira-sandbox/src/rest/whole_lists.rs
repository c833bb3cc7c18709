//! The lists of a site: labels, priorities, resolutions, issue types, and how the site is set up.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::view::View;
use super::window::Window;
use crate::duration::{DAYS_PER_WEEK, HOURS_PER_DAY};
use crate::gateway::{Answered, Caller, Parameters, Sentence, json_answer};
use crate::options::PrioritySearchScope;
use crate::world::{IssueType, Priority, Project, Resolution, Site};

/// `GET label`: of all projects, mixed.
pub(super) async fn labels(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 1_000, 1_000)?;
    let state = caller.state();
    let mut labels = state.world.sites[caller.site].labels.clone();
    labels.sort();
    let values = window
        .cut(&labels)
        .iter()
        .map(|label| label.as_str().into());
    let values: Vec<Value> = values.collect();
    Ok(json_answer(&window.bean(&values, labels.len())))
}

/// `GET priority`: all at once; deprecated, and clients call it.
pub(super) async fn priorities(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = view.site.priorities.iter();
    Ok(json_answer(&rows.map(|row| view.priority(row)).collect()))
}

/// `GET priority/search`: page by page. No priority calls itself the default.
pub(super) async fn search_priorities(caller: Caller, parameters: Parameters) -> Answered {
    let scope = match caller.state().switches.priority_search_scope {
        PrioritySearchScope::ReadOk => "read:jira-work",
        PrioritySearchScope::AdminOnly => "manage:jira-configuration",
    };
    caller.must_hold(scope)?;
    let window = Window::read(&parameters, 50, 50)?;
    parameters.must_lack(&caller, &["expand", "projectId"])?;
    let (ids, name) = (parameters.numbers("id")?, parameters.find("priorityName"));
    let only_default = parameters.boolean("onlyDefault")? == Some(true);
    let state = caller.state();
    let view = View::new(&caller, &state);
    let name = name.unwrap_or_default().to_lowercase();
    let rows = view.site.priorities.iter();
    let found: Vec<&Priority> = rows
        .filter(|row| !only_default && (ids.is_empty() || ids.contains(&row.id)))
        .filter(|row| row.name.to_lowercase().contains(&name))
        .collect();
    let values = window.cut(&found).iter().map(|row| {
        let mut body = view.priority(row);
        body["isDefault"] = false.into();
        body
    });
    let mut body = window.bean(&values.collect::<Vec<_>>(), found.len());
    body["self"] = caller.link("priority/search").into();
    Ok(json_answer(&body))
}

/// `GET resolution`: all at once; deprecated, and clients call it.
pub(super) async fn resolutions(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = view.site.resolutions.iter();
    Ok(json_answer(&rows.map(|row| view.resolution(row)).collect()))
}

/// `GET resolution/search`: page by page.
pub(super) async fn search_resolutions(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 50)?;
    let ids = parameters.numbers("id")?;
    let only_default = parameters.boolean("onlyDefault")? == Some(true);
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = view.site.resolutions.iter();
    let found: Vec<&Resolution> = rows
        .filter(|row| !only_default && (ids.is_empty() || ids.contains(&row.id)))
        .collect();
    let values = window.cut(&found).iter().map(|row| {
        let mut body = view.resolution(row);
        body["isDefault"] = false.into();
        body
    });
    let values: Vec<Value> = values.collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

/// `GET issuetype`: those of the site, and of every team-managed project that the caller sees.
pub(super) async fn issue_types(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = view.site.issue_types.iter().filter(|row| {
        let project = row.project.and_then(|id| view.site.project(id));
        project.is_none_or(|project| caller.sees(project))
    });
    Ok(json_answer(&rows.map(|row| view.issue_type(row)).collect()))
}

/// `GET issuetype/{id}/alternatives`: the others of the same project or of the site, subtasks for a
/// subtask.
pub(super) async fn alternatives(
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let known = id.parse().ok().and_then(|id| view.site.issue_type(id));
    let own = known.ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))?;
    let is_subtask = |row: &IssueType| row.hierarchy_level < 0;
    let rows = view.site.issue_types.iter().filter(|row| {
        row.id != own.id && row.project == own.project && is_subtask(row) == is_subtask(own)
    });
    Ok(json_answer(&rows.map(|row| view.issue_type(row)).collect()))
}

/// `GET issuetype/project?projectId=…`
pub(super) async fn issue_types_of_project(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let id = parameters.number("projectId")?;
    let id = id.ok_or_else(|| caller.bad_request(&Sentence::MissingProjectOrIssue))?;
    let level = parameters.number("level")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let project = u64::try_from(id)
        .ok()
        .and_then(|id| view.site.project(id))
        .filter(|project| caller.sees(project))
        .ok_or_else(|| {
            let sentence = Sentence::NoProjectWithId(id.to_string());
            caller.refuse(StatusCode::NOT_FOUND, &sentence)
        })?;
    let rows = types_of(view.site, project);
    let rows = rows.filter(|row| level.is_none_or(|level| i64::from(row.hierarchy_level) == level));
    Ok(json_answer(&rows.map(|row| view.issue_type(row)).collect()))
}

fn types_of<'a>(site: &'a Site, project: &'a Project) -> impl Iterator<Item = &'a IssueType> {
    let types = project.issue_types.iter();
    types.filter_map(|id| site.issue_type(*id))
}

/// `GET configuration`: what the site lets people do at all.
pub(super) async fn configuration(caller: Caller) -> Answered {
    caller.must_hold("read:jira-user")?;
    let state = caller.state();
    let has_time_tracking = state.world.sites[caller.site].has_time_tracking;
    let mut body = json!({
        "votingEnabled": true,
        "watchingEnabled": true,
        "unassignedIssuesAllowed": true,
        "subTasksEnabled": true,
        "issueLinkingEnabled": true,
        "timeTrackingEnabled": has_time_tracking,
        "attachmentsEnabled": true,
    });
    if has_time_tracking {
        body["timeTrackingConfiguration"] = json!({
            "workingHoursPerDay": HOURS_PER_DAY,
            "workingDaysPerWeek": DAYS_PER_WEEK,
            "timeFormat": "pretty",
            "defaultUnit": "minute",
        });
    }
    Ok(json_answer(&body))
}
