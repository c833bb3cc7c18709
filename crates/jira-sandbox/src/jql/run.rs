//! A search whose every name has a meaning, run over a site's issues.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Operator;
use super::history::Past;
use super::lag::Lag;
use super::order::{SortField, SortKey, SortValue, compare, sort_values};
use super::text::{TextField, Words};
use super::values::RowField;
use crate::duration;
use crate::world::{FieldValue, Issue, Person, Site};

/// A resolved query.
#[derive(Debug)]
pub(crate) struct Search {
    /// The projects whose issues may be found.
    pub(super) projects: Vec<u64>,
    /// The only issues that may be found, of a list which is narrower than its query.
    pub(super) within: Option<BTreeSet<u64>>,
    /// What the index does not have yet; `None`: it has everything.
    pub(super) lag: Option<Lag>,
    pub(super) test: Test,
    /// Who asks: comments that this person may not read are not searched.
    pub(super) reader: usize,
    pub(super) order: Vec<SortKey>,
}

/// A resolved restriction. Negation is already inside the terms.
#[derive(Debug)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Row {
        field: RowField,
        ids: Vec<u64>,
        wants_empty: bool,
        is_wanted: bool,
    },
    Date(DateField, Operator, Timestamp),
    /// Whether there is a date at all.
    HasDate(DateField, bool),
    /// Issues named one by one, as project id and number, and whether they are wanted.
    Keys(Vec<(u64, u64)>, bool),
    /// Issues of the same project on one side of a number.
    KeyRange(Operator, (u64, u64)),
    Text {
        field: TextField,
        words: Words,
        is_wanted: bool,
    },
    /// Whether there is any text.
    HasText(TextField, bool),
    Number(NumberField, Operator, f64),
    /// Whether there is a number at all.
    HasNumber(NumberField, bool),
    /// Whole words in the custom field with this number, in lower case.
    Word {
        field: u64,
        words: Vec<String>,
        wants_empty: bool,
        is_wanted: bool,
    },
    Past(Past),
}

/// The fields that hold an instant.
#[derive(Debug, Clone, Copy)]
pub(super) enum DateField {
    Created,
    Updated,
    Resolved,
    /// A day, of which the others are instants.
    Due,
    CustomInstant(u64),
    /// A day, too.
    CustomDay(u64),
}

/// The fields that hold a number.
#[derive(Debug, Clone, Copy)]
pub(super) enum NumberField {
    /// In seconds, as the next.
    OriginalEstimate,
    RemainingEstimate,
    HierarchyLevel,
    Custom(u64),
}

impl NumberField {
    /// The field with this name, in any letter case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "originalestimate" | "timeoriginalestimate" => Self::OriginalEstimate,
            "remainingestimate" | "timeestimate" => Self::RemainingEstimate,
            "hierarchylevel" | "hierarchy level" => Self::HierarchyLevel,
            _ => return None,
        })
    }

    /// The number that a text means in this field: estimates are written as people say them.
    pub(super) fn read(self, text: &str) -> Option<f64> {
        match self {
            Self::OriginalEstimate | Self::RemainingEstimate => {
                duration::seconds(text).map(in_seconds)
            }
            Self::HierarchyLevel | Self::Custom(_) => text.trim().parse().ok(),
        }
    }

    fn of(self, issue: &Issue, site: &Site) -> Option<f64> {
        match self {
            Self::OriginalEstimate => issue.original_estimate.map(in_seconds),
            Self::RemainingEstimate => issue.remaining_estimate.map(in_seconds),
            Self::HierarchyLevel => {
                let kind = site.issue_type(issue.issue_type)?;
                Some(f64::from(kind.hierarchy_level))
            }
            Self::Custom(id) => match issue.custom.get(&id)? {
                FieldValue::Number(number) => Some(*number),
                _ => None,
            },
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an estimate that long is compared as exactly as anyone needs"
)]
fn in_seconds(seconds: u64) -> f64 {
    seconds as f64
}

impl DateField {
    /// The field with this name, in any letter case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "created" | "createddate" => Self::Created,
            "updated" | "updateddate" => Self::Updated,
            "resolved" | "resolutiondate" => Self::Resolved,
            "due" | "duedate" => Self::Due,
            _ => return None,
        })
    }

    /// An instant as exact as the field is: a day begins at midnight UTC, wherever it is.
    pub(super) fn rounded(self, instant: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Due | Self::CustomDay(_) => {
                midnight(instant.to_zoned(zone.clone()).date()).unwrap_or(instant)
            }
            Self::Created | Self::Updated | Self::Resolved | Self::CustomInstant(_) => instant,
        }
    }

    fn of(self, issue: &Issue) -> Option<Timestamp> {
        match self {
            Self::Created => Some(issue.created),
            Self::Updated => Some(issue.updated),
            Self::Resolved => issue.resolved,
            Self::Due => midnight(issue.due?),
            Self::CustomInstant(id) | Self::CustomDay(id) => match issue.custom.get(&id)? {
                FieldValue::Instant(instant) => Some(*instant),
                FieldValue::Date(date) => midnight(*date),
                _ => None,
            },
        }
    }
}

