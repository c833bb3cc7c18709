//! Gives the names in a query their meaning on one site for one caller.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::dates::{read_date, read_function};
use super::order::{SortField, SortKey};
use super::run::{DateField, Search, Test};
use super::values::RowField;
use super::{Clause, Operand, Operator, Query, Term};
use crate::gateway::Sentence;
use crate::world::{Issue, Language, Person, Project, Site};

/// Who asks, where and when.
pub(crate) struct Asker<'a> {
    pub(crate) site: &'a Site,
    pub(crate) people: &'a [Person],
    pub(crate) person: usize,
    pub(crate) language: Language,
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) includes_archived: bool,
}

impl Asker<'_> {
    /// The projects whose issues this search may find.
    pub(super) fn projects(&self) -> impl Iterator<Item = &Project> {
        self.site
            .projects
            .iter()
            .filter(|row| row.is_visible_to(self.person))
    }

    /// The issue of a visible project with this id or key.
    pub(super) fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        let issue = self.site.find_issue(id_or_key)?;
        let project = self.site.project(issue.project)?;
        project.is_visible_to(self.person).then_some(issue)
    }
}

/// The search a query means, or every name in it that means nothing.
pub(crate) fn resolve(query: &Query, asker: &Asker<'_>) -> Result<Search, Vec<Sentence>> {
    let mut errors = Vec::new();
    let test = match &query.clause {
        Some(clause) => clause_test(clause, false, asker, &mut errors),
        None => Test::All(Vec::new()),
    };
    let mut order = Vec::new();
    for sort in &query.sorts {
        match SortField::named(&sort.field) {
            Some(field) => order.push(SortKey {
                field,
                is_descending: sort.is_descending,
            }),
            None if is_known(&sort.field) => errors.push(Sentence::BadSort(sort.field.clone())),
            None => errors.push(Sentence::UnknownField(sort.field.clone())),
        }
    }
    if errors.is_empty() {
        let projects = asker
            .projects()
            .filter(|row| asker.includes_archived || !row.is_archived)
            .map(|row| row.id)
            .collect();
        Ok(Search {
            projects,
            within: None,
            test,
            order,
        })
    } else {
        Err(errors)
    }
}

fn is_known(field: &str) -> bool {
    RowField::named(field).is_some()
}

fn clause_test(
    clause: &Clause,
    is_negated: bool,
    asker: &Asker<'_>,
    errors: &mut Vec<Sentence>,
) -> Test {
    let mut each = |clauses: &[Clause]| {
        clauses
            .iter()
            .map(|inner| clause_test(inner, is_negated, asker, errors))
            .collect()
    };
    match (clause, is_negated) {
        (Clause::All(clauses), false) | (Clause::Any(clauses), true) => Test::All(each(clauses)),
        (Clause::Any(clauses), false) | (Clause::All(clauses), true) => Test::Any(each(clauses)),
        (Clause::Not(inner), _) => clause_test(inner, !is_negated, asker, errors),
        (Clause::Term(term), _) => {
            let operator = if is_negated {
                term.operator.negated()
            } else {
                term.operator
            };
            term_test(term, operator, asker).unwrap_or_else(|mut found| {
                errors.append(&mut found);
                Test::Any(Vec::new())
            })
        }
    }
}

fn term_test(term: &Term, operator: Operator, asker: &Asker<'_>) -> Result<Test, Vec<Sentence>> {
    let unsupported = || {
        vec![Sentence::BadOperator {
            operator: operator.text().to_owned(),
            field: term.field.clone(),
        }]
    };
    if let Some(field) = RowField::named(&term.field) {
        return row_test(field, term, operator, asker, unsupported);
    }
    match term.field.to_lowercase().as_str() {
        "created" | "createddate" => date_test(DateField::Created, term, operator, asker),
        "updated" | "updateddate" => date_test(DateField::Updated, term, operator, asker),
        "key" | "issuekey" | "id" | "issue" => key_test(term, operator, asker),
        "summary" => match (operator, &term.operand) {
            (Operator::Contains, Operand::Value(text)) => Ok(Test::summary(text, true)),
            (Operator::DoesNotContain, Operand::Value(text)) => Ok(Test::summary(text, false)),
            // Every issue has a summary.
            (Operator::Is, Operand::Empty) => Ok(Test::Any(Vec::new())),
            (Operator::IsNot, Operand::Empty) => Ok(Test::All(Vec::new())),
            _ => Err(unsupported()),
        },
        _ => Err(vec![Sentence::UnknownField(term.field.clone())]),
    }
}

