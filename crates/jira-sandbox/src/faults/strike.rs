//! The layer in which faults happen.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use super::{Act, Fault, First, Garbage, RetryAfter};
use crate::clock::pause;
use crate::sandbox::Sandbox;
use crate::wire::Wire;

/// Marks a response that the client never gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unanswered;

/// Answers a request, unless a fault strikes it.
pub(crate) async fn strike(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let (struck, mut released) = {
        let mut state = sandbox.state();
        let path = request.uri().path().to_owned();
        let struck = state.faults.take(request.method().as_str(), &path);
        // Subscribed under the lock: a release from here on is not missed.
        (struck, sandbox.released())
    };
    let Some((fault, act)) = struck else {
        return next.run(request).await;
    };
    let wire = request
        .extensions()
        .get::<ConnectInfo<Wire>>()
        .map(|ConnectInfo(wire)| wire.clone());
    match fault {
        Fault::Latency { milliseconds } => {
            pause(Duration::from_millis(milliseconds)).await;
            next.run(request).await
        }
        Fault::SlowBody {
            milliseconds,
            pieces,
        } => slow(next.run(request).await, milliseconds, pieces).await,
        Fault::CutBody => cut_body(next.run(request).await).await,
        Fault::Garbage {
            body: Garbage::Truncated,
        } => truncated(next.run(request).await).await,
        Fault::Hang => match act {
            Act::Whole(false) => {
                let _ = released.changed().await;
                next.run(request).await
            }
            Act::Whole(true) | Act::First(_) => {
                let response = next.run(limited(request, act)).await;
                let _ = released.changed().await;
                response
            }
            Act::Late(_) => {
                let answer = act_late(&sandbox, released, request, next);
                answer.await.unwrap_or_else(|_| cut(wire))
            }
        },
        Fault::Status { .. } | Fault::Cut | Fault::Garbage { .. } => {
            match act {
                Act::Whole(false) => (),
                Act::Whole(true) | Act::First(_) => {
                    next.run(limited(request, act)).await;
                }
                Act::Late(_) => {
                    act_late(&sandbox, released, request, next);
                }
            }
            instead(&sandbox, fault, wire)
        }
    }
}

/// A request that tells its endpoint on how much of it to act.
fn limited(mut request: Request, act: Act) -> Request {
    if let Act::First(count) = act {
        request.extensions_mut().insert(First(count));
    }
    request
}

/// Acts on a request when the faults are deleted, on a task of its own: whoever sent it may have
/// gone. The answer is there for one who has not.
fn act_late(
    sandbox: &Sandbox,
    mut released: watch::Receiver<u64>,
    request: Request,
    next: Next,
) -> oneshot::Receiver<Response> {
    let (tell, answer) = oneshot::channel();
    sandbox.act_later(async move {
        let _ = released.changed().await;
        let _ = tell.send(next.run(request).await);
    });
    answer
}

/// What comes instead of the answer.
fn instead(sandbox: &Sandbox, fault: Fault, wire: Option<Wire>) -> Response {
    match fault {
        Fault::Status {
            status,
            headers,
            body,
            retry_after,
        } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = match body {
                Value::Null => status.into_response(),
                Value::String(text) => (status, text).into_response(),
                json => (status, axum::Json(json)).into_response(),
            };
            if let Some(when) = retry_after {
                let value = retry_after_value(sandbox, when);
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            for (name, value) in headers {
                let pair = (name.parse::<HeaderName>(), HeaderValue::from_str(&value));
                if let (Ok(name), Ok(value)) = pair {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        Fault::Garbage {
            body: Garbage::Html,
        } => Html("<!doctype html><title>Just a moment</title><p>Please wait.").into_response(),
        Fault::Garbage { .. } => StatusCode::OK.into_response(),
        _ => cut(wire),
    }
}

/// Ends the connection; where there is none, a body that fails must do.
fn cut(wire: Option<Wire>) -> Response {
    let mut response = match wire {
        Some(wire) => {
            wire.cut();
            StatusCode::BAD_GATEWAY.into_response()
        }
        None => (StatusCode::BAD_GATEWAY, broken(Bytes::new())).into_response(),
    };
    response.extensions_mut().insert(Unanswered);
    response
}

/// A body that ends in an error after these bytes.
fn broken(start: Bytes) -> Body {
    let parts = stream::unfold(Some(start), |start| async move {
        if let Some(start) = start {
            return Some((Ok(start), None));
        }
        // The server writes what it has while the body has nothing to give.
        tokio::task::yield_now().await;
        let error = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
        Some((Err(error), None))
    });
    Body::from_stream(parts)
}

async fn cut_body(response: Response) -> Response {
    let (parts, bytes) = taken_apart(response).await;
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, broken(half))
}

async fn truncated(response: Response) -> Response {
    let (mut parts, bytes) = taken_apart(response).await;
    parts.headers.remove(header::CONTENT_LENGTH);
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::from(half))
}

async fn slow(response: Response, milliseconds: u64, pieces: usize) -> Response {
    let (parts, bytes) = taken_apart(response).await;
    let size = bytes.len().div_ceil(pieces.max(1)).max(1);
    let body = stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        pause(Duration::from_millis(milliseconds)).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, std::io::Error>(piece), rest))
    });
    Response::from_parts(parts, Body::from_stream(body))
}

async fn taken_apart(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await;
    (
        parts,
        bytes.expect("the sandbox's own bodies are in memory"),
    )
}

fn retry_after_value(sandbox: &Sandbox, when: RetryAfter) -> HeaderValue {
    match when {
        RetryAfter::Seconds(seconds) => HeaderValue::from(seconds),
        RetryAfter::DateIn(seconds) => {
            let now = sandbox.state().clock.now();
            let then = now.saturating_add(jiff::SignedDuration::from_secs(seconds));
            let then = then.unwrap_or(now).to_zoned(TimeZone::UTC);
            let date = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            HeaderValue::from_str(&date).expect("an HTTP date is visible ASCII")
        }
    }
}
