//! What lists were like when they were last read, so that more of one is asked for at once the next time.
//!
//! Only a guess: what is read is held against what Jira says now, and a wrong guess costs calls, never
//! the list. So it is small, and any of it may be forgotten.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

/// How many lists are remembered, each in some 50 bytes.
const MOST: usize = 20_000;

/// Of how many boards a project's are remembered: those of larger ones are read as Jira names them.
pub(crate) const MOST_BOARDS: usize = 32;

/// How long a list was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    /// How many items there were.
    pub(crate) items: usize,
    /// How many of them came on the first page.
    pub(crate) on_a_page: usize,
}

/// What is remembered of lists that took more than one call. A list is told from others by who reads it, too:
/// by no guess of one reader's does another one's client ask for what only the first has been shown.
#[derive(Default)]
pub(crate) struct Remembered {
    lengths: Memory<Length>,
    /// The boards of projects that may have sprints.
    boards: Memory<Arc<[u64]>>,
    hashes: RandomState,
}

impl Remembered {
    /// How long the list was that is told from others by `list`.
    pub(crate) fn length(&self, list: &impl Hash) -> Option<Length> {
        self.lengths.get(self.hashes.hash_one(list))
    }

    /// Remembers how long a list was, or that it was of one page.
    pub(crate) fn note_length(&self, list: &impl Hash, length: Option<Length>) {
        self.lengths.set(self.hashes.hash_one(list), length);
    }

    /// The boards that were in a list.
    pub(crate) fn boards(&self, list: &impl Hash) -> Option<Arc<[u64]>> {
        self.boards.get(self.hashes.hash_one(list))
    }

    /// Remembers the boards of a list, or that there is nothing to be remembered.
    pub(crate) fn note_boards(&self, list: &impl Hash, boards: Option<Arc<[u64]>>) {
        self.boards.set(self.hashes.hash_one(list), boards);
    }
}

/// Some of many things; a new one may push out any other.
struct Memory<T>(Mutex<HashMap<u64, T>>);

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Memory<T> {
    fn get(&self, hash: u64) -> Option<T> {
        let things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        things.get(&hash).cloned()
    }

    fn set(&self, hash: u64, thing: Option<T>) {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(thing) = thing else {
            things.remove(&hash);
            return;
        };
        if things.len() >= MOST && !things.contains_key(&hash) {
            let any = things.keys().next().copied();
            any.and_then(|any| things.remove(&any));
        }
        things.insert(hash, thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_without_number_take_no_more_than_their_place() {
        let remembered = Remembered::default();
        for list in 0..3 * MOST {
            let length = Length {
                items: list,
                on_a_page: 100,
            };
            remembered.note_length(&list, Some(length));
            assert_eq!(remembered.length(&list), Some(length));
        }
        assert_eq!(remembered.lengths.0.lock().unwrap().len(), MOST);
        let last = 3 * MOST - 1;
        remembered.note_length(&last, None);
        assert_eq!(remembered.length(&last), None);
    }
}
