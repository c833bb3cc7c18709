//! From a plain value to the one that Jira takes.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use url::Url;

use super::choose::{Chosen, choose, id, is_id};
use super::people::People;
use super::wrong::{Fault, Reason};
use super::{AllowedValue, FieldKind, instant};
use crate::adf;

/// The longest line of text, in characters: of summaries, short texts, labels.
const LONGEST_LINE: usize = 255;

/// The most characters of text in a rich text. Jira counts neither bytes nor what is around them.
const LONGEST_TEXT: usize = 32_767;

/// The longest Markdown that is converted, in characters. Marks, addresses and HTML are not of the
/// text, so that it may be longer than the text, but not by so much.
const LONGEST_MARKDOWN: usize = 4 * LONGEST_TEXT;

/// What a value is written with.
pub(super) struct Writer<'a> {
    pub(super) kind: FieldKind,
    /// The values that the field may have, if Jira tells them.
    pub(super) allowed: Option<&'a [AllowedValue]>,
    /// Who was found by which address, and who is to be looked up.
    pub(super) people: People<'a>,
}

impl Writer<'_> {
    /// Jira's form of a value that is there: neither `null` nor an empty text or list.
    pub(super) fn write(&mut self, value: &Value) -> Result<Value, Fault> {
        match self.kind {
            FieldKind::Summary => line(value, true),
            FieldKind::ShortText => line(value, false),
            FieldKind::Text | FieldKind::EpicLink => Ok(text(value)?.into()),
            FieldKind::RichText => rich_text(value),
            FieldKind::Url => url(value),
            FieldKind::Number => number(value),
            FieldKind::Date => date(value),
            FieldKind::DateTime => date_time(value),
            FieldKind::Labels => each(value, label),
            FieldKind::Choice => self.one(value, "value"),
            FieldKind::Choices => self.several(value, "value"),
            FieldKind::Cascading => self.cascading(value),
            FieldKind::Named => self.one(value, "name"),
            FieldKind::Version => self.version(value),
            FieldKind::Versions => each(value, |one| self.version(one)),
            FieldKind::Components => self.several(value, "name"),
            FieldKind::Project => self.one(value, "key"),
            FieldKind::User => self.user(value),
            FieldKind::Users => each(value, |one| self.user(one)),
            FieldKind::Group => group(value),
            FieldKind::Groups => each(value, group),
            FieldKind::Parent => parent(value),
            FieldKind::Sprint => sprint(value),
            FieldKind::Team | FieldKind::RequestType => id_or_object(value),
            FieldKind::TimeTracking => only(value, &["originalEstimate", "remainingEstimate"]),
            FieldKind::Organizations => each(value, organization),
            FieldKind::Assets => each(value, |one| only(one, &["workspaceId", "id", "objectId"])),
            FieldKind::Other => Ok(value.clone()),
            FieldKind::Computed => Err(Reason::NotSettable.into()),
        }
    }

    fn one(&self, value: &Value, by: &str) -> Result<Value, Fault> {
        Ok(choose(self.allowed, value)?.wire(by))
    }

    fn several(&self, value: &Value, by: &str) -> Result<Value, Fault> {
        each(value, |one| self.one(one, by))
    }

    /// Jira does not tell versions that are archived, and takes them by id.
    fn version(&self, value: &Value) -> Result<Value, Fault> {
        match choose(self.allowed, value) {
            Err(fault) if fault.reason == Reason::UnknownValue => {
                let wanted = value.get("id").unwrap_or(value);
                let id = id(wanted).ok_or(fault)?;
                Ok(Chosen::Id(id).wire("name"))
            }
            chosen => Ok(chosen?.wire("name")),
        }
    }

    /// An option by itself, or with the one below it: as a list of one or two, or as Jira nests them.
    fn cascading(&self, value: &Value) -> Result<Value, Fault> {
        let (first, second) = match value {
            Value::Array(path) => match &path[..] {
                [first] => (first, None),
                [first, second] => (first, Some(second)),
                _ => return Err(Reason::WrongType.into()),
            },
            other => (other, other.get("child").filter(|child| !child.is_null())),
        };
        let chosen = choose(self.allowed, first)?;
        let mut wire = chosen.wire("value");
        if let Some(second) = second {
            let has_children = |option: &AllowedValue| !option.children.is_empty();
            let are_told = self.allowed.is_some_and(|all| all.iter().any(has_children));
            let children = match &chosen {
                Chosen::Known(option) if are_told => Some(&option.children[..]),
                _ => None,
            };
            wire["child"] = choose(children, second)?.wire("value");
        }
        Ok(wire)
    }

    /// A person by account id, by the object that is read, or by an address that was looked up.
    fn user(&mut self, value: &Value) -> Result<Value, Fault> {
        let id = match value {
            Value::Object(user) => user.get("accountId"),
            other => Some(other),
        };
        let id = id.and_then(Value::as_str).ok_or(Reason::WrongType)?;
        let id = if id.contains('@') {
            self.people.account(id)?
        } else {
            id
        };
        let is_account = (1..=128).contains(&id.len()) && !id.contains(char::is_whitespace);
        if !is_account {
            return Err(Reason::NotAUser.into());
        }
        Ok(json!({ "accountId": id }))
    }
}

fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| Reason::WrongType.into())
}

fn line(value: &Value, is_alone: bool) -> Result<Value, Fault> {
    let text = text(value)?;
    if text.chars().count() > LONGEST_LINE {
        return Err(Reason::TooLong.into());
    }
    if is_alone && text.contains(['\n', '\r']) {
        return Err(Reason::SeveralLines.into());
    }
    Ok(text.into())
}

