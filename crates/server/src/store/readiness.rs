//! Whether the store takes writes, told to any number of callers at the cost of one small write a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex as Turn;

use super::bound::within;
use super::error::{Result, StoreError};
use super::trouble::Trouble;

/// How long an answer, or a commit that came through, stands for the next ones.
const FRESH: Duration = Duration::from_secs(1);

/// How long a caller waits for an answer.
const ANSWER_BOUND: Duration = Duration::from_secs(1);

/// How long a probe may take: a little less, so that what came of it is known to all who wait.
const PROBE_BOUND: Duration = Duration::from_millis(900);

/// When a transaction that changed something was last committed.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(Arc<Mutex<Option<Instant>>>);

impl Written {
    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now());
    }

    fn is_fresh(&self) -> bool {
        let written_at = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written_at.is_some_and(|at| at.elapsed() < FRESH)
    }
}

/// What came of a probe, and when.
type Told = Option<(Instant, std::result::Result<(), Arc<StoreError>>)>;

/// What is known of it in this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Readiness {
    pub(super) written: Written,
    told: Arc<Turn<Told>>,
}

impl Readiness {
    /// Whether writes come through: by a commit of a moment ago, by what another caller was told a
    /// moment ago, or by `probe`, which must write.
    ///
    /// A queue of writers that moves is not in the way: their commits are proof enough.
    pub(super) async fn tell(
        &self,
        trouble: &Trouble,
        probe: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        if self.written.is_fresh() {
            return Ok(());
        }
        let told = within(ANSWER_BOUND, async {
            let mut told = self.told.lock().await;
            if let Some((at, answer)) = &*told
                && at.elapsed() < FRESH
            {
                return answer.clone().map_err(StoreError::Shared);
            }
            let answer = within(PROBE_BOUND, probe).await;
            if answer.is_ok() || !self.written.is_fresh() {
                trouble.note("readiness", &answer);
            }
            let answer = answer.map_err(Arc::new);
            *told = Some((now(), answer.clone()));
            answer.map_err(StoreError::Shared)
        });
        match told.await {
            Err(_) if self.written.is_fresh() => Ok(()),
            told => told,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a disk that fails fails in real time, whatever the clock says"
)]
fn now() -> Instant {
    Instant::now()
}
