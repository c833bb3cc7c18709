//! All jobs, for as long as a server runs.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use juncture_clock::Clock;

use super::Job;
use super::round::{Counted, Ended};
use crate::metrics::Metrics;
use crate::store::Store;

/// How far rounds that news begins are apart, at the least: what comes together is looked for together.
const TOGETHER: Duration = Duration::from_millis(20);

/// What jobs are done with.
#[derive(Clone)]
pub struct Supervisor {
    /// Tells once what of the store fails.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Counts rounds.
    pub metrics: Arc<Metrics>,
}

impl Supervisor {
    /// Does all of these, for ever.
    pub async fn run(self, jobs: Vec<Job>) {
        join_all(jobs.iter().map(|job| self.go_on(job))).await;
    }

    async fn go_on(&self, job: &Job) {
        let counted = self.counted();
        counted.show(job);
        let mut told = None;
        let mut news = job.news.clone();
        loop {
            // What comes during the round is news for the next one.
            if let Some(news) = &mut news {
                news.mark_unchanged();
            }
            let began = self.clock.steady();
            match counted.round(job).await.0 {
                Ended::Done => self.store.note(job.name, &Ok(())),
                Ended::Failed(error) => self.store.note(job.name, &Err(error)),
                Ended::BrokeDown(reason) => {
                    if told.as_ref() != Some(&reason) {
                        tracing::error!(
                            job = job.name,
                            reason,
                            "a round of this work broke down; it goes on with the next one"
                        );
                        told = Some(reason);
                    }
                }
            }
            let jitter = 0.75 + self.clock.chance() / 2.0;
            let pause = self.clock.sleep(job.every.mul_f64(jitter));
            let Some(news) = &mut news else {
                pause.await;
                continue;
            };
            let has_news = tokio::select! {
                () = pause => false,
                changed = news.changed() => changed.is_ok(),
            };
            let since = self.clock.steady().saturating_sub(began);
            if has_news && since < TOGETHER {
                self.clock.sleep(TOGETHER.saturating_sub(since)).await;
            }
        }
    }

    pub(super) fn counted(&self) -> Counted<'_> {
        Counted {
            clock: &*self.clock,
            metrics: &self.metrics,
        }
    }
}
