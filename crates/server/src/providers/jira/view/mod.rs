//! Our API's shapes of Jira's things. Each is made from the wire type, once, here.

pub(super) mod boards;
pub(super) mod changelog;
pub(super) mod comments;
pub(super) mod created;
pub(super) mod edited;
pub(super) mod finding;
pub(super) mod found;
pub(super) mod issue;
pub(super) mod sprint_tickets;
pub(super) mod sprints;
mod tickets;
pub(super) mod transitions;
mod wire;
pub(super) mod words;

use std::collections::BTreeMap;

use juncture_jira::{IssueFields, Project, Sprint, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use words::{ProjectType, SprintState};

pub(crate) use tickets::{TicketView, Tickets, described, described_with, names_of, tickets_with};

/// The projects of a connection.
#[derive(Serialize, ToSchema)]
#[schema(as = JiraProjects)]
pub(crate) struct Projects {
    /// All of them, by key.
    pub(crate) projects: Vec<ProjectView>,
    /// How many they are.
    pub(crate) total: usize,
    /// The id or key given to `select-project`; null if there is none.
    #[schema(required)]
    pub(crate) selected_project_id: Option<String>,
}

/// A project, as `get-projects` shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraProject)]
pub(crate) struct ProjectView {
    /// Jira's id of it.
    id: String,
    /// The key that its tickets begin with.
    key: String,
    /// What people call it.
    name: String,
    /// Who leads it; null if nobody does or Jira does not show them.
    #[schema(required)]
    lead: Option<Lead>,
    /// What kind of project it is; null if Jira does not tell.
    #[schema(value_type = Option<ProjectType>, required)]
    project_type_key: Option<String>,
    /// The category that it is in; null if it is in none.
    #[schema(required)]
    project_category: Option<Category>,
    /// Whether only its members see it.
    is_private: bool,
    /// Whether it is archived.
    archived: bool,
    /// The address of its picture; null if it has none.
    #[schema(required)]
    avatar_url: Option<String>,
}

/// The lead of a project.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraProjectLead)]
struct Lead {
    /// The name to show.
    display_name: String,
}

/// A category of projects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JiraProjectCategory)]
struct Category {
    /// Jira's id of it.
    id: String,
    /// What people call it.
    name: String,
    /// What its projects have in common; null if nobody has said.
    #[schema(required)]
    description: Option<String>,
}

impl From<Project> for ProjectView {
    fn from(project: Project) -> Self {
        Self {
            avatar_url: project.avatar_urls.largest().map(str::to_owned),
            lead: project
                .lead
                .and_then(name_of)
                .map(|display_name| Lead { display_name }),
            project_category: project.project_category.map(|category| Category {
                id: category.id,
                name: category.name,
                description: category.description.filter(|text| !text.is_empty()),
            }),
            id: project.id,
            key: project.key,
            name: project.name,
            project_type_key: project.project_type_key,
            is_private: project.is_private,
            archived: project.archived,
        }
    }
}

/// The name of a person, where Jira tells one.
fn name_of(user: User) -> Option<String> {
    Some(user.display_name).filter(|name| !name.is_empty())
}

/// A sprint, as it stands in an issue's sprint field and as our API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JiraSprint)]
pub(crate) struct SprintView {
    /// Jira's id of it.
    pub(crate) id: u64,
    /// What people call it.
    name: String,
    /// Whether it is to come, under way or over.
    #[schema(value_type = SprintState)]
    state: String,
    /// When it began or is to begin, as Jira writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    start_date: Option<String>,
    /// When it is to end, as Jira writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    end_date: Option<String>,
    /// When it was closed, as Jira writes it; null while it is open.
    #[schema(required)]
    complete_date: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    goal: Option<String>,
}

impl SprintView {
    /// Whether it is under way.
    pub(crate) fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// The sprints in a sprint field. A field of another shape is not Jira Software's, and shows none.
    pub(crate) fn in_field(fields: &IssueFields, sprint_field: &str) -> Vec<Self> {
        let value = fields.custom.get(sprint_field);
        value
            .and_then(|value| juncture_json::decode(value.get()).ok())
            .unwrap_or_default()
    }
}

impl From<Sprint> for SprintView {
    fn from(sprint: Sprint) -> Self {
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

/// Counts the active sprints that show on issues, to tell the project's own.
#[derive(Debug, Default)]
pub(crate) struct ActiveSprints(BTreeMap<u64, (usize, SprintView)>);

impl ActiveSprints {
    /// Notes the active sprints in the sprint field of an issue.
    pub(crate) fn note(&mut self, fields: &IssueFields, sprint_field: &str) {
        let sprints = SprintView::in_field(fields, sprint_field);
        for sprint in sprints.into_iter().filter(SprintView::is_active) {
            self.0.entry(sprint.id).or_insert((0, sprint)).0 += 1;
        }
    }

    /// The one that most issues are in; of equals the oldest.
    pub(crate) fn most_used(self) -> Option<SprintView> {
        let by_use = self.0.into_values().rev().max_by_key(|(uses, _)| *uses);
        by_use.map(|(_, sprint)| sprint)
    }
}
