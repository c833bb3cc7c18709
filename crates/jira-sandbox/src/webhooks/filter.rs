//! The filter of a registration: the little of JQL that webhooks know.
//!
//! It asks one issue, and looks nothing up: a value that nobody has is not refused, and `!=` such a
//! value is true of every issue.

use serde::{Deserialize, Serialize};

use crate::world::{FieldValue, Issue, Person, Site, known_fields};

/// A filter that was accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Term {
        field: Field,
        /// In lower case.
        values: Vec<String>,
        wants_empty: bool,
        is_wanted: bool,
    },
}

/// The clauses that webhooks know.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Field {
    Key,
    Project,
    IssueType,
    Status,
    Priority,
    Assignee,
    Reporter,
    EpicName,
}

impl Field {
    /// Whatever names the value of an issue, in lower case; nothing where it is empty.
    fn names(self, issue: &Issue, site: &Site, people: &[Person]) -> Vec<String> {
        let row = |id: u64, name: &str| vec![id.to_string(), name.to_lowercase()];
        let person = |index: Option<usize>| {
            let person = index.and_then(|index| people.get(index));
            person.map(|row| vec![row.account_id.to_lowercase()])
        };
        let names = match self {
            Self::Key => Some(row(issue.id, &site.key_of(issue))),
            Self::Project => site.project(issue.project).map(|project| {
                let mut names = row(project.id, &project.name);
                names.push(project.key.to_lowercase());
                names
            }),
            Self::IssueType => site
                .issue_type(issue.issue_type)
                .map(|kind| row(kind.id, &kind.name)),
            Self::Status => site
                .status(issue.status)
                .map(|status| row(status.id, &status.name)),
            Self::Priority => issue
                .priority
                .and_then(|id| site.priority(id))
                .map(|priority| row(priority.id, &priority.name)),
            Self::Assignee => person(issue.assignee),
            Self::Reporter => person(issue.reporter),
            Self::EpicName => match issue.custom.get(&known_fields::EPIC_NAME) {
                Some(FieldValue::Text(text)) => Some(vec![text.to_lowercase()]),
                _ => None,
            },
        };
        names.unwrap_or_default()
    }
}

impl Filter {
    /// Whether an issue passes.
    pub(crate) fn accepts(&self, issue: &Issue, site: &Site, people: &[Person]) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|row| row.accepts(issue, site, people)),
            Self::Any(filters) => filters.iter().any(|row| row.accepts(issue, site, people)),
            Self::Term {
                field,
                values,
                wants_empty,
                is_wanted,
            } => {
                let names = field.names(issue, site, people);
                if names.is_empty() {
                    // As everywhere in JQL, what is empty differs from nothing.
                    return *is_wanted && *wants_empty;
                }
                names.iter().any(|name| values.contains(name)) == *is_wanted
            }
        }
    }
}
