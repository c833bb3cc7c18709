//! The Jira Software endpoints: boards, sprints, and the issues on them.
//!
//! They take granular scopes only. The issue lists come twice: by page token under
//! `rest/software/1.0`, and the deprecated ones by offset under `rest/agile/1.0`.

mod boards;
mod ids;
mod lists;
mod sprints;

use axum::Router;
use axum::routing::get;

use super::issues;
use crate::sandbox::Sandbox;

/// The routes of Jira Software.
pub(super) fn routes() -> Router<Sandbox> {
    let agile = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/agile/1.0/{tail}");
    let software = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/software/1.0/{tail}");
    Router::new()
        .route(&agile("board"), get(boards::list))
        .route(&agile("board/{board_id}"), get(boards::show))
        .route(
            &agile("board/{board_id}/configuration"),
            get(boards::configuration),
        )
        .route(&agile("board/{board_id}/sprint"), get(sprints::list))
        .route(&agile("sprint/{sprint_id}"), get(sprints::show))
        .route(&agile("issue/{id_or_key}"), get(issues::show_card))
        .route(&agile("board/{board_id}/issue"), get(lists::old_of_board))
        .route(
            &agile("board/{board_id}/backlog"),
            get(lists::old_of_backlog),
        )
        .route(
            &agile("board/{board_id}/sprint/{sprint_id}/issue"),
            get(lists::old_of_board_sprint),
        )
        .route(
            &agile("sprint/{sprint_id}/issue"),
            get(lists::old_of_sprint),
        )
        .route(&software("board/{board_id}/issue"), get(lists::of_board))
        .route(
            &software("board/{board_id}/issue/approximate-count"),
            get(lists::count_of_board),
        )
        .route(
            &software("board/{board_id}/backlog"),
            get(lists::of_backlog),
        )
        .route(
            &software("board/{board_id}/sprint/{sprint_id}/issue"),
            get(lists::of_board_sprint),
        )
        .route(&software("sprint/{sprint_id}/issue"), get(lists::of_sprint))
}
