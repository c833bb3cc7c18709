//! Which fields an issue can have: `issue/createmeta/…` and `issue/{idOrKey}/editmeta`.

use axum::extract::Path;
use serde_json::{Map, Value, json};

use super::{find, may};
use crate::gateway::{Answered, Caller, Parameters, Sentence, json_answer};
use crate::rest::fields::FIELDS;
use crate::rest::projects::find_project;
use crate::rest::view::View;
use crate::rest::window::Window;
use crate::world::Permission;

/// The fields on every screen, in the order of the screen.
const ON_SCREEN: [&str; 15] = [
    "summary",
    "issuetype",
    "parent",
    "description",
    "project",
    "reporter",
    "fixVersions",
    "priority",
    "labels",
    "assignee",
    "components",
    "duedate",
    "customfield_10016",
    "customfield_10020",
    "customfield_10031",
];

/// `GET issue/createmeta/{project}/issuetypes`
pub(super) async fn issue_types(
    caller: Caller,
    Path((_, project)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 200)?;
    let state = caller.state();
    let project = find_project(&caller, &state, &project)
        .map_err(|sentence| caller.bad_request(&sentence))?;
    let view = View::new(&caller, &state);
    let types = project.issue_types.iter();
    let types: Vec<_> = types.filter_map(|id| view.site.issue_type(*id)).collect();
    let values = window.cut(&types).iter().map(|row| view.issue_type(row));
    Ok(json_answer(&json!({
        "startAt": window.start,
        "maxResults": window.limit,
        "total": types.len(),
        "issueTypes": values.collect::<Vec<_>>(),
    })))
}

/// `GET issue/createmeta/{project}/issuetypes/{issueTypeId}`
pub(super) async fn for_creating(
    caller: Caller,
    Path((_, project, id)): Path<(String, String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 200)?;
    let state = caller.state();
    let project = find_project(&caller, &state, &project)
        .map_err(|sentence| caller.bad_request(&sentence))?;
    let view = View::new(&caller, &state);
    let issue_type = project
        .issue_types
        .iter()
        .filter_map(|own| view.site.issue_type(*own))
        .find(|row| row.id.to_string() == id)
        .ok_or_else(|| caller.bad_request(&Sentence::NoSuchIssueType))?;
    let fields: Vec<_> = FIELDS
        .iter()
        .filter(|field| ON_SCREEN.contains(&field.id))
        .filter_map(|field| {
            let mut body = view.field_metadata(field, project, issue_type)?;
            body["fieldId"] = field.id.into();
            Some(body)
        })
        .collect();
    Ok(json_answer(&json!({
        "startAt": window.start,
        "maxResults": window.limit,
        "total": fields.len(),
        "fields": window.cut(&fields),
    })))
}

/// `GET issue/{idOrKey}/editmeta`: no fields for those who only read.
pub(super) async fn for_editing(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let (issue, project) = find(&caller, &state, &id_or_key)?;
    let view = View::new(&caller, &state);
    let is_allowed = may(&caller, &state, project, Permission::EditIssues);
    let fields: Map<String, Value> = FIELDS
        .iter()
        .filter(|field| is_allowed && field.id != "project" && ON_SCREEN.contains(&field.id))
        .filter_map(|field| {
            let issue_type = view.site.issue_type(issue.issue_type)?;
            let body = view.field_metadata(field, project, issue_type)?;
            Some((field.id.to_owned(), body))
        })
        .collect();
    Ok(json_answer(&json!({"fields": fields})))
}
