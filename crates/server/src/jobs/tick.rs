//! What is due, when somebody asks.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Mutex;

use super::round::Ended;
use super::{Job, Supervisor};

/// Does jobs when it is asked to, and knows what it has done.
pub struct Ticker {
    supervisor: Supervisor,
    jobs: Vec<Turn>,
}

/// A job, and when its last good round began; steady time.
struct Turn {
    job: Job,
    last: Mutex<Option<Duration>>,
}

/// A round that was made.
#[derive(Debug)]
pub struct Done {
    /// Of which job.
    pub job: &'static str,
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub took: Duration,
}

impl Ticker {
    /// One that has done nothing yet, so that all is due.
    #[must_use]
    pub fn new(supervisor: Supervisor, jobs: Vec<Job>) -> Self {
        let jobs = jobs.into_iter().map(|job| {
            supervisor.counted().show(&job);
            let last = Mutex::default();
            Turn { job, last }
        });
        Self {
            jobs: jobs.collect(),
            supervisor,
        }
    }

    /// One round of each job that is due, all at once: of those that this has not done yet, whose time has come
    /// again, or whose last round has failed. What one comes to is no other's matter.
    pub async fn tick(&self) -> Vec<Done> {
        let done = join_all(self.jobs.iter().map(|turn| self.take(turn))).await;
        done.into_iter().flatten().collect()
    }

    async fn take(&self, turn: &Turn) -> Option<Done> {
        // Of two who ask at once the second waits, and finds that it is done.
        let mut last = turn.last.lock().await;
        let now = self.supervisor.clock.steady();
        let is_due = last.is_none_or(|last| now.saturating_sub(last) >= turn.job.every);
        if !is_due {
            return None;
        }
        let (ended, took) = self.supervisor.counted().round(&turn.job).await;
        *last = ended.is_well().then_some(now);
        let job = turn.job.name;
        Some(Done { job, ended, took })
    }
}
