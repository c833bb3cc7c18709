//! What is known of every request: its id, and how it is counted.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderName, Method, StatusCode};
use foldhash::fast::RandomState;
use metrics::{Counter, Histogram, counter, histogram};

use crate::metrics::Metrics;

/// The header that carries the id of a request, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How often what was asked, and how long it took.
pub(crate) struct Requests {
    metrics: Arc<Metrics>,
    /// By route. Each series is found by its names once: to find it for every request would cost more
    /// than most requests do.
    series: RwLock<HashMap<Box<str>, Vec<Series>, RandomState>>,
}

/// Requests that are counted alike.
#[derive(Clone)]
struct Series {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    duration: Histogram,
}

impl Requests {
    /// Counts in `metrics`.
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            series: RwLock::default(),
        }
    }

    /// Counts a request that has been answered.
    pub(crate) fn count(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        self.record(known(method), route, status, took);
    }

    /// Counts what was answered though it could not be read as a request.
    pub(crate) fn count_unreadable(&self, status: StatusCode) {
        self.record("other", "none", status, Duration::ZERO);
    }

    fn record(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(route).and_then(|series| {
            let is_it = |series: &&Series| series.method == method && series.status == status;
            series.iter().find(is_it)
        });
        if let Some(series) = found {
            return series.record(took);
        }
        drop(known);
        let series = Series::of(&self.metrics, method, route, status);
        series.record(took);
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        // Another request may have found it meanwhile: then it stands there twice, and counts as one.
        known.entry(route.into()).or_default().push(series);
    }
}

impl Series {
    fn of(metrics: &Metrics, method: &'static str, route: &str, status: StatusCode) -> Self {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.as_str().to_owned()),
        ];
        metrics.record(|| Self {
            method,
            status,
            requests: counter!("juncture_http_requests_total", &labels),
            duration: histogram!("juncture_http_request_duration_seconds", &labels[..2]),
        })
    }

    fn record(&self, took: Duration) {
        self.requests.increment(1);
        self.duration.record(took.as_secs_f64());
    }
}

/// The method as a label: nobody can make these many.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let known = KNOWN.into_iter().find(|known| method.as_str() == *known);
    known.unwrap_or("other")
}
