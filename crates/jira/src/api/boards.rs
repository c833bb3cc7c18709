//! Boards of Jira Software.

use std::sync::atomic::AtomicUsize;

use futures_util::TryStreamExt as _;
use serde::Deserialize;

use super::null_as_empty;
use super::offsets::List;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const BOARDS: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/agile/1.0/board");

/// What the agile API gives at most; it clamps a larger wish.
pub(super) const AGILE_PAGE_SIZE: usize = 50;

/// A board: a view of the issues that its filter finds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Board {
    /// The id.
    pub id: u64,
    /// The name to show; empty for private boards.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// `scrum`, `kanban` (which has no sprints) or `simple` (managed by its team, with or without
    /// sprints).
    #[serde(rename = "type", default, deserialize_with = "null_as_empty")]
    pub kind: String,
    /// What the board belongs to.
    pub location: Option<BoardLocation>,
}

/// What a board belongs to: a project, or a person, whose boards say nothing about projects.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardLocation {
    /// The project's id: a number here, and a string of digits everywhere else.
    pub project_id: Option<u64>,
    /// The project's key.
    pub project_key: Option<String>,
    /// The project's name.
    pub project_name: Option<String>,
    /// `software`, `business` or `service_desk`.
    pub project_type_key: Option<String>,
    /// The name to show, such as `Editor (ED)`.
    pub display_name: Option<String>,
    /// The picture of what it belongs to; a path on the site at times.
    #[serde(rename = "avatarURI")]
    pub avatar_uri: Option<String>,
}

impl Board {
    /// Whether it may have sprints, which kanban boards have not.
    pub(super) fn may_have_sprints(&self) -> bool {
        self.kind != "kanban"
    }
}

impl Site<'_> {
    /// The boards that concern a project (`GET /rest/agile/1.0/board`): those whose filter names
    /// it, so that boards of other projects may be among them
    /// ([`location`](Board::location) tells).
    pub async fn boards(&self, project_id_or_key: &str) -> Result<Vec<Board>, Error> {
        let site = *self;
        let list = List {
            listing: self.listing(),
            call: Box::new(move |start_at| {
                Ok(BOARDS
                    .call(&site.client.api_url, &[site.id])?
                    .query("projectKeyOrId", project_id_or_key)
                    .query("startAt", &start_at.to_string())
                    .query("maxResults", &AGILE_PAGE_SIZE.to_string()))
            }),
            page_size: AGILE_PAGE_SIZE,
            id: |board: &Board| board.id,
            points: AtomicUsize::new(0),
        };
        list.pages().try_concat().await
    }
}
