//! Foreign text is never converted on the threads that serve for long.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

/// From this size on, in bytes, texts are converted beside the threads that serve: at the speed of a
/// debug build this is some milliseconds.
const LONG: usize = 64 * 1024;

/// How many long texts are converted at once: one core is left to those who serve.
static CONVERTERS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores.saturating_sub(1).max(1))
});

/// What `convert` gives, which reads so many `bytes` of foreign text.
pub async fn convert<T, F>(bytes: usize, convert: F) -> T
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    if bytes < LONG {
        return convert();
    }
    let turn = CONVERTERS.acquire().await;
    // The turn ends with the work, which goes on when nobody waits for it any more.
    let turn = turn.expect("turns are never closed");
    let converting = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        convert()
    });
    match converting.await {
        Ok(converted) => converted,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}
