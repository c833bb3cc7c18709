//! The small rows that issues refer to, so that every `self` link leads somewhere.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::Value;

use super::view::View;
use crate::gateway::{Answered, Caller, Sentence, json_answer};
use crate::world::StatusCategory;

type Segments = Path<(String, String)>;

/// `GET status`: every status of the site.
pub(super) async fn statuses(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let statuses = &state.world.sites[caller.site].statuses;
    let body: Value = statuses.iter().map(|status| view.status(status)).collect();
    Ok(json_answer(&body))
}

/// `GET status/{idOrName}`
pub(super) async fn status(caller: Caller, Path((_, wanted)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let mut statuses = view.site.statuses.iter();
        let status = statuses.find(|row| row.id.to_string() == wanted || row.name == wanted)?;
        Some(view.status(status))
    })
}

/// `GET statuscategory`: the same on every site, with one that no status here has.
pub(super) async fn status_categories(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = StatusCategory::ALL.map(|row| view.status_category(row));
    let all = [view.no_category()].into_iter().chain(rows);
    Ok(json_answer(&all.collect()))
}

/// `GET statuscategory/{idOrKey}`
pub(super) async fn status_category(caller: Caller, Path((_, wanted)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        if matches!(wanted.as_str(), "1" | "undefined") {
            return Some(view.no_category());
        }
        let category = StatusCategory::ALL
            .into_iter()
            .find(|row| row.id().to_string() == wanted || row.key() == wanted)?;
        Some(view.status_category(category))
    })
}

/// `GET priority/{id}`
pub(super) async fn priority(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let priority = view.site.priority(id.parse().ok()?)?;
        Some(view.priority(priority))
    })
}

/// `GET resolution/{id}`
pub(super) async fn resolution(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let resolution = view.site.resolution(id.parse().ok()?)?;
        Some(view.resolution(resolution))
    })
}

/// `GET securitylevel/{id}`
pub(super) async fn security_level(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let id: u64 = id.parse().ok()?;
        let projects = view.site.projects.iter().filter(|row| caller.sees(row));
        let mut levels = projects.flat_map(|row| &row.security_levels);
        Some(view.security_level(levels.find(|row| row.id == id)?))
    })
}

/// `GET customFieldOption/{id}`
pub(super) async fn option(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let id: u64 = id.parse().ok()?;
        let mut fields = view.site.custom_fields.iter();
        let option = fields.find_map(|field| field.option(id))?;
        let mut body = view.option(option);
        // It is the one place where an option does not say its id.
        body.as_object_mut()?.remove("id");
        Some(body)
    })
}

/// `GET issuetype/{id}`
pub(super) async fn issue_type(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let issue_type = view.site.issue_type(id.parse().ok()?)?;
        Some(view.issue_type(issue_type))
    })
}

/// `GET projectCategory`: every category of the site, with or without projects.
pub(super) async fn categories(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let state = caller.state();
    let view = View::new(&caller, &state);
    let rows = view.site.categories.iter();
    Ok(json_answer(&rows.map(|row| view.category(row)).collect()))
}

/// `GET projectCategory/{id}`
pub(super) async fn category(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let id: u64 = id.parse().ok()?;
        let category = view.site.categories.iter().find(|row| row.id == id)?;
        Some(view.category(category))
    })
}

/// `GET component/{id}`
pub(super) async fn component(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let id: u64 = id.parse().ok()?;
        let projects = view.site.projects.iter().filter(|row| caller.sees(row));
        let mut components =
            projects.flat_map(|row| row.components.iter().map(move |own| (row, own)));
        let (project, component) = components.find(|(_, row)| row.id == id)?;
        Some(view.whole_component(project, component))
    })
}

/// `GET version/{id}`
pub(super) async fn version(caller: Caller, Path((_, id)): Segments) -> Answered {
    show(&caller, "read:jira-work", |view| {
        let id: u64 = id.parse().ok()?;
        let projects = view.site.projects.iter().filter(|row| caller.sees(row));
        let mut versions = projects.flat_map(|row| row.versions.iter().map(move |own| (row, own)));
        let (project, version) = versions.find(|(_, row)| row.id == id)?;
        Some(view.whole_version(project, version))
    })
}

/// Answers one row, or 404.
pub(super) fn show(
    caller: &Caller,
    scope: &str,
    find: impl FnOnce(&View<'_>) -> Option<Value>,
) -> Answered {
    caller.must_hold(scope)?;
    let state = caller.state();
    find(&View::new(caller, &state))
        .map(|body| json_answer(&body))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))
}
