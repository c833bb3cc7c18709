//! All jobs, for as long as a server runs.

use std::sync::Arc;

use futures_util::future::join_all;
use juncture_clock::Clock;
use metrics::counter;
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use super::Job;
use crate::metrics::Metrics;
use crate::store::Store;

/// What jobs are done with.
#[derive(Clone)]
pub struct Supervisor {
    /// Tells once what of the store fails.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Counts panics.
    pub metrics: Arc<Metrics>,
}

impl Supervisor {
    /// Does all of these, for ever.
    pub async fn run(self, jobs: Vec<Job>) {
        join_all(jobs.into_iter().map(|job| self.go_on(job))).await;
    }

    async fn go_on(&self, job: Job) {
        const PANICS: &str = "juncture_job_panics_total";
        let name = job.name;
        self.metrics
            .record(|| counter!(PANICS, "job" => name).absolute(0));
        let mut told = None;
        loop {
            // A task of its own, so that its panic ends nothing else.
            let round = AbortOnDropHandle::new(tokio::spawn(job.round()));
            match round.await {
                Ok(done) => self.store.note(name, &done),
                Err(ended) => {
                    self.metrics
                        .record(|| counter!(PANICS, "job" => name).increment(1));
                    let reason = said(ended);
                    if told.as_ref() != Some(&reason) {
                        tracing::error!(
                            job = name,
                            reason,
                            "a round of this work broke down; it goes on with the next one"
                        );
                        told = Some(reason);
                    }
                }
            }
            let jitter = 0.75 + self.clock.chance() / 2.0;
            self.clock.sleep(job.every.mul_f64(jitter)).await;
        }
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
