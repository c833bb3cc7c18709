//! A document as Jira gets it: written, so that it is copied and sent without becoming a tree again.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// A document, written as JSON.
///
/// ```
/// use juncture_jira::adf::{self, Document};
///
/// let document = Document::from(&adf::from_markdown("**done**"));
/// assert_eq!(adf::to_markdown(document.as_json()), "**done**");
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    /// Its JSON.
    #[must_use]
    pub fn as_json(&self) -> &RawValue {
        &self.0
    }
}

impl From<&Value> for Document {
    fn from(document: &Value) -> Self {
        Self(to_raw_value(document).expect("a tree of JSON is JSON"))
    }
}

impl From<Value> for Document {
    fn from(document: Value) -> Self {
        Self::from(&document)
    }
}

impl From<Box<RawValue>> for Document {
    /// Takes JSON as it is; whether it is a document shows to Jira.
    fn from(document: Box<RawValue>) -> Self {
        Self(document)
    }
}
