//! The page on which a flow ends that went wrong: what happened, and how to go on.

use askama::Template;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use url::Url;

use super::face::Face;
use crate::app::App;
use crate::web::error::Error;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    face: &'a Face<'a>,
    /// Whether it is a flow that has failed, which the customer can begin anew.
    is_of_flow: bool,
    sentence: String,
    code: &'static str,
    ways: Ways,
}

/// How a customer can go on where a flow has failed.
#[derive(Debug, Default)]
pub struct Ways {
    /// The address at which it can be tried again.
    pub try_again: Option<String>,
    /// That of the application that they come from.
    pub back: Option<Url>,
}

/// Answers a flow that failed: JSON for callers who ask for it, else the page.
#[must_use]
pub fn respond(face: &Face<'_>, headers: &HeaderMap, error: Error, ways: Ways) -> Response {
    if wants_json(headers) {
        return error.into_response();
    }
    let page = ErrorPage {
        face,
        is_of_flow: !matches!(error, Error::RouteNotFound | Error::MethodNotAllowed),
        sentence: error.to_string(),
        code: error.code(),
        ways,
    };
    super::respond_to_error(face, &page, error)
}

/// Refuses a request of which nothing more is known: the page for a browser, else JSON.
pub(crate) fn refuse(app: &App, headers: &HeaderMap, error: Error) -> Response {
    if !wants_page(headers) {
        return error.into_response();
    }
    let face = Face::plain(super::prefix(app));
    respond(&face, headers, error, Ways::default())
}

/// Whether `Accept` names HTML: a browser that goes to a page does, a script does not.
fn wants_page(headers: &HeaderMap) -> bool {
    accepts(headers, &mime::HTML)
}

pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    accepts(headers, &mime::JSON) && !wants_page(headers)
}

/// Whether `Accept` names a media type with this subtype.
fn accepts(headers: &HeaderMap, subtype: &mime::Name<'_>) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    accept
        .split(',')
        .filter_map(|range| range.trim().parse::<mime::Mime>().ok())
        .any(|range| range.subtype() == *subtype)
}
