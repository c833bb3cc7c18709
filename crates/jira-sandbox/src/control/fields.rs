//! Custom fields made and changed, as an administrator does in Jira's settings.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;
use crate::world::{Context, CustomField, FieldKind, FieldOption, FieldValue, Site};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    site_id: String,
    /// The id of a field to change; without one a new field is made.
    field: Option<String>,
    name: Option<String>,
    kind: Option<FieldKind>,
    /// Keys. For a new field: where it applies, everywhere if none is named. For an old one: the
    /// contexts to change are those of these projects, or all.
    #[serde(default)]
    projects: Vec<String>,
    issue_types: Option<Vec<u64>>,
    /// Options to add.
    #[serde(default)]
    options: Vec<String>,
    /// Ids of options to disable.
    #[serde(default)]
    disable: Vec<u64>,
    required: Option<bool>,
    on_create_screen: Option<bool>,
    on_edit_screen: Option<bool>,
    /// The value of new issues: a text or a number for those kinds, or the value of an option.
    default: Option<Value>,
}

/// `POST /_sandbox/fields`
pub(super) async fn change(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let wish: Wish = read(&body)?;
    let mut state = sandbox.state();
    let site = state.world.find_site(&wish.site_id);
    let site = site.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let site = &mut state.world.sites[site];
    let projects = projects(site, &wish.projects)?;
    let id = match &wish.field {
        Some(id) => id.clone(),
        None => add(site, &wish, &projects)?,
    };
    let mut next_option = next_id(site, |context| {
        context.options.iter().map(|row| row.id).max()
    });
    let field = site.custom_fields.iter_mut().find(|field| field.key == id);
    let field = field.ok_or_else(|| Wrong::unknown("There is no field with this id."))?;
    for context in &mut field.contexts {
        let own = context.projects.as_deref().unwrap_or_default();
        if projects.is_empty() || projects.iter().any(|id| own.contains(id)) {
            apply(&wish, context, &mut next_option)?;
        }
    }
    Ok(Json(
        json!({"field": field.key, "contexts": field.contexts}),
    ))
}

/// The ids of projects with these keys.
fn projects(site: &Site, keys: &[String]) -> Result<Vec<u64>, Wrong> {
    let ids = keys.iter().map(|key| {
        let project = site.project_by_key(key).map(|project| project.id);
        project.ok_or_else(|| Wrong::unknown(format!("There is no project {key}.")))
    });
    ids.collect()
}

/// One more than the largest id in any context.
fn next_id(site: &Site, largest: impl Fn(&Context) -> Option<u64>) -> u64 {
    let contexts = site.custom_fields.iter().flat_map(|field| &field.contexts);
    contexts.filter_map(largest).max().unwrap_or_default() + 1
}

/// Makes a field, and returns its id.
fn add(site: &mut Site, wish: &Wish, projects: &[u64]) -> Result<String, Wrong> {
    let (Some(name), Some(kind)) = (&wish.name, wish.kind) else {
        return Err(Wrong::bad("A new field has a name and a kind."));
    };
    let fields = site.custom_fields.iter().map(|field| field.id);
    let id = fields.max().unwrap_or_default() + 1;
    let mut only = projects.iter().filter_map(|id| site.project(*id));
    // A team-managed project makes its fields for itself.
    let scope = only
        .next()
        .filter(|row| row.is_team_managed && projects.len() == 1);
    let context = Context {
        id: next_id(site, |context| Some(context.id)),
        name: name.clone(),
        projects: (!projects.is_empty()).then(|| projects.to_vec()),
        issue_types: None,
        options: Vec::new(),
        default: None,
        is_required: false,
        is_on_create_screen: true,
        is_on_edit_screen: true,
    };
    let field = CustomField {
        id,
        key: format!("customfield_{id}"),
        name: name.clone(),
        description: String::new(),
        kind,
        project: scope.map(|row| row.id),
        contexts: vec![context],
    };
    let key = field.key.clone();
    site.custom_fields.push(field);
    Ok(key)
}

fn apply(wish: &Wish, context: &mut Context, next_option: &mut u64) -> Result<(), Wrong> {
    if let Some(types) = &wish.issue_types {
        context.issue_types = Some(types.clone());
    }
    for value in &wish.options {
        context.options.push(FieldOption {
            id: *next_option,
            value: value.clone(),
            is_disabled: false,
            parent: None,
        });
        *next_option += 1;
    }
    for option in &mut context.options {
        option.is_disabled |= wish.disable.contains(&option.id);
    }
    context.is_required = wish.required.unwrap_or(context.is_required);
    let (create, edit) = (wish.on_create_screen, wish.on_edit_screen);
    context.is_on_create_screen = create.unwrap_or(context.is_on_create_screen);
    context.is_on_edit_screen = edit.unwrap_or(context.is_on_edit_screen);
    if let Some(default) = &wish.default {
        context.default = read_default(default, context)?;
    }
    Ok(())
}

fn read_default(value: &Value, context: &Context) -> Result<Option<FieldValue>, Wrong> {
    let option = |text: &str| context.options.iter().find(|row| row.value == text);
    Ok(match value {
        Value::Null => None,
        Value::Number(number) => number.as_f64().map(FieldValue::Number),
        Value::String(text) => Some(match option(text) {
            Some(row) => FieldValue::Rows(vec![row.id]),
            None => FieldValue::Text(text.clone()),
        }),
        _ => return Err(Wrong::bad("A default is a text, a number or null.")),
    })
}
