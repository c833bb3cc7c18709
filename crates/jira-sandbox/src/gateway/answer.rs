//! What Jira and its gateway answer: JSON bodies, and errors in their several shapes.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// An answer with Jira's own content type, which has no space before `charset`.
pub(crate) fn json_answer(body: &Value) -> Response {
    with_type(
        StatusCode::OK,
        "application/json;charset=UTF-8",
        body.to_string(),
    )
}

/// The points which the rows of an answer cost, beside the one of the request: 1 for an issue, a
/// project, a board or a sprint, 2 for a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Points(pub(crate) usize);

/// A JSON answer that costs points for its rows.
pub(crate) fn costly_answer(body: &Value, points: usize) -> Response {
    let mut response = json_answer(body);
    response.extensions_mut().insert(Points(points));
    response
}

/// A page whose rows, under this name, cost a point each.
pub(crate) fn page_answer(body: &Value, list: &str) -> Response {
    costly_answer(body, body[list].as_array().map_or(0, Vec::len))
}

/// The answer of a success that has nothing to say.
pub(crate) fn empty_answer() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The answer to something new.
pub(crate) fn created_answer(body: &Value) -> Response {
    let content_type = "application/json;charset=UTF-8";
    with_type(StatusCode::CREATED, content_type, body.to_string())
}

/// An answer with this status that costs points for its rows.
pub(crate) fn answer_with(status: StatusCode, body: &Value, points: usize) -> Response {
    let mut response = with_type(status, "application/json;charset=UTF-8", body.to_string());
    response.extensions_mut().insert(Points(points));
    response
}

fn with_type(status: StatusCode, content_type: &'static str, body: String) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, HeaderValue::from_static(content_type))],
        body,
    )
        .into_response()
}

/// A handler's answer.
pub(crate) type Answered = Result<Response, Refusal>;

/// The shapes in which a request is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Jira's `ErrorCollection`: messages, and an empty map of errors by field.
    Messages(StatusCode, Vec<String>),
    /// Jira's `ErrorCollection` again: no messages, and errors by field.
    Fields(StatusCode, BTreeMap<String, String>),
    /// Jira's `ErrorCollection` with both.
    Collection {
        status: StatusCode,
        messages: Vec<String>,
        errors: BTreeMap<String, String>,
    },
    /// Jira, when a page is too long: the collection, and what is left of the status in it.
    LongPage(String),
    /// Jira, when a body could not be read: messages alone.
    Unreadable(String),
    /// RFC 9457 problem details, when no endpoint was reached.
    Problem {
        status: StatusCode,
        detail: String,
        instance: String,
    },
    /// The gateway, when the token does not do.
    Unauthorized(&'static str),
    /// The gateway, when it knows no such site or product.
    UnknownPath { path: String, at: Timestamp },
    /// The gateway, when the person has taken the app off the site.
    NotInstalled,
    /// Jira, when it fell over.
    Crashed,
}

impl Refusal {
    /// The status and Jira's `ErrorCollection`, of a refusal that has one.
    pub(crate) fn collection(self) -> Result<(StatusCode, Value), Self> {
        match self {
            Self::Messages(status, messages) => {
                Ok((status, json!({"errorMessages": messages, "errors": {}})))
            }
            Self::Fields(status, errors) => {
                Ok((status, json!({"errorMessages": [], "errors": errors})))
            }
            Self::Collection {
                status,
                messages,
                errors,
            } => Ok((status, json!({"errorMessages": messages, "errors": errors}))),
            other => Err(other),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        const JIRA: &str = "application/json;charset=UTF-8";
        match self {
            Self::Messages(status, messages) => {
                let body = json!({"errorMessages": messages, "errors": {}});
                with_type(status, JIRA, body.to_string())
            }
            Self::Fields(status, errors) => {
                let body = json!({"errorMessages": [], "errors": errors});
                with_type(status, JIRA, body.to_string())
            }
            Self::Collection {
                status,
                messages,
                errors,
            } => {
                let body = json!({"errorMessages": messages, "errors": errors});
                with_type(status, JIRA, body.to_string())
            }
            Self::LongPage(message) => {
                let body = json!({
                    "errorMessages": [message],
                    "errors": {},
                    "httpStatusCode": {"empty": false, "present": true},
                });
                with_type(StatusCode::BAD_REQUEST, JIRA, body.to_string())
            }
            Self::Unreadable(message) => {
                let body = json!({"errorMessages": [message]});
                with_type(StatusCode::BAD_REQUEST, JIRA, body.to_string())
            }
            Self::Problem {
                status,
                detail,
                instance,
            } => {
                let body = json!({
                    "type": "about:blank",
                    "title": status.canonical_reason(),
                    "status": status.as_u16(),
                    "detail": detail,
                    "instance": instance,
                });
                let media_type = "application/problem+json;charset=UTF-8";
                with_type(status, media_type, body.to_string())
            }
            Self::Unauthorized(message) => {
                let body = json!({"code": 401, "message": message});
                (StatusCode::UNAUTHORIZED, Json(body)).into_response()
            }
            Self::NotInstalled => {
                let message = "The app is not installed on this instance";
                let body = json!({"code": 403, "message": message});
                (StatusCode::FORBIDDEN, Json(body)).into_response()
            }
            Self::UnknownPath { path, at } => {
                let body = json!({
                    "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string(),
                    "status": 404,
                    "error": "Not Found",
                    "message": "No message available",
                    "path": path,
                });
                let headers = [
                    ("x-failure-category", "FAILURE_CLIENT_TCS".to_owned()),
                    ("x-trace-id", Uuid::new_v4().simple().to_string()),
                ];
                let headers = AppendHeaders(headers);
                (StatusCode::NOT_FOUND, headers, Json(body)).into_response()
            }
            Self::Crashed => {
                let body = json!({"errorMessages": ["Internal server error"], "errors": {}});
                with_type(StatusCode::INTERNAL_SERVER_ERROR, JIRA, body.to_string())
            }
        }
    }
}
