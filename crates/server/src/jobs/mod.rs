//! Work that goes on without being asked for, piece by piece: each has a name, and a round of it every
//! so often.
//!
//! A round that panics is counted, told once and begun again at its next turn; it stops no other work,
//! and it loses nothing, as no round keeps anything that another one needs.

mod run;

use std::time::Duration;

use futures_util::future::BoxFuture;

pub use run::Supervisor;

use crate::store;

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
