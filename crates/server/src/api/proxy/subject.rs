//! What a call through the proxy is about: a provider, a path there, and whose connection.

use axum::http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;

use crate::connection::ExternalId;
use crate::web::error::Error;
use crate::web::extract::{external_id, not_utf8};

/// The header that says whose the call is. Header values are bytes; ours are UTF-8.
pub(super) const EXTERNAL_ID: &str = "x-juncture-external-id";

const MISSING_EXTERNAL_ID: &str = "Missing external_id";

/// A target below `/api/backend/proxy/`, as it came.
pub(super) struct Proxied<'a> {
    pub(super) provider: &'a str,
    /// Still encoded, and without the slash before it.
    pub(super) path: &'a str,
}

impl<'a> Proxied<'a> {
    /// What the path of a request says.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        // The router takes any number of slashes at the beginning.
        let mut parts = path.trim_start_matches('/').splitn(5, '/').skip(3);
        Some(Self {
            provider: parts.next()?,
            path: parts.next()?,
        })
    }
}

/// Whose the call is, by the header, the query or both.
pub(super) fn whose(headers: &HeaderMap, in_query: &[Vec<u8>]) -> Result<ExternalId, Error> {
    let in_headers = headers.get_all(EXTERNAL_ID).into_iter();
    let in_headers = in_headers.map(HeaderValue::as_bytes);
    let given = in_query.iter().map(Vec::as_slice).chain(in_headers);
    let mut given: Vec<&[u8]> = given.filter(|id| !id.is_empty()).collect();
    given.dedup();
    match &*given {
        [] => Err(missing_external_id()),
        [id] => external_id(str::from_utf8(id).map_err(|_| not_utf8("external_id"))?),
        _ => Err(two_external_ids()),
    }
}

/// The values of `external_id` in a query, and the rest of it, byte for byte.
pub(super) fn take_external_id(query: Option<&str>) -> (Vec<Vec<u8>>, Option<String>) {
    let Some(query) = query else {
        return (Vec::new(), None);
    };
    let (mut ids, mut rest) = (Vec::new(), Vec::new());
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(name) == b"external_id" {
            ids.push(decode(value));
        } else {
            rest.push(pair);
        }
    }
    let is_gone = rest.is_empty() && !ids.is_empty();
    (ids, (!is_gone).then(|| rest.join("&")))
}

/// As forms are decoded (WHATWG URL §5.1).
fn decode(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

pub(super) fn missing_external_id() -> Error {
    Error::missing(MISSING_EXTERNAL_ID, &["external_id"])
}

pub(super) fn two_external_ids() -> Error {
    Error::invalid_field(
        "external_id",
        "must be one and the same wherever it is given",
    )
}
