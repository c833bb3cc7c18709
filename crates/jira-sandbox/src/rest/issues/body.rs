//! What a write asks for: values for fields, and operations on them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::gateway::{Caller, FieldSentence, Refusal, Sentence};
use crate::rest::payload::Payload;
use crate::rest::properties::{must_fit, read_list};
use crate::world::Properties;

/// The body of a write ("Issue update details").
pub(super) struct Body {
    fields: Map<String, Value>,
    update: Map<String, Value>,
    /// The id of the transition asked for.
    pub(super) transition: Option<String>,
    /// What to keep with the issue.
    pub(super) properties: Properties,
}

/// One operation on one field.
pub(super) struct Operation<'a> {
    pub(super) field: &'a str,
    pub(super) verb: &'a str,
    pub(super) value: &'a Value,
}

impl Body {
    /// Reads a body, or refuses it.
    pub(super) fn read(caller: &Caller, body: &[u8]) -> Result<Self, Refusal> {
        let known = [
            "fields",
            "update",
            "transition",
            "properties",
            "historyMetadata",
        ];
        let payload = Payload::read(caller, body, &known)?;
        let object = |name| match payload.find(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(object)) => Ok(object.clone()),
            Some(_) => Err(payload.bad()),
        };
        let metadata = payload.find("historyMetadata");
        if metadata.is_some_and(|value| !value.is_null()) {
            let what = "'historyMetadata' in the body of a write";
            return Err(caller.not_simulated(what.to_owned()));
        }
        let (fields, update) = (object("fields")?, object("update")?);
        let are_lists = update.values().all(|operations| {
            let operations = operations.as_array();
            operations.is_some_and(|list| list.iter().all(Value::is_object))
        });
        let transition = match object("transition")?.get("id") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            Some(_) => return Err(payload.bad()),
        };
        if !are_lists {
            return Err(payload.bad());
        }
        Ok(Self {
            fields,
            update,
            transition,
            properties: read_list(caller, payload.find("properties"))?,
        })
    }

    /// The value which `fields` has for a field, if it has one that is not null.
    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// The names of all fields that the body speaks of.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields
            .keys()
            .chain(self.update.keys())
            .map(String::as_str)
    }

    /// Takes the operations on comments out of the body, each as its verb and its value.
    pub(super) fn take_comments(&mut self) -> Vec<(String, Value)> {
        let operations = match self.update.remove("comment") {
            Some(Value::Array(operations)) => operations,
            _ => Vec::new(),
        };
        let operations = operations
            .into_iter()
            .filter_map(|operation| match operation {
                Value::Object(verbs) => Some(verbs),
                _ => None,
            });
        operations.flatten().collect()
    }

    /// A body that names nothing but a transition.
    pub(super) fn of_transition(id: String) -> Self {
        Self {
            fields: Map::new(),
            update: Map::new(),
            transition: Some(id),
            properties: Properties::new(),
        }
    }

    /// Whether the body changes no field.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.update.is_empty()
    }

    /// Refuses a field that is in `fields` and in `update`, and properties that are too long.
    pub(super) fn must_be_sound(&self, caller: &Caller) -> Result<(), Refusal> {
        let twice = self
            .fields
            .keys()
            .filter(|field| self.update.contains_key(*field));
        let errors: Vec<_> = twice
            .map(|field| (field.as_str(), FieldSentence::SaidTwice(field.clone())))
            .collect();
        if errors.is_empty() {
            must_fit(caller, &self.properties)
        } else {
            Err(refuse_fields(caller, errors))
        }
    }

    /// The operations in order; a value in `fields` is set.
    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let set = self.fields.iter().map(|(field, value)| Operation {
            field,
            verb: "set",
            value,
        });
        let updates = self.update.iter().flat_map(|(field, operations)| {
            let operations = operations.as_array().into_iter().flatten();
            operations
                .filter_map(Value::as_object)
                .flatten()
                .map(move |(verb, value)| Operation { field, verb, value })
        });
        set.chain(updates)
    }
}

/// A 400 with an error for each of these fields.
pub(in crate::rest) fn refuse_fields<'a>(
    caller: &Caller,
    errors: impl IntoIterator<Item = (&'a str, FieldSentence)>,
) -> Refusal {
    let errors: BTreeMap<_, _> = errors
        .into_iter()
        .map(|(field, sentence)| (field.to_owned(), sentence.say(caller.language)))
        .collect();
    Refusal::Fields(axum::http::StatusCode::BAD_REQUEST, errors)
}

/// The refusal of fields in a project where the caller cannot set any.
pub(super) fn refuse_screen(caller: &Caller, body: &Body) -> Refusal {
    let names = body
        .names()
        .filter(|name| !matches!(*name, "project" | "issuetype"));
    let errors = names.map(|name| (name, FieldSentence::NotOnScreen(name.to_owned())));
    let errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        return caller.bad_request(&Sentence::NoFields);
    }
    refuse_fields(caller, errors)
}
