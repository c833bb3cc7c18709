//! The shapes of sprints, board by board.

use juncture_jira::Board;
use serde::Serialize;
use utoipa::ToSchema;

use super::SprintView;
use super::words::BoardType;

/// Every sprint of a project, by board.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraAllSprints)]
pub(crate) struct AllSprints {
    /// All boards that could be read.
    pub(crate) boards: Vec<BoardSprints>,
    /// How many sprints all boards list together.
    pub(crate) total_sprints: usize,
    /// The boards that Jira itself cannot show.
    pub(crate) skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraBoardSprints)]
pub(crate) struct BoardSprints {
    /// Jira's id of the board.
    pub(crate) board_id: u64,
    /// What people call it.
    pub(crate) board_name: String,
    /// What kind of board it is.
    #[schema(value_type = BoardType)]
    pub(crate) board_type: String,
    /// Closed, active and future ones; none on a board without sprints.
    pub(crate) sprints: Vec<SprintView>,
    /// Those under way.
    pub(crate) active_sprints: Vec<SprintView>,
}

/// The sprints of a project that are under way, by board.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraActiveSprints)]
pub(crate) struct ActiveSprints {
    /// All boards that could be read.
    pub(crate) boards: Vec<BoardActiveSprints>,
    /// The boards that Jira itself cannot show.
    pub(crate) skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints under way.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraBoardActiveSprints)]
pub(crate) struct BoardActiveSprints {
    /// Jira's id of the board.
    pub(crate) board_id: u64,
    /// What people call it.
    pub(crate) board_name: String,
    /// What kind of board it is.
    #[schema(value_type = BoardType)]
    pub(crate) board_type: String,
    /// Those under way; none on a board without sprints.
    pub(crate) active_sprints: Vec<SprintView>,
}

/// A board that Jira itself cannot show.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraSkippedBoard)]
pub(crate) struct SkippedBoard {
    /// Jira's id of the board.
    pub(crate) board_id: u64,
    /// What people call it.
    pub(crate) board_name: String,
    /// Jira's reason.
    pub(crate) reason: String,
}

impl From<(Board, Vec<SprintView>)> for BoardSprints {
    fn from((board, sprints): (Board, Vec<SprintView>)) -> Self {
        let active = sprints.iter().filter(|sprint| sprint.is_active());
        Self {
            board_id: board.id,
            board_name: board.name,
            board_type: board.kind,
            active_sprints: active.cloned().collect(),
            sprints,
        }
    }
}

impl From<(Board, Vec<SprintView>)> for BoardActiveSprints {
    fn from((board, active_sprints): (Board, Vec<SprintView>)) -> Self {
        Self {
            board_id: board.id,
            board_name: board.name,
            board_type: board.kind,
            active_sprints,
        }
    }
}
