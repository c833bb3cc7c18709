//! Contexts of custom fields and their options, for administrators.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::list::must_administer;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::{Context, CustomField, FieldOption};

fn find<'a>(caller: &Caller, state: &'a State, id: &str) -> Result<&'a CustomField, Refusal> {
    let mut fields = state.world.sites[caller.site].custom_fields.iter();
    let field = fields.find(|field| field.key == id);
    field.ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchField))
}

/// `GET field/{fieldId}/context`
pub(in crate::rest) async fn contexts(
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let window = Window::read(&parameters, 50, 50)?;
    let (any_type, global) = (
        parameters.boolean("isAnyIssueType")?,
        parameters.boolean("isGlobalContext")?,
    );
    let ids = parameters.repeated_numbers("contextId")?;
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::MayNotSeeContexts)?;
    let field = find(&caller, &state, &id)?;
    let found: Vec<&Context> = field
        .contexts
        .iter()
        .filter(|row| ids.is_empty() || ids.contains(&row.id))
        .filter(|row| any_type.is_none_or(|wanted| wanted == row.issue_types.is_none()))
        .filter(|row| global.is_none_or(|wanted| wanted == row.projects.is_none()))
        .collect();
    let values = window.cut(&found).iter().map(|row| {
        json!({
            "id": row.id.to_string(),
            "name": row.name,
            "description": "",
            "isGlobalContext": row.projects.is_none(),
            "isAnyIssueType": row.issue_types.is_none(),
        })
    });
    let values: Vec<Value> = values.collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

/// `GET field/{fieldId}/context/{contextId}/option`: disabled ones, too.
pub(in crate::rest) async fn options(
    caller: Caller,
    Path((_, id, context)): Path<(String, String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let window = Window::read(&parameters, 100, 100)?;
    let option = parameters.number("optionId")?.map(i64::cast_unsigned);
    let only_options = parameters.boolean("onlyOptions")? == Some(true);
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::MayNotSeeOptions)?;
    let field = find(&caller, &state, &id)?;
    if !field.kind.has_options() {
        return Err(caller.bad_request(&Sentence::NoOptions));
    }
    let mut contexts = field.contexts.iter();
    let context = contexts.find(|row| row.id.to_string() == context);
    let context =
        context.ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchField))?;
    let found: Vec<&FieldOption> = context
        .options
        .iter()
        .filter(|row| option.is_none_or(|id| row.id == id || row.parent == Some(id)))
        .filter(|row| !only_options || row.parent.is_none())
        .collect();
    let values = window.cut(&found).iter().map(|row| {
        let mut body = json!({
            "id": row.id.to_string(),
            "value": row.value,
            "disabled": row.is_disabled,
        });
        if let Some(parent) = row.parent {
            body["optionId"] = parent.to_string().into();
        }
        body
    });
    let values: Vec<Value> = values.collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}
