//! What is known of every request: its id, and how it is counted.

use std::time::Duration;

use axum::http::{HeaderName, Method, StatusCode};
use metrics::{counter, histogram};

use crate::metrics::Metrics;

/// The header that carries the id of a request, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Counts a request that has been answered.
pub(crate) fn count(
    metrics: &Metrics,
    method: &Method,
    route: &str,
    status: StatusCode,
    took: Duration,
) {
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH") => known,
        _ => "other",
    };
    record(metrics, method, route, status, took);
}

/// Counts what was answered though it could not be read as a request.
pub(crate) fn count_unreadable(metrics: &Metrics, status: StatusCode) {
    record(metrics, "other", "none", status, Duration::ZERO);
}

fn record(metrics: &Metrics, method: &str, route: &str, status: StatusCode, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics.record(|| {
        counter!("juncture_http_requests_total", &labels).increment(1);
        histogram!("juncture_http_request_duration_seconds", &labels[..2])
            .record(took.as_secs_f64());
    });
}
