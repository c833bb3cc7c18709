//! `GET /`: what this is, for somebody who has just started it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::face::Face;
use crate::app::App;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    face: &'a Face<'a>,
    version: &'static str,
}

/// `GET /`
pub async fn page(State(app): State<App>) -> Response {
    let face = Face::plain(super::prefix(&app));
    let page = HomePage {
        face: &face,
        version: env!("CARGO_PKG_VERSION"),
    };
    super::respond(StatusCode::OK, &face, &page, None)
}
