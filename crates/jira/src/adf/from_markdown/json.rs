//! JSON of a size that is known.

use serde_json::{Map, Value};

/// An object of just these members. A large text has a million of them, and one that grows as members
/// come takes up three times the memory of one member.
pub(in crate::adf) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Map::with_capacity(N);
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}
