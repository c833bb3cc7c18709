//! The sandbox's answers against Atlassian's OpenAPI documents.
//!
//! A document is not always right about Jira. Where the sandbox follows Jira and not the
//! document, a [`Deviation`] says so with its reason, and a test fails when it is not needed.

use serde_json::{Value, json};

use super::samples::{Sample, samples};
use crate::support::Cloud;

/// A place where the document is wrong.
struct Deviation {
    schema: &'static str,
    property: &'static str,
    repair: Repair,
    reason: &'static str,
}

/// How a schema is put right.
enum Repair {
    /// The property exists although the schema allows no others.
    Exists,
    /// The property is no text of the named format.
    HasAnotherFormat,
    /// The schema allows no properties beside its own, of which it has none.
    AllowsOthers,
    /// The property may be null, a number or a text.
    HasAnotherType,
}

const DEVIATIONS: [Deviation; 20] = [
    Deviation {
        schema: "ResolutionJsonBean",
        property: "isDefault",
        repair: Repair::Exists,
        reason: "the document's own example has it, the schema does not",
    },
    Deviation {
        schema: "JqlQueryClause",
        property: "additionalProperties",
        repair: Repair::AllowsOthers,
        reason: "it stands for one of several schemas, and forbids what they have",
    },
    Deviation {
        schema: "Changelog",
        property: "created",
        repair: Repair::HasAnotherType,
        reason: "a text without the colon that RFC 3339 wants, and a number of milliseconds in bulk",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "from",
        repair: Repair::HasAnotherType,
        reason: "Jira writes null for a field that was empty",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "fromString",
        repair: Repair::HasAnotherType,
        reason: "Jira writes null for a field that was empty",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "to",
        repair: Repair::HasAnotherType,
        reason: "Jira writes null for a field that is empty now",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "toString",
        repair: Repair::HasAnotherType,
        reason: "Jira writes null for a field that is empty now",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "tmpFromAccountId",
        repair: Repair::Exists,
        reason: "recorded histories of assignees have it",
    },
    Deviation {
        schema: "ChangeDetails",
        property: "tmpToAccountId",
        repair: Repair::Exists,
        reason: "recorded histories of assignees have it",
    },
    Deviation {
        schema: "Comment",
        property: "created",
        repair: Repair::HasAnotherFormat,
        reason: "Jira writes offsets without a colon, which RFC 3339 does not allow",
    },
    Deviation {
        schema: "Comment",
        property: "updated",
        repair: Repair::HasAnotherFormat,
        reason: "Jira writes offsets without a colon, which RFC 3339 does not allow",
    },
    Deviation {
        schema: "IssueTypeIssueCreateMetadata",
        property: "untranslatedName",
        repair: Repair::Exists,
        reason: "issue types have it in recorded answers, the schema does not",
    },
    Deviation {
        schema: "FieldDetails",
        property: "untranslatedName",
        repair: Repair::Exists,
        reason: "custom fields have it in recorded answers, the schema does not",
    },
    Deviation {
        schema: "Project",
        property: "projectKeys",
        repair: Repair::Exists,
        reason: "`expand=projectKeys` is documented, the property that it adds is not",
    },
    Deviation {
        schema: "ProjectInsight",
        property: "lastIssueUpdateTime",
        repair: Repair::HasAnotherFormat,
        reason: "Jira writes offsets without a colon, which RFC 3339 does not allow",
    },
    Deviation {
        schema: "Webhook",
        property: "expirationDate",
        repair: Repair::HasAnotherType,
        reason: "Jira writes a text, as its own example does",
    },
    Deviation {
        schema: "WebhooksExpirationDate",
        property: "expirationDate",
        repair: Repair::HasAnotherType,
        reason: "Jira writes a text, as its own example does",
    },
    Deviation {
        schema: "ServerInformation",
        property: "defaultLocale",
        repair: Repair::Exists,
        reason: "the document's own example has it, the schema does not",
    },
    Deviation {
        schema: "ServerInformation",
        property: "buildDate",
        repair: Repair::HasAnotherFormat,
        reason: "Jira writes offsets without a colon, which RFC 3339 does not allow",
    },
    Deviation {
        schema: "ServerInformation",
        property: "serverTime",
        repair: Repair::HasAnotherFormat,
        reason: "Jira writes offsets without a colon, which RFC 3339 does not allow",
    },
];

