//! The filter of a registration: the little of JQL that webhooks know.
//!
//! It asks one issue, and looks nothing up: a value that nobody has is not refused, and `!=` such a
//! value is true of every issue. Clauses and operators are those of "Register dynamic webhooks"
//! (REST v3) and of Atlassian's page "Webhooks".

use serde::{Deserialize, Serialize};

use crate::jql::{Clause, Operand, Operator, Term, parse};
use crate::options::WebhookMatchAll;
use crate::world::{FieldValue, Issue, Language, Person, Site, known_fields};

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
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "issuekey" | "key" => Self::Key,
            "project" => Self::Project,
            "issuetype" | "type" => Self::IssueType,
            "status" => Self::Status,
            "priority" => Self::Priority,
            "assignee" => Self::Assignee,
            "reporter" => Self::Reporter,
            name if name == format!("cf[{}]", known_fields::EPIC_NAME) => Self::EpicName,
            _ => return None,
        })
    }

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
    /// Reads a filter, or says what is wrong with it.
    pub(crate) fn read(jql: &str, match_all: WebhookMatchAll) -> Result<Self, String> {
        let query = parse(jql).map_err(|sentence| sentence.say(Language::English))?;
        let clause = query.clause.ok_or("Empty JQL search not supported")?;
        if !query.sorts.is_empty() {
            return Err("The clause ORDER BY is unsupported".to_owned());
        }
        Self::of_clause(&clause, match_all)
    }

    fn of_clause(clause: &Clause, match_all: WebhookMatchAll) -> Result<Self, String> {
        let each = |clauses: &[Clause]| {
            let filters = clauses.iter();
            filters
                .map(|clause| Self::of_clause(clause, match_all))
                .collect::<Result<Vec<_>, _>>()
        };
        match clause {
            Clause::All(clauses) => each(clauses).map(Self::All),
            Clause::Any(clauses) => each(clauses).map(Self::Any),
            Clause::Not(_) => Err("The operator NOT is unsupported".to_owned()),
            Clause::Term(term) => Self::of_term(term, match_all),
        }
    }

    fn of_term(term: &Term, match_all: WebhookMatchAll) -> Result<Self, String> {
        if term.field.to_lowercase().starts_with("issue.property") {
            return Err("The sandbox does not simulate issue.property here.".to_owned());
        }
        let field = Field::named(&term.field);
        let field = field.ok_or_else(|| format!("The clause {} is unsupported", term.field))?;
        let is_wanted = match term.operator {
            Operator::Equals | Operator::In => true,
            Operator::NotEquals | Operator::NotIn => false,
            other => return Err(format!("The operator {} is unsupported", other.text())),
        };
        let mut values = Vec::new();
        let mut wants_empty = false;
        let items = match &term.operand {
            Operand::List(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        for item in items {
            match item {
                Operand::Value(text) => values.push(text.to_lowercase()),
                Operand::Empty if match_all == WebhookMatchAll::Empty => wants_empty = true,
                Operand::Empty => return Err("The operand EMPTY is unsupported".to_owned()),
                Operand::Function(..) | Operand::List(_) => {
                    return Err(format!("The operand {item} is unsupported"));
                }
            }
        }
        Ok(Self::Term {
            field,
            values,
            wants_empty,
            is_wanted,
        })
    }

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
