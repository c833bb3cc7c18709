//! Answers that are lists of tickets, each of which is written as soon as it has come.
//!
//! What is made of a ticket stays as text until the answer is sent: a long list takes its text and
//! little more, and nothing is left to be written when it is whole. Nothing of it is sent before, as a
//! page that fails is a status of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::{Mutex, PoisonError};

use juncture_jira::Issue;
use juncture_views::jira::sprints::SprintView;
use serde::Serialize;
use serde_json::Value;

use super::{sprint_tickets, sprints, tickets};
use crate::providers::jira::wanted::Shown;

/// How much of an answer is at hand at a time, about.
const PIECE: usize = 64 * 1024;

/// A ticket of a list, written.
pub(crate) struct WrittenTicket {
    /// As the answer has it.
    text: Box<[u8]>,
    /// The active sprints that it is in.
    sprints: Box<[u64]>,
    /// Which of the fields that are shown besides it has.
    besides: Box<[usize]>,
}

/// What writes the tickets of one list, and knows what shows on them.
pub(crate) struct Writer {
    shown: Shown,
    /// The places of the fields in it, by id.
    places: HashMap<String, usize>,
    sprint_field: Option<String>,
    /// The sprints that have been seen.
    sprints: Mutex<BTreeMap<u64, SprintView>>,
}

impl Writer {
    /// One of tickets with fields that are shown besides; the sprint field is that of the site.
    pub(crate) fn new(shown: Shown, sprint_field: Option<&str>) -> Self {
        let ids = shown.ids().map(str::to_owned);
        Self {
            places: ids.enumerate().map(|(place, id)| (id, place)).collect(),
            shown,
            sprint_field: sprint_field.map(str::to_owned),
            sprints: Mutex::default(),
        }
    }

    /// The fields that are shown besides.
    pub(crate) fn shown(&self) -> &Shown {
        &self.shown
    }

    /// A ticket of a project, or of a search.
    pub(crate) fn ticket(&self, issue: Issue) -> WrittenTicket {
        let sprints = self.note_sprints(&issue);
        let ticket = tickets::with(&self.shown, issue);
        let values = ticket.custom_fields.as_ref();
        self.write(&ticket, values, sprints)
    }

    /// A ticket of a sprint.
    pub(crate) fn sprint_ticket(&self, issue: Issue) -> WrittenTicket {
        let sprints = self.note_sprints(&issue);
        let ticket = sprint_tickets::with(&self.shown, issue);
        let values = ticket.ticket.custom_fields.as_ref();
        self.write(&ticket, values, sprints)
    }

    fn write(
        &self,
        ticket: &impl Serialize,
        values: Option<&BTreeMap<String, Value>>,
        sprints: Box<[u64]>,
    ) -> WrittenTicket {
        let ids = values.into_iter().flat_map(BTreeMap::keys);
        WrittenTicket {
            text: to_json(ticket).into(),
            sprints,
            besides: ids.filter_map(|id| self.places.get(id).copied()).collect(),
        }
    }

    /// Notes the sprints in the sprint field of an issue, and says which of them are active.
    fn note_sprints(&self, issue: &Issue) -> Box<[u64]> {
        let Some(field) = &self.sprint_field else {
            return Box::default();
        };
        let found = sprints::in_field(&issue.fields, field);
        let active = found.iter().filter(|sprint| sprint.is_active());
        let active = active.map(|sprint| sprint.id).collect();
        let mut seen = self.sprints.lock().unwrap_or_else(PoisonError::into_inner);
        for sprint in found {
            seen.entry(sprint.id).or_insert(sprint);
        }
        active
    }

    /// A sprint that shows on the tickets.
    pub(crate) fn sprint(&self, id: u64) -> Option<SprintView> {
        let seen = self.sprints.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&id).cloned()
    }

    /// The active sprint that most of these tickets are in; of equals the oldest.
    pub(crate) fn most_used_sprint(&self, tickets: &[WrittenTicket]) -> Option<SprintView> {
        let mut uses: BTreeMap<u64, usize> = BTreeMap::new();
        for id in tickets.iter().flat_map(|ticket| &ticket.sprints) {
            *uses.entry(*id).or_default() += 1;
        }
        let most = uses.into_iter().rev().max_by_key(|(_, uses)| *uses);
        most.and_then(|(id, _)| self.sprint(id))
    }

    /// What people call the fields that are shown besides on these tickets; nothing where none are.
    pub(crate) fn names(&self, tickets: &[WrittenTicket]) -> Option<BTreeMap<String, String>> {
        let besides = tickets.iter().flat_map(|ticket| &ticket.besides);
        let besides: BTreeSet<usize> = besides.copied().collect();
        (!self.shown.is_empty()).then(|| self.shown.names_at(&besides))
    }
}

/// A list, ready to be sent.
pub(crate) struct Written {
    before: Vec<u8>,
    tickets: Vec<WrittenTicket>,
    after: Vec<u8>,
}

impl Written {
    /// A shape whose first member is a list that is empty, with these tickets in it.
    pub(crate) fn with(shape: &impl Serialize, tickets: Vec<WrittenTicket>) -> Self {
        let mut before = to_json(shape);
        let list = before.iter().position(|byte| *byte == b'[');
        let after = before.split_off(list.map_or(before.len(), |list| list + 1));
        Self {
            before,
            tickets,
            after,
        }
    }

    /// A shape that is whole.
    pub(crate) fn whole(shape: &impl Serialize) -> Self {
        Self {
            before: to_json(shape),
            tickets: Vec::new(),
            after: Vec::new(),
        }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        let texts = self.tickets.iter().map(|ticket| ticket.text.len());
        let commas = self.tickets.len().saturating_sub(1);
        self.before.len() + texts.sum::<usize>() + commas + self.after.len()
    }

    /// Its text in pieces; what has been taken is gone.
    pub(crate) fn pieces(self) -> impl Iterator<Item = Vec<u8>> + Send {
        let Self {
            mut before,
            tickets,
            mut after,
        } = self;
        let mut tickets = tickets.into_iter().enumerate();
        std::iter::from_fn(move || {
            let mut piece = mem::take(&mut before);
            while piece.len() < PIECE {
                let Some((number, ticket)) = tickets.next() else {
                    piece.append(&mut after);
                    break;
                };
                if number > 0 {
                    piece.push(b',');
                }
                piece.extend_from_slice(&ticket.text);
            }
            (!piece.is_empty()).then_some(piece)
        })
    }
}

fn to_json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("shapes are plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text_whatever_its_length() {
        let ticket = |length: usize| WrittenTicket {
            text: vec![b'1'; length].into(),
            sprints: Box::default(),
            besides: Box::default(),
        };
        for (count, length) in [(0, 0), (1, 3), (2, 3), (3, PIECE), (1_000, 1_000)] {
            let shape = serde_json::json!({"tickets": [], "total": count, "more": ["["]});
            let tickets = (0..count).map(|_| ticket(length)).collect();
            let written = Written::with(&shape, tickets);
            let told = written.len();
            let text = written.pieces().collect::<Vec<_>>().concat();
            let number = "1".repeat(length);
            let list = vec![number; count].join(",");
            let whole = format!(r#"{{"tickets":[{list}],"total":{count},"more":["["]}}"#);
            assert!(text == whole.as_bytes(), "{count} of {length}");
            assert_eq!(told, text.len());
        }
    }
}
