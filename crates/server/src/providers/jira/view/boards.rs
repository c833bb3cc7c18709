//! The shapes of boards.

use juncture_jira::Board;
use juncture_views::jira::boards::BoardView;

use super::Of;

impl Of<Board> for BoardView {
    fn of(board: Board) -> Self {
        Self {
            id: board.id,
            name: board.name,
            kind: board.kind,
        }
    }
}
