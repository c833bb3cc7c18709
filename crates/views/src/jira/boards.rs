//! The shapes of boards.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use super::words::BoardType;

/// The boards of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraBoards))]
pub struct Boards {
    /// All of them.
    pub boards: Vec<BoardView>,
    /// How many they are.
    pub total: usize,
}

/// A board.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraBoard))]
pub struct BoardView {
    /// Jira's id of it.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// What kind of board it is.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = BoardType))]
    pub kind: String,
}
