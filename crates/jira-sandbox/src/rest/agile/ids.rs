//! The numbers in a path of Jira Software.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::gateway::{Refusal, site_path};

/// The ids that a path names; one that it does not name is 0, which nothing has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ids {
    pub(super) board: u64,
    pub(super) sprint: u64,
}

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let instance = site_path(parts.uri.path()).to_owned();
        let unreadable = |detail: String| Refusal::Problem {
            status: StatusCode::BAD_REQUEST,
            detail,
            instance: instance.clone(),
        };
        let segments = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| unreadable("Failed to read the path".to_owned()))?;
        let mut ids = Self::default();
        for (name, text) in &segments {
            let (id, name) = match name {
                "board_id" => (&mut ids.board, "boardId"),
                "sprint_id" => (&mut ids.sprint, "sprintId"),
                _ => continue,
            };
            *id = text.parse().map_err(|_| {
                unreadable(format!("Failed to convert '{name}' with value: '{text}'"))
            })?;
        }
        Ok(ids)
    }
}
