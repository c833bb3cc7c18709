//! What is collected until it is written: within bounds, and fair, so that one busy connection does not push
//! out what is known of the others.

use std::collections::{HashMap, VecDeque};
use std::mem;

use uuid::Uuid;

use crate::store::timeline::EntryRow;
use crate::store::uses::ErrorRow;

/// How many entries wait at most, some 4 MB.
const MOST: usize = 10_000;

/// How many of them may be of one connection.
const MOST_OF_ONE: usize = 500;

/// How many connections may have an error that waits.
const MOST_ERRORS: usize = 10_000;

fn some<T>(all: &HashMap<Uuid, T>, most: usize) -> Vec<Uuid> {
    all.keys().take(most).copied().collect()
}

/// Gives back what a map has kept for many more than there are. It costs a look at those that are left, which are
/// few, each time that as many have gone.
fn shrink<T>(all: &mut HashMap<Uuid, T>) {
    if all.len() < all.capacity() / 4 {
        all.shrink_to(all.len() * 2);
    }
}

#[derive(Default)]
pub(super) struct Collected {
    entries: HashMap<Uuid, VecDeque<EntryRow>>,
    /// All of them.
    count: usize,
    errors: HashMap<Uuid, ErrorRow>,
    uses: HashMap<Uuid, i64>,
}

/// What is written together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) entries: Vec<(Uuid, Vec<EntryRow>)>,
    pub(super) errors: Vec<ErrorRow>,
    pub(super) uses: Vec<(Uuid, i64)>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.errors.is_empty() && self.uses.is_empty()
    }

    /// Whom it is about.
    pub(super) fn connections(&self) -> Vec<Uuid> {
        let of_entries = self.entries.iter().map(|(id, _)| *id);
        let of_errors = self.errors.iter().map(|error| error.connection_id);
        let of_uses = self.uses.iter().map(|(id, _)| *id);
        of_entries.chain(of_errors).chain(of_uses).collect()
    }
}

impl Collected {
    /// Adds an entry. Where there are too many, the oldest of the same connection goes, or else this one; how
    /// many went.
    pub(super) fn add(&mut self, connection: Uuid, entry: EntryRow) -> usize {
        let is_full = self.count >= MOST;
        if is_full && !self.entries.contains_key(&connection) {
            return 1;
        }
        let of_one = self.entries.entry(connection).or_default();
        of_one.push_back(entry);
        if is_full || of_one.len() > MOST_OF_ONE {
            of_one.pop_front();
            return 1;
        }
        self.count += 1;
        0
    }

    pub(super) fn note_error(&mut self, error: ErrorRow) {
        let is_full = self.errors.len() >= MOST_ERRORS;
        if !is_full || self.errors.contains_key(&error.connection_id) {
            self.errors.insert(error.connection_id, error);
        }
    }

    pub(super) fn note_use(&mut self, connection: Uuid, at: i64) {
        let last = self.uses.entry(connection).or_insert(at);
        *last = (*last).max(at);
    }

    /// Takes about so much of everything.
    pub(super) fn take(&mut self, about: usize) -> Batch {
        let mut batch = Batch::default();
        let mut taken = 0;
        for id in some(&self.entries, about) {
            if taken >= about {
                break;
            }
            let of_one = self.entries.remove(&id).unwrap_or_default();
            taken += of_one.len();
            batch.entries.push((id, of_one.into()));
        }
        self.count -= taken;
        for id in some(&self.errors, about) {
            batch.errors.extend(self.errors.remove(&id));
        }
        for id in some(&self.uses, about) {
            batch.uses.extend(self.uses.remove_entry(&id));
        }
        shrink(&mut self.entries);
        shrink(&mut self.errors);
        shrink(&mut self.uses);
        batch
    }

    /// Takes back what was not written, behind what has come since; how many entries there is no room for.
    pub(super) fn put_back(&mut self, batch: Batch) -> usize {
        let mut dropped = 0;
        for (id, before) in batch.entries {
            let since = mem::take(self.entries.entry(id).or_default());
            self.count -= since.len();
            let mut all: VecDeque<EntryRow> = before.into();
            all.extend(since);
            let room = MOST_OF_ONE.min(MOST.saturating_sub(self.count));
            let too_many = all.len().saturating_sub(room);
            all.drain(..too_many);
            dropped += too_many;
            self.count += all.len();
            if all.is_empty() {
                self.entries.remove(&id);
            } else {
                self.entries.insert(id, all);
            }
        }
        for error in batch.errors {
            self.errors.entry(error.connection_id).or_insert(error);
        }
        for (id, at) in batch.uses {
            self.note_use(id, at);
        }
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_took_goes_with_them() {
        const MANY: u128 = 100_000;
        let mut collected = Collected::default();
        for id in 0..MANY {
            collected.note_use(Uuid::from_u128(id), 1);
        }
        let mut taken = Vec::new();
        loop {
            let batch = collected.take(500);
            if batch.is_empty() {
                break;
            }
            taken.extend(batch.uses);
            assert!(collected.uses.capacity() <= 4 * collected.uses.len().max(8));
        }
        taken.sort_unstable();
        let all = (0..MANY).map(|id| (Uuid::from_u128(id), 1));
        assert!(taken.into_iter().eq(all));
        assert_eq!(collected.uses.capacity(), 0);
    }
}
