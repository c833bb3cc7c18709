//! Entity properties: what apps keep with an issue, where people do not see it.
//!
//! Setting one is no change of the issue: its history and its `updated` do not tell of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Site, Subject, What};

/// Values by their keys.
pub(crate) type Properties = BTreeMap<String, Value>;

impl Site {
    /// The properties of an issue.
    pub(crate) fn properties_of(&self, issue: u64) -> &Properties {
        static NONE: Properties = BTreeMap::new();
        self.properties.get(&issue).unwrap_or(&NONE)
    }

    /// Keeps these properties with an issue, beside those that it has under other keys.
    pub(crate) fn set_properties(
        &mut self,
        issue: u64,
        properties: Properties,
        by: usize,
        now: Timestamp,
    ) {
        for (key, value) in properties {
            self.set_property(issue, key, value, by, now);
        }
    }

    /// Keeps one property with an issue, and tells whether it is a new one.
    pub(crate) fn set_property(
        &mut self,
        issue: u64,
        key: String,
        value: Value,
        by: usize,
        now: Timestamp,
    ) -> bool {
        let properties = self.properties.entry(issue).or_default();
        let is_new = properties.insert(key.clone(), value.clone()).is_none();
        self.note_property(What::PropertySet, issue, key, value, by, now);
        is_new
    }

    /// Removes a property, and tells whether it was there.
    pub(crate) fn delete_property(
        &mut self,
        issue: u64,
        key: &str,
        by: usize,
        now: Timestamp,
    ) -> bool {
        let properties = self.properties.get_mut(&issue);
        let removed = properties.and_then(|properties| properties.remove(key));
        let Some(value) = removed else {
            return false;
        };
        self.note_property(What::PropertyDeleted, issue, key.to_owned(), value, by, now);
        true
    }

    fn note_property(
        &mut self,
        what: What,
        issue: u64,
        key: String,
        value: Value,
        by: usize,
        now: Timestamp,
    ) {
        if let Some(issue) = self.issues.get(&issue).cloned() {
            let subject = Subject::Property { issue, key, value };
            self.note(what, now, Some(by), subject);
        }
    }
}
