//! The roles of projects, whose people comments can be for. They are the same on the whole site, and
//! so are their people here.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::fields::must_administer;
use super::projects::find_project;
use super::view::View;
use crate::gateway::{
    Answered, Caller, MembershipSentence, Parameters, Refusal, Sentence, json_answer,
};
use crate::sandbox::State;
use crate::world::{Permission, Project, Role};

/// `GET project/{project}/role`: names with links, for those who administer any project.
pub(super) async fn names(caller: Caller, Path((_, project)): Path<(String, String)>) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let project = find(&caller, &state, &project)?;
    let mut projects = state.world.sites[caller.site].projects.iter();
    if !projects.any(|row| administers(&caller, &state, row)) {
        return Err(unknown(&caller, project));
    }
    let roles = state.world.sites[caller.site].roles.iter();
    let links = roles.map(|role| (role.name.clone(), link(&caller, project, role)));
    Ok(json_answer(&Value::Object(links.collect::<Map<_, _>>())))
}

/// `GET project/{project}/role/{id}`: with its people, for those who administer the project.
pub(super) async fn show(
    caller: Caller,
    Path((_, project, id)): Path<(String, String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let leaves_out = parameters.boolean("excludeInactiveUsers")? == Some(true);
    let state = caller.state();
    let project = find_administered(&caller, &state, &project)?;
    let role = role(&caller, &state, &id)?;
    let is_told = |person: usize| !leaves_out || state.world.people[person].is_active;
    let view = View::new(&caller, &state);
    let mut body = view.role(role, is_told);
    body["self"] = link(&caller, project, role);
    Ok(json_answer(&body))
}

/// `GET project/{project}/roledetails`: without people, for those who administer the project.
pub(super) async fn details(
    caller: Caller,
    Path((_, project)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let only_own = parameters.boolean("currentMember")? == Some(true);
    parameters.boolean("excludeConnectAddons")?;
    let state = caller.state();
    let project = find_administered(&caller, &state, &project)?;
    let roles = state.world.sites[caller.site].roles.iter();
    let rows = roles.filter(|role| !only_own || role.members.contains(&caller.person));
    let rows = rows.map(|role| {
        json!({
            "self": link(&caller, project, role),
            "id": role.id,
            "name": role.name,
            "description": role.description(),
            "admin": role.is_for_administrators(),
            "default": false,
            "roleConfigurable": true,
            "translatedName": role.name,
        })
    });
    Ok(json_answer(&rows.collect()))
}

/// `GET role`: for who administers Jira.
pub(super) async fn list(caller: Caller) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::OnlyAdministrators)?;
    let view = View::new(&caller, &state);
    let roles = view.site.roles.iter();
    Ok(json_answer(
        &roles.map(|role| view.role(role, |_| true)).collect(),
    ))
}

/// `GET role/{id}`: for who administers Jira.
pub(super) async fn show_of_site(
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::OnlyAdministrators)?;
    let role = role(&caller, &state, &id)?;
    Ok(json_answer(
        &View::new(&caller, &state).role(role, |_| true),
    ))
}

fn link(caller: &Caller, project: &Project, role: &Role) -> Value {
    caller
        .link(&format!("project/{}/role/{}", project.id, role.id))
        .into()
}

fn role<'a>(caller: &Caller, state: &'a State, id: &str) -> Result<&'a Role, Refusal> {
    let mut roles = state.world.sites[caller.site].roles.iter();
    let role = roles.find(|row| row.id.to_string() == id);
    role.ok_or_else(|| {
        let sentence = Sentence::Membership(MembershipSentence::NoSuchRole(id.to_owned()));
        caller.refuse(StatusCode::NOT_FOUND, &sentence)
    })
}

fn administers(caller: &Caller, state: &State, project: &Project) -> bool {
    let (site, people) = (&state.world.sites[caller.site], &state.world.people);
    site.may(
        people,
        caller.person,
        project,
        Permission::AdministerProjects,
    ) || site.may_everywhere(people, caller.person, Permission::Administer)
}

fn unknown(caller: &Caller, project: &Project) -> Refusal {
    let sentence = Sentence::NoProjectWithKey(project.key.clone());
    caller.refuse(StatusCode::NOT_FOUND, &sentence)
}

fn find<'a>(caller: &Caller, state: &'a State, project: &str) -> Result<&'a Project, Refusal> {
    find_project(caller, state, project)
        .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))
}

/// A project that the caller administers; any other is as if it were not there.
fn find_administered<'a>(
    caller: &Caller,
    state: &'a State,
    project: &str,
) -> Result<&'a Project, Refusal> {
    let project = find(caller, state, project)?;
    if administers(caller, state, project) {
        Ok(project)
    } else {
        Err(unknown(caller, project))
    }
}
