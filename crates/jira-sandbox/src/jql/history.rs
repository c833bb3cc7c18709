//! `WAS` and `CHANGED`: searches in what issues were before.
//!
//! The past of a field is a row of periods, each with what the field held and who brought it
//! about. `WAS` asks for a period, `CHANGED` for the change at its start. The operators:
//! <https://support.atlassian.com/jira-software-cloud/docs/jql-operators/>.

use jiff::{SignedDuration, Timestamp};

use super::dates::{read_date, read_function};
use super::resolve::{Asker, items, row_values};
use super::values::RowField;
use super::{Operand, Operator, Predicate, PredicateKind, Term};
use crate::gateway::{HistorySentence, Sentence};
use crate::world::{Issue, Item, Site};

/// A resolved search in the past of one field.
#[derive(Debug)]
pub(super) struct Past {
    field: RowField,
    asked: Asked,
    /// From this instant on, and before that one.
    within: (Timestamp, Timestamp),
    by: Option<Vec<usize>>,
    is_wanted: bool,
}

#[derive(Debug)]
enum Asked {
    /// That the field held one of these.
    Held(Values),
    /// That it came from one of these to one of those; `None` is anything.
    Changed {
        from: Option<Values>,
        to: Option<Values>,
    },
}

/// Ids, and whether an empty field is meant as well.
#[derive(Debug)]
struct Values {
    ids: Vec<u64>,
    wants_empty: bool,
}

/// A time in which a field did not change.
struct Period {
    start: Timestamp,
    end: Timestamp,
    /// Who brought it about.
    by: Option<usize>,
    held: Vec<u64>,
    /// What left and entered the field at the start; `None` of the first period.
    change: Option<(Option<u64>, Option<u64>)>,
}

impl Past {
    /// The search which a term means, or what is wrong with it.
    pub(super) fn read(
        term: &Term,
        operator: Operator,
        asker: &Asker<'_>,
    ) -> Result<Self, Vec<Sentence>> {
        let field = RowField::named(&term.field)
            .filter(|field| item_id(*field).is_some())
            .ok_or_else(|| {
                let sentence = HistorySentence::UnsearchedField(term.field.clone());
                vec![Sentence::History(sentence)]
            })?;
        let values = |operand: &Operand| {
            row_values(field, operand, term, asker)
                .map(|(ids, wants_empty)| Values { ids, wants_empty })
        };
        let is_change = matches!(operator, Operator::Changed | Operator::NeverChanged);
        let is_wanted = matches!(
            operator,
            Operator::Was | Operator::WasIn | Operator::Changed
        );
        let asked = if is_change {
            let find = |kind| term.predicates.iter().find(|row| row.kind == kind);
            let side = |kind| find(kind).map(|row| values(&row.operand)).transpose();
            Asked::Changed {
                from: side(PredicateKind::From)?,
                to: side(PredicateKind::To)?,
            }
        } else {
            Asked::Held(values(&term.operand)?)
        };
        let mut past = Self {
            field,
            asked,
            within: (Timestamp::MIN, Timestamp::MAX),
            by: None,
            is_wanted,
        };
        for predicate in &term.predicates {
            past.narrow(predicate, term, is_change, asker)
                .map_err(|sentence| vec![sentence])?;
        }
        Ok(past)
    }

    /// Takes a predicate into account.
    fn narrow(
        &mut self,
        predicate: &Predicate,
        term: &Term,
        is_change: bool,
        asker: &Asker<'_>,
    ) -> Result<(), Sentence> {
        let day = SignedDuration::from_hours(24);
        let date = |operand: &Operand| read_instant(operand, asker);
        let (start, end) = match predicate.kind {
            PredicateKind::After => (date(&predicate.operand)?, Timestamp::MAX),
            PredicateKind::Before => (Timestamp::MIN, date(&predicate.operand)?),
            PredicateKind::On => {
                let start = date(&predicate.operand)?;
                (start, start.saturating_add(day).unwrap_or(start))
            }
            PredicateKind::During => match items(&predicate.operand) {
                [start, end] => {
                    let end = date(end)?;
                    let last = SignedDuration::from_millis(1);
                    (date(start)?, end.saturating_add(last).unwrap_or(end))
                }
                _ => return Err(bad_date(&predicate.operand)),
            },
            PredicateKind::By => {
                let people = read_people(&predicate.operand, asker)?;
                self.by = Some(people);
                return Ok(());
            }
            PredicateKind::From | PredicateKind::To if is_change => return Ok(()),
            PredicateKind::From | PredicateKind::To => {
                return Err(Sentence::History(HistorySentence::BadPredicate {
                    predicate: predicate.kind.text().to_owned(),
                    operator: term.operator.text().to_owned(),
                }));
            }
        };
        self.within = (self.within.0.max(start), self.within.1.min(end));
        Ok(())
    }

