//! JSON that stays text where serde reads it by way of a tree, as it does for all that stands beside
//! `#[serde(flatten)]`: `RawValue` alone can be read from a text and from nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// A value, or null.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    value.as_ref().map(text).transpose()
}

/// Values by name.
pub(crate) fn by_name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Box<RawValue>>, D::Error> {
    let values = BTreeMap::<String, Value>::deserialize(deserializer)?;
    let texts = values
        .into_iter()
        .map(|(name, value)| Ok((name, text(&value)?)));
    texts.collect()
}

fn text<E: serde::de::Error>(value: &Value) -> Result<Box<RawValue>, E> {
    to_raw_value(value).map_err(E::custom)
}
