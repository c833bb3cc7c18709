//! Bodies of answers, never more of them than is worth reading.

use reqwest::{Error, Response};

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
