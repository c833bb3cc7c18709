//! Boards, sprints and cards as JSON.

use serde_json::{Value, json};

use super::{Fields, View};
use crate::gateway::avatar;
use crate::world::{Board, BoardKind, Issue, Sprint, SprintState};

impl View<'_> {
    /// A board; the board of a person has no location here.
    pub(in crate::rest) fn board(&self, board: &Board) -> Value {
        let mut body = json!({
            "id": board.id,
            "self": self.caller.agile_link(&format!("board/{}", board.id)),
            "name": board.name,
            "type": board.kind.word(),
        });
        if let Some(project) = board.project.and_then(|id| self.site.project(id)) {
            let name = format!("{} ({})", project.name, project.key);
            body["location"] = json!({
                "projectId": project.id,
                "displayName": name,
                "projectName": project.name,
                "projectKey": project.key,
                "projectTypeKey": project.kind,
                "avatarURI": avatar(&self.caller.origin, &project.name),
                "name": name,
            });
        }
        body
    }

    /// How a board is configured: its filter, its columns, and what it estimates by.
    pub(in crate::rest) fn board_configuration(&self, board: &Board) -> Value {
        let link = format!("board/{}/configuration", board.id);
        let mut body = json!({
            "id": board.id,
            "name": board.name,
            "type": board.kind.word(),
            "self": self.caller.agile_link(&link),
            "filter": {"id": (10_000 + board.id).to_string()},
            "columnConfig": {"columns": self.columns(board), "constraintType": "none"},
            "ranking": {"rankCustomFieldId": 10_019},
        });
        if let Some(project) = board.project.and_then(|id| self.site.project(id)) {
            body["location"] = json!({"type": "project", "projectKeyOrId": project.key});
        }
        match board.kind {
            BoardKind::Kanban => {
                body["subQuery"] =
                    json!({"query": "fixVersion in unreleasedVersions() OR fixVersion is EMPTY"});
            }
            BoardKind::Scrum | BoardKind::Simple => {
                body["estimation"] = json!({
                    "type": "field",
                    "field": {"fieldId": "customfield_10016", "displayName": "Story point estimate"},
                });
            }
        }
        body
    }

    /// One column for each status of the board's first project, and none with a status on a board
    /// that cannot be shown.
    fn columns(&self, board: &Board) -> Vec<Value> {
        let project = board.filter_projects.first();
        let statuses = project.and_then(|id| self.site.project(*id));
        statuses
            .map_or(&[][..], |project| &project.statuses)
            .iter()
            .filter_map(|id| self.site.status(*id))
            .map(|status| {
                let link = self.caller.link(&format!("status/{}", status.id));
                let mapped = json!([{"id": status.id.to_string(), "self": link}]);
                json!({
                    "name": self.named(&status.name, &status.korean),
                    "statuses": if board.is_broken { json!([]) } else { mapped },
                })
            })
            .collect()
    }

    /// A sprint as Jira Software has it.
    pub(in crate::rest) fn sprint(&self, sprint: &Sprint) -> Value {
        let mut body = sprint_facts(sprint);
        body["self"] = self
            .caller
            .agile_link(&format!("sprint/{}", sprint.id))
            .into();
        body["originBoardId"] = sprint.board.into();
        if let Some((start, _)) = sprint.dates {
            body["createdDate"] = format!("{start:.3}").into();
        }
        body
    }

    /// An issue on a board: with the sprint that it is in, and those it was in.
    pub(in crate::rest) fn card(&self, issue: &Issue, fields: &Fields) -> Value {
        let mut body = self.issue(issue, fields);
        if fields.is_id_only() {
            return body;
        }
        let link = self.caller.agile_link(&format!("issue/{}", issue.id));
        body["self"] = link.into();
        if fields.is_bare() {
            return body;
        }
        let sprints = issue.sprints.iter().filter_map(|id| self.site.sprint(*id));
        let (closed, open): (Vec<_>, Vec<_>) =
            sprints.partition(|sprint| sprint.state == SprintState::Closed);
        if fields.has_named("sprint", true) {
            let current = open.first().map(|sprint| self.sprint(sprint));
            body["fields"]["sprint"] = current.unwrap_or_default();
        }
        if fields.has_named("closedSprints", true) && !closed.is_empty() {
            let closed = closed.iter().map(|sprint| self.sprint(sprint));
            body["fields"]["closedSprints"] = closed.collect();
        }
        if fields.has_named("flagged", true) {
            body["fields"]["flagged"] = false.into();
        }
        body
    }
}

/// What every form of a sprint has: UTC times, and dates only once started.
pub(super) fn sprint_facts(sprint: &Sprint) -> Value {
    let mut body = json!({
        "id": sprint.id,
        "name": sprint.name,
        "state": sprint.state.word(),
        "goal": sprint.goal,
    });
    if let Some((start, end)) = sprint.dates {
        body["startDate"] = format!("{start:.3}").into();
        body["endDate"] = format!("{end:.3}").into();
    }
    if let Some(completed) = sprint.completed {
        body["completeDate"] = format!("{completed:.3}").into();
    }
    body
}
