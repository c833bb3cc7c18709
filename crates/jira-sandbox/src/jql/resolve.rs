//! Gives the names in a query their meaning on one site for one caller.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::custom::{self, Place};
use super::dates::{read_date, read_function};
use super::functions::is_list_function;
use super::history::Past;
use super::order::{SortField, SortKey};
use super::run::{DateField, NumberField, Search, Test};
use super::text::{TextField, Words};
use super::values::RowField;
use super::{Clause, Operand, Operator, Query, Term, gaps};
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
    /// Whether a date may be a number of milliseconds.
    pub(crate) reads_millis: bool,
}

impl Asker<'_> {
    /// The projects whose issues this search may find.
    pub(super) fn projects(&self) -> impl Iterator<Item = &Project> {
        self.site
            .projects
            .iter()
            .filter(|row| row.is_visible_to(self.person))
    }

    /// The instant that a text means where a date is wanted.
    fn read_date(&self, text: &str) -> Option<Timestamp> {
        let date = read_date(text, self.now, &self.zone);
        date.or_else(|| {
            let millis = text.parse().ok().filter(|_| self.reads_millis)?;
            Timestamp::from_millisecond(millis).ok()
        })
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
    let order = read_order(query, asker, &mut errors);
    if errors.is_empty() {
        let projects = asker
            .projects()
            .filter(|row| asker.includes_archived || !row.is_archived)
            .map(|row| row.id)
            .collect();
        Ok(Search {
            projects,
            within: None,
            lag: None,
            test,
            reader: asker.person,
            order,
        })
    } else {
        Err(errors)
    }
}

/// The fields of an order that nobody knows, and that a search leaves out.
pub(crate) fn unknown_sorts<'a>(
    query: &'a Query,
    asker: &'a Asker<'_>,
) -> impl Iterator<Item = &'a str> {
    let fields = query.sorts.iter().map(|sort| sort.field.as_str());
    fields.filter(|field| {
        let is_known = SortField::named(field).is_some() || is_simulated(field);
        let is_custom = || custom::fields(field, asker).next().is_some();
        !is_known && !gaps::has_field(field) && !is_custom()
    })
}

/// The fields to sort by. Jira leaves out one that nobody knows, and finds all the same.
fn read_order(query: &Query, asker: &Asker<'_>, errors: &mut Vec<Sentence>) -> Vec<SortKey> {
    let mut order = Vec::new();
    for sort in &query.sorts {
        let custom = || {
            custom::fields(&sort.field, asker)
                .next()
                .map(|field| field.id)
        };
        let field = SortField::named(&sort.field).or_else(|| custom().map(SortField::Custom));
        match field {
            Some(field) => order.push(SortKey {
                field,
                is_descending: sort.is_descending,
            }),
            None if gaps::has_field(&sort.field) || is_simulated(&sort.field) => {
                let what = format!("sorting by '{}'", sort.field);
                errors.push(Sentence::NotSimulated(what));
            }
            None => (),
        }
    }
    order
}

/// Whether a restriction may name this field, beside custom ones.
pub(super) fn is_simulated(field: &str) -> bool {
    RowField::named(field).is_some()
        || DateField::named(field).is_some()
        || TextField::named(field).is_some()
        || NumberField::named(field).is_some()
        || is_key(field)
}

/// Whether a function may stand in some restriction.
pub(super) fn is_simulated_function(name: &str) -> bool {
    is_list_function(name).is_some()
}

/// Whether a field names issues by their keys or ids.
pub(super) fn is_key(field: &str) -> bool {
    let field = field.to_lowercase();
    let names = ["key", "issuekey", "id", "issue", "workitem", "workitemkey"];
    names.contains(&field.as_str())
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
    let places = if is_simulated(&term.field) {
        Vec::new()
    } else {
        custom::places(&term.field, asker)
    };
    check_gaps(term, &places)?;
    if !is_simulated(&term.field) && places.is_empty() {
        return Err(vec![Sentence::UnknownField(term.field.clone())]);
    }
    check_form(term).map_err(|sentence| vec![sentence])?;
    if operator.is_about_the_past() {
        return Past::read(term, operator, asker).map(Test::Past);
    }
    if !places.is_empty() {
        return custom_test(&places, term, operator, asker);
    }
    if let Some(field) = RowField::named(&term.field) {
        row_test(field, term, operator, asker)
    } else if let Some(field) = DateField::named(&term.field) {
        date_test(field, term, operator, asker)
    } else if let Some(field) = TextField::named(&term.field) {
        text_test(field, term, operator)
    } else if let Some(field) = NumberField::named(&term.field) {
        number_test(field, term, operator)
    } else {
        key_test(term, operator, asker)
    }
}

