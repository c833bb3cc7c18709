//! How values in a write are read, and what Jira calls those that cannot be.

use jiff::Timestamp;
use serde_json::Value;

use crate::gateway::FieldSentence;

/// The longest line of text, and the longest label, in characters.
const LINE_LENGTH: usize = 255;

/// Nothing for null, or what `read` makes of the value.
pub(super) fn optional<'v, T>(
    value: &'v Value,
    read: impl FnOnce(&'v Value) -> Result<T, FieldSentence>,
) -> Result<Option<T>, FieldSentence> {
    if value.is_null() {
        return Ok(None);
    }
    read(value).map(Some)
}

/// A text.
pub(super) fn text(value: &Value) -> Result<&str, FieldSentence> {
    value.as_str().ok_or(FieldSentence::NotAText)
}

/// A text of one line.
pub(super) fn line(value: &Value) -> Result<&str, FieldSentence> {
    let line = text(value)?;
    if line.chars().count() > LINE_LENGTH {
        return Err(FieldSentence::LongLine);
    }
    Ok(line)
}

/// An address with a scheme.
pub(super) fn address(value: &Value) -> Result<&str, FieldSentence> {
    let address = line(value)?;
    match url::Url::parse(address) {
        Ok(url) if url.has_host() => Ok(address),
        _ => Err(FieldSentence::NotAnAddress),
    }
}

/// A number that is not in quotes.
pub(super) fn number(value: &Value) -> Result<f64, FieldSentence> {
    value.as_f64().ok_or(FieldSentence::BadNumber)
}

/// A day, as `2026-11-30`.
pub(super) fn date(value: &Value) -> Result<jiff::civil::Date, FieldSentence> {
    let text = text(value)?;
    jiff::civil::Date::strptime("%Y-%m-%d", text)
        .map_err(|_| FieldSentence::BadDate(text.to_owned()))
}

/// An instant, as `2026-11-30T09:00:00.000+0100`; the offset must be there.
pub(super) fn instant(value: &Value) -> Result<Timestamp, FieldSentence> {
    let text = text(value)?;
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text)
        .or_else(|_| text.parse())
        .map_err(|_| FieldSentence::BadDate(text.to_owned()))
}

/// A label. The names of labels have no spaces.
pub(super) fn label(value: &Value) -> Result<&str, FieldSentence> {
    let label = text(value)?;
    if label.is_empty() || label.contains(char::is_whitespace) {
        return Err(FieldSentence::BadLabel(label.to_owned()));
    }
    if label.chars().count() > LINE_LENGTH {
        return Err(FieldSentence::LongLine);
    }
    Ok(label)
}

/// A JSON object.
pub(super) fn object(value: &Value) -> Result<&Value, FieldSentence> {
    if value.is_object() {
        Ok(value)
    } else {
        Err(FieldSentence::NotAnObject)
    }
}

/// An id in a reference: a text, or a number.
pub(super) fn id_in(reference: &Value) -> Option<String> {
    match &reference["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Whether a reference by id or name means this row.
pub(super) fn is_named(reference: &Value, id: u64, names: &[&str]) -> bool {
    match (id_in(reference), reference["name"].as_str()) {
        (Some(wanted), _) => wanted == id.to_string(),
        (None, Some(wanted)) => names.contains(&wanted),
        (None, None) => false,
    }
}

/// The account id in a reference to a person; Jira Cloud takes no other name.
pub(super) fn account_id(value: &Value) -> &str {
    let id = value["accountId"].as_str().or_else(|| value["id"].as_str());
    id.unwrap_or_default()
}

/// The items of a list that is set, or the one item that is added or removed.
pub(super) fn items<T>(
    verb: &str,
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<T, FieldSentence>,
) -> Result<Vec<T>, FieldSentence> {
    match (verb, value) {
        ("set", Value::Null) => Ok(Vec::new()),
        ("set", Value::Array(items)) => items.iter().map(read).collect(),
        ("set", _) => Err(FieldSentence::NotAList),
        _ => Ok(vec![read(value)?]),
    }
}

/// Sets a list, or adds to it or removes from it what is not there or there already.
pub(super) fn change_list<T: PartialEq>(list: &mut Vec<T>, verb: &str, items: Vec<T>) {
    if verb == "remove" {
        list.retain(|item| !items.contains(item));
        return;
    }
    if verb == "set" {
        list.clear();
    }
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}
