//! One round of a job: apart from all else, and counted.
//!
//! A round that panics stops no other work, and it loses nothing, as no round keeps anything that another one
//! needs.

use std::time::Duration;

use juncture_clock::Clock;
use metrics::{counter, gauge, histogram};
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use super::Job;
use crate::metrics::Metrics;
use crate::store::StoreError;

const PANICS: &str = "juncture_job_panics_total";
const FAILURES: &str = "juncture_job_failures_total";
const LAST_SUCCESS: &str = "juncture_job_last_success_timestamp_seconds";
const DURATION: &str = "juncture_job_duration_seconds";

/// How a round has ended.
#[derive(Debug)]
pub enum Ended {
    /// All of it is done.
    Done,
    /// It has failed; the next round tries it again.
    Failed(StoreError),
    /// It has panicked, with these words.
    BrokeDown(String),
}

impl Ended {
    /// Whether all went well.
    #[must_use]
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Done)
    }
}

/// Makes rounds, and counts them.
pub(super) struct Counted<'a> {
    pub(super) clock: &'a dyn Clock,
    pub(super) metrics: &'a Metrics,
}

impl Counted<'_> {
    /// Shows that there is such a job, before its first round. It counts as well until then, so that one that is
    /// never well is late as well.
    pub(super) fn show(&self, job: &Job) {
        self.metrics.record(|| {
            counter!(PANICS, "job" => job.name).absolute(0);
            counter!(FAILURES, "job" => job.name).absolute(0);
        });
        self.note_success(job.name);
    }

    /// One round, and how long it took.
    pub(super) async fn round(&self, job: &Job) -> (Ended, Duration) {
        let begun = self.clock.steady();
        // A task of its own, so that its panic ends nothing else.
        let round = AbortOnDropHandle::new(tokio::spawn(job.round()));
        let ended = match round.await {
            Ok(Ok(())) => Ended::Done,
            Ok(Err(error)) => Ended::Failed(error),
            Err(panic) => Ended::BrokeDown(said(panic)),
        };
        let took = self.clock.steady().saturating_sub(begun);
        self.count(job.name, &ended, took);
        (ended, took)
    }

    fn count(&self, name: &'static str, ended: &Ended, took: Duration) {
        self.metrics
            .record(|| histogram!(DURATION, "job" => name).record(took));
        let failed = match ended {
            Ended::Done => return self.note_success(name),
            Ended::Failed(_) => FAILURES,
            Ended::BrokeDown(_) => PANICS,
        };
        self.metrics
            .record(|| counter!(failed, "job" => name).increment(1));
    }

    fn note_success(&self, name: &'static str) {
        let now = self.clock.now().as_second();
        #[expect(clippy::cast_precision_loss, reason = "seconds of centuries are exact")]
        self.metrics
            .record(|| gauge!(LAST_SUCCESS, "job" => name).set(now as f64));
    }
}

/// What a panic has said.
fn said(ended: JoinError) -> String {
    let Ok(panic) = ended.try_into_panic() else {
        return "it was ended".to_owned();
    };
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_default()
}
