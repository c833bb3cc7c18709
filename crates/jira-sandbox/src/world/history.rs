//! What was changed about an issue: each write is an entry, with an item for each field.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Issue, Site};

/// One entry of an issue's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) id: u64,
    /// `None` where no person of the site made it.
    pub(crate) author: Option<usize>,
    pub(crate) at: Timestamp,
    pub(crate) items: Vec<Item>,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The name that histories have for the field, which may be its display name.
    pub(crate) field: String,
    /// The id of the field; some items have none.
    pub(crate) field_id: Option<String>,
    pub(crate) from: Side,
    pub(crate) to: Side,
}

/// One side of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Side {
    #[default]
    Nothing,
    /// What people see, without an id behind it.
    Text(String),
    /// An id, and what people see.
    Row(String, String),
    /// The index of a person.
    Person(usize),
    /// The indexes of several people.
    People(Vec<usize>),
}

impl Side {
    /// A row with a number for its id.
    pub(super) fn row(id: u64, name: &str) -> Self {
        Self::Row(id.to_string(), name.to_owned())
    }

    /// The number of the row or the person.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Row(id, _) => id.parse().ok(),
            Self::Person(index) => Some(*index as u64),
            Self::Nothing | Self::Text(_) | Self::People(_) => None,
        }
    }
}

impl Item {
    /// The item of a field whose id is its name.
    pub(super) fn plain(field: &str, from: Side, to: Side) -> Self {
        Self::named(field, Some(field), from, to)
    }

    /// The item of a field with another name in histories.
    pub(crate) fn named(field: &str, id: Option<&str>, from: Side, to: Side) -> Self {
        Self {
            field: field.to_owned(),
            field_id: id.map(str::to_owned),
            from,
            to,
        }
    }

    /// Whether the field is a custom one.
    pub(crate) fn is_custom(&self) -> bool {
        let id = self.field_id.as_deref();
        id.is_some_and(|id| id.starts_with("customfield_"))
    }
}

impl Change {
    /// The people in it.
    pub(super) fn people(&self) -> impl Iterator<Item = usize> {
        let sides = self.items.iter().flat_map(|item| [&item.from, &item.to]);
        let people = sides.flat_map(|side| match side {
            Side::Person(index) => std::slice::from_ref(index),
            Side::People(indexes) => indexes,
            _ => &[],
        });
        let people = people.copied();
        people.chain(self.author)
    }
}

impl Site {
    /// The history of an issue, oldest first.
    pub(crate) fn history_of(&self, issue: u64) -> &[Change] {
        self.histories.get(&issue).map_or(&[], Vec::as_slice)
    }

    /// When an issue came into the category of its status.
    pub(crate) fn category_changed(&self, issue: &Issue) -> Timestamp {
        let category = |side: &Side| Some(self.status(side.number()?)?.category);
        let history = self.history_of(issue.id).iter().rev();
        let mut changes = history.filter(|change| {
            let mut items = change.items.iter();
            items.any(|item| item.field == "status" && category(&item.from) != category(&item.to))
        });
        changes.next().map_or(issue.created, |change| change.at)
    }

    /// Files an entry of a history, if it has any item, and returns it.
    pub(crate) fn record(
        &mut self,
        issue: u64,
        author: Option<usize>,
        at: Timestamp,
        items: Vec<Item>,
    ) -> Option<Change> {
        if items.is_empty() {
            return None;
        }
        let change = Change {
            id: self.next_change_id,
            author,
            at,
            items,
        };
        self.next_change_id += 1;
        let history = self.histories.entry(issue).or_default();
        history.push(change.clone());
        Some(change)
    }
}
