//! The layer that keeps the log of requests.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
#[cfg(feature = "conformance")]
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::faults::strike::Unanswered;
use crate::sandbox::Sandbox;

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Writes a request down when it arrives, and its status when it is answered.
pub(super) async fn record(
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
    let place = sandbox.state().requests.arrived(&parts, &bytes);
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if response.extensions().get::<Unanswered>().is_none() {
        let status = response.status().as_u16();
        sandbox.state().requests.answered(place, status);
    }
    response
}

/// Lists a request to the gateway that the documents do not describe.
#[cfg(feature = "conformance")]
fn check(sandbox: &Sandbox, parts: &Parts, body: &[u8]) {
    let path = parts.uri.path();
    if !sandbox.options().check_requests || !path.starts_with("/ex/") {
        return;
    }
    let problems = crate::conformance::check(&crate::conformance::Seen::new(parts, body));
    if !problems.is_empty() {
        sandbox.state().violations.push(crate::requests::Violation {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            problems,
        });
    }
}
