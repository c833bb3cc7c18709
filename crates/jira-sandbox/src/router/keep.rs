//! The layer that saves a sandbox which is kept in a file.

use std::io;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::sandbox::Sandbox;

/// Saves after every request that may have changed something, before its answer leaves. A state
/// that cannot be saved is a 500: the client must not build on it.
pub(super) async fn keep(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let only_reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let response = next.run(request).await;
    if only_reads || !sandbox.is_kept() {
        return response;
    }
    let saved = tokio::task::spawn_blocking(move || sandbox.save()).await;
    match saved.unwrap_or_else(|panic| Err(io::Error::other(panic))) {
        Ok(()) => response,
        Err(error) => {
            let sentence = format!("The sandbox could not save its state: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
        }
    }
}