/// A test of all custom fields of a name; those to which the rest of the term means nothing are left
/// out, if it means something to any.
fn custom_test(
    places: &[Place],
    term: &Term,
    operator: Operator,
    asker: &Asker<'_>,
) -> Result<Test, Vec<Sentence>> {
    let (mut tests, mut errors) = (Vec::new(), Vec::new());
    for place in places {
        let test = match *place {
            Place::Row(field) => row_test(field, term, operator, asker),
            Place::Date(field) => date_test(field, term, operator, asker),
            Place::Number(field) => number_test(field, term, operator),
            Place::Text(field) => text_test(field, term, operator),
            Place::Word(field) => word_test(field, term, operator),
            Place::Gap => Err(unsupported(term)),
        };
        match test {
            Ok(test) => tests.push(test),
            Err(found) => errors.extend(found),
        }
    }
    if tests.is_empty() {
        errors.dedup();
        return Err(errors);
    }
    // Nothing is in any of them, or something is in one.
    let is_about_all = matches!(operator, Operator::Is | Operator::DoesNotContain);
    Ok(if is_about_all {
        Test::All(tests)
    } else {
        Test::Any(tests)
    })
}

/// Refuses what Jira has and the sandbox does not simulate, by name.
fn check_gaps(term: &Term, places: &[Place]) -> Result<(), Vec<Sentence>> {
    let mut found = Vec::new();
    let is_gap = places.is_empty() && gaps::has_field(&term.field);
    if is_gap || places.iter().any(|place| matches!(place, Place::Gap)) {
        let what = format!("the JQL field '{}'", term.field);
        found.push(Sentence::NotSimulated(what));
    }
    for item in items(&term.operand) {
        if let Operand::Function(name, _) = item
            && gaps::has_function(name)
        {
            let what = format!("the JQL function '{name}()'");
            found.push(Sentence::NotSimulated(what));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Jira's check of the operator against the form of what follows it, before any value's meaning.
fn check_form(term: &Term) -> Result<(), Sentence> {
    let is_list = match &term.operand {
        Operand::List(_) => Some(true),
        Operand::Function(name, _) => is_list_function(name),
        Operand::Value(_) | Operand::Empty => Some(false),
    };
    let operator = term.operator.text().to_owned();
    let (value, field) = (term.operand.to_string(), term.field.clone());
    match (term.operator, is_list) {
        (Operator::Is | Operator::IsNot, _) if term.operand != Operand::Empty => {
            Err(Sentence::BadOperator { operator, field })
        }
        (Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn, Some(false)) => {
            Err(Sentence::NonListValue {
                operator,
                value,
                field,
            })
        }
        (
            Operator::In
            | Operator::NotIn
            | Operator::WasIn
            | Operator::WasNotIn
            | Operator::Changed,
            _,
        ) => Ok(()),
        (_, Some(true)) => Err(Sentence::ListValue {
            operator,
            value,
            field,
        }),
        _ => Ok(()),
    }
}

fn unsupported(term: &Term) -> Vec<Sentence> {
    vec![Sentence::BadOperator {
        operator: term.operator.text().to_owned(),
        field: term.field.clone(),
    }]
}

/// What Jira says of a function that the field does not take.
fn strange_function(name: &str, term: &Term) -> Sentence {
    if is_simulated_function(name) {
        Sentence::UnknownValue {
            value: format!("{name}()"),
            field: term.field.clone(),
        }
    } else {
        Sentence::UnknownFunction(name.to_owned())
    }
}

fn text_test(field: TextField, term: &Term, operator: Operator) -> Result<Test, Vec<Sentence>> {
    let is_wanted = match (operator, &term.operand) {
        (Operator::Contains, Operand::Value(_)) => true,
        (Operator::DoesNotContain, Operand::Value(_)) => false,
        (Operator::Is | Operator::IsNot, _) if field.may_be_empty() => {
            return Ok(Test::HasText(field, operator == Operator::IsNot));
        }
        _ => return Err(unsupported(term)),
    };
    let Operand::Value(text) = &term.operand else {
        return Err(unsupported(term));
    };
    let words = Words::read(text).map_err(|sentence| vec![sentence])?;
    Ok(Test::Text {
        field,
        words,
        is_wanted,
    })
}

/// The operator for each item of a list, as `in` is many times `=`.
fn each(operator: Operator, term: &Term) -> Result<Operator, Vec<Sentence>> {
    match operator {
        Operator::In => Ok(Operator::Equals),
        Operator::NotIn => Ok(Operator::NotEquals),
        Operator::Contains | Operator::DoesNotContain => Err(unsupported(term)),
        other => Ok(other),
    }
}

/// The tests of the items of a list, together.
fn joined(operator: Operator, tests: Vec<Test>) -> Test {
    if operator == Operator::In {
        Test::Any(tests)
    } else {
        Test::All(tests)
    }
}

fn number_test(field: NumberField, term: &Term, operator: Operator) -> Result<Test, Vec<Sentence>> {
    let each = each(operator, term)?;
    let mut tests = Vec::new();
    for item in items(&term.operand) {
        tests.push(match item {
            Operand::Value(value) => {
                let number = field.read(value).ok_or_else(|| {
                    vec![Sentence::UnknownValue {
                        value: value.clone(),
                        field: term.field.clone(),
                    }]
                })?;
                Test::Number(field, each, number)
            }
            Operand::Empty => {
                let is_none = matches!(each, Operator::Is | Operator::Equals);
                Test::HasNumber(field, !is_none)
            }
            Operand::Function(name, _) => return Err(vec![strange_function(name, term)]),
            Operand::List(_) => return Err(unsupported(term)),
        });
    }
    Ok(joined(operator, tests))
}

/// A word that nobody uses is no mistake, only rare.
fn word_test(field: u64, term: &Term, operator: Operator) -> Result<Test, Vec<Sentence>> {
    let is_wanted = is_wanted(operator, term)?;
    let (mut words, mut wants_empty) = (Vec::new(), false);
    for item in items(&term.operand) {
        match item {
            Operand::Value(value) => words.push(value.to_lowercase()),
            Operand::Empty => wants_empty = true,
            Operand::Function(name, _) => return Err(vec![strange_function(name, term)]),
            Operand::List(_) => return Err(unsupported(term)),
        }
    }
    Ok(Test::Word {
        field,
        words,
        wants_empty,
        is_wanted,
    })
}

/// Whether an operator of equality asks for what is listed, or for the rest.
fn is_wanted(operator: Operator, term: &Term) -> Result<bool, Vec<Sentence>> {
    match operator {
        Operator::Equals | Operator::In | Operator::Is => Ok(true),
        Operator::NotEquals | Operator::NotIn | Operator::IsNot => Ok(false),
        _ => Err(unsupported(term)),
    }
}

fn row_test(
    field: RowField,
    term: &Term,
    operator: Operator,
    asker: &Asker<'_>,
) -> Result<Test, Vec<Sentence>> {
    let is_wanted = is_wanted(operator, term)?;
    let (ids, wants_empty) = row_values(field, &term.operand, term, asker)?;
    Ok(Test::Row {
        field,
        ids,
        wants_empty,
        is_wanted,
    })
}

/// The ids that an operand means, and whether it means an empty field as well.
pub(super) fn row_values(
    field: RowField,
    operand: &Operand,
    term: &Term,
    asker: &Asker<'_>,
) -> Result<(Vec<u64>, bool), Vec<Sentence>> {
    let (mut ids, mut wants_empty, mut errors) = (Vec::new(), false, Vec::new());
    for item in items(operand) {
        match item {
            Operand::Empty => wants_empty = true,
            Operand::Value(value)
                if field == RowField::Resolution && value.eq_ignore_ascii_case("unresolved") =>
            {
                wants_empty = true;
            }
            Operand::Value(value) => {
                let found = field.ids(value, asker);
                // A label or a parent that nobody uses is no mistake, only rare.
                if found.is_empty() && field != RowField::Labels {
                    errors.push(unknown(field, value, &term.field));
                }
                ids.extend(found);
            }
            Operand::Function(name, arguments) => {
                match field.ids_of_function(name, arguments, asker) {
                    Some(Ok(found)) => ids.extend(found),
                    Some(Err(sentence)) => errors.push(sentence),
                    None => errors.push(strange_function(name, term)),
                }
            }
            Operand::List(_) => return Err(unsupported(term)),
        }
    }
    if errors.is_empty() {
        Ok((ids, wants_empty))
    } else {
        Err(errors)
    }
}

fn unknown(kind: RowField, value: &str, field: &str) -> Sentence {
    let field = field.to_owned();
    let is_id = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if matches!(kind, RowField::Parent | RowField::Epic) {
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
    let each = each(operator, term)?;
    let mut tests = Vec::new();
    for item in items(&term.operand) {
        let instant = match item {
            Operand::Value(value) => asker.read_date(value).ok_or_else(|| Sentence::BadDate {
                value: value.clone(),
                field: term.field.clone(),
            }),
            Operand::Function(name, arguments) => {
                read_function(name, arguments, asker.now, &asker.zone)
                    .unwrap_or_else(|| Err(strange_function(name, term)))
            }
            Operand::Empty => {
                let is_none = matches!(each, Operator::Is | Operator::Equals);
                tests.push(Test::HasDate(field, !is_none));
                continue;
            }
            Operand::List(_) => return Err(unsupported(term)),
        };
        let instant = instant.map_err(|error| vec![error])?;
        let instant = field.rounded(instant, &asker.zone);
        tests.push(Test::Date(field, each, instant));
    }
    Ok(joined(operator, tests))
}

/// Keys and ids name issues; a name without an issue is a mistake, also as a bound of a range.
fn key_test(term: &Term, operator: Operator, asker: &Asker<'_>) -> Result<Test, Vec<Sentence>> {
    let (mut ids, mut errors) = (Vec::new(), Vec::new());
    for item in items(&term.operand) {
        let value = match item {
            Operand::Value(value) => value,
            Operand::Function(name, _) => {
                errors.push(strange_function(name, term));
                continue;
            }
            Operand::Empty | Operand::List(_) => return Err(unsupported(term)),
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
            return Err(unsupported(term));
        }
        _ => Test::KeyRange(operator, ids[0]),
    })
}

/// The operands of a list, or the single one.
pub(super) fn items(operand: &Operand) -> &[Operand] {
    match operand {
        Operand::List(items) => items,
        single => std::slice::from_ref(single),
    }
}
