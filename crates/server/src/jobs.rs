//! Work that goes on without being asked for, piece by piece: each has a name, and a round of it every
//! so often.
//!
//! A round that panics is counted, told once and begun again at its next turn; it stops no other work,
//! and it loses nothing, as no round keeps anything that another one needs.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use juncture_clock::Clock;
use metrics::counter;
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use crate::metrics::Metrics;
use crate::store::{self, Store};

/// A piece of work that goes on.
pub struct Job {
    /// What it is called in the log and in the metrics.
    pub name: &'static str,
    /// How long after a round the next one begins, more or less: what differs from process to process.
    pub every: Duration,
    round: Round,
}

type Round = Box<dyn Fn() -> BoxFuture<'static, store::Result<()>> + Send + Sync>;

impl Job {
    /// A job whose rounds `round` begins.
    pub fn new<F>(
        name: &'static str,
        every: Duration,
        round: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = store::Result<()>> + Send + 'static,
    {
        Self {
            name,
            every,
            round: Box::new(move || Box::pin(round())),
        }
    }

    /// One round.
    #[must_use]
    pub fn round(&self) -> BoxFuture<'static, store::Result<()>> {
        (self.round)()
    }
}

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
