//! Lists that are sent in pieces.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::providers::jira::view::written::Written;

/// An answer of JSON that is sent as it was written. It is whole, and says how long it is: so one that is
/// cut on its way is known to be.
pub(super) struct List(pub(super) Written);

impl IntoResponse for List {
    fn into_response(self) -> Response {
        let length = self.0.len();
        let pieces = self.0.pieces().map(Ok::<_, Infallible>);
        let mut response = Body::from_stream(stream::iter(pieces)).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(CONTENT_TYPE, json);
        headers.insert(CONTENT_LENGTH, length.into());
        response
    }
}
