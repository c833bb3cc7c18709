//! Atlassian's documents, put right where they are wrong about requests.

use serde_json::{Value, json};

/// A place where a document is wrong about what a request may have.
struct Bug {
    /// Behind [`AGILE`].
    path: &'static str,
    parameter: &'static str,
    /// The schema that is right.
    schema: fn() -> Value,
}

const AGILE: &str = "/ex/jira/{cloudId}/rest/agile/1.0/";

/// The parameters whose schemas are wrong. Both say `object`, and are lists of words with commas
/// between them by their own descriptions.
const BUGS: [Bug; 2] = [
    Bug {
        path: "board",
        parameter: "type",
        schema: || json!({"type": "string", "pattern": "^(scrum|kanban|simple)(,(scrum|kanban|simple))*$"}),
    },
    Bug {
        path: "board/{boardId}/sprint",
        parameter: "state",
        schema: || json!({"type": "string", "pattern": "^(future|active|closed)(,(future|active|closed))*$"}),
    },
];

/// The documents of the platform and of Jira Software, as JSON Schema reads them.
pub(super) fn documents() -> [Value; 2] {
    let texts = [
        include_str!("../../openapi/platform.json"),
        include_str!("../../openapi/software.json"),
    ];
    let mut documents = texts.map(|text| {
        let document = text.parse::<Value>();
        let mut document: Value = document.expect("the documents in this crate are JSON");
        to_json_schema(&mut document);
        document
    });
    let [platform, software] = &mut documents;
    for bug in &BUGS {
        let operation = &mut software["paths"][format!("{AGILE}{}", bug.path)]["get"];
        let parameters = operation["parameters"].as_array_mut();
        let mut parameters = parameters.into_iter().flatten();
        let wrong = parameters.find(|parameter| parameter["name"] == bug.parameter);
        wrong.expect("the documents in this crate have their bugs")["schema"] = (bug.schema)();
    }
    // "Assign issue" takes the null that unassigns by its description and not by its schema.
    let person = &mut platform["components"]["schemas"]["User"]["properties"]["accountId"];
    *person = json!({"anyOf": [person.take(), {"type": "null"}]});
    documents
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own.
fn to_json_schema(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(to_json_schema);
            if object.remove("nullable") == Some(Value::Bool(true)) {
                let schema = Value::Object(std::mem::take(object));
                *value = json!({"anyOf": [schema, {"type": "null"}]});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(to_json_schema),
        _ => (),
    }
}