#[tokio::test]
async fn answers_validate_against_atlassians_documents() {
    let documents = documents(None);
    for sample in both().await {
        let errors = errors(&documents, &sample);
        assert!(
            errors.is_empty(),
            "{} {}{}: {errors:#?}",
            sample.method,
            sample.root,
            sample.template
        );
    }
}

#[tokio::test]
async fn every_deviation_from_the_documents_is_needed() {
    let samples = both().await;
    for (index, deviation) in DEVIATIONS.iter().enumerate() {
        let documents = documents(Some(index));
        let is_needed = samples
            .iter()
            .any(|sample| !errors(&documents, sample).is_empty());
        assert!(
            is_needed,
            "{}.{}: {}",
            deviation.schema, deviation.property, deviation.reason
        );
    }
}

#[tokio::test]
async fn every_operation_of_the_copies_has_a_sample() {
    let samples = both().await;
    for document in documents(None) {
        for (path, operations) in document["paths"].as_object().unwrap() {
            let operations = operations.as_object().unwrap();
            for method in operations.keys().filter(|key| *key != "parameters") {
                let is_sampled = samples
                    .iter()
                    .any(|sample| *path == sample_path(sample) && sample.method == method);
                assert!(is_sampled, "{method} {path}");
            }
        }
    }
}

/// The samples of a plain and of a Korean person.
async fn both() -> Vec<Sample> {
    let mut all = samples(&Cloud::new().await, "Ada").await;
    all.extend(samples(&Cloud::new().await, "한지우").await);
    all
}

fn sample_path(sample: &Sample) -> String {
    format!(
        "/ex/jira/{{cloudId}}/rest/{}{}",
        sample.root, sample.template
    )
}

/// The documents with every deviation repaired, but perhaps one.
fn documents(left_out: Option<usize>) -> [Value; 2] {
    let texts = [
        include_str!("../../../openapi/platform.json"),
        include_str!("../../../openapi/software.json"),
    ];
    let mut documents = texts.map(|text| {
        let mut document: Value = juncture_json::decode(text).unwrap();
        to_json_schema(&mut document);
        document
    });
    for (index, deviation) in DEVIATIONS.iter().enumerate() {
        if left_out == Some(index) {
            continue;
        }
        let mut schemas = documents
            .iter_mut()
            .map(|document| &mut document["components"]["schemas"]);
        let schema = schemas.find_map(|schemas| schemas.get_mut(deviation.schema));
        let schema = schema.unwrap().as_object_mut().unwrap();
        let properties = match deviation.repair {
            Repair::AllowsOthers => schema,
            _ => schema["properties"].as_object_mut().unwrap(),
        };
        match deviation.repair {
            Repair::AllowsOthers => {
                properties.remove(deviation.property);
            }
            Repair::Exists | Repair::HasAnotherType => {
                properties.insert(deviation.property.to_owned(), json!({}));
            }
            Repair::HasAnotherFormat => {
                properties[deviation.property]
                    .as_object_mut()
                    .unwrap()
                    .remove("format");
            }
        }
    }
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

/// What is wrong with an answer. Some successes have no schema; their status must be there.
fn errors(documents: &[Value; 2], sample: &Sample) -> Vec<String> {
    let path = sample_path(sample);
    let document = documents
        .iter()
        .find(|document| document["paths"].get(&path).is_some())
        .unwrap();
    let response = &document["paths"][path][sample.method]["responses"][sample.status.to_string()];
    assert!(
        response.is_object(),
        "{} {}",
        sample.method,
        sample.template
    );
    let schema = response["content"]["application/json"].get("schema");
    let (Some(schema), Some(body)) = (schema, &sample.body) else {
        let is_free = schema.is_none_or(|schema| *schema == json!({}));
        assert!(is_free, "{} {}: no body", sample.method, sample.template);
        return Vec::new();
    };
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}
