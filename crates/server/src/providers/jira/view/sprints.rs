//! The shapes of sprints, alone and board by board.

use juncture_jira::{Board, IssueFields, Sprint};
use juncture_views::jira::sprints::{BoardActiveSprints, BoardSprints, SprintView};

use super::Of;

/// The sprints in a sprint field. A field of another shape is not Jira Software's, and shows none.
pub(crate) fn in_field(fields: &IssueFields, sprint_field: &str) -> Vec<SprintView> {
    let value = fields.custom.get(sprint_field);
    value
        .and_then(|value| juncture_json::decode(value.get()).ok())
        .unwrap_or_default()
}

impl Of<Sprint> for SprintView {
    fn of(sprint: Sprint) -> Self {
        Self {
            id: sprint.id,
            name: sprint.name,
            state: sprint.state,
            start_date: sprint.start_date,
            end_date: sprint.end_date,
            complete_date: sprint.complete_date,
            goal: sprint.goal,
        }
    }
}

impl Of<(Board, Vec<SprintView>)> for BoardSprints {
    fn of((board, sprints): (Board, Vec<SprintView>)) -> Self {
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

impl Of<(Board, Vec<SprintView>)> for BoardActiveSprints {
    fn of((board, active_sprints): (Board, Vec<SprintView>)) -> Self {
        Self {
            board_id: board.id,
            board_name: board.name,
            board_type: board.kind,
            active_sprints,
        }
    }
}
