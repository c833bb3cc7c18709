//! The log of requests at the sandbox's door, for tests that ask what a client really sent.
//!
//! Bodies are kept as they came, secrets and all: nothing here is secret outside of a simulation.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::faults::Unanswered;
use crate::sandbox::Sandbox;

/// The headers that are kept: what decides how Jira reads and answers. Never `Authorization`.
const HEADERS: [&str; 5] = [
    "accept",
    "accept-language",
    "content-type",
    "user-agent",
    "x-force-accept-language",
];
/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The requests since the start or the last reset.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// In order of arrival.
    pub(crate) entries: Vec<Entry>,
    /// Counts resets, so that an answer does not land in a log it does not belong to.
    generation: u64,
}

/// One request.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    method: String,
    path: String,
    query: Option<String>,
    /// Those of [`HEADERS`] that it had.
    headers: BTreeMap<&'static str, String>,
    body: String,
    /// `None` while the answer is under way, and when the connection was cut.
    status: Option<u16>,
}

/// A request which Atlassian's documents do not describe.
#[derive(Debug, Serialize)]
pub(crate) struct Violation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) problems: Vec<String>,
}

impl Requests {
    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        self.entries.clear();
        self.generation += 1;
    }
}

/// Writes a request down when it arrives, and its status when it is answered.
pub(crate) async fn record(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    #[cfg(feature = "conformance")]
    check(&sandbox, &parts, &bytes);
    let entry = Entry {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: kept_headers(&parts.headers),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        status: None,
    };
    let (index, generation) = {
        let requests = &mut sandbox.state().requests;
        requests.entries.push(entry);
        (requests.entries.len() - 1, requests.generation)
    };
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if response.extensions().get::<Unanswered>().is_none() {
        let requests = &mut sandbox.state().requests;
        if requests.generation == generation {
            requests.entries[index].status = Some(response.status().as_u16());
        }
    }
    response
}

/// Lists a request to the gateway that the documents do not describe.
#[cfg(feature = "conformance")]
fn check(sandbox: &Sandbox, parts: &axum::http::request::Parts, body: &[u8]) {
    let path = parts.uri.path();
    if !sandbox.options().check_requests || !path.starts_with("/ex/") {
        return;
    }
    let problems = crate::conformance::check(&crate::conformance::Seen::new(parts, body));
    if !problems.is_empty() {
        sandbox.state().violations.push(Violation {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            problems,
        });
    }
}

fn kept_headers(headers: &HeaderMap) -> BTreeMap<&'static str, String> {
    HEADERS
        .into_iter()
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name, value.to_owned()))
        })
        .collect()
}
