//! Media types: Jira reads JSON and writes JSON, and refuses what asks for anything else.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};

use super::Refusal;
use super::door::site_path;

const JSON: &str = "application/json";

/// Refuses an `Accept` without JSON with 406, and a body of another type with 415, before the body
/// is looked at. Jira wants the type of every `POST` and `PUT`, also of one without a body.
pub(crate) fn must_speak_json(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let refuse = |status, detail| {
        Err(Refusal::Problem {
            status,
            detail,
            instance: site_path(request.uri().path()).to_owned(),
        })
    };
    if !accepts_json(headers) {
        let detail = format!("Acceptable representations: [{JSON}].");
        return refuse(StatusCode::NOT_ACCEPTABLE, detail);
    }
    let has_body = matches!(*request.method(), Method::POST | Method::PUT);
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    if has_body && content_type.is_none_or(|found| essence(found) != JSON) {
        let found = content_type.unwrap_or("null");
        let detail = format!("Content-Type '{found}' is not supported.");
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
    }
    Ok(())
}

/// Whether one of the media ranges has JSON in it (RFC 9110 §12.5.1); no header has all.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .peekable();
    ranges.peek().is_none()
        || ranges.any(|range| {
            let is_json = matches!(essence(range).as_str(), "*/*" | "application/*" | JSON);
            is_json && !is_unwanted(range)
        })
}

/// Whether the weight of a media range is nothing: `q=0`, `q=0.0`.
fn is_unwanted(range: &str) -> bool {
    let mut parameters = range.split(';').skip(1);
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_weight = name.trim().eq_ignore_ascii_case("q");
        is_weight.then(|| value.trim().parse::<f32>().ok())?
    });
    weight.is_some_and(|weight| weight <= 0.0)
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}
