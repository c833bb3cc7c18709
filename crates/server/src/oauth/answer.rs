//! An answer of a token endpoint: its status, and its members by their paths, whether they came as JSON
//! or as a form.

use serde_json::{Map, Value};
use url::form_urlencoded;

/// An answer. It has secrets in it, so it cannot be shown.
pub struct Answer {
    status: u16,
    members: Result<Value, Unread>,
}

/// Why an answer has no members; without a word of its contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is neither a JSON object nor a form.
    #[error("it is neither a JSON object nor a form")]
    Neither,
    /// It is JSON of which no tree is made: too deep, too many values, a private key.
    #[error("{0}")]
    Unfit(juncture_json::Unfit),
}

impl Answer {
    /// The answer with this status and body. What it says of its media type is not asked: providers send
    /// forms as plain text, and JSON as anything.
    #[must_use]
    pub fn new(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            members: members(body),
        }
    }

    /// Its HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What stands at a path of names, by dots; `null` is nothing.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value> {
        let mut value = self.members.as_ref().ok()?;
        for name in path.split('.') {
            value = value.get(name)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// The text at a path, unless it is empty.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str().filter(|text| !text.is_empty())
    }

    /// Whether `false` stands at a path; in a form it is a text.
    #[must_use]
    pub fn is_false(&self, path: &str) -> bool {
        match self.at(path) {
            Some(Value::Bool(value)) => !value,
            Some(Value::String(text)) => text == "false",
            _ => false,
        }
    }

    /// Why nothing can be read in it, if that is so.
    #[must_use]
    pub fn unread(&self) -> Option<Unread> {
        self.members.as_ref().err().copied()
    }
}

fn members(body: &[u8]) -> Result<Value, Unread> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err(Unread::Empty);
    }
    match juncture_json::decode::<Value>(body) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err(Unread::Neither),
        Err(juncture_json::Error::Unfit(unfit)) => Err(Unread::Unfit(unfit)),
        Err(juncture_json::Error::Parser(_)) => form(body).ok_or(Unread::Neither),
    }
}

/// The members of a form that is a token answer or a refusal: a page of HTML or a sentence is none.
fn form(body: &[u8]) -> Option<Value> {
    const NAMES: [&str; 2] = ["access_token", "error"];
    let is_form = body.iter().all(u8::is_ascii_graphic);
    if !is_form {
        return None;
    }
    let members: Map<String, Value> = form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect();
    let is_known = NAMES.iter().any(|name| members.contains_key(*name));
    is_known.then_some(Value::Object(members))
}
