//! The filter of a registration, as it is written: the little of JQL that webhooks know.
//!
//! Clauses and operators are those of "Register dynamic webhooks" (REST v3) and of Atlassian's page
//! "Webhooks".

use crate::jql::{Clause, Operand, Operator, Term, parse};
use crate::options::WebhookMatchAll;
use crate::webhooks::{Field, Filter};
use crate::world::{Language, known_fields};

/// Reads a filter, or says what is wrong with it.
pub(super) fn read_filter(jql: &str, match_all: WebhookMatchAll) -> Result<Filter, String> {
    let query = parse(jql).map_err(|sentence| sentence.say(Language::English))?;
    let clause = query.clause.ok_or("Empty JQL search not supported")?;
    if !query.sorts.is_empty() {
        return Err("The clause ORDER BY is unsupported".to_owned());
    }
    of_clause(&clause, match_all)
}

fn of_clause(clause: &Clause, match_all: WebhookMatchAll) -> Result<Filter, String> {
    let each = |clauses: &[Clause]| {
        let filters = clauses.iter();
        filters
            .map(|clause| of_clause(clause, match_all))
            .collect::<Result<Vec<_>, _>>()
    };
    match clause {
        Clause::All(clauses) => each(clauses).map(Filter::All),
        Clause::Any(clauses) => each(clauses).map(Filter::Any),
        Clause::Not(_) => Err("The operator NOT is unsupported".to_owned()),
        Clause::Term(term) => of_term(term, match_all),
    }
}

fn of_term(term: &Term, match_all: WebhookMatchAll) -> Result<Filter, String> {
    if term.field.to_lowercase().starts_with("issue.property") {
        return Err("The sandbox does not simulate issue.property here.".to_owned());
    }
    let field = field_named(&term.field);
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
    Ok(Filter::Term {
        field,
        values,
        wants_empty,
        is_wanted,
    })
}

fn field_named(name: &str) -> Option<Field> {
    Some(match name.to_lowercase().as_str() {
        "issuekey" | "key" => Field::Key,
        "project" => Field::Project,
        "issuetype" | "type" => Field::IssueType,
        "status" => Field::Status,
        "priority" => Field::Priority,
        "assignee" => Field::Assignee,
        "reporter" => Field::Reporter,
        name if name == format!("cf[{}]", known_fields::EPIC_NAME) => Field::EpicName,
        _ => return None,
    })
}
