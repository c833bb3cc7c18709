//! Which fields an issue can have: `issue/createmeta/…` and `issue/{idOrKey}/editmeta`.

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
use crate::world::Permission;

/// The longest page of metadata for creating.
const LONGEST: i64 = 200;

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
