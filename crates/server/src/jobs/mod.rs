//! Work that goes on without being asked for, piece by piece: each has a name, and a round of it every
//! so often.
//!
//! A [`Supervisor`] does all of it for as long as a server runs; a [`Ticker`] does what is due when somebody
//! asks: a scheduler, or where no process lives for long. Every process does all of it, and whatever must be done
//! once is guarded by the store, so it does not matter how many do it, or how.

mod round;
mod run;
mod tick;

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

pub use round::Ended;
pub use run::Supervisor;
pub use tick::{Done, Ticker};

use crate::store;

/// A piece of work that goes on.
pub struct Job {
    /// What it is called in the log and in the metrics.
    pub name: &'static str,
    /// How long after a round the next one begins, more or less: what differs from process to process.
    pub every: Duration,
    round: Round,
    /// What lets a round begin earlier.
    news: Option<watch::Receiver<u64>>,
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
            news: None,
        }
    }

    /// The same job, whose rounds begin earlier when there is news.
    #[must_use]
    pub fn woken_by(self, news: watch::Receiver<u64>) -> Self {
        Self {
            news: Some(news),
            ..self
        }
    }

    /// One round.
    #[must_use]
    pub fn round(&self) -> BoxFuture<'static, store::Result<()>> {
        (self.round)()
    }
}
