//! What a refusal says, read from the shapes in which Jira and its gateway say it.

use std::collections::BTreeMap;

use serde_json::Value;

/// The words of a refusal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) messages: Vec<String>,
    pub(crate) field_errors: BTreeMap<String, String>,
    /// What is said of single ones, where several things were asked for at once.
    pub(crate) elements: Vec<Element>,
}

/// What is said of one of several things.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    /// Its place among them, from 0.
    pub(crate) number: usize,
    pub(crate) status: Option<u16>,
    pub(crate) words: Words,
}

/// How much of a refusal is read, in bytes: Jira's own are some hundred.
pub(crate) const MAX_REFUSAL: usize = 64 * 1024;

/// Where the other shapes hold their sentence, the most telling first: problem details
/// (RFC 9457 §3.1), the gateway, the token host, the gateway's 404.
const SENTENCES: [&str; 5] = ["detail", "message", "error_description", "error", "title"];

/// What the gateway writes where it has nothing to say.
const NO_SENTENCE: &str = "No message available";

impl Words {
    /// Reads whatever `body` holds; a page, an empty body or other data hold no words.
    ///
    /// Jira's own shape is `{"errorMessages":[…],"errors":{field: message}}`, where either may be
    /// missing. Where several things were asked for, `errors` is a list of what is said of each, or of
    /// sentences. All others hold one sentence.
    pub(crate) fn read(body: &[u8]) -> Self {
        juncture_json::decode(body).map_or_else(|_| Self::default(), Self::of)
    }

    fn of(body: Value) -> Self {
        let Value::Object(mut body) = body else {
            return Self::default();
        };
        let mut words = Self::default();
        if let Some(Value::Array(messages)) = body.remove("errorMessages") {
            words.messages = messages.into_iter().filter_map(sentence).collect();
        }
        match body.remove("errors") {
            Some(Value::Object(errors)) => {
                words.field_errors = errors
                    .into_iter()
                    .filter_map(|(field, message)| Some((field, sentence(message)?)))
                    .collect();
            }
            Some(Value::Array(errors)) => {
                for mut error in errors {
                    let message = error.get_mut("message").map(Value::take);
                    words.messages.extend(message.and_then(sentence));
                    words.elements.extend(Element::of(error));
                }
            }
            _ => {}
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
        self.messages.is_empty() && self.field_errors.is_empty() && self.elements.is_empty()
    }
}

impl Element {
    /// Reads `{"status","elementErrors":{…},"failedElementNumber"}`; none of what is longer than a
    /// refusal is worth reading.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_REFUSAL {
            return None;
        }
        Self::of(juncture_json::decode(text).ok()?)
    }

    fn of(mut error: Value) -> Option<Self> {
        let number = error.get("failedElementNumber")?.as_u64()?;
        let status = error.get("status").and_then(Value::as_u64);
        Some(Self {
            number: number.try_into().ok()?,
            status: status.and_then(|status| status.try_into().ok()),
            words: Words::of(error.get_mut("elementErrors").map(Value::take)?),
        })
    }
}

fn sentence(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}
