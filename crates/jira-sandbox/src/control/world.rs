//! The world from outside: who and what there is.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::world::{Language, Site, World};

/// Leads browsers to the page.
pub(super) async fn to_page() -> Redirect {
    Redirect::temporary("/_sandbox/")
}

#[derive(Template)]
#[template(path = "control.html")]
struct Page {
    client_id: String,
    people: Vec<(String, String, &'static str)>,
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
    let people = world.visitors().map(|(index, person)| {
        let sites: Vec<&str> = world
            .sites_of(index)
            .map(|site| site.name.as_str())
            .collect();
        let permission = person.level.word();
        (person.display_name.clone(), sites.join(", "), permission)
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
    let people = world.visitors().map(|(index, person)| {
        let sites: Vec<&str> = world.sites_of(index).map(|site| site.cloud_id.as_str()).collect();
        json!({
            "account_id": person.account_id,
            "name": person.display_name,
            "email": person.email,
            "language": match person.language { Language::English => "en", Language::Korean => "ko" },
            "time_zone": person.time_zone,
            "site_ids": sites,
            "permission": person.level.word(),
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
    let boards: Vec<_> = site
        .boards
        .iter()
        .map(|board| {
            let own = site.sprints.iter().filter(|row| row.board == board.id);
            json!({
                "id": board.id,
                "name": board.name,
                "type": board.kind.word(),
                "project_id": board.project.map(|id| id.to_string()),
                "is_broken": board.is_broken,
                "sprint_ids": own.map(|row| row.id).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "id": site.cloud_id,
        "name": site.name,
        "url": site.url(),
        "projects": projects,
        "boards": boards,
    })
}

fn issue_count(site: &Site, project: u64) -> usize {
    let issues = site.issues.values();
    issues.filter(|issue| issue.project == project).count()
}