/// A document from Markdown, or as it is.
fn rich_text(value: &Value) -> Result<Value, Fault> {
    let document = match value {
        Value::String(markdown) if markdown.chars().count() > LONGEST_MARKDOWN => {
            return Err(Reason::TooLong.into());
        }
        Value::String(markdown) => adf::from_markdown(markdown),
        document if document["type"] == "doc" => document.clone(),
        _ => return Err(Reason::WrongType.into()),
    };
    if adf::characters(&document) > LONGEST_TEXT {
        return Err(Reason::TooLong.into());
    }
    Ok(document)
}

fn url(value: &Value) -> Result<Value, Fault> {
    let text = text(value)?;
    let has_blank = text.contains(|c: char| c.is_whitespace() || c.is_control());
    if has_blank || Url::parse(text).is_err() {
        return Err(Reason::NotAUrl.into());
    }
    Ok(text.into())
}

fn number(value: &Value) -> Result<Value, Fault> {
    if value.is_number() {
        return Ok(value.clone());
    }
    Err(Reason::WrongType.into())
}

fn date(value: &Value) -> Result<Value, Fault> {
    let text = text(value)?;
    let is_date = text.len() == "2026-11-30".len() && text.parse::<Date>().is_ok();
    if !is_date {
        return Err(Reason::NotADate.into());
    }
    Ok(text.into())
}

fn date_time(value: &Value) -> Result<Value, Fault> {
    let written = instant::to_jira(text(value)?).ok_or(Reason::NotADateTime)?;
    Ok(written.into())
}

fn label(value: &Value) -> Result<Value, Fault> {
    match fault_of_label(text(value)?) {
        Some(reason) => Err(reason.into()),
        None => Ok(value.clone()),
    }
}

/// What is wrong with a label, for whoever adds or removes a single one.
///
/// ```
/// use juncture_jira::fields::{Reason, fault_of_label};
///
/// assert_eq!(fault_of_label("crash"), None);
/// assert_eq!(fault_of_label("a crash"), Some(Reason::NotALabel));
/// ```
#[must_use]
pub fn fault_of_label(label: &str) -> Option<Reason> {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    if label.is_empty() || label.contains(is_odd) {
        return Some(Reason::NotALabel);
    }
    (label.chars().count() > LONGEST_LINE).then_some(Reason::TooLong)
}

/// A group by name, or by an id, which looks like no name.
fn group(value: &Value) -> Result<Value, Fault> {
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let id = member("groupId");
    let name = id.or_else(|| member("name")).or(value.as_str());
    let name = name
        .filter(|name| !name.is_empty())
        .ok_or(Reason::WrongType)?;
    Ok(if id.is_some() || is_uuid(name) {
        json!({ "groupId": name })
    } else {
        json!({ "name": name })
    })
}

fn is_uuid(text: &str) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| match byte {
        b'-' => is_dash(at),
        other => other.is_ascii_hexdigit() && !is_dash(at),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// An issue by key or id. Jira's keys are upper-case.
fn parent(value: &Value) -> Result<Value, Fault> {
    let wanted = value.get("id").or_else(|| value.get("key"));
    let wanted = wanted.unwrap_or(value);
    if let Some(id) = id(wanted) {
        return Ok(json!({ "id": id }));
    }
    let key = text(wanted)?;
    let is_key = key.rsplit_once('-').is_some_and(|(project, number)| {
        let mut letters = project.bytes();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && is_id(number)
    });
    if !is_key {
        return Err(Reason::NotAnIssue.into());
    }
    Ok(json!({ "key": key.to_ascii_uppercase() }))
}

/// A sprint by its id, which Jira takes bare, and as a number alone.
fn sprint(value: &Value) -> Result<Value, Fault> {
    let id = id(value.get("id").unwrap_or(value));
    let id = id.and_then(|id| id.parse::<u64>().ok());
    Ok(id.ok_or(Reason::NotASprint)?.into())
}

/// A bare id, of which nothing is known but that it is text.
fn id_or_object(value: &Value) -> Result<Value, Fault> {
    let id = value.get("id").unwrap_or(value);
    match id {
        Value::String(text) if !text.is_empty() => Ok(text.as_str().into()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string().into()),
        _ => Err(Reason::WrongType.into()),
    }
}

/// An organisation by its id, which Jira takes bare, and as a number alone.
fn organization(value: &Value) -> Result<Value, Fault> {
    let id = id(value.get("id").unwrap_or(value));
    let id = id.and_then(|id| id.parse::<u64>().ok());
    Ok(id.ok_or(Reason::WrongType)?.into())
}

/// An object of these members at most, which are not empty.
fn only(value: &Value, names: &[&str]) -> Result<Value, Fault> {
    let members = value.as_object().ok_or(Reason::WrongType)?;
    let is_known = |(name, value): (&String, &Value)| {
        names.contains(&name.as_str()) && value.as_str().is_some_and(|text| !text.is_empty())
    };
    if members.is_empty() || !members.iter().all(is_known) {
        return Err(Reason::WrongType.into());
    }
    let members: Map<String, Value> = members.clone();
    Ok(Value::Object(members))
}

/// The items of a list, each written.
fn each(
    value: &Value,
    mut write: impl FnMut(&Value) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let items = value.as_array().ok_or(Reason::WrongType)?;
    items.iter().map(&mut write).collect()
}
