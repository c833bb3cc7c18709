//! A query taken apart, as "Parse JQL query" shows it.

use serde_json::{Value, json};

use crate::jql::{Clause, Operand, Operator, Predicate, Query, Term, encoded};

/// The structure of a query.
pub(super) fn structure(query: &Query) -> Value {
    let mut body = json!({});
    if let Some(restriction) = &query.clause {
        body["where"] = clause(restriction);
    }
    if !query.sorts.is_empty() {
        let fields = query.sorts.iter().map(|sort| {
            let mut body = json!({"field": field(&sort.field)});
            if sort.says_direction {
                body["direction"] = if sort.is_descending { "desc" } else { "asc" }.into();
            }
            body
        });
        body["orderBy"] = json!({"fields": fields.collect::<Vec<_>>()});
    }
    body
}

fn clause(own: &Clause) -> Value {
    let group =
        |operator: &str, clauses: Vec<Value>| json!({"clauses": clauses, "operator": operator});
    match own {
        Clause::All(clauses) => group("and", clauses.iter().map(clause).collect()),
        Clause::Any(clauses) => group("or", clauses.iter().map(clause).collect()),
        Clause::Not(inner) => group("not", vec![clause(inner)]),
        Clause::Term(own) => term(own),
    }
}

fn term(term: &Term) -> Value {
    let mut body = json!({
        "field": field(&term.field),
        "operator": term.operator.text(),
    });
    if term.operator != Operator::Changed {
        body["operand"] = operand(&term.operand);
    }
    if term.operator.is_about_the_past() {
        body["predicates"] = term.predicates.iter().map(predicate).collect();
    }
    body
}

fn predicate(predicate: &Predicate) -> Value {
    json!({"operator": predicate.kind.text(), "operand": operand(&predicate.operand)})
}

fn field(name: &str) -> Value {
    json!({"name": name, "encodedName": encoded(name)})
}

fn operand(own: &Operand) -> Value {
    match own {
        Operand::Value(text) => json!({"value": text, "encodedValue": encoded(text)}),
        Operand::Empty => json!({"keyword": "empty"}),
        Operand::Function(name, arguments) => json!({
            "function": name,
            "arguments": arguments,
            "encodedOperand": written(own),
        }),
        Operand::List(items) => json!({
            "values": items.iter().map(operand).collect::<Vec<_>>(),
            "encodedOperand": written(own),
        }),
    }
}

/// An operand as it can stand in a query.
fn written(operand: &Operand) -> String {
    match operand {
        Operand::Value(text) => encoded(text),
        Operand::Empty => "empty".to_owned(),
        Operand::Function(name, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(|text| encoded(text)).collect();
            format!("{}({})", encoded(name), arguments.join(", "))
        }
        Operand::List(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("({})", items.join(", "))
        }
    }
}
