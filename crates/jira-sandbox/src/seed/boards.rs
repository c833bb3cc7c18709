//! Boards and their sprints: one board for each software project, more for the first.

use jiff::{SignedDuration, Timestamp};

use super::projects::FIRST_ID;
use super::words::{GOALS, LABELS};
use crate::world::{Board, BoardKind, Project, Site, Sprint, SprintState};

/// The sprints of a project whose number nobody chose.
const SPRINTS: usize = 6;
/// How many sprints of a board have ids next to the board's.
const NEAR_SPRINTS: usize = 9;

/// Adds the boards and sprints of a site's software projects. `sizes` are the boards about the
/// first project and the sprints of the first of them.
pub(super) fn add_boards(
    site: &mut Site,
    site_index: usize,
    sizes: Option<(usize, usize)>,
    today: Timestamp,
) {
    let (mut boards, mut sprints) = (Vec::new(), Vec::new());
    for (index, project) in site.projects.iter().enumerate() {
        if project.kind != "software" || project.is_archived {
            continue;
        }
        // Globex's mobile team works without sprints.
        let has_sprints = !(project.is_team_managed && site_index == 1);
        let (board_count, sprint_count) = match sizes {
            Some(sizes) if index == 0 => sizes,
            _ => (1, SPRINTS),
        };
        if board_count == 0 {
            continue;
        }
        let board = own_board(project, has_sprints);
        if has_sprints {
            sprints.extend(sprints_of(&board, project, sprint_count, today));
        }
        boards.push(board);
        for number in 2..=board_count {
            let board = further_board(number, project, &site.projects);
            if board.has_sprints && board.project.is_some() && !board.is_broken {
                sprints.push(empty_sprint(&board));
            }
            boards.push(board);
        }
    }
    boards.sort_by_key(|board| board.id);
    site.boards = boards;
    site.sprints = sprints;
}

/// The id of the board that came with a project.
pub(super) fn own_board_id(project: u64) -> u64 {
    project - FIRST_ID + 1
}

/// The board that came with the project.
fn own_board(project: &Project, has_sprints: bool) -> Board {
    Board {
        id: own_board_id(project.id),
        name: format!("{} board", project.key),
        kind: if project.is_team_managed {
            BoardKind::Simple
        } else {
            BoardKind::Scrum
        },
        project: Some(project.id),
        filter_projects: vec![project.id],
        filter_label: None,
        has_sprints,
        is_broken: false,
    }
}

/// The second board is a kanban board, the third a person's, the fourth cannot be shown, and the
/// others are scrum boards of teams.
fn further_board(number: usize, project: &Project, projects: &[Project]) -> Board {
    let key = &project.key;
    let board = Board {
        id: 10_000 + number as u64,
        name: format!("{key} team {number}"),
        kind: BoardKind::Scrum,
        project: Some(project.id),
        filter_projects: vec![project.id],
        filter_label: Some((number % LABELS.len()) as u64),
        has_sprints: true,
        is_broken: false,
    };
    match number {
        2 => Board {
            name: format!("{key} kanban"),
            kind: BoardKind::Kanban,
            filter_label: None,
            has_sprints: false,
            ..board
        },
        // Its filter spans projects, so it shows the sprints of their boards, and has none itself.
        3 => Board {
            name: "Everything at once".to_owned(),
            project: None,
            filter_projects: projects.iter().map(|row| row.id).collect(),
            filter_label: None,
            ..board
        },
        4 => Board {
            name: format!("{key} board without columns"),
            is_broken: true,
            ..board
        },
        _ => board,
    }
}

/// Closed sprints, the running one, and two to come, a fortnight each.
fn sprints_of(board: &Board, project: &Project, count: usize, today: Timestamp) -> Vec<Sprint> {
    (1..=count)
        .zip(GOALS.iter().cycle())
        .map(|(number, goal)| {
            let before_last = (count - number) as u64;
            let state = match before_last {
                0 | 1 => SprintState::Future,
                2 => SprintState::Active,
                _ => SprintState::Closed,
            };
            let starts_in = -14 * (before_last.cast_signed() - 2) - 6;
            let start = today + SignedDuration::from_hours(24 * starts_in + 9);
            let end = start + SignedDuration::from_hours(24 * 14);
            let id = if number <= NEAR_SPRINTS {
                board.id * 10 + number as u64
            } else {
                1_000_000 + number as u64
            };
            Sprint {
                id,
                board: board.id,
                name: format!("{} Sprint {number}", project.key),
                goal: (*goal).to_owned(),
                state,
                dates: (state != SprintState::Future).then_some((start, end)),
                completed: (state == SprintState::Closed).then_some(end),
            }
        })
        .collect()
}

/// The sprint of a team's board, which nobody has filled.
fn empty_sprint(board: &Board) -> Sprint {
    Sprint {
        id: 2_000_000 + board.id,
        board: board.id,
        name: format!("{} Sprint 1", board.name),
        goal: String::new(),
        state: SprintState::Future,
        dates: None,
        completed: None,
    }
}
