//! Boards and sprints.

use juncture_views::jira::boards as views;
use juncture_views::jira::sprint_tickets::SprintTickets;
use juncture_views::jira::sprints::{ActiveSprints, AllSprints};
use serde_json::json;

use super::Jira;
use crate::error::Error;

/// The boards of a project.
#[derive(Clone, Debug)]
pub struct Boards<'a>(pub(super) &'a Jira);

impl Boards<'_> {
    /// All boards of a project.
    pub async fn list(&self, project: Option<&str>) -> Result<views::Boards, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-boards-for-project", &takes).await
    }
}

/// The sprints of a project.
#[derive(Clone, Debug)]
pub struct Sprints<'a>(pub(super) &'a Jira);

impl Sprints<'_> {
    /// All sprints, board by board.
    pub async fn list(&self, project: Option<&str>) -> Result<AllSprints, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-all-sprints-for-project", &takes).await
    }

    /// The sprints that are under way, board by board.
    pub async fn active(&self, project: Option<&str>) -> Result<ActiveSprints, Error> {
        let takes = json!({"jira_project_id": project});
        self.0.read("get-active-sprints-for-project", &takes).await
    }

    /// The tickets of a sprint. `fields` are ids or exact names of fields to show besides, or `all`.
    pub async fn tickets(&self, sprint_id: u64, fields: &[&str]) -> Result<SprintTickets, Error> {
        let takes = json!({"sprint_id": sprint_id.to_string(), "fields": fields});
        self.0.read("get-tickets-for-sprint", &takes).await
    }
}
