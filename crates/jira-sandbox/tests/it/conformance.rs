//! The sandbox's answers against Atlassian's OpenAPI document.
//!
//! The document is not always right about Jira. Where the sandbox follows Jira and not the
//! document, a [`Deviation`] says so with its reason, and a test fails when it is not needed.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

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
}

const DEVIATIONS: [Deviation; 5] = [
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

/// An answer of the sandbox, with the operation it is the answer of.
struct Sample {
    template: &'static str,
    method: &'static str,
    status: u16,
    body: Value,
}

#[tokio::test]
async fn answers_validate_against_atlassians_document() {
    let document = document(None);
    for sample in samples().await {
        let errors = errors(&document, &sample);
        assert!(
            errors.is_empty(),
            "{} {}: {errors:#?}",
            sample.method,
            sample.template
        );
    }
}

#[tokio::test]
async fn every_deviation_from_the_document_is_needed() {
    let samples = samples().await;
    for (index, deviation) in DEVIATIONS.iter().enumerate() {
        let document = document(Some(index));
        let is_needed = samples
            .iter()
            .any(|sample| !errors(&document, sample).is_empty());
        assert!(
            is_needed,
            "{}.{}: {}",
            deviation.schema, deviation.property, deviation.reason
        );
    }
}

#[tokio::test]
async fn every_operation_of_the_copy_has_a_sample() {
    let document = document(None);
    let samples = samples().await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "parameters")
        {
            let is_sampled = samples
                .iter()
                .any(|sample| path.ends_with(sample.template) && sample.method == method);
            assert!(is_sampled, "{method} {path}");
        }
    }
}

/// One of each answer that the document describes, for a plain and for a Korean person.
async fn samples() -> Vec<Sample> {
    let cloud = Cloud::new().await;
    let scopes = format!("{SCOPES} manage:jira-configuration");
    let mut samples = Vec::new();
    for person in ["Ada", "한지우"] {
        let token = cloud.connect(person, "Acme", &scopes).await.access;
        let jql = "project in (SHOP, MOB, OPS, PLAT)";
        let get: [(&str, &str); 9] = [
            ("/myself", "myself"),
            ("/serverInfo", "serverInfo"),
            (
                "/project/search",
                "project/search?expand=lead,description,issueTypes,url,projectKeys,insight&maxResults=3",
            ),
            ("/project/{projectIdOrKey}", "project/MOB"),
            (
                "/search/jql",
                "search/jql?jql=project=SHOP&fields=*all&expand=names,schema&maxResults=100",
            ),
            ("/issue/{issueIdOrKey}", "issue/SHOP-5?expand=names,schema"),
            ("/priority/search", "priority/search"),
            ("/field", "field"),
            ("/status", "status"),
        ];
        for (template, tail) in get {
            let reply = cloud.get(&cloud.api("Acme", tail), &token).await;
            samples.push(sample(template, "get", &reply));
        }
        let post = [
            (
                "/search/jql",
                json!({"jql": jql, "fields": ["*all"], "maxResults": 100}),
            ),
            ("/search/jql", json!({"jql": jql, "maxResults": 100})),
            ("/search/approximate-count", json!({"jql": jql})),
            (
                "/issue/bulkfetch",
                json!({"issueIdsOrKeys": ["SHOP-1", "MOB-2", "PLAT-3", "NOPE-1"]}),
            ),
        ];
        for (template, body) in post {
            let reply = cloud
                .post(&cloud.api("Acme", &template[1..]), &token, &body)
                .await;
            samples.push(sample(template, "post", &reply));
        }
    }
    samples
}

fn sample(template: &'static str, method: &'static str, reply: &crate::support::Reply) -> Sample {
    assert_eq!(reply.status, 200, "{method} {template}: {}", reply.text);
    Sample {
        template,
        method,
        status: 200,
        body: reply.json(),
    }
}

/// The document with every deviation repaired, but perhaps one.
fn document(left_out: Option<usize>) -> Value {
    let mut document: Value =
        serde_json::from_str(include_str!("../openapi/platform.json")).unwrap();
    to_json_schema(&mut document);
    for (index, deviation) in DEVIATIONS.iter().enumerate() {
        if left_out == Some(index) {
            continue;
        }
        let schema = &mut document["components"]["schemas"][deviation.schema];
        assert!(schema.is_object(), "no schema {}", deviation.schema);
        let properties = &mut schema["properties"];
        match deviation.repair {
            Repair::Exists => properties[deviation.property] = json!({}),
            Repair::HasAnotherFormat => {
                properties[deviation.property]
                    .as_object_mut()
                    .unwrap()
                    .remove("format");
            }
        }
    }
    document
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

fn errors(document: &Value, sample: &Sample) -> Vec<String> {
    let path = format!("/ex/jira/{{cloudId}}/rest/api/3{}", sample.template);
    let responses = &document["paths"][path][sample.method]["responses"];
    let mut schema =
        responses[sample.status.to_string()]["content"]["application/json"]["schema"].clone();
    assert!(
        schema.is_object(),
        "no schema for {} {}",
        sample.method,
        sample.template
    );
    schema["components"] = document["components"].clone();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    validator
        .iter_errors(&sample.body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}
