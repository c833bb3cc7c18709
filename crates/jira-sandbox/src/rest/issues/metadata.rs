//! Which fields an issue can have: `issue/createmeta`, `issue/createmeta/…` and
//! `issue/{idOrKey}/editmeta`.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{find, may};
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::options::CreatemetaShape;
use crate::rest::fields::{Form, Occasion};
use crate::rest::projects::find_project;
use crate::rest::view::View;
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::{IssueType, Permission, Project};

/// The longest page of metadata for creating.
const LONGEST: i64 = 200;

/// The one expansion of the whole metadata.
const WITH_FIELDS: &str = "projects.issuetypes.fields";

/// `GET issue/createmeta`: of all projects and types at once, or of those named; the projects where
/// the caller may not create are left out. Atlassian has deprecated it, and clients call it.
pub(super) async fn whole(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let has_fields = parameters
        .list("expand")
        .iter()
        .any(|name| name == WITH_FIELDS);
    let state = caller.state();
    let view = View::new(&caller, &state);
    let is_wanted = |project: &Project| {
        let id = project.id.to_string();
        names(
            &parameters,
            [("projectIds", &id), ("projectKeys", &project.key)],
        )
    };
    let mut projects: Vec<&Project> = (view.site.projects.iter())
        .filter(|project| is_wanted(project))
        .filter(|project| may(&caller, &state, project, Permission::CreateIssues))
        .collect();
    projects.sort_by(|left, right| left.key.cmp(&right.key));
    let rows = projects.into_iter().map(|project| {
        let types = project.issue_types.iter();
        let types = types.filter_map(|id| view.site.issue_type(*id));
        let types = types.filter(|row| {
            let id = row.id.to_string();
            names(
                &parameters,
                [("issuetypeIds", &id), ("issuetypeNames", &row.name)],
            )
        });
        let types = types.map(|row| whole_type(&caller, &state, project, row, has_fields));
        view.project_for_creating(project, &types.collect::<Vec<_>>())
    });
    let rows: Vec<Value> = rows.collect();
    Ok(json_answer(
        &json!({"expand": "projects", "projects": rows}),
    ))
}

/// Whether one of these parameters has the value that stands beside it, or all of them are missing.
fn names(parameters: &Parameters, wanted: [(&str, &String); 2]) -> bool {
    let lists = wanted.map(|(name, value)| (parameters.list(name), value));
    lists.iter().all(|(list, _)| list.is_empty())
        || lists.iter().any(|(list, value)| list.contains(value))
}

fn whole_type(
    caller: &Caller,
    state: &State,
    project: &Project,
    issue_type: &IssueType,
    has_fields: bool,
) -> Value {
    let view = View::new(caller, state);
    let mut body = view.issue_type(issue_type);
    body["untranslatedName"] = issue_type.name.as_str().into();
    if has_fields {
        let (person, occasion) = (caller.person, Occasion::Create);
        let form = Form::new(state, view.site, person, project, issue_type, occasion);
        let hides_children = !state.switches.cascading_children_in_meta;
        let fields = form.fields().map(|field| {
            let metadata = view.field_metadata(field, form, hides_children);
            (field.id().to_owned(), metadata)
        });
        body["fields"] = Value::Object(fields.collect());
        body["expand"] = "fields".into();
    }
    body
}

/// `GET issue/createmeta/{project}/issuetypes`: none for those who may not create.
pub(super) async fn issue_types(
    caller: Caller,
    Path((_, project)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = read_window(&caller, &parameters)?;
    let state = caller.state();
    let project = find_project(&caller, &state, &project)
        .map_err(|sentence| caller.bad_request(&sentence))?;
    let view = View::new(&caller, &state);
    let is_allowed = may(&caller, &state, project, Permission::CreateIssues);
    let types = project.issue_types.iter().filter(|_| is_allowed);
    let types: Vec<_> = types.filter_map(|id| view.site.issue_type(*id)).collect();
    let values = window.cut(&types).iter().map(|row| {
        let mut body = view.issue_type(row);
        body["untranslatedName"] = row.name.as_str().into();
        body
    });
    let names = ["issueTypes", "createMetaIssueType"];
    let page = page(&state, window, names, values.collect(), types.len());
    Ok(json_answer(&page))
}

/// `GET issue/createmeta/{project}/issuetypes/{issueTypeId}`
pub(super) async fn for_creating(
    caller: Caller,
    Path((_, project, id)): Path<(String, String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = read_window(&caller, &parameters)?;
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
    let is_allowed = may(&caller, &state, project, Permission::CreateIssues);
    let (person, occasion) = (caller.person, Occasion::Create);
    let form = Form::new(&state, view.site, person, project, issue_type, occasion);
    let fields: Vec<_> = form.fields().filter(|_| is_allowed).collect();
    let hides_children = !state.switches.cascading_children_in_meta;
    let values = window.cut(&fields).iter().map(|field| {
        let mut body = view.field_metadata(*field, form, hides_children);
        body["fieldId"] = field.id().into();
        body
    });
    let names = ["fields", "results"];
    let page = page(&state, window, names, values.collect(), fields.len());
    Ok(json_answer(&page))
}

/// A page longer than this is refused here, and cut everywhere else.
fn read_window(caller: &Caller, parameters: &Parameters) -> Result<Window, Refusal> {
    match parameters.page_size()? {
        Some(size) if size > LONGEST => Err(Refusal::LongPage(
            Sentence::LongPage(LONGEST).say(caller.language),
        )),
        _ => Window::read(parameters, 50, LONGEST),
    }
}

/// A page in the shape that the switch says; the names are Jira Cloud's own and their alias.
fn page(
    state: &State,
    window: Window,
    [name, alias]: [&str; 2],
    values: Vec<Value>,
    total: usize,
) -> Value {
    let mut body = json!({"startAt": window.start, "maxResults": window.limit, "total": total});
    match state.switches.createmeta_shape {
        CreatemetaShape::Fields => body[name] = values.into(),
        CreatemetaShape::Results => body[alias] = values.into(),
        CreatemetaShape::Values => {
            body["isLast"] = window.next_start(total).is_none().into();
            body["values"] = values.into();
        }
    }
    body
}

/// `GET issue/{idOrKey}/editmeta`: no fields for those who only read.
pub(super) async fn for_editing(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    for flag in ["overrideScreenSecurity", "overrideEditableFlag"] {
        if parameters.boolean(flag)? == Some(true) {
            return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotEdit));
        }
    }
    let state = caller.state();
    let (issue, _) = find(&caller, &state, &id_or_key)?;
    let fields = View::new(&caller, &state).edit_fields(issue);
    Ok(json_answer(&json!({"fields": fields})))
}
