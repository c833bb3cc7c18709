//! Foreign text on its way in: never more of it than is worth reading, and never on the threads that
//! serve for long.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use reqwest::{Error, Response};
use tokio::sync::Semaphore;

/// From this size on, in bytes, texts are converted beside the threads that serve: at the speed of a
/// debug build this is some milliseconds.
const LONG: usize = 64 * 1024;

/// How many long texts are converted at once: one core is left to those who serve.
static CONVERTERS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores.saturating_sub(1).max(1))
});

/// The first `limit` bytes of a body, decompressed. The rest is not read, so that neither an endless
/// body nor one that was compressed a thousand times costs more.
pub async fn read_at_most(mut response: Response, limit: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(chunk) = response.chunk().await?
    {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        // What a decompressor makes out of little is at hand at once, and no deadline would be seen.
        tokio::task::consume_budget().await;
    }
    Ok(body)
}

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
