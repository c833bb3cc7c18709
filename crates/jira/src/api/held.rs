//! What has been read of a list whose ids are known.

use std::collections::{HashMap, HashSet};

use super::rows::{Listed, Made};

/// What was made of issues, by id.
pub(super) struct Held<T> {
    /// The first page, in its order.
    pub(super) first: Vec<Made<T>>,
    /// Those on it that are not to be asked for.
    is_first: HashSet<String>,
    pub(super) fetched: HashMap<String, Made<T>>,
}

impl<T> Held<T> {
    pub(super) fn of(first: Vec<Made<T>>) -> Self {
        Self {
            is_first: first.iter().map(|made| made.id.clone()).collect(),
            first,
            fetched: HashMap::new(),
        }
    }

    fn has(&self, id: &str) -> bool {
        self.fetched.contains_key(id) || self.is_first.contains(id)
    }

    fn all(&self) -> impl Iterator<Item = &Made<T>> {
        let first = self.first.iter();
        let first = first.filter(|made| self.is_first.contains(&made.id));
        first.chain(self.fetched.values())
    }

    pub(super) fn missing<'i>(&self, listed: &'i [Listed]) -> Vec<&'i str> {
        let ids = listed.iter().map(|issue| issue.id.as_str());
        ids.filter(|id| !self.has(id)).collect()
    }

    /// The issues of which two readings tell different things: those that have moved to another
    /// project since, and those that were on the first page and are not listed any more.
    pub(super) fn doubtful(&self, listed: &[Listed]) -> HashSet<String> {
        let keys: HashMap<&str, &str> = (listed.iter())
            .map(|issue| (issue.id.as_str(), issue.key.as_str()))
            .collect();
        let is_doubtful = |made: &&Made<T>| keys.get(made.id.as_str()) != Some(&made.key.as_str());
        let doubtful = self.all().filter(is_doubtful);
        doubtful.map(|made| made.id.clone()).collect()
    }

    pub(super) fn forget(&mut self, ids: &HashSet<String>) {
        self.fetched.retain(|id, _| !ids.contains(id));
        self.is_first.retain(|id| !ids.contains(id));
    }

    /// What there is of this list, in its order.
    pub(super) fn in_order(mut self, listed: &[Listed]) -> Vec<T> {
        let first = self.first.into_iter();
        let first = first.filter(|made| self.is_first.contains(&made.id));
        let first = first.map(|made| (made.id.clone(), made));
        self.fetched.extend(first);
        let made = listed.iter().filter_map(|id| self.fetched.remove(&id.id));
        made.map(|made| made.value).collect()
    }
}
