//! The journal: everything that changed, for tests that hold it against what a client was told.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Wrong;
use crate::sandbox::Sandbox;
use crate::world::{Change, Entry, Item, Person, Side, Site};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    site_id: String,
    /// The number after which entries are wanted.
    #[serde(default)]
    since: u64,
    /// How many are wanted at most.
    #[serde(default = "page")]
    limit: usize,
    /// Whoever may see what is wanted, as permissions are now.
    account_id: Option<String>,
}

fn page() -> usize {
    1_000
}

/// `GET /_sandbox/journal`: the changes of a site, oldest first, of the newest 10,000.
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Query(wish): Query<Wish>,
) -> Result<Json<Value>, Wrong> {
    let state = sandbox.state();
    let world = &state.world;
    let site = world.find_site(&wish.site_id);
    let site = site.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let site = &world.sites[site];
    let person = match &wish.account_id {
        None => None,
        Some(id) => {
            let person = world.find_person(id);
            Some(person.ok_or_else(|| Wrong::unknown("There is nobody with this account_id."))?)
        }
    };
    let entries = site.journal.since(wish.since);
    let entries = entries.filter(|entry| person.is_none_or(|person| sees(site, person, entry)));
    let entries = entries.take(wish.limit);
    let entries: Vec<Value> = entries
        .map(|entry| show_entry(entry, &world.people))
        .collect();
    Ok(Json(
        json!({"last": site.journal.last(), "entries": entries}),
    ))
}

/// Whether a person may see what an entry is about; sprints are for everybody who sees their board.
fn sees(site: &Site, person: usize, entry: &Entry) -> bool {
    let project = entry.project.and_then(|id| site.project(id));
    let audience = entry.audience.as_ref();
    project.is_none_or(|project| project.is_visible_to(person))
        && audience.is_none_or(|audience| site.belongs(person, audience))
}

fn show_entry(entry: &Entry, people: &[Person]) -> Value {
    let account = |index: usize| people[index].account_id.as_str();
    let issue = entry.issue.as_ref();
    json!({
        "sequence": entry.sequence,
        "what": entry.what,
        "at": entry.at,
        "actor": entry.actor.map(account),
        "project": entry.project.map(|id| id.to_string()),
        "issue": issue.map(|(id, key)| json!({"id": id.to_string(), "key": key})),
        "part": entry.part,
        "change": entry.change.as_ref().map(|change| show_change(change, people)),
    })
}

fn show_change(change: &Change, people: &[Person]) -> Value {
    let items: Vec<Value> = change
        .items
        .iter()
        .map(|item| show_item(item, people))
        .collect();
    json!({"id": change.id.to_string(), "items": items})
}

fn show_item(item: &Item, people: &[Person]) -> Value {
    let account = |index: &usize| people[*index].account_id.clone();
    let side = |side: &Side| match side {
        Side::Nothing => Value::Null,
        Side::Text(text) => json!({"text": text}),
        Side::Row(id, text) => json!({"id": id, "text": text}),
        Side::Person(index) => json!({"id": account(index)}),
        Side::People(indexes) => json!({"ids": indexes.iter().map(account).collect::<Vec<_>>()}),
    };
    json!({
        "field": item.field,
        "field_id": item.field_id,
        "from": side(&item.from),
        "to": side(&item.to),
    })
}
