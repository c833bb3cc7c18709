//! Entity properties: what apps keep with an issue, where people do not see it.
//!
//! Setting one is no change of the issue: its history and its `updated` do not tell of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Site;

/// Values by their keys.
pub(crate) type Properties = BTreeMap<String, Value>;

impl Site {
    /// The properties of an issue.
    pub(crate) fn properties_of(&self, issue: u64) -> &Properties {
        static NONE: Properties = BTreeMap::new();
        self.properties.get(&issue).unwrap_or(&NONE)
    }

    /// Keeps these properties with an issue, beside those that it has under other keys.
    pub(crate) fn set_properties(&mut self, issue: u64, properties: Properties) {
        if !properties.is_empty() {
            self.properties.entry(issue).or_default().extend(properties);
        }
    }

    /// Keeps one property with an issue, and tells whether it is a new one.
    pub(crate) fn set_property(&mut self, issue: u64, key: String, value: Value) -> bool {
        let properties = self.properties.entry(issue).or_default();
        properties.insert(key, value).is_none()
    }

    /// Removes a property, and tells whether it was there.
    pub(crate) fn delete_property(&mut self, issue: u64, key: &str) -> bool {
        let properties = self.properties.get_mut(&issue);
        properties.is_some_and(|properties| properties.remove(key).is_some())
    }
}