    /// Whether an issue is found.
    pub(super) fn holds(&self, issue: &Issue, site: &Site) -> bool {
        let periods = periods(self.field, issue, site);
        periods.iter().any(|period| self.is_met(period)) == self.is_wanted
    }

    fn is_met(&self, period: &Period) -> bool {
        let (start, end) = self.within;
        let is_by = self.by.as_ref().is_none_or(|people| {
            let by = period.by.as_ref();
            by.is_some_and(|by| people.contains(by))
        });
        is_by
            && match (&self.asked, period.change) {
                (Asked::Held(values), _) => {
                    values.are_in(&period.held) && period.start < end && period.end > start
                }
                (Asked::Changed { .. }, None) => false,
                (Asked::Changed { from, to }, Some((left, entered))) => {
                    let fits = |values: &Option<Values>, side: Option<u64>| {
                        let values = values.as_ref();
                        values.is_none_or(|values| values.are_in(side.as_slice()))
                    };
                    fits(from, left) && fits(to, entered) && (start..end).contains(&period.start)
                }
            }
    }
}

impl Values {
    fn are_in(&self, held: &[u64]) -> bool {
        if held.is_empty() {
            self.wants_empty
        } else {
            held.iter().any(|id| self.ids.contains(id))
        }
    }
}

/// The field id of the items that tell the past of a field, for those whose past is searched.
fn item_id(field: RowField) -> Option<&'static str> {
    Some(match field {
        RowField::Assignee => "assignee",
        RowField::FixVersion => "fixVersions",
        RowField::Priority => "priority",
        RowField::Reporter => "reporter",
        RowField::Resolution => "resolution",
        RowField::Status => "status",
        _ => return None,
    })
}

/// Whether the past of a field is searched.
pub(super) fn has_past(field: RowField) -> bool {
    item_id(field).is_some()
}

/// The past of a field, the oldest period first. Histories tell changes and not beginnings, so it is
/// read from the present backwards.
fn periods(field: RowField, issue: &Issue, site: &Site) -> Vec<Period> {
    let id = item_id(field);
    let is_own = |item: &&Item| item.field_id.as_deref() == id;
    let mut held = field.ids_of_issue(issue, site);
    let mut end = Timestamp::MAX;
    let mut periods = Vec::new();
    for change in site.history_of(issue.id).iter().rev() {
        for item in change.items.iter().rev().filter(is_own) {
            let (left, entered) = (item.from.number(), item.to.number());
            periods.push(Period {
                start: change.at,
                end,
                by: change.author,
                held: held.clone(),
                change: Some((left, entered)),
            });
            held.retain(|id| Some(*id) != entered);
            held.extend(left);
            end = change.at;
        }
    }
    periods.push(Period {
        start: issue.created,
        end,
        by: issue.reporter,
        held,
        change: None,
    });
    periods.reverse();
    periods
}

fn bad_date(operand: &Operand) -> Sentence {
    let text = match operand {
        Operand::Value(text) => text.clone(),
        other => other.to_string(),
    };
    Sentence::History(HistorySentence::BadDate(text))
}

fn read_instant(operand: &Operand, asker: &Asker<'_>) -> Result<Timestamp, Sentence> {
    match operand {
        Operand::Value(text) => read_date(text, asker.now, &asker.zone),
        Operand::Function(name, arguments) => {
            return read_function(name, arguments, asker.now, &asker.zone)
                .unwrap_or_else(|| Err(Sentence::UnknownFunction(name.clone())));
        }
        Operand::List(_) | Operand::Empty => None,
    }
    .ok_or_else(|| bad_date(operand))
}

fn read_people(operand: &Operand, asker: &Asker<'_>) -> Result<Vec<usize>, Sentence> {
    let mut people = Vec::new();
    for item in items(operand) {
        let ids = match item {
            Operand::Value(name) => Some(RowField::Assignee.ids(name, asker)),
            Operand::Function(name, arguments) => {
                let found = RowField::Assignee.ids_of_function(name, arguments, asker);
                found.transpose()?
            }
            Operand::List(_) | Operand::Empty => None,
        };
        let ids = ids.filter(|ids| !ids.is_empty()).ok_or_else(|| {
            let name = match item {
                Operand::Value(name) => name.clone(),
                other => other.to_string(),
            };
            Sentence::History(HistorySentence::UnknownPerson(name))
        })?;
        people.extend(ids.into_iter().filter_map(|id| usize::try_from(id).ok()));
    }
    Ok(people)
}
