//! One of the values that a field may have, by its name or its id.

use serde_json::{Value, json};

use super::AllowedValue;
use super::wrong::{Fault, Reason};

/// How somebody names a value.
enum Wanted<'a> {
    /// By name or id, whichever fits.
    Either(String),
    Id(String),
    Name(&'a str),
}

/// What was chosen.
pub(super) enum Chosen<'a> {
    /// One of the values that Jira tells.
    Known(&'a AllowedValue),
    /// Jira tells none: an id, or a name for which Jira may know a value.
    Id(String),
    Name(String),
}

impl Chosen<'_> {
    /// The value as Jira takes it, by id if it has one; `by` is what its name is called.
    pub(super) fn wire(&self, by: &str) -> Value {
        match self {
            Self::Known(value) if value.id.is_empty() => json!({ by: value.name }),
            Self::Known(value) => json!({ "id": value.id }),
            Self::Id(id) => json!({ "id": id }),
            Self::Name(name) => json!({ by: name }),
        }
    }
}

/// The value that is meant; `allowed` is what Jira tells, if it does.
pub(super) fn choose<'a>(
    allowed: Option<&'a [AllowedValue]>,
    value: &Value,
) -> Result<Chosen<'a>, Fault> {
    let wanted = Wanted::read(value)
        .ok_or_else(|| Fault::among(Reason::WrongType, allowed.unwrap_or_default()))?;
    let Some(allowed) = allowed else {
        return Ok(match wanted {
            Wanted::Id(id) => Chosen::Id(id),
            Wanted::Name(name) => Chosen::Name(name.to_owned()),
            Wanted::Either(text) if is_id(&text) => Chosen::Id(text),
            Wanted::Either(text) => Chosen::Name(text),
        });
    };
    let fitting: Vec<&AllowedValue> = allowed.iter().filter(|one| wanted.fits(one)).collect();
    match fitting[..] {
        [] => Err(Fault::among(Reason::UnknownValue, allowed)),
        [one] => Ok(Chosen::Known(one)),
        _ => Err(Fault::among(Reason::AmbiguousValue, fitting)),
    }
}

/// Whether it can be an id, of which Jira has digits alone.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id, written as a number or as text.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    }
    .filter(|id| is_id(id))
}

impl<'a> Wanted<'a> {
    fn read(value: &'a Value) -> Option<Self> {
        if let Value::Object(object) = value {
            if let Some(id) = object.get("id") {
                let text = id.as_str().map(str::to_owned);
                return text.or_else(|| self::id(id)).map(Self::Id);
            }
            let names = ["value", "name", "key"];
            let name = names.iter().find_map(|name| object.get(*name)?.as_str());
            return name.map(Self::Name);
        }
        let text = value.as_str().map(str::to_owned);
        let text = text.or_else(|| id(value)).map(Self::Either);
        text.filter(|wanted| !matches!(wanted, Self::Either(text) if text.is_empty()))
    }

    fn fits(&self, value: &AllowedValue) -> bool {
        let is_called = |name: &str| value.name == name || value.key.as_deref() == Some(name);
        match self {
            Self::Either(text) => value.id == *text || is_called(text),
            Self::Id(id) => value.id == *id,
            Self::Name(name) => is_called(name),
        }
    }
}
