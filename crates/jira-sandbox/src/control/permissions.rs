//! What single people may do in spite of their level.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;
use crate::world::{Permission, Project};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    site_id: String,
    account_id: String,
    /// A key; without one the whole site is meant.
    project: Option<String>,
    #[serde(default)]
    allow: Vec<Permission>,
    #[serde(default)]
    deny: Vec<Permission>,
}

/// `POST /_sandbox/permissions`: gives and takes permissions by Jira's keys. Who may not browse a
/// project does not see it at all.
pub(super) async fn change(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let wish: Wish = read(&body)?;
    let mut state = sandbox.state();
    let world = &mut state.world;
    let site = world.find_site(&wish.site_id);
    let site = site.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let person = world.find_person(&wish.account_id);
    let person = person.ok_or_else(|| Wrong::unknown("There is nobody with this account_id."))?;
    let site = &mut world.sites[site];
    let members = site.members.clone();
    let allowed = wish.allow.iter().map(|permission| (*permission, true));
    let denied = wish.deny.iter().map(|permission| (*permission, false));
    let changes: Vec<(Permission, bool)> = allowed.chain(denied).collect();
    let own = match &wish.project {
        None => site.exceptions.entry(person).or_default(),
        Some(key) => {
            let mut projects = site.projects.iter_mut();
            let project = projects.find(|row| row.key == *key);
            let project =
                project.ok_or_else(|| Wrong::unknown("There is no project with this key."))?;
            for (_, sees) in changes
                .iter()
                .filter(|(permission, _)| *permission == Permission::BrowseProjects)
            {
                show(project, person, *sees, &members);
            }
            project.exceptions.entry(person).or_default()
        }
    };
    own.extend(changes);
    Ok(Json(json!({"exceptions": own})))
}

/// Lets a person see a project, or hides it.
fn show(project: &mut Project, person: usize, sees: bool, members: &[usize]) {
    let viewers = project.visible_to.get_or_insert_with(|| members.to_vec());
    viewers.retain(|index| *index != person);
    if sees {
        viewers.push(person);
    }
}
