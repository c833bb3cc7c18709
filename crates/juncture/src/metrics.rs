//! What is counted, and `/metrics`, which tells it as Prometheus text.
//!
//! Labels come from fixed sets (routes, methods, statuses), so that no caller can make them many; no
//! id and no secret is ever one.

use std::time::Duration;

use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use metrics::{counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use crate::app::App;
use crate::connections::oauth::TokenFailure;
use crate::providers::ProviderName;

/// The bounds of the histogram of request durations, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// What came of a refresh.
#[derive(Debug, Clone, Copy)]
pub enum RefreshOutcome {
    /// New tokens.
    Refreshed,
    /// Another process had done it.
    Adopted,
    /// What came back was about tokens that had been replaced meanwhile.
    Superseded,
    /// The grant is dead.
    GrantDead,
    /// The token endpoint failed.
    Failed(TokenFailure),
}

impl RefreshOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Refreshed => "refreshed",
            Self::Adopted => "adopted",
            Self::Superseded => "superseded",
            Self::GrantDead => "grant_dead",
            Self::Failed(failure) => failure.as_str(),
        }
    }
}

/// The counts of one server.
pub struct Metrics(PrometheusRecorder);

impl Default for Metrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
        Self(builder.expect("there are bounds").build_recorder())
    }
}

impl Metrics {
    /// Counts a request that has been answered.
    pub fn count_request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        self.count(method.as_str(), route, status, took);
    }

    /// Counts what was answered though it could not be read as a request.
    pub fn count_unreadable(&self, status: StatusCode) {
        self.count("none", "none", status, Duration::ZERO);
    }

    fn count(&self, method: &str, route: &str, status: StatusCode, took: Duration) {
        let method = match method {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH") => known,
            _ => "other",
        };
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.as_str().to_owned()),
        ];
        with_local_recorder(&self.0, || {
            counter!("juncture_http_requests_total", &labels).increment(1);
            histogram!("juncture_http_request_duration_seconds", &labels[..2])
                .record(took.as_secs_f64());
        });
    }

    /// Shows every count of a provider's tokens as 0 before its first event, without which a rate
    /// over it misses that event.
    pub fn begin(&self, provider: ProviderName) {
        let provider = provider.as_str();
        let failures = TokenFailure::ALL.map(RefreshOutcome::Failed);
        let others = [
            RefreshOutcome::Refreshed,
            RefreshOutcome::Adopted,
            RefreshOutcome::Superseded,
            RefreshOutcome::GrantDead,
        ];
        with_local_recorder(&self.0, || {
            for outcome in others.into_iter().chain(failures) {
                let labels = [("provider", provider), ("outcome", outcome.as_str())];
                counter!("juncture_token_refreshes_total", &labels).absolute(0);
            }
            counter!("juncture_token_lease_waits_total", "provider" => provider).absolute(0);
            counter!("juncture_token_commit_failures_total", "provider" => provider).absolute(0);
        });
    }

    /// Counts a refresh, by what came of it.
    pub fn count_refresh(&self, provider: ProviderName, outcome: RefreshOutcome) {
        let labels = [
            ("provider", provider.as_str()),
            ("outcome", outcome.as_str()),
        ];
        with_local_recorder(&self.0, || {
            counter!("juncture_token_refreshes_total", &labels).increment(1);
        });
    }

    /// Counts a refresh that waits for another process.
    pub fn count_lease_wait(&self, provider: ProviderName) {
        with_local_recorder(&self.0, || {
            counter!("juncture_token_lease_waits_total", "provider" => provider.as_str())
                .increment(1);
        });
    }

    /// Counts a try to store new tokens that failed.
    pub fn count_commit_failure(&self, provider: ProviderName) {
        with_local_recorder(&self.0, || {
            counter!("juncture_token_commit_failures_total", "provider" => provider.as_str())
                .increment(1);
        });
    }

    /// Tells how many connections of a provider are in one state.
    pub fn set_connections(&self, provider: ProviderName, state: &'static str, connections: i64) {
        let labels = [("provider", provider.as_str()), ("state", state)];
        let connections = u32::try_from(connections).unwrap_or(u32::MAX);
        with_local_recorder(&self.0, || {
            gauge!("juncture_connections", &labels).set(f64::from(connections));
        });
    }

    /// Everything counted so far, in the Prometheus text format.
    #[must_use]
    pub fn to_text(&self) -> String {
        let handle = self.0.handle();
        handle.run_upkeep();
        handle.render()
    }
}

/// Gives what is counted, as Prometheus text.
#[utoipa::path(
    get, path = "/metrics", tag = "Operations",
    responses((
        status = 200, description = "The counts", body = String, content_type = "text/plain",
        example = "juncture_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1"
    )),
)]
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (headers, app.metrics.to_text())
}
