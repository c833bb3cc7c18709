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

use axum::extract::DefaultBodyLimit;

use crate::providers::jira::Jira;
use crate::web::routes::{Routes, handled};

/// Its part of the backend API, below `/api/backend`.
pub(crate) fn backend() -> Routes<Jira> {
    let large = Routes::new()
        .handle(handled!(create_many::create_tickets, JiraWrite))
        .layer(DefaultBodyLimit::max(create_many::LARGEST_BODY));
    let documented = Routes::new()
        .handle(handled!(projects::get_projects, JiraRead))
        .alias(
            "/get-all-projects",
            handled!(projects::get_projects, JiraRead),
        )
        .handle(handled!(projects::select_project, JiraWrite))
        .handle(handled!(projects::get_selected_project, JiraRead))
        .alias(
            "/get-selected-project-id",
            handled!(projects::get_selected_project, JiraRead),
        )
        .handle(handled!(project::get_project, JiraRead))
        .handle(handled!(lists::get_issue_types, JiraRead))
        .handle(handled!(lists::get_statuses, JiraRead))
        .handle(handled!(lists::get_priorities, JiraRead))
        .handle(handled!(lists::get_resolutions, JiraRead))
        .handle(handled!(lists::get_labels, JiraRead))
        .handle(handled!(fields::get_fields, JiraRead))
        .handle(handled!(fields::get_create_fields, JiraRead))
        .handle(handled!(fields::get_edit_fields, JiraRead))
        .handle(handled!(people::search_users, JiraRead))
        .handle(handled!(people::get_assignable_users, JiraRead))
        .handle(handled!(people::get_current_user, JiraRead))
        .handle(handled!(tickets::get_tickets_for_project, JiraRead))
        .handle(handled!(search::search_issues, JiraRead))
        .handle(handled!(count::count_issues, JiraRead))
        .handle(handled!(boards::get_boards_for_project, JiraRead))
        .handle(handled!(sprints::get_all_sprints_for_project, JiraRead))
        .handle(handled!(sprints::get_active_sprints_for_project, JiraRead))
        .handle(handled!(sprint_tickets::get_tickets_for_sprint, JiraRead))
        .handle(handled!(details::get_issue_details, JiraRead))
        .alias("/get-issue", handled!(details::get_issue_details, JiraRead))
        .handle(handled!(changelog::get_changelog, JiraRead))
        .handle(handled!(edit::edit_issue, JiraWrite))
        .handle(handled!(create::create_ticket, JiraWrite))
        .handle(handled!(delete::delete_issue, JiraWrite))
        .handle(handled!(transitions::get_transitions, JiraRead))
        .handle(handled!(transitions::transition_issue, JiraWrite))
        .handle(handled!(comments::get_comments, JiraRead))
        .handle(handled!(add_comment::add_comment, JiraWrite))
        .handle(handled!(edit_comment::edit_comment, JiraWrite))
        .handle(handled!(comments::delete_comment, JiraWrite))
        .merge(large);
    // The same handlers answer under a second path, which the document tells once for all.
    let again = documented.clone().untold();
    Routes::new()
        .nest("/integration-helpers/jira", again)
        .nest("/jira", documented)
}

/// Its part of the frontend API, below `/api/frontend`.
pub(crate) fn frontend() -> Routes<Jira> {
    Routes::new()
        .handle(handled!(sites::fetch_available_sites))
        .handle(handled!(sites::create_connection))
}
