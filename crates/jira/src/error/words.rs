//! What a refusal says, read from the shapes in which Jira and its gateway say it.

use std::collections::BTreeMap;

use serde_json::Value;

/// The words of a refusal.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) messages: Vec<String>,
    pub(crate) field_errors: BTreeMap<String, String>,
}

/// Where the other shapes hold their sentence, the most telling first: problem details
/// (RFC 9457 §3.1), the gateway, the token host, the gateway's 404.
const SENTENCES: [&str; 5] = ["detail", "message", "error_description", "error", "title"];

/// What the gateway writes where it has nothing to say.
const NO_SENTENCE: &str = "No message available";

impl Words {
    /// Reads whatever `body` holds; a page, an empty body or other data hold no words.
    ///
    /// Jira's own shape is `{"errorMessages":[…],"errors":{field: message}}`, where either may be
    /// missing. All others hold one sentence.
    pub(crate) fn read(body: &[u8]) -> Self {
        let Ok(Value::Object(mut body)) = juncture_json::decode(body) else {
            return Self::default();
        };
        let mut words = Self::default();
        if let Some(Value::Array(messages)) = body.remove("errorMessages") {
            words.messages = messages.into_iter().filter_map(sentence).collect();
        }
        if let Some(Value::Object(errors)) = body.remove("errors") {
            words.field_errors = errors
                .into_iter()
                .filter_map(|(field, message)| Some((field, sentence(message)?)))
                .collect();
        }
        if words.is_empty() {
            let first = SENTENCES
                .iter()
                .filter_map(|name| sentence(body.remove(*name)?))
                .find(|sentence| sentence != NO_SENTENCE);
            words.messages.extend(first);
        }
        words
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.field_errors.is_empty()
    }
}

fn sentence(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}
