//! Values that a caller gives to fields: those with a parameter of their own, and all others by the id or
//! the exact name of the field.

use serde_json::{Map, Value, json};

use super::rich_text::tidy;
use crate::providers::jira::operations::given::Given;
use crate::web::error::Error;

/// What a caller gives: `fields`, and the parameters that stand for fields; none where it is absent.
pub(super) struct Parameters {
    pub(super) fields: Option<Value>,
    pub(super) parent: Option<Value>,
    pub(super) labels: Option<Value>,
    pub(super) due_date: Option<Value>,
    pub(super) component_ids: Option<Value>,
    pub(super) fix_version_ids: Option<Value>,
    pub(super) affected_version_ids: Option<Value>,
    pub(super) reporter_account_id: Option<Value>,
}

/// How the value of a parameter becomes that of its field.
type Reading = fn(&'static str, Value) -> Result<Value, Error>;

impl Parameters {
    /// The values by the ids or names of their fields, each given in one way.
    pub(super) fn read(self) -> Result<Given, Error> {
        let mut given: Given = match self.fields.map(tidied) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(_) => {
                let reason = "must be an object of values by the ids or names of their fields";
                return Err(Error::invalid_field("fields", reason));
            }
        };
        let as_it_is: Reading = |_, value| Ok(value);
        let parameters: [(&str, &str, Reading, Option<Value>); 7] = [
            ("parent", "parent", as_it_is, self.parent),
            ("labels", "labels", as_it_is, self.labels),
            ("due_date", "duedate", as_it_is, self.due_date),
            ("component_ids", "components", to_ids, self.component_ids),
            (
                "fix_version_ids",
                "fixVersions",
                to_ids,
                self.fix_version_ids,
            ),
            (
                "affected_version_ids",
                "versions",
                to_ids,
                self.affected_version_ids,
            ),
            (
                "reporter_account_id",
                "reporter",
                to_account,
                self.reporter_account_id,
            ),
        ];
        for (parameter, field, read, value) in parameters {
            let Some(value) = value else { continue };
            let value = read(parameter, tidied(value))?;
            if given.insert(field.to_owned(), value).is_some() {
                let reason = format!("is given among `fields` too, as `{field}`");
                return Err(Error::invalid_field(parameter, reason));
            }
        }
        Ok(given)
    }
}

/// A value whose texts are without what nobody meant to write.
fn tidied(value: Value) -> Value {
    match value {
        Value::String(text) => tidy(&text).into(),
        Value::Array(items) => items.into_iter().map(tidied).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            members.map(|(name, value)| (name, tidied(value))).collect()
        }
        other => other,
    }
}

fn to_account(parameter: &'static str, value: Value) -> Result<Value, Error> {
    match value {
        Value::Null | Value::String(_) => Ok(value),
        _ => Err(Error::invalid_field(parameter, "must be an account id")),
    }
}

fn to_ids(parameter: &'static str, value: Value) -> Result<Value, Error> {
    let unfit = || Error::invalid_field(parameter, "must be a list of ids");
    match value {
        Value::Null => Ok(value),
        Value::Array(ids) => {
            let ids = ids.into_iter().map(|id| match id {
                Value::String(_) | Value::Number(_) => Ok(json!({"id": id})),
                _ => Err(unfit()),
            });
            ids.collect()
        }
        _ => Err(unfit()),
    }
}

/// Labels that are to be added or taken away.
pub(super) fn to_labels(
    parameter: &'static str,
    value: Option<Value>,
) -> Result<Vec<String>, Error> {
    let unfit = || {
        let reason = "must be a list of labels, which have no spaces";
        Error::invalid_field(parameter, reason)
    };
    let labels = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(labels)) => labels.into_iter(),
        Some(_) => return Err(unfit()),
    };
    let is_label = |text: &String| !text.is_empty() && !text.contains(char::is_whitespace);
    let labels = labels.map(|label| match label {
        Value::String(text) if is_label(&text) => Ok(text),
        _ => Err(unfit()),
    });
    labels.collect()
}
