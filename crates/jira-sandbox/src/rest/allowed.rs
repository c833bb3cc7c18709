//! People found by what they may do, and projects by what the caller may do there.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::payload::Payload;
use super::permissions::{context, may, read_keys};
use super::users::{Asked, RANGE, answer, browses_people, must_be_gdpr};
use super::window::Window;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::sandbox::State;
use crate::world::{Permission, Project};

/// `GET user/permission/search`: those who have all of these permissions, for who administers the
/// project.
pub(super) async fn with_permissions(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    let window = Window::read(&parameters, 50, 1_000)?;
    let keys = parameters.list("permissions");
    if keys.is_empty() {
        return Err(caller.bad_request(&Sentence::MissingPermissions));
    }
    let permissions = read_keys(&caller, &keys)?;
    let state = caller.state();
    let project = named_project(&caller, &state, &parameters)?;
    let administers = [Permission::AdministerProjects, Permission::Administer]
        .into_iter()
        .any(|permission| may(&caller, &state, project, permission));
    if !administers {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::OnlyAdministrators));
    }
    let asked = Asked::read(&parameters);
    let found = page(&caller, &state, window, &asked, project, &permissions);
    Ok(answer(&caller, &state, &found))
}

/// `GET user/viewissue/search`: those who see an issue, or the issues of a project.
pub(super) async fn viewers(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    let window = Window::read(&parameters, 50, 1_000)?;
    let is_queried = parameters.find("query").is_some();
    if is_queried == parameters.find("accountId").is_some() {
        return Err(caller.bad_request(&Sentence::QueryOrAccount));
    }
    let state = caller.state();
    let project = named_project(&caller, &state, &parameters)?;
    if !browses_people(&caller, &state) {
        return Ok(json_answer(&json!([])));
    }
    let asked = Asked::read(&parameters);
    let permissions = [Permission::BrowseProjects];
    let found = page(&caller, &state, window, &asked, project, &permissions);
    Ok(answer(&caller, &state, &found))
}

/// The project of `issueKey` or `projectKey`, of which one must be there.
fn named_project<'a>(
    caller: &Caller,
    state: &'a State,
    parameters: &Parameters,
) -> Result<&'a Project, Refusal> {
    let project = context(caller, state, parameters)?;
    project.ok_or_else(|| caller.bad_request(&Sentence::MissingProjectOrIssue))
}

/// The people of a page that have all these permissions. The page is cut first, so it may be short.
fn page(
    caller: &Caller,
    state: &State,
    window: Window,
    asked: &Asked<'_>,
    project: &Project,
    permissions: &[Permission],
) -> Vec<usize> {
    let (world, site) = (&state.world, &state.world.sites[caller.site]);
    let range: Vec<usize> = site.accounts().take(RANGE).collect();
    let may = |person: usize| {
        let mut all = permissions.iter();
        all.all(|permission| site.may(&world.people, person, project, *permission))
    };
    let page = window.cut(&range).iter().copied();
    page.filter(|index| site.members.contains(index) && may(*index))
        .filter(|index| {
            let person = &world.people[*index];
            person.is_active && asked.finds(person)
        })
        .collect()
}

/// `POST permissions/project`: the projects where the caller has all of these permissions. It needs
/// no scope.
pub(super) async fn projects(caller: Caller, body: Bytes) -> Answered {
    let payload = Payload::read(&caller, &body, &["permissions"])?;
    let keys = payload.texts("permissions")?.ok_or_else(|| payload.bad())?;
    let permissions = read_keys(&caller, &keys)?;
    let state = caller.state();
    let projects = state.world.sites[caller.site].projects.iter();
    let own = projects.filter(|project| {
        let mut all = permissions.iter();
        caller.sees(project) && all.all(|wanted| may(&caller, &state, project, *wanted))
    });
    let rows: Vec<Value> = own
        .map(|project| json!({"id": project.id, "key": project.key}))
        .collect();
    Ok(json_answer(&json!({"projects": rows})))
}