fn row_test(
    field: RowField,
    term: &Term,
    operator: Operator,
    asker: &Asker<'_>,
    unsupported: impl Fn() -> Vec<Sentence>,
) -> Result<Test, Vec<Sentence>> {
    let is_wanted = match operator {
        Operator::Equals | Operator::In | Operator::Is => true,
        Operator::NotEquals | Operator::NotIn | Operator::IsNot => false,
        _ => return Err(unsupported()),
    };
    let (mut ids, mut wants_empty, mut errors) = (Vec::new(), false, Vec::new());
    for item in items(&term.operand) {
        match item {
            Operand::Empty => wants_empty = true,
            Operand::Value(value) => {
                let found = field.ids(value, asker);
                // A label or a parent that nobody uses is no mistake, only rare.
                if found.is_empty() && field != RowField::Labels {
                    errors.push(unknown(field, value, &term.field));
                }
                ids.extend(found);
            }
            Operand::Function(name, _) => match field.ids_of_function(name, asker) {
                Some(found) => ids.extend(found),
                None => errors.push(Sentence::UnknownFunction(name.clone())),
            },
            Operand::List(_) => return Err(unsupported()),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Test::Row {
        field,
        ids,
        wants_empty,
        is_wanted,
    })
}

fn unknown(kind: RowField, value: &str, field: &str) -> Sentence {
    let field = field.to_owned();
    let is_id = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if kind == RowField::Parent {
        Sentence::UnknownIssue {
            key: value.to_owned(),
            field,
        }
    } else if is_id {
        Sentence::UnknownId {
            id: value.to_owned(),
            field,
        }
    } else {
        Sentence::UnknownValue {
            value: value.to_owned(),
            field,
        }
    }
}

fn date_test(
    field: DateField,
    term: &Term,
    operator: Operator,
    asker: &Asker<'_>,
) -> Result<Test, Vec<Sentence>> {
    let is_in = matches!(operator, Operator::In | Operator::NotIn);
    let mut tests = Vec::new();
    for item in items(&term.operand) {
        let instant = match item {
            Operand::Value(value) => {
                read_date(value, asker.now, &asker.zone).ok_or_else(|| Sentence::BadDate {
                    value: value.clone(),
                    field: term.field.clone(),
                })
            }
            Operand::Function(name, _) => read_function(name, asker.now, &asker.zone)
                .ok_or_else(|| Sentence::UnknownFunction(name.clone())),
            // Every issue was created and updated.
            Operand::Empty => {
                let is_none = matches!(operator, Operator::Is | Operator::Equals | Operator::In);
                tests.push(if is_none {
                    Test::Any(Vec::new())
                } else {
                    Test::All(Vec::new())
                });
                continue;
            }
            Operand::List(_) => Err(Sentence::BadOperator {
                operator: operator.text().to_owned(),
                field: term.field.clone(),
            }),
        };
        let each = match operator {
            Operator::In => Operator::Equals,
            Operator::NotIn => Operator::NotEquals,
            Operator::Contains | Operator::DoesNotContain => {
                return Err(vec![Sentence::BadOperator {
                    operator: operator.text().to_owned(),
                    field: term.field.clone(),
                }]);
            }
            other => other,
        };
        tests.push(Test::Date(
            field,
            each,
            instant.map_err(|error| vec![error])?,
        ));
    }
    Ok(if is_in && operator == Operator::In {
        Test::Any(tests)
    } else {
        Test::All(tests)
    })
}

/// Keys and ids name issues; a name without an issue is a mistake, also as a bound of a range.
fn key_test(term: &Term, operator: Operator, asker: &Asker<'_>) -> Result<Test, Vec<Sentence>> {
    let (mut ids, mut errors) = (Vec::new(), Vec::new());
    for item in items(&term.operand) {
        let Operand::Value(value) = item else {
            return Err(vec![Sentence::BadOperator {
                operator: operator.text().to_owned(),
                field: term.field.clone(),
            }]);
        };
        match asker.find_issue(value) {
            Some(issue) => ids.push((issue.project, issue.number)),
            None => errors.push(Sentence::UnknownIssue {
                key: value.clone(),
                field: term.field.clone(),
            }),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(match operator {
        Operator::Equals | Operator::In => Test::Keys(ids, true),
        Operator::NotEquals | Operator::NotIn => Test::Keys(ids, false),
        Operator::Contains | Operator::DoesNotContain | Operator::Is | Operator::IsNot => {
            return Err(vec![Sentence::BadOperator {
                operator: operator.text().to_owned(),
                field: term.field.clone(),
            }]);
        }
        _ => Test::KeyRange(operator, ids[0]),
    })
}

fn items(operand: &Operand) -> &[Operand] {
    match operand {
        Operand::List(items) => items,
        single => std::slice::from_ref(single),
    }
}
