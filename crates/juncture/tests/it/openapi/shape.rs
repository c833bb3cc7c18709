//! A schema of an OpenAPI 3.1 document as what it lets through, whatever way it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One of the things that a schema lets through.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape {
    /// `string`, `object`, …; none where anything goes.
    pub(super) kind: Option<String>,
    /// Its values, written as JSON, if they are a closed set.
    pub(super) words: Option<BTreeSet<String>>,
    pub(super) properties: BTreeMap<String, Vec<Shape>>,
    pub(super) required: BTreeSet<String>,
    /// What the items of a list are.
    pub(super) items: Vec<Shape>,
    /// What the other members of an object are.
    pub(super) others: Vec<Shape>,
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
}

impl Shape {
    /// What this schema of the document lets through.
    pub(super) fn of(document: &Value, schema: &Value) -> Vec<Self> {
        read(document, schema, &mut Vec::new())
    }

    /// What both let through.
    fn and(mut self, other: Self) -> Self {
        for (name, shapes) in other.properties {
            let both = match self.properties.remove(&name) {
                None => shapes,
                Some(mine) => product(mine, &shapes),
            };
            self.properties.insert(name, both);
        }
        self.required.extend(other.required);
        self.words = match (self.words, other.words) {
            (Some(mine), Some(others)) => Some(&mine & &others),
            (mine, others) => mine.or(others),
        };
        Self {
            kind: self.kind.or(other.kind),
            items: [self.items, other.items].concat(),
            others: [self.others, other.others].concat(),
            least: self.least.or(other.least),
            most: self.most.or(other.most),
            ..self
        }
    }
}

fn product(mine: Vec<Shape>, others: &[Shape]) -> Vec<Shape> {
    let both = mine.into_iter().flat_map(|mine| {
        let each = others.iter().cloned();
        each.map(move |other| mine.clone().and(other))
    });
    both.collect()
}

/// `within` are the named schemas that this one stands in: one that holds itself is read once.
fn read(document: &Value, schema: &Value, within: &mut Vec<String>) -> Vec<Shape> {
    if let Some(name) = schema["$ref"].as_str() {
        if within.iter().any(|outer| outer == name) {
            let kind = Some(name.to_owned());
            return vec![Shape {
                kind,
                ..Shape::default()
            }];
        }
        let target = document.pointer(name.trim_start_matches('#'));
        let target = target.unwrap_or_else(|| panic!("{name} is nowhere"));
        within.push(name.to_owned());
        let shapes = read(document, target, within);
        within.pop();
        return shapes;
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[word].as_array() {
            let shapes = choices.iter().flat_map(|one| read(document, one, within));
            return shapes.collect();
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut parts = parts.iter().map(|part| read(document, part, within));
        let first = parts.next().unwrap_or_default();
        return parts.fold(first, |whole, part| product(whole, &part));
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str()).collect(),
        kind => vec![kind.as_str()],
    };
    let one = plain(document, schema, within);
    let each = kinds.into_iter().map(|kind| Shape {
        kind: kind.map(str::to_owned),
        ..one.clone()
    });
    each.collect()
}

fn plain(document: &Value, schema: &Value, within: &mut Vec<String>) -> Shape {
    let words = schema["enum"].as_array();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let required = schema["required"].as_array().into_iter().flatten();
    let mut part = |schema: &Value| match schema {
        Value::Null | Value::Bool(false) => Vec::new(),
        schema => read(document, schema, within),
    };
    Shape {
        kind: None,
        words: words.map(|words| words.iter().map(ToString::to_string).collect()),
        properties: properties
            .map(|(name, schema)| (name.clone(), part(schema)))
            .collect(),
        required: required
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
        items: part(&schema["items"]),
        others: part(&schema["additionalProperties"]),
        least: schema["minimum"].as_f64(),
        most: schema["maximum"].as_f64(),
    }
}
