//! The machine's own time, for what another process does and for bounds that are requirements.

use std::time::{Duration, Instant};

/// Asks every 20 ms until the answer is yes.
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) async fn eventually(is_so: impl AsyncFn() -> bool) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
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
