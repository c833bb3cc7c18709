//! Whether a request is one that Atlassian's OpenAPI documents describe: its path and method, its
//! parameters, and its body.
//!
//! The sandbox answers what Jira answers, which is more than the documents promise. Who builds a
//! client wants to hear of both; [`crate::Options::check_requests`] asks for the second.

mod documents;
mod operation;

use std::sync::OnceLock;

use axum::http::header;
use axum::http::request::Parts;

use operation::Operation;

/// A request as it came.
pub(crate) struct Seen<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    content_type: Option<&'a str>,
    body: &'a [u8],
}

impl<'a> Seen<'a> {
    /// The head and the body of a request.
    pub(crate) fn new(parts: &'a Parts, body: &'a [u8]) -> Self {
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        Self {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            content_type: content_type.and_then(|value| value.to_str().ok()),
            body,
        }
    }
}

/// Everything about a request to the gateway that the documents do not describe.
pub(crate) fn check(seen: &Seen<'_>) -> Vec<String> {
    let operations = operations();
    let method = seen.method.to_ascii_lowercase();
    // A template without a parameter goes before one that has it there: `project/search` is no key.
    let found = operations
        .iter()
        .filter(|operation| operation.method == method)
        .filter(|operation| operation.matches(seen.path))
        .min_by_key(|operation| operation.parameter_count());
    match found {
        Some(operation) => operation.check(seen),
        None => vec!["the documents have no such operation".to_owned()],
    }
}

/// Every operation of the documents; compiled once for all sandboxes of a process.
fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let documents = documents::documents();
        documents.iter().flat_map(Operation::all).collect()
    })
}
