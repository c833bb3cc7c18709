//! The shapes of boards.

use juncture_jira::Board;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::BoardType;

/// The boards of a project.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraBoards)]
pub(crate) struct Boards {
    /// All of them.
    pub(crate) boards: Vec<BoardView>,
    /// How many they are.
    pub(crate) total: usize,
}

/// A board.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraBoard)]
pub(crate) struct BoardView {
    /// Jira's id of it.
    pub(crate) id: u64,
    /// What people call it.
    pub(crate) name: String,
    /// What kind of board it is.
    #[serde(rename = "type")]
    #[schema(value_type = BoardType)]
    pub(crate) kind: String,
}

impl From<Board> for BoardView {
    fn from(board: Board) -> Self {
        Self {
            id: board.id,
            name: board.name,
            kind: board.kind,
        }
    }
}
