//! From Jira's value of a field to a plain one.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::FieldKind;
use super::instant;
use crate::adf;

impl FieldKind {
    /// The plain value of what Jira wrote, which [can be written back](super::check()); `null` where
    /// the field is not set. A value of another shape than is known comes as it is, one that is not
    /// [fit to become a tree](juncture_json::judge) as `null`, and as its bare texts if it is rich
    /// text.
    ///
    /// ```
    /// use juncture_jira::fields::FieldKind;
    /// use serde_json::value::to_raw_value;
    /// use serde_json::json;
    ///
    /// let red = to_raw_value(&json!({"self": "https://…", "id": "10020", "value": "Red"}))?;
    /// assert_eq!(FieldKind::Choice.read(&red), json!("Red"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn read(self, value: &RawValue) -> Value {
        if self == Self::RichText && !matches!(value.get().trim(), "null" | "") {
            return Value::String(adf::to_markdown(value));
        }
        let Ok(value) = juncture_json::decode::<Value>(value.get()) else {
            return Value::Null;
        };
        if value.is_null() {
            return if self.is_list() {
                json!([])
            } else {
                Value::Null
            };
        }
        self.plain(&value).unwrap_or(value)
    }

    fn plain(self, value: &Value) -> Option<Value> {
        Some(match self {
            Self::DateTime => instant::to_rfc3339(value.as_str()?)?.into(),
            Self::Choice | Self::Named | Self::Version | Self::Group => name(value)?,
            Self::Choices | Self::Versions | Self::Components | Self::Groups => each(value, name)?,
            Self::Cascading => path(value)?,
            Self::User => user(value)?,
            Self::Users => each(value, user)?,
            Self::Project | Self::Parent => member(value, "key")?,
            Self::Sprint => open_sprint(value)?,
            Self::Team => named(value, "name", "title")?,
            Self::TimeTracking => only(value, &["originalEstimate", "remainingEstimate"])?,
            Self::RequestType => named(value.get("requestType")?, "name", "name")?,
            Self::Organizations => each(value, |one| named(one, "name", "name"))?,
            Self::Assets => each(value, |one| only(one, &["workspaceId", "id", "objectId"]))?,
            Self::Summary
            | Self::ShortText
            | Self::Text
            | Self::RichText
            | Self::Url
            | Self::Number
            | Self::Date
            | Self::Labels
            | Self::EpicLink
            | Self::Computed
            | Self::Other => return None,
        })
    }
}

fn member(value: &Value, name: &str) -> Option<Value> {
    let member = value.get(name)?;
    (!member.is_null()).then(|| member.clone())
}

/// The text of an option, the name of anything else.
fn name(value: &Value) -> Option<Value> {
    member(value, "value").or_else(|| member(value, "name"))
}

fn each(list: &Value, read: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    list.as_array()?.iter().map(read).collect()
}

/// An option, and the one below it if there is one.
fn path(value: &Value) -> Option<Value> {
    let child = value.get("child").filter(|child| !child.is_null());
    let names = [Some(value), child].into_iter().flatten().map(name);
    names.collect()
}

fn user(value: &Value) -> Option<Value> {
    let mut user = Map::new();
    user.insert("accountId".to_owned(), member(value, "accountId")?);
    if let Some(name) = member(value, "displayName") {
        user.insert("displayName".to_owned(), name);
    }
    Some(Value::Object(user))
}

/// The id and the name, which may stand under another word.
fn named(value: &Value, name: &str, or: &str) -> Option<Value> {
    let mut named = Map::new();
    named.insert("id".to_owned(), member(value, "id")?);
    if let Some(name) = member(value, name).or_else(|| member(value, or)) {
        named.insert("name".to_owned(), name);
    }
    Some(Value::Object(named))
}

/// Some members of an object; `null` if it has none of them.
fn only(value: &Value, names: &[&str]) -> Option<Value> {
    value.as_object()?;
    let members =
        (names.iter()).filter_map(|name| Some(((*name).to_owned(), member(value, name)?)));
    let members: Map<String, Value> = members.collect();
    Some(if members.is_empty() {
        Value::Null
    } else {
        Value::Object(members)
    })
}

/// The sprint that the issue is in; those that are closed are its history, and cannot be written.
fn open_sprint(value: &Value) -> Option<Value> {
    let sprints = value.as_array()?;
    let is_open = |sprint: &&Value| sprint.get("state").is_none_or(|state| state != "closed");
    let Some(sprint) = sprints.iter().rfind(is_open) else {
        return Some(Value::Null);
    };
    member(sprint, "id")?;
    only(sprint, &["id", "name", "state"])
}
