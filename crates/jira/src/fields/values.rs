//! Values of fields on their way to Jira.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// Values by the ids of their fields, as Jira gets them: written as JSON, so that they are copied and
/// sent without becoming trees again.
///
/// ```
/// use juncture_jira::fields::FieldValues;
/// use serde_json::json;
///
/// let mut values = FieldValues::default();
/// values.set("parent", &json!({"key": "ED-7"}));
/// assert_eq!(serde_json::to_string(&values)?, r#"{"parent":{"key":"ED-7"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct FieldValues(BTreeMap<String, Box<RawValue>>);

impl FieldValues {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Gives a field this value, in place of the one that it has here.
    pub fn set(&mut self, id: &str, value: &impl Serialize) {
        let value = to_raw_value(value).expect("plain data is JSON");
        self.0.insert(id.to_owned(), value);
    }

    /// The value of a field, if it has one here.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&RawValue> {
        self.0.get(id).map(|value| &**value)
    }

    /// Takes a field away.
    pub fn remove(&mut self, id: &str) -> Option<Box<RawValue>> {
        self.0.remove(id)
    }

    /// Whether no field has a value here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids of the fields.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Keeps a value that is JSON already.
    pub(crate) fn keep(&mut self, id: String, value: Box<RawValue>) {
        self.0.insert(id, value);
    }

    /// The fields and their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        (self.0.iter()).map(|(id, value)| (id.as_str(), &**value))
    }
}
