//! Projects: the paged search and the single project.

use std::cmp::Ordering;

use super::view::{PROJECT_EXPANSIONS, View};
use super::window::Window;
use crate::gateway::{Answered, Caller, Parameters, Sentence, costly_answer, page_answer};
use crate::sandbox::State;
use crate::world::{Project, Site, World};
use axum::extract::Path;
use axum::http::StatusCode;

/// The fields one may order by, as Jira lists them in its refusal.
const ORDERS: [&str; 8] = [
    "name",
    "key",
    "owner",
    "category",
    "issueCount",
    "lastIssueUpdatedTime",
    "archivedDate",
    "deletedDate",
];

/// `GET project/search`: page sizes are clamped to 1…100 and starts to 0, never refused.
pub(super) async fn search(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let window = Window::read(&parameters, 50, 100)?;
    let ids = parameters.numbers("id")?;
    let category = parameters.number("categoryId")?;
    parameters.must_lack(&caller, &["propertyQuery"])?;
    caller.must_simulate("action", &parameters.list("action"), &["create", "edit"])?;
    let order = parameters.find("orderBy").unwrap_or_default();
    let (field, is_descending) = match order.strip_prefix('-') {
        Some(field) => (field, true),
        None => (order.strip_prefix(['+', ' ']).unwrap_or(order), false),
    };
    if !order.is_empty() && !ORDERS.contains(&field) {
        return Err(caller.bad_request(&Sentence::BadOrderBy(field.to_owned())));
    }
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &PROJECT_EXPANSIONS)?;

    let state = caller.state();
    let site = &state.world.sites[caller.site];
    let mut found: Vec<&Project> = site
        .projects
        .iter()
        .filter(|project| caller.sees(project))
        .filter(|project| ids.is_empty() || ids.contains(&project.id))
        .filter(|project| {
            let own = project.category.map(u64::cast_signed);
            category.is_none() || category == own
        })
        .filter(|project| is_wanted(project, &parameters))
        .collect();
    found.sort_by(|left, right| {
        let ordering =
            compare(field, left, right, site, &state.world).then(left.key.cmp(&right.key));
        if is_descending {
            ordering.reverse()
        } else {
            ordering
        }
    });

    let view = View::new(&caller, &state);
    let values = window.cut(&found).iter();
    let values = values.map(|project| view.project(project, &expand));
    let mut body = window.bean(&values.collect::<Vec<_>>(), found.len());
    let link = |start| page_link(&caller, &parameters, start, window.limit);
    body["self"] = link(window.start).into();
    if let Some(next) = window.next_start(found.len()) {
        body["nextPage"] = link(next).into();
    }
    Ok(page_answer(&body, "values"))
}

/// `GET project`: all of them at once, by key. Atlassian has deprecated it, and clients call it.
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &PROJECT_EXPANSIONS)?;
    parameters.must_lack(&caller, &["recent"])?;
    let state = caller.state();
    let mut found: Vec<&Project> = state.world.sites[caller.site]
        .projects
        .iter()
        .filter(|project| caller.sees(project) && !project.is_archived)
        .collect();
    found.sort_by(|left, right| left.key.cmp(&right.key));
    let view = View::new(&caller, &state);
    let projects = found.iter().map(|project| view.project(project, &expand));
    Ok(costly_answer(&projects.collect(), found.len()))
}

/// `GET project/{idOrKey}`
pub(super) async fn show(
    caller: Caller,
    Path((_, id_or_key)): Path<(String, String)>,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let project = find_project(&caller, &state, &id_or_key)
        .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))?;
    let mut expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &PROJECT_EXPANSIONS)?;
    // The single project always comes with what the search has to be asked for.
    expand.extend(["lead", "description", "issueTypes"].map(str::to_owned));
    let view = View::new(&caller, &state);
    Ok(costly_answer(&view.whole_project(project, &expand), 1))
}

/// The visible project with this id or key, or what Jira says where there is none.
pub(super) fn find_project<'a>(
    caller: &Caller,
    state: &'a State,
    id_or_key: &str,
) -> Result<&'a Project, Sentence> {
    let site = &state.world.sites[caller.site];
    // A segment is an id when it is 1 to 18 digits without a leading zero, and a key otherwise.
    let is_id = (1..=18).contains(&id_or_key.len())
        && !id_or_key.starts_with('0')
        && id_or_key.bytes().all(|byte| byte.is_ascii_digit());
    let (project, sentence) = if is_id {
        let id = id_or_key.parse().unwrap_or_default();
        let sentence = Sentence::NoProjectWithId(id_or_key.to_owned());
        (site.project(id), sentence)
    } else {
        let sentence = Sentence::NoProjectWithKey(id_or_key.to_owned());
        (site.project_by_key(id_or_key), sentence)
    };
    project
        .filter(|project| caller.sees(project))
        .ok_or(sentence)
}

fn is_wanted(project: &Project, parameters: &Parameters) -> bool {
    let keys = parameters.list("keys");
    let types = parameters.list("typeKey");
    let query = parameters.find("query").unwrap_or_default().to_lowercase();
    let status = parameters.list("status");
    let is_in_status = if status.is_empty() {
        !project.is_archived
    } else {
        let own = if project.is_archived {
            "archived"
        } else {
            "live"
        };
        status.iter().any(|wanted| wanted == own)
    };
    is_in_status
        && (keys.is_empty() || keys.contains(&project.key))
        && (types.is_empty() || types.contains(&project.kind))
        && (project.name.to_lowercase().contains(&query)
            || project.key.to_lowercase().contains(&query))
}

fn compare(field: &str, left: &Project, right: &Project, site: &Site, world: &World) -> Ordering {
    let issues = |project: &Project| {
        let id = project.id;
        site.issues
            .values()
            .filter(move |issue| issue.project == id)
    };
    let owner = |project: &Project| project.lead.map(|lead| &world.people[lead].display_name);
    match field {
        "name" => left.name.to_lowercase().cmp(&right.name.to_lowercase()),
        "owner" => owner(left).cmp(&owner(right)),
        "category" => left.category.cmp(&right.category),
        "issueCount" => issues(left).count().cmp(&issues(right).count()),
        "lastIssueUpdatedTime" => {
            let last = |project| issues(project).map(|issue| issue.updated).max();
            last(left).cmp(&last(right))
        }
        // Nothing was ever deleted here, and archived projects have no date in this world.
        _ => Ordering::Equal,
    }
}

/// The address of a page, with the caller's other parameters.
fn page_link(caller: &Caller, parameters: &Parameters, start: usize, limit: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.others(&["startAt", "maxResults"]));
    query.append_pair("maxResults", &limit.to_string());
    query.append_pair("startAt", &start.to_string());
    caller.link(&format!("project/search?{}", query.finish()))
}
