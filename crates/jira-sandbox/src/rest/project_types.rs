//! The types of projects, which are the same on every site.

use axum::extract::Path;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::gateway::{Answered, Caller, Sentence, json_answer};
use crate::pictures::picture;

/// Keys, names and colours.
const TYPES: [(&str, &str, &str); 4] = [
    ("product_discovery", "Product Discovery", "#F5A623"),
    ("software", "Software", "#F5A623"),
    ("service_desk", "Service Desk", "#67AB49"),
    ("business", "Business", "#1D7FE1"),
];

/// `GET project/type`
pub(super) async fn list(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let rows = TYPES.iter();
    Ok(json_answer(&rows.map(describe).collect()))
}

/// `GET project/type/accessible`: those that the site's projects are of.
pub(super) async fn list_accessible(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let rows = TYPES.iter().filter(|(key, ..)| is_accessible(&caller, key));
    Ok(json_answer(&rows.map(describe).collect()))
}

/// `GET project/type/{key}`
pub(super) async fn show(caller: Caller, Path((_, key)): Path<(String, String)>) -> Answered {
    answer(&caller, &key, |_| true)
}

/// `GET project/type/{key}/accessible`
pub(super) async fn show_accessible(
    caller: Caller,
    Path((_, key)): Path<(String, String)>,
) -> Answered {
    answer(&caller, &key, |key| is_accessible(&caller, key))
}

fn answer(caller: &Caller, wanted: &str, is_told: impl Fn(&str) -> bool) -> Answered {
    caller.must_hold("read:jira-work")?;
    let mut rows = TYPES.iter();
    rows.find(|(key, ..)| *key == wanted && is_told(key))
        .map(|row| json_answer(&describe(row)))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))
}

fn is_accessible(caller: &Caller, key: &str) -> bool {
    let state = caller.state();
    let mut projects = state.world.sites[caller.site].projects.iter();
    projects.any(|project| project.kind == key)
}

fn describe((key, name, color): &(&str, &str, &str)) -> Value {
    json!({
        "key": key,
        "formattedKey": name,
        "descriptionI18nKey": format!("jira.project.type.{key}.description"),
        "icon": STANDARD.encode(picture(name)),
        "color": color,
    })
}
