//! The log of requests at the sandbox's door, for tests that ask what a client really sent.
//!
//! Bodies are kept as they came, secrets and all: nothing here is secret outside of a simulation.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::Serialize;

/// The headers that are kept: what decides how Jira reads and answers. Never `Authorization`.
const HEADERS: [&str; 5] = [
    "accept",
    "accept-language",
    "content-type",
    "user-agent",
    "x-force-accept-language",
];

/// The requests since the start or the last reset.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// In order of arrival.
    pub(crate) entries: Vec<Entry>,
    /// Counts resets, so that an answer does not land in a log it does not belong to.
    generation: u64,
}

/// Which entry of a log is a request's.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    index: usize,
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
    /// Writes a request down.
    pub(crate) fn arrived(&mut self, parts: &Parts, body: &[u8]) -> Place {
        self.entries.push(Entry {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: kept_headers(&parts.headers),
            body: String::from_utf8_lossy(body).into_owned(),
            status: None,
        });
        Place {
            index: self.entries.len() - 1,
            generation: self.generation,
        }
    }

    /// Writes down what it was answered with.
    pub(crate) fn answered(&mut self, place: Place, status: u16) {
        if self.generation == place.generation {
            self.entries[place.index].status = Some(status);
        }
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        self.entries.clear();
        self.generation += 1;
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
