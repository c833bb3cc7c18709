//! `GET` and `POST jql/autocompletedata`: the fields, functions and reserved words of JQL.

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, json_answer};
use crate::jql::{
    Usage, custom_usage, encoded, field_references, function_references, reserved_words,
};
use crate::rest::payload::Payload;
use crate::sandbox::State;
use crate::world::CustomField;

/// `GET jql/autocompletedata`
pub(in crate::rest) async fn show(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    Ok(json_answer(&reference(&caller, &state, &[], false)))
}

/// `POST jql/autocompletedata`: for the custom fields of some projects, and with one name for all
/// fields of the same name and kind. Projects that nobody knows are left out.
pub(in crate::rest) async fn narrow(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let payload = Payload::read(&caller, &body, &["projectIds", "includeCollapsedFields"])?;
    let projects = match payload.find("projectIds") {
        None | Some(Value::Null) => Vec::new(),
        Some(_) => payload.numbers("projectIds")?,
    };
    let collapses = payload.boolean("includeCollapsedFields")? == Some(true);
    let projects: Vec<u64> = projects
        .into_iter()
        .filter_map(|id| u64::try_from(id).ok())
        .collect();
    let state = caller.state();
    Ok(json_answer(&reference(
        &caller, &state, &projects, collapses,
    )))
}

fn reference(caller: &Caller, state: &State, projects: &[u64], collapses: bool) -> Value {
    let site = &state.world.sites[caller.site];
    let sees = |id: &u64| site.project(*id).is_some_and(|row| caller.sees(row));
    let is_asked = |id: &u64| sees(id) && (projects.is_empty() || projects.contains(id));
    let custom: Vec<(&CustomField, Usage)> = site
        .custom_fields
        .iter()
        .filter(|field| {
            field.contexts.iter().any(|context| {
                let own = context.projects.as_ref();
                own.is_none_or(|own| own.iter().any(is_asked))
            })
        })
        .filter_map(|field| Some((field, custom_usage(field)?)))
        .collect();
    let mut fields: Vec<Value> = field_references()
        .map(|row| describe(row.name, row.name, &row.usage))
        .collect();
    for (field, usage) in &custom {
        let id = format!("cf[{}]", field.id);
        let mut body = describe(&id, &format!("{} - {id}", field.name), usage);
        body["cfid"] = id.into();
        fields.push(body);
    }
    if collapses {
        let mut names: Vec<String> = Vec::new();
        for (field, usage) in &custom {
            let name = format!("{}[{}]", field.name, field.kind.jql_type());
            if !names.contains(&name) {
                let shown = format!("{} - {name}", field.name);
                fields.push(describe(&encoded(&name), &shown, usage));
                names.push(name);
            }
        }
    }
    let functions: Vec<Value> = function_references()
        .map(|row| {
            let name = format!("{}()", row.name);
            let mut body = json!({"value": name, "displayName": name, "types": [row.class]});
            if row.is_list {
                body["isList"] = "true".into();
            }
            body
        })
        .collect();
    json!({
        "visibleFieldNames": fields,
        "visibleFunctionNames": functions,
        "jqlReservedWords": reserved_words().collect::<Vec<_>>(),
    })
}

/// A field; what is so is the text `true`, and no boolean.
fn describe(value: &str, name: &str, usage: &Usage) -> Value {
    let mut body = json!({
        "value": value,
        "displayName": name,
        "searchable": "true",
        "operators": usage.operators,
        "types": [usage.class],
    });
    for (flag, is_set) in [("auto", usage.is_suggested), ("orderable", usage.is_sorted)] {
        if is_set {
            body[flag] = "true".into();
        }
    }
    body
}
