//! `GET field` and `GET field/search`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Field, fields_of};
use crate::gateway::{Answered, Caller, Parameters, Sentence, json_answer};
use crate::rest::view::add_scope;
use crate::rest::window::Window;
use crate::sandbox::State;
use crate::world::{CustomField, Permission, Site};

/// What `expand` can add to a field of the search in Jira, and not here.
const EXPANSIONS: [&str; 3] = ["lastUsed", "screensCount", "isLocked"];

/// `GET field`: the fields of all projects that the caller sees, in one list.
pub(in crate::rest) async fn list(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let shown = fields_of(site).filter(|field| match field {
        Field::System(_) => true,
        Field::Custom(field) => is_used(field, site, &caller),
    });
    let fields = names_of_issues().into_iter().chain(shown.map(describe));
    Ok(json_answer(&fields.collect()))
}

/// What is a field for this list only.
fn names_of_issues() -> [Value; 2] {
    let row = |id: &str, name: &str, clauses: &[&str]| {
        json!({
            "id": id,
            "key": id,
            "name": name,
            "custom": false,
            "orderable": false,
            "navigable": true,
            "searchable": !clauses.is_empty(),
            "clauseNames": clauses,
        })
    };
    [
        row("issuekey", "Key", &["id", "issue", "issuekey", "key"]),
        row("thumbnail", "Images", &[]),
    ]
}

/// Whether a project that the caller sees has the field.
fn is_used(field: &CustomField, site: &Site, caller: &Caller) -> bool {
    let sees = |id: &u64| site.project(*id).is_some_and(|row| caller.sees(row));
    field.contexts.iter().any(|context| {
        let projects = context.projects.as_ref();
        projects.is_none_or(|projects| projects.iter().any(sees))
    })
}

fn describe(field: Field<'_>) -> Value {
    let clause_names = field.clause_names();
    let is_orderable = match field {
        Field::System(field) => field.is_orderable,
        Field::Custom(_) => true,
    };
    let mut body = json!({
        "id": field.id(),
        "key": field.id(),
        "name": field.name(),
        "custom": matches!(field, Field::Custom(_)),
        "orderable": is_orderable,
        "navigable": field.is_navigable(),
        "searchable": !clause_names.is_empty(),
        "clauseNames": clause_names,
    });
    // The parent is the one field of issues without a schema here.
    if field.id() != "parent" {
        body["schema"] = field.schema();
    }
    if let Field::Custom(field) = field {
        body["untranslatedName"] = field.name.as_str().into();
        add_scope(&mut body, field.project);
    }
    body
}

/// `GET field/search`: the fields of company-managed projects, for administrators.
pub(in crate::rest) async fn search(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 50)?;
    parameters.must_lack(&caller, &["projectIds"])?;
    caller.must_simulate("expand", &parameters.list("expand"), &EXPANSIONS)?;
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::MayNotListFields)?;
    let types = parameters.list("type");
    let query = parameters.find("query").unwrap_or_default().to_lowercase();
    let takes_custom = types.is_empty() || types.iter().any(|kind| kind == "custom");
    let takes_system = types.is_empty() || types.iter().any(|kind| kind == "system");
    if !query.is_empty() && takes_system && !types.is_empty() {
        return Err(caller.bad_request(&Sentence::OnlyCustomFields));
    }
    let ids = parameters.list("id");
    let site = &state.world.sites[caller.site];
    let mut found: Vec<Field<'_>> = fields_of(site)
        .filter(|field| match field {
            Field::System(_) => takes_system,
            Field::Custom(field) => takes_custom && field.project.is_none(),
        })
        .filter(|field| ids.is_empty() || ids.iter().any(|id| id == field.id()))
        .filter(|field| field.name().to_lowercase().contains(&query))
        .collect();
    found.sort_by_key(|field| field.name().to_lowercase());
    if parameters.find("orderBy") == Some("-name") {
        found.reverse();
    }
    let expand = parameters.list("expand");
    let values: Vec<Value> = window
        .cut(&found)
        .iter()
        .map(|field| found_field(*field, &expand))
        .collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

fn found_field(field: Field<'_>, expand: &[String]) -> Value {
    let mut body = json!({
        "id": field.id(),
        "name": field.name(),
        "schema": field.schema(),
    });
    if let Field::Custom(custom) = field {
        body["description"] = custom.description.as_str().into();
    }
    let expands = |name: &str| expand.iter().any(|wanted| wanted == name);
    if expands("key") {
        body["key"] = field.id().into();
    }
    if let Field::Custom(custom) = field
        && expands("contextsCount")
    {
        body["contextsCount"] = custom.contexts.len().into();
    }
    body
}

/// Refuses, in these words, who does not administer Jira.
pub(in crate::rest) fn must_administer(
    caller: &Caller,
    state: &State,
    sentence: &Sentence,
) -> Result<(), crate::gateway::Refusal> {
    let site = &state.world.sites[caller.site];
    let people = &state.world.people;
    if site.may_everywhere(people, caller.person, Permission::Administer) {
        Ok(())
    } else {
        Err(caller.refuse(StatusCode::FORBIDDEN, sentence))
    }
}
