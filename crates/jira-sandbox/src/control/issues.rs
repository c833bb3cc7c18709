//! Changes of issues that no call of the API made.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use fastrand::Rng;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;
use crate::seed::draw_issue;
use crate::world::Site;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    site_id: String,
    /// The key of the project that gets the new issues.
    project: Option<String>,
    #[serde(default)]
    add: usize,
    #[serde(default, rename = "move")]
    moves: Vec<Move>,
    /// Keys or ids.
    #[serde(default)]
    touch: Vec<String>,
    /// Keys or ids.
    #[serde(default)]
    delete: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// A key or id.
    issue: String,
    /// The key of a project.
    to: String,
}

/// `POST /_sandbox/issues`: adds, moves, touches and deletes issues, in this order.
pub(super) async fn change(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let changes: Changes = read(&body)?;
    let mut state = sandbox.state();
    let now = state.clock.now();
    let index = state.world.find_site(&changes.site_id);
    let index = index.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let site = &mut state.world.sites[index];
    let added = match changes.add {
        0 => Vec::new(),
        count => add(site, changes.project.as_deref(), count, now)?,
    };
    let mut moved = Vec::new();
    for step in &changes.moves {
        let (id, _) = find(site, &step.issue)?;
        let target = find_project(site, Some(&step.to))?;
        site.touch(id, now);
        site.move_issue(id, target, None);
        moved.push(site.key_of(&site.issues[&id]));
    }
    let mut touched = Vec::new();
    for name in &changes.touch {
        let (id, key) = find(site, name)?;
        site.touch(id, now);
        touched.push(key);
    }
    let mut deleted = Vec::new();
    for name in &changes.delete {
        let (id, key) = find(site, name)?;
        site.delete_issue(id, None, now);
        deleted.push(key);
    }
    Ok(Json(json!({
        "added": added,
        "moved": moved,
        "touched": touched,
        "deleted": deleted,
    })))
}

/// Adds issues to a project, and returns their keys.
fn add(
    site: &mut Site,
    project: Option<&str>,
    count: usize,
    now: Timestamp,
) -> Result<Vec<String>, Wrong> {
    let project = find_project(site, project)?;
    let mut rng = Rng::with_seed(site.next_issue_id);
    let keys = (0..count).map(|offset| {
        let issue = draw_issue(site, project, offset, now, now, &mut rng);
        let id = site.create_issue(issue, None, now);
        site.key_of(&site.issues[&id])
    });
    Ok(keys.collect())
}

fn find_project(site: &Site, key: Option<&str>) -> Result<u64, Wrong> {
    key.and_then(|key| site.project_by_key(key))
        .map(|project| project.id)
        .ok_or_else(|| Wrong::unknown("There is no project with this key."))
}

fn find(site: &Site, name: &str) -> Result<(u64, String), Wrong> {
    site.find_issue(name)
        .map(|issue| (issue.id, site.key_of(issue)))
        .ok_or_else(|| Wrong::unknown(format!("There is no issue {name}.")))
}