fn midnight(day: Date) -> Option<Timestamp> {
    let zoned = day.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

/// Where an issue stands in a search: its values in the sort fields, and its id.
pub(crate) type Place = (Vec<SortValue>, u64);

impl Search {
    /// The same search among these issues only, by rank where it says no order.
    pub(crate) fn within(mut self, ids: BTreeSet<u64>) -> Self {
        self.within = Some(ids);
        if self.order.is_empty() {
            self.order.push(SortKey {
                field: SortField::Rank,
                is_descending: false,
            });
        }
        self
    }

    /// The places of the issues found, in order. `after` leaves out everything up to a place,
    /// also when the issue which stood there has gone.
    pub(crate) fn run(&self, site: &Site, people: &[Person], after: Option<&Place>) -> Vec<Place> {
        let mut found: Vec<Place> = site
            .issues
            .values()
            .filter(|issue| self.finds(issue, site))
            .map(|issue| (sort_values(&self.order, issue, site, people), issue.id))
            .filter(|place| after.is_none_or(|last| self.compare(place, last) == Ordering::Greater))
            .collect();
        found.sort_by(|left, right| self.compare(left, right));
        found
    }

    /// How many issues are found.
    pub(crate) fn count(&self, site: &Site) -> usize {
        site.issues
            .values()
            .filter(|issue| self.finds(issue, site))
            .count()
    }

    /// Whether an issue is found.
    pub(crate) fn finds(&self, issue: &Issue, site: &Site) -> bool {
        self.projects.contains(&issue.project)
            && self
                .within
                .as_ref()
                .is_none_or(|ids| ids.contains(&issue.id))
            && self.lag.as_ref().is_none_or(|lag| lag.has(issue))
            && self.test.holds(issue, site, self.reader)
    }

    /// Ties end with the younger issue first.
    fn compare(&self, left: &Place, right: &Place) -> Ordering {
        compare(&self.order, &left.0, &right.0).then(right.1.cmp(&left.1))
    }
}

impl Test {
    fn holds(&self, issue: &Issue, site: &Site, reader: usize) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(issue, site, reader)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(issue, site, reader)),
            Self::Row {
                field,
                ids,
                wants_empty,
                is_wanted,
            } => {
                let own = field.ids_of_issue(issue, site);
                if own.is_empty() {
                    // An empty field equals nothing and differs from nothing; only EMPTY names it.
                    return *wants_empty && *is_wanted;
                }
                let is_listed = own.iter().any(|id| ids.contains(id));
                is_listed == *is_wanted
            }
            Self::Date(field, operator, instant) => field
                .of(issue)
                .is_some_and(|own| holds_between(own.cmp(instant), *operator)),
            Self::HasDate(field, is_wanted) => field.of(issue).is_some() == *is_wanted,
            Self::Keys(keys, is_wanted) => {
                keys.contains(&(issue.project, issue.number)) == *is_wanted
            }
            Self::KeyRange(operator, (project, number)) => {
                issue.project == *project && holds_between(issue.number.cmp(number), *operator)
            }
            Self::Text {
                field,
                words,
                is_wanted,
            } => words.are_in(&field.text_of(issue, site, reader)) == *is_wanted,
            Self::Number(field, operator, number) => field
                .of(issue, site)
                .is_some_and(|own| holds_between(own.total_cmp(number), *operator)),
            Self::HasNumber(field, is_wanted) => field.of(issue, site).is_some() == *is_wanted,
            Self::Word {
                field,
                words,
                wants_empty,
                is_wanted,
            } => {
                let own = match issue.custom.get(field) {
                    Some(FieldValue::Words(own)) => own.as_slice(),
                    Some(FieldValue::Text(own)) => std::slice::from_ref(own),
                    _ => return *wants_empty && *is_wanted,
                };
                own.iter().any(|word| words.contains(&word.to_lowercase())) == *is_wanted
            }
            Self::Past(past) => past.holds(issue, site),
            Self::HasText(field, is_wanted) => {
                field.text_of(issue, site, reader).trim().is_empty() != *is_wanted
            }
        }
    }
}

fn holds_between(ordering: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
        Operator::NotEquals => ordering.is_ne(),
        _ => ordering.is_eq(),
    }
}
