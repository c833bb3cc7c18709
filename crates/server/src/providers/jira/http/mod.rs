//! Jira's part of the API: every route, in the order of the documentation.

mod add_comment;
mod boards;
mod boolean;
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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::providers::jira::Jira;

/// Its part of the backend API, below `/api/backend`.
pub(crate) fn backend() -> OpenApiRouter<Jira> {
    let large = OpenApiRouter::new()
        .routes(routes!(create_many::create_tickets))
        .layer(DefaultBodyLimit::max(create_many::LARGEST_BODY));
    let documented = OpenApiRouter::new()
        .routes(routes!(projects::get_projects))
        .route("/get-all-projects", get(projects::get_projects))
        .routes(routes!(projects::select_project))
        .routes(routes!(projects::get_selected_project))
        .route(
            "/get-selected-project-id",
            get(projects::get_selected_project),
        )
        .routes(routes!(project::get_project))
        .routes(routes!(lists::get_issue_types))
        .routes(routes!(lists::get_statuses))
        .routes(routes!(lists::get_priorities))
        .routes(routes!(lists::get_resolutions))
        .routes(routes!(lists::get_labels))
        .routes(routes!(fields::get_fields))
        .routes(routes!(fields::get_create_fields))
        .routes(routes!(fields::get_edit_fields))
        .routes(routes!(people::search_users))
        .routes(routes!(people::get_assignable_users))
        .routes(routes!(people::get_current_user))
        .routes(routes!(tickets::get_tickets_for_project))
        .routes(routes!(search::search_issues))
        .routes(routes!(count::count_issues))
        .routes(routes!(boards::get_boards_for_project))
        .routes(routes!(sprints::get_all_sprints_for_project))
        .routes(routes!(sprints::get_active_sprints_for_project))
        .routes(routes!(sprint_tickets::get_tickets_for_sprint))
        .routes(routes!(details::get_issue_details))
        .route("/get-issue", get(details::get_issue_details))
        .routes(routes!(changelog::get_changelog))
        .routes(routes!(edit::edit_issue))
        .routes(routes!(create::create_ticket))
        .routes(routes!(delete::delete_issue))
        .routes(routes!(transitions::get_transitions))
        .routes(routes!(transitions::transition_issue))
        .routes(routes!(comments::get_comments))
        .routes(routes!(add_comment::add_comment))
        .routes(routes!(edit_comment::edit_comment))
        .routes(routes!(comments::delete_comment))
        .merge(large);
    // The same handlers answer under a second path, which the document tells once for all.
    let (again, _) = documented.clone().split_for_parts();
    let again = Router::new().nest("/integration-helpers/jira", again);
    OpenApiRouter::from(again).nest("/jira", documented)
}

/// Its part of the frontend API, below `/api/frontend`.
pub(crate) fn frontend() -> OpenApiRouter<Jira> {
    OpenApiRouter::new()
        .routes(routes!(sites::fetch_available_sites))
        .routes(routes!(sites::create_connection))
}
