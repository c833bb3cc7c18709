//! The machine's own time, for what another process does and for bounds that are requirements. Each
//! wait ends: what does not come fails the test that waits for it, not the run.

use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine, and shorter than anybody likes to wait for a run.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// What `work` gives, which it does in so long.
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(patience, work).await;
    outcome.unwrap_or_else(|_| panic!("waited in vain for {patience:?}"))
}

/// Looks every 20 ms until there is something.
pub(crate) async fn find<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            pause(Duration::from_millis(20)).await;
        }
    };
    within(PATIENCE, Box::pin(found)).await
}

/// Asks every 20 ms until the answer is yes.
pub(crate) async fn eventually(is_so: impl AsyncFn() -> bool) {
    find(async || is_so().await.then_some(())).await;
}

/// What `work` gives, and how long it takes.
#[expect(
    clippy::disallowed_methods,
    reason = "a bound on real time is measured in it"
)]
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    (work.await, began.elapsed())
}

/// Looks every 20 ms until it is so, for half a minute at most; blocks its thread.
pub(crate) fn until(what: &str, is_so: impl FnMut() -> bool) {
    let is_so = until_within(Duration::from_secs(30), is_so);
    assert!(is_so, "in vain: {what}");
}

/// Looks every 20 ms until it is so, and whether it was in so long; blocks its thread.
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) fn until_within(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let end = End::after(patience);
    while !is_so() {
        if end.left().is_zero() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// When waiting ends.
#[derive(Clone, Copy)]
pub(crate) struct End(Instant);

impl End {
    #[expect(clippy::disallowed_methods, reason = "another process takes its time")]
    pub(crate) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// How long there still is to wait.
    #[expect(clippy::disallowed_methods, reason = "another process takes its time")]
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
