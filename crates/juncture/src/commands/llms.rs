//! `juncture llms`: what a language model should know of the project, as llms.txt has it
//! (<https://llmstxt.org>).

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::Value;

/// What stands before the list of operations.
const HEAD: &str = include_str!("llms.md");

/// The head, and a line for each operation of the OpenAPI document.
pub(crate) fn text() -> anyhow::Result<String> {
    let document: Value = juncture_json::decode(juncture_server::router::document().as_bytes())?;
    let mut text = HEAD.to_owned();
    text.push('\n');
    let paths = document["paths"].as_object().context("no paths")?;
    for (path, operations) in paths {
        let operations = operations.as_object().context("no operations")?;
        for (method, operation) in operations {
            let method = method.to_uppercase();
            let summary = operation["summary"].as_str().context("no summary")?;
            let summary = summary.replace('\n', " ");
            writeln!(
                text,
                "- `{method} {path}`: {}",
                summary.trim_end_matches('.')
            )?;
        }
    }
    Ok(text)
}
