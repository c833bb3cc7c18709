//! Reading and decoding answers: bounded each, and bounded in sum for all calls of a client.
//!
//! What an answer takes while it is read and decoded is a small multiple of its text, because the
//! types of `api` hold its members and not a tree. So to bound the texts is to bound the memory.

use std::sync::Arc;

use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Garbage;
use crate::listing::Allowance;

/// Up to this size an answer needs no place, and is decoded where it arrives. Most pages are smaller.
const SMALL: usize = 256 * 1024;

/// How large answers may grow, and for how many of them there is a place at a time: 256 MiB for each
/// size. A page of 1,000 issues with long descriptions takes some 30 MB; what is larger than the
/// last size is no page.
const SIZES: [(usize, usize); 2] = [(4 * 1024 * 1024, 64), (64 * 1024 * 1024, 4)];

/// The places for answers that are not small.
pub(crate) struct Room([Arc<Semaphore>; SIZES.len()]);

/// The text of an answer, and its places until it is decoded.
pub(crate) struct Body {
    text: Vec<u8>,
    places: Vec<OwnedSemaphorePermit>,
}

/// What came of reading a body.
pub(crate) enum Read {
    Whole(Body),
    /// It goes on beyond the last size.
    Endless,
    /// The list that it is of can take no more.
    TooMuchForList,
}

impl Default for Room {
    fn default() -> Self {
        Self(SIZES.map(|(_, places)| Arc::new(Semaphore::new(places))))
    }
}

impl Room {
    /// The whole body, which counts as part of `list` if it is one.
    ///
    /// A body takes its places from the small size to the large, so that none who waits holds what
    /// another waits for.
    pub(crate) async fn read(
        &self,
        mut response: Response,
        list: Option<&Allowance>,
    ) -> Result<Read, reqwest::Error> {
        let mut reserved = list.map(Allowance::reserve);
        let (mut text, mut places) = (Vec::new(), Vec::new());
        let mut sizes = SIZES.iter().zip(&self.0);
        let mut limit = SMALL;
        while let Some(chunk) = response.chunk().await? {
            if let Some(reserved) = &mut reserved
                && !reserved.take(chunk.len())
            {
                return Ok(Read::TooMuchForList);
            }
            while text.len() + chunk.len() > limit {
                let Some(((larger, _), free)) = sizes.next() else {
                    return Ok(Read::Endless);
                };
                let place = Arc::clone(free).acquire_owned().await;
                places.push(place.expect("places are never closed"));
                limit = *larger;
            }
            text.extend_from_slice(&chunk);
            // What a decompressor makes out of little is at hand at once, and would not let go.
            tokio::task::consume_budget().await;
        }
        if let Some(reserved) = reserved {
            reserved.keep();
        }
        Ok(Read::Whole(Body { text, places }))
    }
}

impl Body {
    /// The answer in this body. A long one is decoded beside the threads that serve.
    pub(crate) async fn decode<T>(self) -> Result<T, (Garbage, juncture_json::Error)>
    where
        T: DeserializeOwned + Send + 'static,
    {
        if self.places.is_empty() {
            return self.decoded();
        }
        let decoding = tokio::task::spawn_blocking(move || self.decoded());
        decoding
            .await
            .expect("decoding neither panics nor is cancelled")
    }

    fn decoded<T: DeserializeOwned>(self) -> Result<T, (Garbage, juncture_json::Error)> {
        // The types of `api` build no trees.
        juncture_json::decode_parts(&self.text).map_err(|cause| (Garbage::of(&self.text), cause))
    }
}

/// The first bytes of a refusal's body, as many as are worth reading: Jira's own are some hundred.
/// A body that is cut is what came of it.
pub(crate) async fn read_refusal(mut response: Response) -> Vec<u8> {
    const MAX_REFUSAL: usize = 64 * 1024;
    let mut body = Vec::new();
    while body.len() < MAX_REFUSAL
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = MAX_REFUSAL - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    body
}
