//! Sprints: what a project's boards plan, board by board.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use juncture_jira::{Board, Error as JiraError, Site, Sprint};
use juncture_views::jira::sprints::{
    ActiveSprints, AllSprints, BoardActiveSprints, BoardSprints, SkippedBoard, SprintView,
};

use super::boards::some_boards;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &[
    "read:board-scope:jira-software",
    "read:project:jira",
    "read:sprint:jira-software",
];

/// Every sprint of a project.
pub(crate) async fn all_sprints(
    site: &JiraSite,
    project: &ProjectIdOrKey,
) -> Result<AllSprints, OperationError> {
    let (found, skipped_boards) = fetch(site, project, States::All).await?;
    let boards: Vec<_> = found.into_iter().map(BoardSprints::of).collect();
    Ok(AllSprints {
        total_sprints: boards.iter().map(|board| board.sprints.len()).sum(),
        boards,
        skipped_boards,
    })
}

/// The sprints of a project that are under way.
pub(crate) async fn active_sprints(
    site: &JiraSite,
    project: &ProjectIdOrKey,
) -> Result<ActiveSprints, OperationError> {
    let (found, skipped_boards) = fetch(site, project, States::Active).await?;
    let boards = found.into_iter().map(BoardActiveSprints::of);
    Ok(ActiveSprints {
        boards: boards.collect(),
        skipped_boards,
    })
}

/// Which sprints are asked for.
#[derive(Clone, Copy)]
enum States {
    All,
    Active,
}

impl States {
    /// In Jira's words; none means all.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Active => &["active"],
        }
    }
}

type Found = (Vec<(Board, Vec<SprintView>)>, Vec<SkippedBoard>);

/// The sprints in these states of every board of a project.
async fn fetch(
    site: &JiraSite,
    project: &ProjectIdOrKey,
    states: States,
) -> Result<Found, OperationError> {
    let fetched = site.ask_for_list(SCOPES, {
        let project = project.clone();
        async move |site| of_boards(site, &project, states).await
    });
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    for of_board in some_boards(fetched.await)? {
        match of_board {
            Ok(sprints) => found.push(sprints),
            Err(board) => skipped.push(board),
        }
    }
    Ok((found, skipped))
}

type OfBoard = Result<(Board, Vec<SprintView>), SkippedBoard>;

/// Boxed, because the compiler cannot see that a future inside a closure's is `Send`.
fn of_boards<'a>(
    site: Site<'a>,
    project: &'a ProjectIdOrKey,
    states: States,
) -> BoxFuture<'a, Result<Vec<OfBoard>, JiraError>> {
    let fetch = async move {
        let boards = site.boards_with_sprints(project.as_str(), states.words());
        let boards = boards.await?.into_iter();
        boards
            .map(|(board, sprints)| of_board(board, sprints))
            .collect()
    };
    fetch.boxed()
}

fn of_board(board: Board, sprints: Result<Vec<Sprint>, JiraError>) -> Result<OfBoard, JiraError> {
    match sprints {
        Ok(sprints) => {
            let sprints = sprints.into_iter().map(SprintView::of).collect();
            Ok(Ok((board, sprints)))
        }
        // The only 400 on this path: the board does not support sprints, in whatever words.
        Err(error) if error.is_invalid() => Ok(Ok((board, Vec::new()))),
        Err(error) if is_of_board(&error) => Ok(Err(SkippedBoard {
            reason: error
                .messages()
                .first()
                .cloned()
                .unwrap_or_else(|| error.to_string()),
            board_id: board.id,
            board_name: board.name,
        })),
        Err(error) => Err(error),
    }
}

/// Whether Jira cannot show this very board: it is gone or hidden, or Jira says in its own words why
/// it fails, as it does for a board whose columns have no status.
fn is_of_board(error: &JiraError) -> bool {
    let has_words = !error.messages().is_empty() || !error.field_errors().is_empty();
    let is_own_500 = error.status().is_some_and(|status| status == 500) && has_words;
    error.is_not_found() || error.is_forbidden() || is_own_500
}
