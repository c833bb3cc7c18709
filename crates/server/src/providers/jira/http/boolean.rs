//! Parameters that are true or false.

use serde_json::Value;

use crate::web::error::Error;

/// The boolean of an optional parameter named `field`.
pub(super) fn boolean(value: Option<&Value>, field: &str) -> Result<Option<bool>, Error> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(no_boolean(field)),
    }
}

/// The answer to a value that is neither.
pub(super) fn no_boolean(field: &str) -> Error {
    Error::invalid_field(field, "must be true or false")
}
