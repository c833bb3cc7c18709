//! What the document says of itself: names, words, examples, and what may be absent.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::document::{DOCUMENT, validator, wrong};

/// Properties of answers that may be absent and may be null, which mean different things.
const ABSENT_OR_NULL: [&str; 2] = ["JiraKnownIssue.description", "JiraKnownIssue.assignee"];

/// The groups that the names of operations begin with, and those of schemas.
const GROUPS: [&str; 10] = [
    "admin",
    "oauth",
    "connections",
    "events",
    "connect",
    "eventEndpoints",
    "eventDeliveries",
    "jira",
    "proxy",
    "server",
];
const GROUPS_OF_SCHEMAS: [&str; 6] = ["Admin", "OAuth", "Connect", "Event", "Jira", "Server"];

/// Schemas of all groups.
const COMMON: [&str; 4] = ["Done", "ErrorBody", "ErrorDetails", "Id"];

fn operations() -> impl Iterator<Item = (String, &'static Value)> {
    members(&DOCUMENT["paths"]).flat_map(|(path, methods)| {
        members(methods).map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

fn schemas() -> impl Iterator<Item = (&'static str, &'static Value)> {
    members(&DOCUMENT["components"]["schemas"])
}

fn members(object: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let members = object.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

fn items(list: &'static Value) -> impl Iterator<Item = &'static Value> {
    list.as_array().into_iter().flatten()
}

fn is_told(thing: &Value) -> bool {
    thing["description"]
        .as_str()
        .is_some_and(|text| text.len() > 3)
}

/// Every schema that stands in another one, and itself, with its place.
fn inner(at: &str, schema: &'static Value) -> Vec<(String, &'static Value)> {
    let mut all = vec![(at.to_owned(), schema)];
    for (name, property) in members(&schema["properties"]) {
        all.extend(inner(&format!("{at}.{name}"), property));
    }
    let parts = ["oneOf", "anyOf", "allOf"]
        .iter()
        .flat_map(|word| items(&schema[*word]));
    for part in parts.chain([&schema["items"], &schema["additionalProperties"]]) {
        if part.is_object() {
            all.extend(inner(at, part));
        }
    }
    all
}

#[test]
fn operations_and_schemas_are_named_by_their_groups() {
    let mut ids = BTreeSet::new();
    for (at, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id} twice");
        let group = GROUPS.iter().find(|group| id.starts_with(**group));
        let rest = group.map(|group| &id[group.len()..]);
        assert!(
            rest.is_some_and(|rest| rest.starts_with(char::is_uppercase)),
            "{at}: {id}"
        );
    }
    for (name, _) in schemas() {
        let is_of_group = GROUPS_OF_SCHEMAS
            .iter()
            .any(|group| name.starts_with(group));
        assert!(is_of_group || COMMON.contains(&name), "{name}");
    }
}

#[test]
fn every_operation_says_in_short_what_it_does_and_whether_it_needs_a_key() {
    for (at, operation) in operations() {
        let summary = operation["summary"].as_str().unwrap();
        assert!(
            summary.chars().count() <= 60 && !summary.ends_with('.'),
            "{at}: {summary}"
        );
        assert!(is_told(operation), "{at}");
        let needs_key = at.contains("/api/backend/") || at.contains("/api/admin/");
        assert_eq!(
            operation["security"].as_array().unwrap().len(),
            usize::from(needs_key),
            "{at}"
        );
    }
}

#[test]
fn every_schema_property_and_parameter_is_described() {
    let mut untold = Vec::new();
    for (name, schema) in schemas() {
        if !is_told(schema) {
            untold.push(name.to_owned());
        }
        for (at, schema) in inner(name, schema) {
            let properties = members(&schema["properties"]);
            let properties =
                properties.filter(|(_, property)| !is_told(property) && !is_one_of_told(property));
            untold.extend(properties.map(|(name, _)| format!("{at}.{name}")));
        }
    }
    for (at, operation) in operations() {
        let parameters = items(&operation["parameters"]).filter(|parameter| !is_told(parameter));
        untold.extend(parameters.map(|parameter| format!("{at} {}", parameter["name"])));
    }
    assert_eq!(untold, Vec::<String>::new());
}

/// Something or null: the description stands at the something.
fn is_one_of_told(property: &Value) -> bool {
    let choices = property["oneOf"].as_array();
    choices.is_some_and(|choices| choices.iter().any(is_told))
}

#[test]
fn no_object_is_without_a_word_on_its_members() {
    let mut bare = Vec::new();
    for (name, schema) in schemas() {
        for (at, schema) in inner(name, schema) {
            let is_object =
                schema["type"] == "object" || items(&schema["type"]).any(|kind| kind == "object");
            let is_empty = members(&schema["properties"]).next().is_none();
            if is_object && is_empty && schema.get("additionalProperties").is_none() {
                bare.push(at);
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn what_may_be_absent_of_an_answer_is_not_null_as_well() {
    let mut both = Vec::new();
    let requests = of_requests();
    for (name, schema) in schemas().filter(|(name, _)| !requests.contains(name)) {
        for (at, schema) in inner(name, schema) {
            for (name, property) in members(&schema["properties"]) {
                let is_required = items(&schema["required"]).any(|required| required == name);
                if !is_required && is_nullable(property) {
                    both.push(format!("{at}.{name}"));
                }
            }
        }
    }
    assert_eq!(both, ABSENT_OR_NULL);
}

fn is_nullable(schema: &'static Value) -> bool {
    items(&schema["type"]).any(|kind| kind == "null")
        || items(&schema["oneOf"]).any(|choice| choice["type"] == "null")
}

/// The schemas that requests are made of.
fn of_requests() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let bodies = operations().map(|(_, operation)| &operation["requestBody"]["content"]);
    let mut open: Vec<&Value> = bodies.collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            Value::String(text) => {
                let name = text.strip_prefix("#/components/schemas/");
                if let Some(name) = name.filter(|name| names.insert(*name)) {
                    open.push(&DOCUMENT["components"]["schemas"][name]);
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn every_example_is_as_its_schema_says() {
    let mut faults = Vec::new();
    let mut check = |at: &str, schema: &Value, example: &Value| {
        let wrong = wrong(&validator(schema), example);
        faults.extend(wrong.into_iter().map(|wrong| format!("{at}: {wrong}")));
    };
    for (at, operation) in operations() {
        for parameter in items(&operation["parameters"]) {
            check(&at, &parameter["schema"], &parameter["example"]);
        }
        let answers = members(&operation["responses"]);
        let answers = answers.map(|(status, answer)| (format!("{at} {status}"), answer));
        for (at, content) in answers.chain([(at.clone(), &operation["requestBody"])]) {
            for (_, content) in members(&content["content"]) {
                if let Some(example) = content.get("example") {
                    check(&at, &content["schema"], example);
                }
                for (_, example) in members(&content["examples"]) {
                    check(&at, &content["schema"], &example["value"]);
                }
            }
        }
    }
    for (name, schema) in schemas() {
        for (at, schema) in inner(name, schema) {
            if let Some(example) = schema.get("example") {
                check(&at, schema, example);
            }
            for example in items(&schema["examples"]) {
                check(&at, schema, example);
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_refusal_tells_its_codes_and_shows_each() {
    for (at, operation) in operations() {
        let refusals =
            members(&operation["responses"]).filter(|(status, _)| status.starts_with(['4', '5']));
        for (status, answer) in refusals {
            let content = &answer["content"]["application/json"];
            let told: BTreeSet<_> = codes(&content["schema"]).into_iter().collect();
            let shown = members(&content["examples"]).map(|(_, example)| &example["value"]);
            let shown = shown.chain(content.get("example"));
            let shown: BTreeSet<_> = shown.filter_map(|body| body["code"].as_str()).collect();
            assert_eq!(told, shown, "{at} {status}");
        }
    }
}

/// The codes of a refusal's schema.
fn codes(schema: &'static Value) -> Vec<&'static str> {
    let parts = inner("", resolve(schema)).into_iter();
    let codes = parts.map(|(_, schema)| resolve(&schema["properties"]["code"]));
    let codes = codes.flat_map(|code| items(&code["enum"]));
    codes.filter_map(Value::as_str).collect()
}

fn resolve(schema: &'static Value) -> &'static Value {
    let name = schema["$ref"].as_str();
    let pointer = name.map(|name| name.trim_start_matches('#'));
    pointer.map_or(schema, |pointer| DOCUMENT.pointer(pointer).unwrap())
}
