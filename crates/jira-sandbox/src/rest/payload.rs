//! JSON bodies read as strictly as Jira reads them.
//!
//! Jira refuses unknown properties, turns numbers in strings into numbers, and cuts fractions.
//! Its three refusals of a body have no `errors` beside the message.

use serde_json::{Map, Value};

use crate::gateway::{Caller, Refusal, Sentence};

/// A JSON object with known properties only.
pub(super) struct Payload<'a> {
    caller: &'a Caller,
    object: Map<String, Value>,
}

impl<'a> Payload<'a> {
    /// Reads a body, or refuses it.
    pub(super) fn read(caller: &'a Caller, body: &[u8], known: &[&str]) -> Result<Self, Refusal> {
        let payload = Self::read_open(caller, body)?;
        if payload
            .object
            .keys()
            .all(|key| known.contains(&key.as_str()))
        {
            Ok(payload)
        } else {
            Err(payload.bad())
        }
    }

    /// Reads a body that may have properties which nobody knows, or refuses it.
    pub(super) fn read_open(caller: &'a Caller, body: &[u8]) -> Result<Self, Refusal> {
        let refuse = |sentence: Sentence| Refusal::Unreadable(sentence.say(caller.language));
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(refuse(Sentence::EmptyBody));
        }
        match juncture_json::decode(body).map_err(|_| refuse(Sentence::BadJson))? {
            Value::Object(object) => Ok(Self { caller, object }),
            _ => Err(refuse(Sentence::BadPayload)),
        }
    }

    /// The refusal of a property of the wrong type.
    pub(super) fn bad(&self) -> Refusal {
        Refusal::Unreadable(Sentence::BadPayload.say(self.caller.language))
    }

    /// The property as it came.
    pub(super) fn find(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
    }

    /// A text; null is as good as absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.find(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(self.bad()),
        }
    }

    /// `maxResults`, which has 32 bits. `"5"` and `1.5` are coerced, and null is read as 0.
    pub(super) fn page_size(&self) -> Result<Option<i64>, Refusal> {
        let size = match self.find("maxResults") {
            None => return Ok(None),
            Some(Value::Null) => 0,
            Some(value) => whole(value).ok_or_else(|| self.bad())?,
        };
        i32::try_from(size).map_err(|_| self.bad())?;
        Ok(Some(size))
    }

    /// A truth value; null is as good as absent.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.find(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.bad()),
        }
    }

    /// A list of texts, each perhaps comma separated; null is as good as absent.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let items = match self.find(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.bad()),
        };
        let mut texts = Vec::new();
        for item in items {
            match item {
                Value::String(text) => {
                    texts.extend(text.split(',').map(|part| part.trim().to_owned()));
                }
                Value::Number(number) => texts.push(number.to_string()),
                _ => return Err(self.bad()),
            }
        }
        Ok(Some(texts))
    }

    /// A list of numbers. Jira falls over where the list or an item is null.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<i64>, Refusal> {
        match self.find(name) {
            None => Ok(Vec::new()),
            Some(Value::Null) => Err(Refusal::Crashed),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| whole(item).ok_or_else(|| self.bad()))
                .collect(),
            Some(_) => Err(self.bad()),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "cutting the fraction is what Jira's reader does"
)]
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|fraction| fraction as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
