//! Jira's part of the API: every route, in the order of the documentation.

mod add_comment;
mod boards;
mod boolean;
mod caller;
mod changelog;
mod comments;
mod count;
mod create;
mod create_many;
mod delete;
mod details;
mod edit;
mod edit_comment;
mod fields;
mod given;
mod list;
mod lists;
mod lost;
mod people;
mod project;
mod projects;
mod rich_text;
mod search;
mod sentences;
pub(crate) mod sites;
mod sprint_tickets;
mod sprints;
mod subject;
mod tickets;
mod transitions;
mod wanted;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::providers::jira::Jira;
use crate::web::routes::{Routes, handled};

/// Its part of the backend API, below `/api/backend`.
pub(crate) fn backend() -> Routes<Jira> {
    let large = Routes::new()
        .handle(handled!(create_many::create_tickets))
        .layer(DefaultBodyLimit::max(create_many::LARGEST_BODY));
    let documented = Routes::new()
        .handle(handled!(projects::get_projects))
        .route("/get-all-projects", get(projects::get_projects))
        .handle(handled!(projects::select_project))
        .handle(handled!(projects::get_selected_project))
        .route(
            "/get-selected-project-id",
            get(projects::get_selected_project),
        )
        .handle(handled!(project::get_project))
        .handle(handled!(lists::get_issue_types))
        .handle(handled!(lists::get_statuses))
        .handle(handled!(lists::get_priorities))
        .handle(handled!(lists::get_resolutions))
        .handle(handled!(lists::get_labels))
        .handle(handled!(fields::get_fields))
        .handle(handled!(fields::get_create_fields))
        .handle(handled!(fields::get_edit_fields))
        .handle(handled!(people::search_users))
        .handle(handled!(people::get_assignable_users))
        .handle(handled!(people::get_current_user))
        .handle(handled!(tickets::get_tickets_for_project))
        .handle(handled!(search::search_issues))
        .handle(handled!(count::count_issues))
        .handle(handled!(boards::get_boards_for_project))
        .handle(handled!(sprints::get_all_sprints_for_project))
        .handle(handled!(sprints::get_active_sprints_for_project))
        .handle(handled!(sprint_tickets::get_tickets_for_sprint))
        .handle(handled!(details::get_issue_details))
        .route("/get-issue", get(details::get_issue_details))
        .handle(handled!(changelog::get_changelog))
        .handle(handled!(edit::edit_issue))
        .handle(handled!(create::create_ticket))
        .handle(handled!(delete::delete_issue))
        .handle(handled!(transitions::get_transitions))
        .handle(handled!(transitions::transition_issue))
        .handle(handled!(comments::get_comments))
        .handle(handled!(add_comment::add_comment))
        .handle(handled!(edit_comment::edit_comment))
        .handle(handled!(comments::delete_comment))
        .merge(large);
    // The same handlers answer under a second path, which the document tells once for all.
    let again = documented.clone().into_router();
    let again = Router::new().nest("/integration-helpers/jira", again);
    Routes::from(again).nest("/jira", documented)
}

/// Its part of the frontend API, below `/api/frontend`.
pub(crate) fn frontend() -> Routes<Jira> {
    Routes::new()
        .handle(handled!(sites::fetch_available_sites))
        .handle(handled!(sites::create_connection))
}
