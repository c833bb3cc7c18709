//! `GET /`: what this is, for somebody who has just started it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    version: &'static str,
}

/// `GET /`
pub async fn page() -> Response {
    super::respond(
        StatusCode::OK,
        &HomePage {
            version: env!("CARGO_PKG_VERSION"),
        },
        None,
    )
}
