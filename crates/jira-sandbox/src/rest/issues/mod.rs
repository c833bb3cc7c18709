//! Issues one by one: shown, created, edited, assigned, moved through their workflow, deleted.
//!
//! A write first collects what is wrong with every field and then changes all or nothing. A 409 for
//! an edit that crossed another has no cause here: a fault gives it.

mod around;
mod assign;
mod body;
mod changelog;
mod comment_body;
mod comments;
mod create;
mod create_many;
mod delete;
mod document;
mod draft;
mod edit;
mod metadata;
mod picker;
mod properties;
mod remarks;
mod show;
mod step;
mod transitions;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post, put};

use crate::gateway::{Caller, Refusal, Sentence};
use crate::sandbox::{Sandbox, State};
use crate::world::{Issue, Permission, Project};

pub(super) use body::refuse_fields;
pub(super) use comments::{EDIT as EDIT_COMMENT, may_change as may_change_comment};
pub(super) use show::show_card;

/// The routes of single issues in one version of the platform's API.
pub(super) fn routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("issue"), post(create::create))
        .route(&at("issue/picker"), get(picker::pick))
        .route(&at("issue/bulk"), post(create_many::create_many))
        .route(
            &at("issue/{id_or_key}"),
            get(show::show).put(edit::edit).delete(delete::delete),
        )
        .route(&at("issue/{id_or_key}/assignee"), put(assign::assign))
        .route(
            &at("issue/{id_or_key}/comment"),
            get(comments::list).post(comments::add),
        )
        .route(
            &at("issue/{id_or_key}/comment/{id}"),
            get(comments::show)
                .put(comments::edit)
                .delete(comments::delete),
        )
        .route(&at("issue/{id_or_key}/changelog"), get(changelog::list))
        .route(
            &at("issue/{id_or_key}/changelog/list"),
            post(changelog::pick),
        )
        .route(&at("issue/{id_or_key}/properties"), get(properties::keys))
        .route(
            &at("issue/{id_or_key}/properties/{key}"),
            get(properties::show)
                .put(properties::set)
                .delete(properties::delete),
        )
        .route(&at("issue/{id_or_key}/worklog"), get(around::worklogs))
        .route(&at("issue/{id_or_key}/votes"), get(around::votes))
        .route(&at("issue/{id_or_key}/watchers"), get(around::watchers))
        .route(
            &at("issue/{id_or_key}/transitions"),
            get(transitions::list).post(transitions::perform),
        )
        .route(
            &at("issue/{id_or_key}/editmeta"),
            get(metadata::for_editing),
        )
        .route(&at("issue/createmeta"), get(metadata::whole))
        .route(
            &at("issue/createmeta/{project}/issuetypes"),
            get(metadata::issue_types),
        )
        .route(
            &at("issue/createmeta/{project}/issuetypes/{id}"),
            get(metadata::for_creating),
        )
}

/// A visible issue with its project. An unknown and an invisible issue are refused alike; a key
/// from before a move finds the issue under its new key.
pub(super) fn find<'a>(
    caller: &Caller,
    state: &'a State,
    id_or_key: &str,
) -> Result<(&'a Issue, &'a Project), Refusal> {
    let site = &state.world.sites[caller.site];
    site.find_issue(id_or_key)
        .and_then(|issue| Some((issue, site.project(issue.project)?)))
        .filter(|(_, project)| caller.sees(project))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchIssue))
}

/// Whether the caller has this permission in a project.
fn may(caller: &Caller, state: &State, project: &Project, permission: Permission) -> bool {
    let site = &state.world.sites[caller.site];
    site.may(&state.world.people, caller.person, project, permission)
}
