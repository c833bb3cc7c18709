//! The world from outside: who and what there is, and changes that no API call made.

use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use fastrand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::Sandbox;
use crate::seed::draw_issue;
use crate::world::{Language, Site, World};

/// Leads browsers to the page.
pub(super) async fn to_page() -> Redirect {
    Redirect::temporary("/_sandbox/")
}

#[derive(Template)]
#[template(path = "control.html")]
struct Page {
    client_id: String,
    people: Vec<(String, String)>,
    sites: Vec<SiteRow>,
}

struct SiteRow {
    name: String,
    cloud_id: String,
    projects: Vec<(String, String, usize)>,
}

/// `GET /_sandbox/`: the explanation.
pub(super) async fn page(State(sandbox): State<Sandbox>) -> Response {
    let state = sandbox.state();
    let world = &state.world;
    let people = world.people.iter().enumerate().map(|(index, person)| {
        let sites: Vec<&str> = world
            .sites_of(index)
            .map(|site| site.name.as_str())
            .collect();
        (person.display_name.clone(), sites.join(", "))
    });
    let sites = world.sites.iter().map(|site| SiteRow {
        name: site.name.clone(),
        cloud_id: site.cloud_id.clone(),
        projects: site
            .projects
            .iter()
            .map(|project| {
                (
                    project.key.clone(),
                    project.name.clone(),
                    issue_count(site, project.id),
                )
            })
            .collect(),
    });
    let page = Page {
        client_id: sandbox.options().client_id.clone(),
        people: people.collect(),
        sites: sites.collect(),
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `GET /_sandbox/world`: everything a headless client needs to choose.
pub(super) async fn show(State(sandbox): State<Sandbox>) -> Json<Value> {
    let state = sandbox.state();
    let world = &state.world;
    let sites: Vec<_> = world
        .sites
        .iter()
        .map(|site| show_site(site, world))
        .collect();
    let people = world.people.iter().enumerate().map(|(index, person)| {
        let sites: Vec<&str> = world.sites_of(index).map(|site| site.cloud_id.as_str()).collect();
        json!({
            "account_id": person.account_id,
            "name": person.display_name,
            "email": person.email,
            "language": match person.language { Language::English => "en", Language::Korean => "ko" },
            "time_zone": person.time_zone,
            "site_ids": sites,
        })
    });
    Json(json!({"users": people.collect::<Vec<_>>(), "sites": sites}))
}

fn show_site(site: &Site, world: &World) -> Value {
    let projects: Vec<_> = site
        .projects
        .iter()
        .map(|project| {
            json!({
                "id": project.id.to_string(),
                "key": project.key,
                "name": project.name,
                "issues": issue_count(site, project.id),
                "is_private": project.visible_to.is_some(),
                "is_archived": project.is_archived,
                "is_team_managed": project.is_team_managed,
                "lead": project.lead.map(|index| &world.people[index].display_name),
            })
        })
        .collect();
    json!({"id": site.cloud_id, "name": site.name, "url": site.url(), "projects": projects})
}

fn issue_count(site: &Site, project: u64) -> usize {
    let issues = site.issues.values();
    issues.filter(|issue| issue.project == project).count()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    site_id: String,
    /// The key of the project that gets the new issues.
    project: Option<String>,
    #[serde(default)]
    add: usize,
    /// Keys or ids.
    #[serde(default)]
    delete: Vec<String>,
}

/// `POST /_sandbox/issues`: adds and deletes issues behind the API's back.
pub(super) async fn change_issues(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Value>, Wrong> {
    let changes: Changes = read(&body)?;
    let mut state = sandbox.state();
    let now = state.clock.now();
    let index = state.world.find_site(&changes.site_id);
    let index = index.ok_or_else(|| Wrong::unknown("There is no site with this site_id."))?;
    let site = &mut state.world.sites[index];

    let project = changes
        .project
        .as_deref()
        .and_then(|key| site.project_by_key(key));
    let project = project.map(|row| row.id);
    let mut added = Vec::new();
    if changes.add > 0 {
        let project =
            project.ok_or_else(|| Wrong::unknown("There is no project with this key."))?;
        let mut rng = Rng::with_seed(site.next_issue_id);
        for offset in 0..changes.add {
            let issue = draw_issue(site, project, offset, now, now, &mut rng);
            let id = site.add_issue(issue);
            added.push(site.key_of(&site.issues[&id]));
        }
    }
    let mut deleted = Vec::new();
    for name in &changes.delete {
        let found = site
            .find_issue(name)
            .map(|issue| (issue.id, site.key_of(issue)));
        let (id, key) =
            found.ok_or_else(|| Wrong::unknown(format!("There is no issue {name}.")))?;
        site.delete_issue(id);
        deleted.push(key);
    }
    Ok(Json(json!({"added": added, "deleted": deleted})))
}
