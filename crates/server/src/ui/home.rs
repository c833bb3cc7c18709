//! `GET /`: what this is, for somebody who has just started it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    prefix: &'a str,
    version: &'static str,
}

/// `GET /`
pub async fn page(State(app): State<App>) -> Response {
    let page = HomePage {
        prefix: super::prefix(&app),
        version: env!("CARGO_PKG_VERSION"),
    };
    super::respond(StatusCode::OK, &page, None)
}
