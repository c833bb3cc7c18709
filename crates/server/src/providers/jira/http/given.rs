//! Values that a caller gives to fields: those with a parameter of their own, and all others by the id or
//! the exact name of the field.

use serde_json::{Map, Value, json};

use crate::providers::jira::operations::given::Given;
use crate::web::error::Error;

/// How the value of a parameter becomes that of its field.
pub(super) enum Shape {
    /// It is one.
    Plain,
    /// An id.
    Account,
    /// A list of ids.
    Ids,
}

/// The values of parameters that stand for fields, and those of `fields`.
pub(super) fn given<const N: usize>(
    fields: Option<Value>,
    parameters: [(&'static str, &'static str, Shape, Option<Value>); N],
) -> Result<Given, Error> {
    let mut given: Given = match fields {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            let reason = "must be an object of values by the ids or names of their fields";
            return Err(Error::invalid_field("fields", reason));
        }
    };
    for (parameter, field, shape, value) in parameters {
        let Some(value) = value else { continue };
        let value = match shape {
            Shape::Plain => value,
            Shape::Account => to_account(parameter, value)?,
            Shape::Ids => to_ids(parameter, value)?,
        };
        if given.insert(field.to_owned(), value).is_some() {
            let reason = format!("is given among `fields` too, as `{field}`");
            return Err(Error::invalid_field(parameter, reason));
        }
    }
    Ok(given)
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
