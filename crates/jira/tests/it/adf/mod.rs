//! From ADF to Markdown and back: every node and mark, and what holds for any document.

mod addresses;
mod any_edit;
mod any_markdown;
mod any_tree;
mod blocks;
mod corpus;
mod edit;
mod hostile;
mod html;
mod inline;
mod linear;
mod meaning;
mod nodes;
mod read_back;
mod shapes;
mod tasks;
mod written;

use std::sync::LazyLock;

use juncture_jira::adf;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use nodes::{marked, node, paragraph, text};

/// The Markdown of any JSON.
fn markdown(json: &Value) -> String {
    raw_markdown(json.to_string())
}

fn raw_markdown(json: String) -> String {
    adf::to_markdown(&RawValue::from_string(json).unwrap())
}

/// The Markdown of a document of these blocks.
fn of_blocks(blocks: &Value) -> String {
    markdown(&json!({"type": "doc", "version": 1, "content": blocks}))
}

/// The Markdown of a paragraph of these nodes.
fn of_line(nodes: &Value) -> String {
    of_blocks(&json!([{"type": "paragraph", "content": nodes}]))
}

/// The document that this Markdown becomes.
pub(crate) fn document(markdown: &str) -> Value {
    adf::from_markdown(markdown)
}

/// Fails unless the document is one by Atlassian's schema.
#[track_caller]
pub(crate) fn fits(document: &Value) {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = include_str!("../../adf-schema/schema.json");
        jsonschema::validator_for(&juncture_json::decode(schema).unwrap()).unwrap()
    });
    if let Err(error) = SCHEMA.validate(document) {
        panic!("{error} in {document:#}");
    }
}
