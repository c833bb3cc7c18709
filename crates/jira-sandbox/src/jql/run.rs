//! A search whose every name has a meaning, run over a site's issues.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Operator;
use super::order::{SortField, SortKey, SortValue, compare, sort_values};
use super::values::RowField;
use crate::world::{Issue, Person, Site};

/// A resolved query.
#[derive(Debug)]
pub(crate) struct Search {
    /// The projects whose issues may be found.
    pub(super) projects: Vec<u64>,
    /// The only issues that may be found, of a list which is narrower than its query.
    pub(super) within: Option<BTreeSet<u64>>,
    pub(super) test: Test,
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
    /// Issues named one by one, as project id and number, and whether they are wanted.
    Keys(Vec<(u64, u64)>, bool),
    /// Issues of the same project on one side of a number.
    KeyRange(Operator, (u64, u64)),
    /// Words of the summary, each with whether it is the start of a word only.
    Summary {
        words: Vec<(String, bool)>,
        is_wanted: bool,
    },
}

/// The fields that hold an instant.
#[derive(Debug, Clone, Copy)]
pub(super) enum DateField {
    Created,
    Updated,
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

    fn finds(&self, issue: &Issue, site: &Site) -> bool {
        self.projects.contains(&issue.project)
            && self
                .within
                .as_ref()
                .is_none_or(|ids| ids.contains(&issue.id))
            && self.test.holds(issue, site)
    }

    /// Ties end with the younger issue first.
    fn compare(&self, left: &Place, right: &Place) -> Ordering {
        compare(&self.order, &left.0, &right.0).then(right.1.cmp(&left.1))
    }
}

impl Test {
    /// A test of the words of a summary; `*` at the end of a word finds its continuations.
    pub(super) fn summary(text: &str, is_wanted: bool) -> Self {
        let words = text
            .split(|character: char| !character.is_alphanumeric() && character != '*')
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| {
                let stem = word.trim_matches('*').to_lowercase();
                (stem, word.ends_with('*'))
            })
            .collect();
        Self::Summary { words, is_wanted }
    }

    fn holds(&self, issue: &Issue, site: &Site) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(issue, site)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(issue, site)),
            Self::Row {
                field,
                ids,
                wants_empty,
                is_wanted,
            } => {
                let own = field.ids_of_issue(issue, &site.statuses);
                if own.is_empty() {
                    // An empty field equals nothing and differs from nothing; only EMPTY names it.
                    return *wants_empty && *is_wanted;
                }
                let is_listed = own.iter().any(|id| ids.contains(id));
                is_listed == *is_wanted
            }
            Self::Date(field, operator, instant) => {
                let own = match field {
                    DateField::Created => issue.created,
                    DateField::Updated => issue.updated,
                };
                holds_between(own.cmp(instant), *operator)
            }
            Self::Keys(keys, is_wanted) => {
                keys.contains(&(issue.project, issue.number)) == *is_wanted
            }
            Self::KeyRange(operator, (project, number)) => {
                issue.project == *project && holds_between(issue.number.cmp(number), *operator)
            }
            Self::Summary { words, is_wanted } => {
                let summary = issue.summary.to_lowercase();
                let own: Vec<&str> = summary
                    .split(|character: char| !character.is_alphanumeric())
                    .collect();
                let has_all = words.iter().all(|(word, is_stem)| {
                    own.iter()
                        .any(|other| other == word || (*is_stem && other.starts_with(word)))
                });
                has_all == *is_wanted
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
