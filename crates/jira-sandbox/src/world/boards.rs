//! Boards: which issues a board shows, and which sprints show up on it for that reason.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Issue, Project, Site, Sprint, SprintState, StatusCategory};

/// The kinds of boards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BoardKind {
    Scrum,
    Kanban,
    /// The board of a team-managed project, with or without sprints.
    Simple,
}

impl BoardKind {
    /// The word Jira uses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Scrum => "scrum",
            Self::Kanban => "kanban",
            Self::Simple => "simple",
        }
    }
}

/// A board.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Board {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: BoardKind,
    /// The project where the board is; `None` for the board of a person.
    pub(crate) project: Option<u64>,
    /// The projects which the board's filter names.
    pub(crate) filter_projects: Vec<u64>,
    /// The label which the board's filter asks for.
    pub(crate) filter_label: Option<u64>,
    pub(crate) has_sprints: bool,
    /// Whether no column of the board has a status, so that Jira cannot show it.
    pub(crate) is_broken: bool,
}

impl Board {
    /// Whether an issue passes the board's filter.
    fn matches(&self, issue: &Issue) -> bool {
        self.filter_projects.contains(&issue.project)
            && self
                .filter_label
                .is_none_or(|label| issue.labels.contains(&label))
    }
}

impl Site {
    /// The board with this id, if this person may see it.
    pub(crate) fn board(&self, id: u64, person: usize) -> Option<&Board> {
        let board = self.boards.iter().find(|board| board.id == id)?;
        self.shows_board(board, person).then_some(board)
    }

    /// Whether a person may see a board: its own project, or any project of its filter.
    pub(crate) fn shows_board(&self, board: &Board, person: usize) -> bool {
        let sees = |id: u64| {
            self.project(id)
                .is_some_and(|row| row.is_visible_to(person))
        };
        match board.project {
            Some(project) => sees(project),
            None => board.filter_projects.iter().any(|id| sees(*id)),
        }
    }

    /// The issues on a board that a person may see. Epics are no cards of a scrum board
    /// (Atlassian, "Get issues for board").
    pub(crate) fn issues_on<'a>(
        &'a self,
        board: &'a Board,
        person: usize,
    ) -> impl Iterator<Item = &'a Issue> {
        let projects: Vec<u64> = board
            .filter_projects
            .iter()
            .filter_map(|id| self.project(*id))
            .filter(|project| project.is_visible_to(person) && !project.is_archived)
            .map(|project: &Project| project.id)
            .collect();
        self.issues.values().filter(move |issue| {
            let kind = self.issue_type(issue.issue_type);
            let is_epic = kind.is_some_and(|row| row.hierarchy_level > 0);
            projects.contains(&issue.project)
                && board.matches(issue)
                && !(is_epic && board.kind == BoardKind::Scrum)
        })
    }

    /// The issues of a board's backlog: incomplete, and in no sprint that is running or to come.
    /// A board without sprints has those which nobody started (Atlassian, "Get issues for
    /// backlog").
    pub(crate) fn backlog_of<'a>(
        &'a self,
        board: &'a Board,
        person: usize,
    ) -> impl Iterator<Item = &'a Issue> {
        self.issues_on(board, person).filter(move |issue| {
            let category = self.status(issue.status).map(|row| row.category);
            let is_planned = issue
                .sprints
                .iter()
                .filter_map(|id| self.sprint(*id))
                .any(|sprint| sprint.state != SprintState::Closed);
            if board.has_sprints {
                category != Some(StatusCategory::Done) && !is_planned
            } else {
                category == Some(StatusCategory::New)
            }
        })
    }

    /// The sprints which a board shows: its own, and those of other boards whose issues pass its
    /// filter. Closed ones come first, then the running, then those to come.
    pub(crate) fn sprints_on(&self, board: &Board, person: usize) -> Vec<&Sprint> {
        let strangers: BTreeSet<u64> = self
            .issues_on(board, person)
            .flat_map(|issue| issue.sprints.iter().copied())
            .collect();
        let mut sprints: Vec<&Sprint> = self
            .sprints
            .iter()
            .filter(|sprint| sprint.board == board.id || strangers.contains(&sprint.id))
            .collect();
        sprints.sort_by_key(|sprint| (sprint.state, sprint.id));
        sprints
    }

    /// The issues of a sprint that a person may see.
    pub(crate) fn issues_in(&self, sprint: u64, person: usize) -> impl Iterator<Item = &Issue> {
        self.issues.values().filter(move |issue| {
            let project = self.project(issue.project);
            issue.sprints.contains(&sprint) && project.is_some_and(|row| row.is_visible_to(person))
        })
    }

    /// The sprint with this id, if the person may see its board or any issue in it (Atlassian,
    /// "Get sprint").
    pub(crate) fn sprint_for(&self, id: u64, person: usize) -> Option<&Sprint> {
        let sprint = self.sprint(id)?;
        let is_visible = self.board(sprint.board, person).is_some()
            || self.issues_in(id, person).next().is_some();
        is_visible.then_some(sprint)
    }
}
