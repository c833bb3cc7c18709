//! The API of the last release against this one's, and the comparison itself against small documents.

use std::fs;

use serde_json::{Value, json};

use super::changes::broken;
use crate::support::document::DOCUMENT;

/// The document of the last release. Nothing has been released yet: it is that of the first one, as it
/// is prepared (CONTRIBUTING.md, *Changing things*).
const LAST: &str = "docs/openapi/0.1.0.json";

#[test]
fn nothing_that_the_last_release_promised_is_broken() {
    let path = format!("{}/../../{LAST}", env!("CARGO_MANIFEST_DIR"));
    let last: Value = juncture_json::decode(fs::read(path).unwrap()).unwrap();
    let broken = broken(&last, &DOCUMENT);
    assert!(
        broken.is_empty(),
        "callers of {} would break: {broken:#?}",
        last["info"]["version"]
    );
}

/// A document with one operation and a bit of everything.
fn small() -> Value {
    json!({
        "paths": {"/pets": {
            "get": {
                "operationId": "petsList",
                "parameters": [
                    {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["cat", "dog"]}},
                    {"name": "limit", "in": "query", "schema": {"type": ["integer", "string"], "maximum": 200}},
                ],
                "security": [],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    },
                    "404": {"content": {"application/json": {"schema": {"allOf": [
                        {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
                        {"type": "object", "properties": {"code": {"enum": ["gone", "never_there"]}}},
                    ]}}}},
                },
            },
            "post": {
                "operationId": "petsAdd",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}}},
                "responses": {"201": {}},
            },
        }},
        "components": {"schemas": {
            "Pet": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "mood": {"type": "string", "enum": ["glad", "sad"]},
                    "owner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Owner"}]},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
                },
                "required": ["name", "mood", "owner"],
            },
            "Owner": {"type": "object", "properties": {"city": {"type": "string"}}},
            "Wish": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "size": {"type": "string", "enum": ["small", "large"]},
                    "marks": {"type": "object", "additionalProperties": {"type": "string"}},
                },
                "required": ["name"],
            },
        }},
    })
}

/// What the comparison says once the small document has been changed so.
fn after(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut new = small();
    change(&mut new);
    broken(&small(), &new)
}

fn get(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/pets"]["get"]
}

fn schema<'d>(document: &'d mut Value, name: &str) -> &'d mut Value {
    &mut document["components"]["schemas"][name]
}

fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().remove(name).unwrap();
}

#[test]
fn the_same_document_breaks_nothing() {
    assert!(after(|_| {}).is_empty());
}

#[test]
fn what_is_added_breaks_nothing() {
    let broken = after(|document| {
        document["paths"]["/owners"] = json!({"get": {"operationId": "ownersList"}});
        let parameters = get(document)["parameters"].as_array_mut().unwrap();
        parameters.push(json!({"name": "page", "in": "query", "schema": {"type": "integer"}}));
        parameters[0]["schema"]["enum"] = json!(["cat", "dog", "bird"]);
        schema(document, "Pet")["properties"]["age"] = json!({"type": "integer"});
        schema(document, "Pet")["properties"]["mood"]["enum"] = json!(["glad", "sad", "hungry"]);
        schema(document, "Pet")["properties"]["owner"] =
            json!({"$ref": "#/components/schemas/Owner"});
        schema(document, "Wish")["properties"]["age"] = json!({"type": "integer"});
        schema(document, "Wish")["required"] = json!([]);
        remove(&mut get(document)["responses"], "404");
    });
    assert_eq!(broken, [""; 0]);
}

#[test]
fn a_path_that_is_gone_is_told() {
    let broken = after(|document| remove(&mut document["paths"], "/pets"));
    assert_eq!(broken, ["GET /pets is gone", "POST /pets is gone"]);
}

#[test]
fn a_method_that_is_gone_is_told() {
    let broken = after(|document| remove(&mut document["paths"]["/pets"], "post"));
    assert_eq!(broken, ["POST /pets is gone"]);
}

#[test]
fn another_operation_id_is_told() {
    let broken = after(|document| get(document)["operationId"] = json!("petsAll"));
    assert_eq!(broken, ["GET /pets has another operationId"]);
}

#[test]
fn a_key_that_is_needed_now_is_told() {
    let broken = after(|document| get(document)["security"] = json!([{"secret_key": []}]));
    assert_eq!(broken, ["GET /pets needs a key"]);
}

