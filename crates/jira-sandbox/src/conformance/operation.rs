//! One operation of a document, ready to look at requests.

use jsonschema::{Draft, Validator};
use serde_json::Value;

use super::Seen;

/// The media type of every body.
const JSON: &str = "application/json";

/// An operation with its validators.
pub(super) struct Operation {
    pub(super) method: String,
    /// The segments of the path; a parameter is its name in braces.
    template: Vec<String>,
    parameters: Vec<Parameter>,
    body: Option<Validator>,
}

struct Parameter {
    name: String,
    is_in_path: bool,
    is_required: bool,
    schema: Value,
    validator: Validator,
}

impl Operation {
    /// Every operation of a document.
    pub(super) fn all(document: &Value) -> Vec<Self> {
        let components = &document["components"];
        let paths = document["paths"].as_object().into_iter().flatten();
        paths
            .flat_map(|(path, operations)| {
                let shared = operations["parameters"].as_array().into_iter().flatten();
                let shared: Vec<&Value> = shared.collect();
                let methods = operations.as_object().into_iter().flatten();
                methods
                    .filter(|(method, _)| *method != "parameters")
                    .map(|(method, operation)| {
                        Self::read(path, method, operation, &shared, components)
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn read(
        path: &str,
        method: &str,
        operation: &Value,
        shared: &[&Value],
        components: &Value,
    ) -> Self {
        let own = operation["parameters"].as_array().into_iter().flatten();
        let parameters = own
            .chain(shared.iter().copied())
            .map(|parameter| Parameter {
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                is_in_path: parameter["in"] == "path",
                is_required: parameter["required"] == true,
                schema: parameter["schema"].clone(),
                validator: validator(&parameter["schema"]),
            });
        let body = operation["requestBody"]["content"][JSON].get("schema");
        let body = body.map(|schema| {
            let mut schema = schema.clone();
            schema["components"] = components.clone();
            validator(&schema)
        });
        Self {
            method: method.to_owned(),
            template: path.split('/').map(str::to_owned).collect(),
            parameters: parameters.collect(),
            body,
        }
    }

    /// Whether a path is one of this operation.
    pub(super) fn matches(&self, path: &str) -> bool {
        let segments: Vec<&str> = path.split('/').collect();
        segments.len() == self.template.len()
            && self
                .template
                .iter()
                .zip(segments)
                .all(|(own, segment)| (is_name(own) && !segment.is_empty()) || own == segment)
    }

    /// How many segments of the path are parameters.
    pub(super) fn parameter_count(&self) -> usize {
        self.template.iter().filter(|own| is_name(own)).count()
    }

    /// Everything about a request of this operation that is not described.
    pub(super) fn check(&self, seen: &Seen<'_>) -> Vec<String> {
        let mut problems = self.check_path(seen.path);
        problems.extend(self.check_query(seen.query));
        problems.extend(self.check_body(seen));
        problems
    }

    fn check_path(&self, path: &str) -> Vec<String> {
        let values = self.template.iter().zip(path.split('/'));
        values
            .filter(|(own, _)| is_name(own))
            .filter_map(|(own, text)| {
                let name = own.trim_matches(['{', '}']);
                let mut parameters = self.parameters.iter();
                parameters
                    .find(|row| row.is_in_path && row.name == name)?
                    .check(text)
            })
            .collect()
    }

    fn check_query(&self, query: &str) -> Vec<String> {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let known = || self.parameters.iter().filter(|row| !row.is_in_path);
        let mut problems = Vec::new();
        for (name, text) in &pairs {
            match known().find(|parameter| parameter.name == *name) {
                Some(parameter) => problems.extend(parameter.check(text)),
                None => problems.push(format!("the query parameter '{name}' is not described")),
            }
        }
        for parameter in known() {
            let count = pairs
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .count();
            let name = &parameter.name;
            if count == 0 && parameter.is_required {
                problems.push(format!("the query parameter '{name}' is missing"));
            }
            if count > 1 && parameter.schema["type"] != "array" {
                problems.push(format!(
                    "the query parameter '{name}' is given {count} times"
                ));
            }
        }
        problems
    }

    fn check_body(&self, seen: &Seen<'_>) -> Vec<String> {
        let Some(validator) = &self.body else {
            let is_empty = seen.body.is_empty();
            let problem = || "a body is not described".to_owned();
            return (!is_empty).then(problem).into_iter().collect();
        };
        let media_type = seen.content_type.unwrap_or_default().split(';').next();
        if media_type.map(str::trim) != Some(JSON) {
            let found = seen.content_type.unwrap_or("missing");
            return vec![format!("the content type is {found}")];
        }
        match juncture_json::decode::<Value>(seen.body) {
            Err(error) => vec![format!("the body is no JSON: {error}")],
            Ok(body) => validator
                .iter_errors(&body)
                .map(|error| format!("the body at '{}': {error}", error.instance_path()))
                .collect(),
        }
    }
}

impl Parameter {
    /// What is wrong with a value, as the text it came as.
    fn check(&self, text: &str) -> Option<String> {
        let value = read(&self.schema, text);
        let error = self.validator.iter_errors(&value).next()?;
        Some(format!("the parameter '{}': {error}", self.name))
    }
}

/// A text as the type that a schema asks for; one of several values of a list stands for all.
fn read(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("array") => Value::Array(vec![read(&schema["items"], text)]),
        Some("integer" | "number" | "boolean") => {
            juncture_json::decode(text).unwrap_or_else(|_| text.into())
        }
        _ => text.into(),
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(schema)
        .expect("the schemas in this crate's documents are schemas")
}

fn is_name(segment: &str) -> bool {
    segment.starts_with('{')
}
