//! Every answer of the server under test is held against the OpenAPI document: an endpoint answers no
//! status, no error code and no property that its document does not tell.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::http::{Method, Uri, header};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::answer::Answer;

/// The document of the server under test.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| juncture_json::decode(juncture_server::router::document()).unwrap());

/// Other paths of documented endpoints, by the end of the path.
const ALIASES: [(&str, &str); 5] = [
    ("/get-authorization-uri", "/initiate-oauth-flow"),
    ("/get-all-projects", "/get-projects"),
    ("/get-selected-project-id", "/get-selected-project"),
    ("/get-issue", "/get-issue-details"),
    ("/integration-helpers/jira", "/jira"),
];

/// Below it answers are the provider's, but for those that have a code of ours.
const PROXY: &str = "/api/backend/proxy/";

/// Fails where the document does not tell of such an answer. What is no endpoint of the document, such as
/// a page, may answer as it likes.
#[track_caller]
pub(crate) fn check(method: &Method, uri: &Uri, answer: &Answer) {
    let Some((path, operation)) = find(method, uri.path()) else {
        return;
    };
    if path.starts_with(PROXY) && !answer.headers.contains_key("x-juncture-code") {
        return;
    }
    let (status, at) = (answer.status.as_str(), format!("{method} {path}"));
    let told = &operation["responses"][status];
    assert!(
        told.is_object(),
        "{at} has answered {status}, which the document does not tell: {}",
        answer.text()
    );
    let kind = answer.headers.get(header::CONTENT_TYPE);
    let Some(kind) = kind.and_then(|kind| kind.to_str().ok()) else {
        return assert!(told["content"].is_null(), "{at} {status} has no content");
    };
    let kind = kind.split(';').next().unwrap_or_default();
    let content = &told["content"][kind];
    assert!(content.is_object(), "{at} {status} is not told as {kind}");
    let is_plain = !answer.headers.contains_key(header::CONTENT_ENCODING);
    if kind == "application/json" && is_plain && method != Method::HEAD {
        let validator = known(&format!("{at} {status}"), &content["schema"]);
        let wrong = wrong(&validator, &answer.json());
        assert!(
            wrong.is_empty(),
            "{at} {status} is not as the document tells: {wrong:#?}\n{}",
            answer.text()
        );
    }
}

/// The documented operation that a request is for.
fn find(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let mut path = path.trim_end_matches('/').to_owned();
    for (alias, name) in ALIASES {
        let is_it = path.ends_with(alias) || path.contains(&format!("{alias}/"));
        if is_it {
            path = path.replace(alias, name);
        }
    }
    let paths = DOCUMENT["paths"].as_object()?;
    let (name, methods) = paths.iter().find(|(name, _)| is_of(name, &path))?;
    let operation = methods.get(method.as_str().to_lowercase())?;
    Some((name, operation))
}

fn is_of(template: &str, path: &str) -> bool {
    if let (true, Some(rest)) = (template.starts_with(PROXY), path.strip_prefix(PROXY)) {
        return rest.contains('/');
    }
    let (template, path) = (template.split('/'), path.split('/'));
    let is_same = |(one, other): (&str, &str)| one == other || one.starts_with('{');
    template.clone().count() == path.clone().count() && template.zip(path).all(is_same)
}

/// The validator of a schema, which is made once.
fn known(name: &str, schema: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let made = known.get(name).cloned();
    made.unwrap_or_else(|| {
        let validator = Arc::new(validator(schema));
        known.insert(name.to_owned(), validator.clone());
        validator
    })
}

/// A validator of this schema of the document. An object may have no property that is not told.
pub(crate) fn validator(schema: &Value) -> Validator {
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let schemas = schemas.iter().map(|(name, schema)| {
        let is_closed_by_who_names_it = false;
        (name.clone(), strict(schema, is_closed_by_who_names_it))
    });
    let mut whole = strict(schema, true);
    whole["components"] = json!({"schemas": schemas.collect::<Map<_, _>>()});
    let options = jsonschema::options().with_draft(Draft::Draft202012);
    options.build(&whole).unwrap()
}

/// What is wrong with a value, each with its place.
pub(crate) fn wrong(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    let told = errors.map(|error| format!("{}: {error}", error.instance_path()));
    told.map(|text| text.chars().take(400).collect()).collect()
}

/// The schema with every object closed, but for those that are said to be open.
fn strict(schema: &Value, is_closed: bool) -> Value {
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    let mut strict_members = Map::new();
    for (name, value) in members {
        let each = |is_closed| match value {
            Value::Object(parts) => {
                let parts = parts.iter();
                parts
                    .map(|(name, part)| (name.clone(), strict(part, is_closed)))
                    .collect()
            }
            Value::Array(parts) => parts.iter().map(|part| strict(part, is_closed)).collect(),
            other => other.clone(),
        };
        let value = match name.as_str() {
            "properties" | "oneOf" | "anyOf" => each(true),
            "allOf" => each(false),
            "items" | "additionalProperties" => strict(value, true),
            _ => value.clone(),
        };
        strict_members.insert(name.clone(), value);
    }
    let names = ["properties", "allOf", "$ref"];
    let is_object = names.iter().any(|name| members.contains_key(*name));
    if is_closed && is_object && !members.contains_key("additionalProperties") {
        strict_members.insert("unevaluatedProperties".to_owned(), false.into());
    }
    strict_members.into()
}
