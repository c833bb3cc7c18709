//! Boards: how a project's work is shown.

use juncture_views::jira::boards::{BoardView, Boards};

use crate::providers::jira::failure::{Absent, CallError, OperationError};
use crate::providers::jira::names::ProjectIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::Of as _;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:board-scope:jira-software", "read:project:jira"];

/// Every board of a project.
pub(crate) async fn boards(
    site: &JiraSite,
    project: &ProjectIdOrKey,
) -> Result<Boards, OperationError> {
    let fetched = site.ask_for_list(SCOPES, {
        let project = project.clone();
        async move |site| site.boards(project.as_str()).await
    });
    let boards = some_boards(fetched.await)?.into_iter().map(BoardView::of);
    let boards: Vec<_> = boards.collect();
    Ok(Boards {
        total: boards.len(),
        boards,
    })
}

/// What there is, or that there is none: Jira says so with an empty list, or refuses a project that
/// it does not know with a 400 or a 404, as it likes.
pub(super) fn some_boards<T>(fetched: Result<Vec<T>, CallError>) -> Result<Vec<T>, OperationError> {
    match fetched {
        Ok(boards) if !boards.is_empty() => Ok(boards),
        Ok(_) | Err(CallError::Told(_)) => Err(OperationError::Absent(Absent::Boards)),
        Err(CallError::Failed(failure)) => Err(failure.into()),
    }
}
