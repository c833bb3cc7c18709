//! Sprints of Jira Software.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use futures_util::future::try_join;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;

use super::boards::{AGILE_PAGE_SIZE, Board};
use super::null_as_empty;
use super::offsets::List;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;
use crate::listing::Listing;
use crate::remembered::MOST_BOARDS;

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

/// A board with its sprints, or why they are not known.
pub type WithSprints = (Board, Result<Vec<Sprint>, Error>);

/// Sprints by board.
type Found = HashMap<u64, Result<Vec<Sprint>, Error>>;

impl Site<'_> {
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
    pub async fn sprints_of_boards(
        &self,
        boards: Vec<Board>,
        states: &[&str],
    ) -> Result<Vec<WithSprints>, Error> {
        let listing = self.listing();
        listing.with_sprints(boards, states, HashMap::new()).await
    }

    /// The same of the boards that concern a project ([`boards`](Site::boards)). The sprints of boards
    /// that it had when it was last asked about are read at the same time as the list of boards.
    pub async fn boards_with_sprints(
        &self,
        project_id_or_key: &str,
        states: &[&str],
    ) -> Result<Vec<WithSprints>, Error> {
        let listing = self.listing();
        let remembered = &self.client.remembered;
        let name = (self.reader(), self.id, project_id_or_key);
        let known = remembered.boards(&name).filter(|_| !self.is_quota_low());
        let early = listing.sprints_of(known.as_deref().unwrap_or_default(), states);
        let (boards, early) = try_join(self.boards(project_id_or_key), early).await?;
        let may_have = boards.iter().filter(|board| board.may_have_sprints());
        let ids: Arc<[u64]> = may_have.map(|board| board.id).collect();
        let is_kept = (1..=MOST_BOARDS).contains(&ids.len());
        remembered.note_boards(&name, is_kept.then_some(ids));
        listing.with_sprints(boards, states, early).await
    }

    /// The sprint with this id (`GET /rest/agile/1.0/sprint/{sprintId}`).
    pub async fn sprint(&self, sprint_id: u64) -> Result<Sprint, Error> {
        let call = SPRINT.call(&self.client.api_url, &[self.id, &sprint_id.to_string()])?;
        self.client.fetch(self.id, call, self.token).await
    }
}

impl Listing<'_> {
    /// Boards with their sprints, of which some have been read.
    async fn with_sprints(
        &self,
        boards: Vec<Board>,
        states: &[&str],
        mut read: Found,
    ) -> Result<Vec<WithSprints>, Error> {
        let others = boards.iter().filter(|board| board.may_have_sprints());
        let others = others.map(|board| board.id);
        let others: Vec<u64> = others.filter(|id| !read.contains_key(id)).collect();
        read.extend(self.sprints_of(&others, states).await?);
        let boards = boards.into_iter().map(|board| {
            let sprints = read.remove(&board.id);
            let sprints = sprints.filter(|_| board.may_have_sprints());
            (board, sprints.unwrap_or_else(|| Ok(Vec::new())))
        });
        Ok(boards.collect())
    }

    /// The sprints of these boards, unless they are too many.
    async fn sprints_of(&self, boards: &[u64], states: &[&str]) -> Result<Found, Error> {
        self.expect_lists(boards.len(), &OF_BOARD)?;
        let reads = boards.iter().map(|&board| {
            let read = async move {
                let sprints = self.sprints(board, states).await;
                let fault = sprints.as_ref().err().and_then(Error::list_fault);
                if fault.is_none() {
                    self.note_end_of_one();
                }
                (board, sprints)
            };
            read.boxed()
        });
        let reads: Vec<_> = reads.collect();
        let reads = stream::iter(reads).buffer_unordered(self.site.lanes());
        Ok(reads.collect().await)
    }

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
