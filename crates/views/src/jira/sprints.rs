//! The shapes of sprints, alone and board by board.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use super::words::{BoardType, SprintState};

/// Every sprint of a project, by board.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraAllSprints))]
pub struct AllSprints {
    /// All boards that could be read.
    pub boards: Vec<BoardSprints>,
    /// How many sprints all boards list together.
    pub total_sprints: usize,
    /// The boards that Jira itself cannot show.
    pub skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraBoardSprints))]
pub struct BoardSprints {
    /// Jira's id of the board.
    pub board_id: u64,
    /// What people call it.
    pub board_name: String,
    /// What kind of board it is.
    #[cfg_attr(feature = "openapi", schema(value_type = BoardType))]
    pub board_type: String,
    /// Closed, active and future ones; none on a board without sprints.
    pub sprints: Vec<SprintView>,
    /// Those under way.
    pub active_sprints: Vec<SprintView>,
}

/// The sprints of a project that are under way, by board.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraActiveSprints))]
pub struct ActiveSprints {
    /// All boards that could be read.
    pub boards: Vec<BoardActiveSprints>,
    /// The boards that Jira itself cannot show.
    pub skipped_boards: Vec<SkippedBoard>,
}

/// A board and its sprints under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraBoardActiveSprints))]
pub struct BoardActiveSprints {
    /// Jira's id of the board.
    pub board_id: u64,
    /// What people call it.
    pub board_name: String,
    /// What kind of board it is.
    #[cfg_attr(feature = "openapi", schema(value_type = BoardType))]
    pub board_type: String,
    /// Those under way; none on a board without sprints.
    pub active_sprints: Vec<SprintView>,
}

/// A board that Jira itself cannot show.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSkippedBoard))]
pub struct SkippedBoard {
    /// Jira's id of the board.
    pub board_id: u64,
    /// What people call it.
    pub board_name: String,
    /// Jira's reason.
    pub reason: String,
}

/// A sprint, as it stands in an issue's sprint field and as our API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = JiraSprint))]
pub struct SprintView {
    /// Jira's id of it.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// Whether it is to come, under way or over.
    #[cfg_attr(feature = "openapi", schema(value_type = SprintState))]
    pub state: String,
    /// When it began or is to begin, as Jira writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub start_date: Option<String>,
    /// When it is to end, as Jira writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub end_date: Option<String>,
    /// When it was closed, as Jira writes it; null while it is open.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub complete_date: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub goal: Option<String>,
}

impl SprintView {
    /// Whether it is under way.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }
}
