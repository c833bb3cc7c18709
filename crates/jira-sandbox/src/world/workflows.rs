//! Workflows: the ways from one status to another, who may take them, and what they ask for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DONE, Issue, Site, StatusCategory};

/// The workflow of one or several projects.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Workflow {
    pub(crate) name: String,
    pub(crate) projects: Vec<u64>,
    pub(crate) transitions: Vec<Transition>,
}

/// A way to a status. The ids are the workflow's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) korean: String,
    pub(crate) from: Origin,
    pub(crate) to: u64,
    /// Who alone may take it.
    pub(crate) condition: Option<Condition>,
    /// The fields of its screen, if it has one.
    pub(crate) screen: Option<Vec<ScreenField>>,
    pub(crate) validator: Option<Validator>,
    pub(crate) outcome: Outcome,
}

/// Where a transition begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// Any status, the one to which it leads among them.
    Any,
    /// Any status but the one to which it leads.
    AnyOther,
    /// These.
    Only(Vec<u64>),
}

/// What must be so for a transition to be offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Condition {
    /// The caller has the issue.
    IsAssignee,
}

/// A field of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScreenField {
    pub(crate) field: String,
    pub(crate) is_required: bool,
}

/// A check of the issue that refuses a transition with the workflow's own words, in the language of
/// whoever wrote the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Validator {
    pub(crate) rule: Rule,
    pub(crate) text: String,
}

/// What a validator looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Rule {
    /// That somebody has the issue.
    HasAssignee,
}

/// What a transition does to the resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// A status that is done brings "Done", and any other none.
    ByCategory,
    /// It stays as it is, or as the screen sets it.
    Keep,
    Clear,
}

impl Transition {
    /// Whether an issue of this status stands where the transition begins.
    pub(crate) fn begins_at(&self, status: u64) -> bool {
        match &self.from {
            Origin::Any => true,
            Origin::AnyOther => status != self.to,
            Origin::Only(statuses) => statuses.contains(&status),
        }
    }

    /// Whether it leads from one status back to the same.
    pub(crate) fn is_looped(&self) -> bool {
        matches!(&self.from, Origin::Only(statuses) if statuses.contains(&self.to))
    }

    /// Whether a person fulfils its condition.
    pub(crate) fn is_open_to(&self, person: usize, issue: &Issue) -> bool {
        match self.condition {
            None => true,
            Some(Condition::IsAssignee) => issue.assignee == Some(person),
        }
    }
}

impl Validator {
    /// Whether an issue passes.
    pub(crate) fn accepts(&self, issue: &Issue) -> bool {
        match self.rule {
            Rule::HasAssignee => issue.assignee.is_some(),
        }
    }
}

impl Site {
    /// The transitions of a project.
    pub(crate) fn transitions_of(&self, project: u64) -> &[Transition] {
        let mut workflows = self.workflows.iter();
        let own = workflows.find(|workflow| workflow.projects.contains(&project));
        own.map_or(&[], |workflow| &workflow.transitions)
    }

    /// Takes an issue through a transition, with whatever else was changed on its screen.
    pub(crate) fn transition(
        &mut self,
        id: u64,
        transition: &Transition,
        by: usize,
        now: Timestamp,
        change: impl FnOnce(&mut Issue),
    ) {
        let category = self.status(transition.to).map(|row| row.category);
        let is_done = category == Some(StatusCategory::Done);
        self.write(id, by, now, |issue| {
            change(issue);
            issue.status = transition.to;
            issue.resolution = match transition.outcome {
                Outcome::ByCategory if is_done => issue.resolution.or(Some(DONE)),
                Outcome::ByCategory | Outcome::Clear => None,
                Outcome::Keep => issue.resolution,
            };
        });
    }
}
