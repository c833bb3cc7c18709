//! Sprints of Jira Software.

use std::sync::atomic::AtomicUsize;

use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;

use super::boards::{AGILE_PAGE_SIZE, Board};
use super::null_as_empty;
use super::offsets::List;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;
use crate::listing::Listing;

const SPRINT: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/agile/1.0/sprint/{sprintId}");
const OF_BOARD: Endpoint =
    Endpoint::get("/ex/jira/{cloudId}/rest/agile/1.0/board/{boardId}/sprint");

/// A sprint.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sprint {
    /// The id.
    pub id: u64,
    /// The name to show.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// `future`, `active` or `closed`.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub state: String,
    /// When it began or is to begin, as Jira writes it: RFC 3339, with `Z` or an offset. Future
    /// sprints usually have no dates.
    pub start_date: Option<String>,
    /// When it is to end, written like `start_date`.
    pub end_date: Option<String>,
    /// When it was closed, written like `start_date`.
    pub complete_date: Option<String>,
    /// When it was created, written like `start_date`.
    pub created_date: Option<String>,
    /// What it is for; empty at times.
    pub goal: Option<String>,
    /// The board that it was made on. Other boards show it as well where its issues match their
    /// filters.
    pub origin_board_id: Option<u64>,
}

impl<'a> Site<'a> {
    /// The sprints that a board shows (`GET /rest/agile/1.0/board/{boardId}/sprint`), by state
    /// (closed, active, future) and then by their place in the backlog; only those in one of
    /// these states, or all if there are none named.
    ///
    /// A board without sprints, as all kanban boards are, is refused
    /// ([`is_invalid`](Error::is_invalid)).
    pub async fn sprints(&self, board_id: u64, states: &[&str]) -> Result<Vec<Sprint>, Error> {
        self.listing().sprints(board_id, states).await
    }

    /// Boards with their sprints, each as [`sprints`](Site::sprints) gives them, in the order of the
    /// boards; kanban boards have none. Together they are one list, so that there may be no more
    /// than some hundred boards: more are [too long](Error::is_too_long) before any is read.
    pub fn sprints_of_boards(
        &self,
        boards: Vec<Board>,
        states: &'a [&'a str],
    ) -> Result<impl Stream<Item = (Board, Result<Vec<Sprint>, Error>)> + Send + use<'a>, Error>
    {
        let (listing, lanes) = (self.listing(), self.lanes());
        let may_have_sprints = |board: &Board| board.kind != "kanban";
        let with_sprints = boards.iter().filter(|board| may_have_sprints(board));
        listing.expect_lists(with_sprints.count(), &OF_BOARD)?;
        let reads = boards.into_iter().map(move |board| {
            let listing = listing.clone();
            async move {
                let sprints = if may_have_sprints(&board) {
                    let sprints = listing.sprints(board.id, states).await;
                    if !sprints
                        .as_ref()
                        .is_err_and(|error| error.list_fault().is_some())
                    {
                        listing.note_end_of_one();
                    }
                    sprints
                } else {
                    Ok(Vec::new())
                };
                (board, sprints)
            }
            .boxed()
        });
        Ok(stream::iter(reads).buffered(lanes))
    }

    /// The sprint with this id (`GET /rest/agile/1.0/sprint/{sprintId}`).
    pub async fn sprint(&self, sprint_id: u64) -> Result<Sprint, Error> {
        let call = SPRINT.call(&self.client.api_url, &[self.id, &sprint_id.to_string()])?;
        self.client.fetch(self.id, call, self.token).await
    }
}

impl Listing<'_> {
    async fn sprints(&self, board_id: u64, states: &[&str]) -> Result<Vec<Sprint>, Error> {
        let site = self.site;
        let list = List {
            listing: self.clone(),
            call: Box::new(move |start_at| {
                let mut call = OF_BOARD
                    .call(&site.client.api_url, &[site.id, &board_id.to_string()])?
                    .query("startAt", &start_at.to_string())
                    .query("maxResults", &AGILE_PAGE_SIZE.to_string());
                if !states.is_empty() {
                    call = call.query("state", &states.join(","));
                }
                Ok(call)
            }),
            page_size: AGILE_PAGE_SIZE,
            id: |sprint: &Sprint| sprint.id,
            points: AtomicUsize::new(0),
        };
        list.pages().try_concat().await
    }
}
