//! What is counted: one recorder for each server. What there is to count, each part says itself.
//!
//! Labels come from fixed sets (routes, methods, statuses), so that no caller can make them many; no
//! id and no secret is ever one.

use metrics::with_local_recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

/// The bounds of every histogram, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// The counts of one server.
pub struct Metrics(PrometheusRecorder);

impl Default for Metrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
        Self(builder.expect("there are bounds").build_recorder())
    }
}

impl Metrics {
    /// Counts here what `count` counts, by the macros of the `metrics` crate.
    pub fn record(&self, count: impl FnOnce()) {
        with_local_recorder(&self.0, count);
    }

    /// Everything counted so far, in the Prometheus text format.
    #[must_use]
    pub fn to_text(&self) -> String {
        let handle = self.0.handle();
        handle.run_upkeep();
        handle.render()
    }
}
