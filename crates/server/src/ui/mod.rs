//! The pages that people see: plain HTML from `templates/`, which works without JavaScript.

pub mod accent;
mod choices;
pub mod docs;
pub mod error;
pub mod face;
pub mod finalize;
pub mod home;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use url::Url;

use crate::app::App;
use crate::web::error::Error;
use face::Face;

/// The path that stands before every address of this server where a proxy adds one: that of
/// `JUNCTURE_BASE_URL`, without a slash at its end. Pages name their assets below it.
#[must_use]
pub fn prefix(app: &App) -> &str {
    app.config.base_url.path().trim_end_matches('/')
}

/// Answers with a page made from a template; see [`html`].
fn respond(
    status: StatusCode,
    face: &Face<'_>,
    template: &impl Template,
    form_target: Option<&Url>,
) -> Response {
    match template.render() {
        Ok(text) => html(status, text, face.logo.as_ref(), form_target),
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

/// Answers with a page. It loads nothing from another host, but for a project's picture, is kept by no cache,
/// and tells nobody the URL it stands at, in which there may be a code. `form_target` is where its form may
/// lead beyond this server: browsers apply `form-action` to the redirect behind a form as well.
fn html(
    status: StatusCode,
    text: impl Into<Body>,
    picture: Option<&Url>,
    form_target: Option<&Url>,
) -> Response {
    let origin = |url: Option<&Url>| {
        let origin = url.map(|url| url.origin().ascii_serialization());
        origin.unwrap_or_default()
    };
    let (picture, form_target) = (origin(picture), origin(form_target));
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' {picture}; form-action 'self' {form_target}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy)
                .unwrap_or(HeaderValue::from_static("default-src 'none'")),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        NO_REFERRER,
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        ),
    ];
    (status, headers, Html(text.into())).into_response()
}

/// Tells nobody the URL that a browser comes from.
const NO_REFERRER: (HeaderName, HeaderValue) = (
    header::REFERRER_POLICY,
    HeaderValue::from_static("no-referrer"),
);

/// Sends a browser on, from an address in which there may be a code.
#[must_use]
pub fn away(status: StatusCode, url: &Url) -> Response {
    let location = HeaderValue::from_str(url.as_str()).expect("a URL is visible ASCII");
    (status, [NO_REFERRER, (header::LOCATION, location)]).into_response()
}

/// Answers with a page about an error, which the request log sees as it sees any other.
fn respond_to_error(face: &Face<'_>, template: &impl Template, error: Error) -> Response {
    let response = respond(error.status(), face, template, None);
    error.accompany(response)
}

/// `GET /assets/juncture.css`
pub async fn stylesheet() -> impl IntoResponse {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../assets/juncture.css"),
    )
}

/// `GET /assets/juncture.svg`, and `/favicon.ico` for whoever looks there.
pub async fn icon() -> impl IntoResponse {
    asset("image/svg+xml", include_str!("../../assets/juncture.svg"))
}

fn asset(media_type: &'static str, text: impl IntoResponse) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}
