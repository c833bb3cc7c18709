//! The machine's own time, for what another process does and for bounds that are requirements.

use std::time::{Duration, Instant};

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Looks every 20 ms until there is something.
pub(crate) async fn find<T>(look: impl AsyncFn() -> Option<T>) -> T {
    loop {
        if let Some(found) = look().await {
            return found;
        }
        pause(Duration::from_millis(20)).await;
    }
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
#[expect(clippy::disallowed_methods, reason = "another process takes its time")]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