#[test]
fn a_new_parameter_that_is_required_is_told() {
    let broken = after(|document| {
        let parameters = get(document)["parameters"].as_array_mut().unwrap();
        parameters.push(json!({"name": "page", "in": "query", "required": true}));
    });
    assert_eq!(broken, [r#"GET /pets "page" is required"#]);
}

#[test]
fn a_parameter_that_becomes_required_is_told() {
    let broken = after(|document| get(document)["parameters"][0]["required"] = json!(true));
    assert_eq!(broken, [r#"GET /pets "kind" is required"#]);
}

#[test]
fn a_parameter_that_is_no_longer_read_is_told() {
    let broken = after(|document| get(document)["parameters"] = json!([]));
    let told = [
        r#"GET /pets "kind" is no longer read"#,
        r#"GET /pets "limit" is no longer read"#,
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_parameter_that_takes_less_is_told() {
    let broken = after(|document| {
        get(document)["parameters"][0]["schema"]["enum"] = json!(["cat"]);
        get(document)["parameters"][1]["schema"] = json!({"type": "integer", "maximum": 100});
    });
    let told = [
        r#"GET /pets "kind" no longer takes "dog""#,
        r#"GET /pets "limit" takes fewer numbers"#,
        r#"GET /pets "limit" no longer takes string"#,
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_body_property_that_becomes_required_is_told() {
    let broken = after(|document| schema(document, "Wish")["required"] = json!(["name", "size"]));
    assert_eq!(broken, ["POST /pets.size is required"]);
}

#[test]
fn a_body_property_that_is_no_longer_read_is_told() {
    let broken = after(|document| remove(&mut schema(document, "Wish")["properties"], "size"));
    assert_eq!(broken, ["POST /pets.size is no longer read"]);
}

#[test]
fn a_value_that_is_no_longer_taken_is_told() {
    let broken = after(|document| {
        schema(document, "Wish")["properties"]["size"]["enum"] = json!(["small"]);
    });
    assert_eq!(broken, [r#"POST /pets.size no longer takes "large""#]);
}

#[test]
fn a_type_that_is_no_longer_taken_is_told() {
    let broken = after(|document| {
        let marks = &mut schema(document, "Wish")["properties"]["marks"];
        marks["additionalProperties"] = json!({"type": "integer"});
        schema(document, "Wish")["properties"]["name"] = json!({"type": "string", "enum": ["Tom"]});
    });
    let told = [
        "POST /pets.marks.* no longer takes string",
        "POST /pets.name takes some words alone",
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_body_that_is_no_longer_taken_is_told() {
    let broken = after(|document| {
        let body = &mut document["paths"]["/pets"]["post"]["requestBody"];
        body["content"] = json!({"text/csv": {}});
        body["required"] = json!(true);
    });
    let told = [
        "POST /pets body is required",
        "POST /pets no longer takes application/json",
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_success_that_is_gone_is_told() {
    let broken = after(|document| remove(&mut get(document)["responses"], "200"));
    assert_eq!(broken, ["GET /pets 200 is gone"]);
}

#[test]
fn a_header_or_a_form_that_is_no_longer_given_is_told() {
    let broken = after(|document| get(document)["responses"]["200"] = json!({"content": {}}));
    let told = [
        "GET /pets 200 has no Link",
        "GET /pets 200 is no longer given as application/json",
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_property_of_an_answer_that_is_gone_is_told() {
    let broken = after(|document| {
        remove(&mut schema(document, "Owner")["properties"], "city");
    });
    assert_eq!(broken, ["GET /pets 200.owner.city is gone"]);
}

#[test]
fn a_property_of_an_answer_that_may_be_absent_now_is_told() {
    let broken = after(|document| schema(document, "Pet")["required"] = json!(["mood", "owner"]));
    assert_eq!(broken, ["GET /pets 200.name may be absent"]);
}

#[test]
fn another_type_of_an_answer_is_told() {
    let broken = after(|document| {
        schema(document, "Pet")["properties"]["name"] = json!({"type": ["string", "null"]});
        schema(document, "Owner")["properties"]["city"] = json!({"type": "integer"});
    });
    let told = [
        "GET /pets 200.name may be null",
        "GET /pets 200.owner.city may be integer",
    ];
    assert_eq!(broken, told);
}

#[test]
fn a_value_of_an_answer_that_is_gone_or_not_closed_is_told() {
    let gone =
        after(|document| schema(document, "Pet")["properties"]["mood"]["enum"] = json!(["glad"]));
    assert_eq!(gone, [r#"GET /pets 200.mood is never "sad""#]);
    let open =
        after(|document| schema(document, "Pet")["properties"]["mood"] = json!({"type": "string"}));
    assert_eq!(open, ["GET /pets 200.mood may be any words"]);
}

#[test]
fn a_code_of_a_refusal_that_is_gone_is_told() {
    let broken = after(|document| {
        let schema =
            &mut get(document)["responses"]["404"]["content"]["application/json"]["schema"];
        schema["allOf"][1]["properties"]["code"]["enum"] = json!(["gone"]);
    });
    assert_eq!(broken, [r#"GET /pets 404.code is never "never_there""#]);
}
