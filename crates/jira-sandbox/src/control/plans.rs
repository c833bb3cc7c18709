//! Sprints and versions that no call of the API made.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;
use crate::world::{Site, What};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sprints {
    site_id: String,
    create: Option<NewSprint>,
    #[serde(default)]
    rename: Vec<SprintName>,
    #[serde(default)]
    start: Vec<u64>,
    #[serde(default)]
    close: Vec<u64>,
    #[serde(default)]
    delete: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSprint {
    board: u64,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SprintName {
    id: u64,
    name: String,
}

/// `POST /_sandbox/sprints`: makes, renames, starts, closes and deletes sprints, in this order.
pub(super) async fn change_sprints(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let changes: Sprints = read(&body)?;
    let mut state = sandbox.state();
    let now = state.clock.now();
    let site = find_site(&mut state, &changes.site_id)?;
    let created = match changes.create {
        None => None,
        Some(new) if site.boards.iter().any(|board| board.id == new.board) => {
            Some(site.create_sprint(new.board, new.name, now))
        }
        Some(_) => return Err(Wrong::unknown("There is no board with this id.")),
    };
    let found = |is_there: bool| {
        let unknown = || Wrong::unknown("There is no sprint with this id.");
        is_there.then_some(()).ok_or_else(unknown)
    };
    for row in &changes.rename {
        found(site.change_sprint(row.id, What::SprintUpdated, now, &row.name))?;
    }
    for id in &changes.start {
        found(site.change_sprint(*id, What::SprintStarted, now, ""))?;
    }
    for id in &changes.close {
        found(site.change_sprint(*id, What::SprintClosed, now, ""))?;
    }
    for id in &changes.delete {
        found(site.delete_sprint(*id, now))?;
    }
    Ok(Json(json!({"created": created})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    site_id: String,
    /// A key.
    project: String,
    create: Option<String>,
    #[serde(default)]
    rename: Vec<VersionName>,
    #[serde(default)]
    release: Vec<String>,
    #[serde(default)]
    unrelease: Vec<String>,
    /// Names of those that move in the order of the project, which nothing else shows.
    #[serde(default, rename = "move")]
    moves: Vec<String>,
    #[serde(default)]
    delete: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionName {
    name: String,
    to: String,
}

/// `POST /_sandbox/versions`: makes, renames, releases, moves and deletes versions of a project by
/// their names, in the order of this body's members.
pub(super) async fn change_versions(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let changes: Versions = read(&body)?;
    let mut state = sandbox.state();
    let now = state.clock.now();
    let site = find_site(&mut state, &changes.site_id)?;
    let project = site.project_by_key(&changes.project).map(|row| row.id);
    let project = project.ok_or_else(|| Wrong::unknown("There is no project with this key."))?;
    let created = changes
        .create
        .map(|name| site.create_version(project, name, now).to_string());
    let found = |is_there: bool| {
        let unknown = || Wrong::unknown("There is no version with this name.");
        is_there.then_some(()).ok_or_else(unknown)
    };
    for row in changes.rename {
        found(
            site.change_version(project, &row.name, What::VersionUpdated, now, |version| {
                version.name = row.to;
            }),
        )?;
    }
    for (names, what, is_released) in [
        (&changes.release, What::VersionReleased, true),
        (&changes.unrelease, What::VersionUnreleased, false),
    ] {
        for name in names {
            found(site.change_version(project, name, what, now, |version| {
                version.is_released = is_released;
            }))?;
        }
    }
    for name in &changes.moves {
        found(site.change_version(project, name, What::VersionMoved, now, |_| ()))?;
    }
    for name in &changes.delete {
        found(site.delete_version(project, name, now))?;
    }
    Ok(Json(json!({"created": created})))
}

fn find_site<'a>(
    state: &'a mut crate::sandbox::State,
    site_id: &str,
) -> Result<&'a mut Site, Wrong> {
    let site = state.world.find_site(site_id);
    let site = site.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    Ok(&mut state.world.sites[site])
}
