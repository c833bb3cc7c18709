//! Reading and decoding answers: bounded each, and bounded in sum for all calls of a client.
//!
//! What an answer takes while it is read and decoded is a small multiple of its text, because the
//! types of `api` hold its members and not a tree. So to bound the texts is to bound the memory. Of an
//! answer that is full of issues no more than some pieces are held: see `items`.

use std::mem;
use std::sync::Arc;

use juncture_json::beside;
use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Garbage;
use crate::items::{Items, ReadItem};
use crate::listing::{Allowance, Reserved};

/// Up to this size an answer needs no place. Most pages are smaller.
const SMALL: usize = 256 * 1024;

/// How large answers may grow, and for how many of them there is a place at a time: 256 MiB for each
/// size. A page of 1,000 issues with long descriptions takes some 30 MB; what is larger than the
/// last size is no page.
const SIZES: [(usize, usize); 2] = [(4 * 1024 * 1024, 64), (64 * 1024 * 1024, 4)];

/// How much of a page of issues is waited for before it is read: so much is worth another thread.
const BATCH: usize = 256 * 1024;

/// The places for answers that are not small.
pub(crate) struct Room([Arc<Semaphore>; SIZES.len()]);

/// How an answer is to be read.
pub(crate) struct Reading<'a, R> {
    /// The list that it is a part of.
    pub(crate) list: Option<&'a Allowance>,
    /// How each issue in it is read as it comes; otherwise its text is kept.
    pub(crate) item: Option<&'a ReadItem<R>>,
}

impl<R> Clone for Reading<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Reading<'_, R> {}

/// The text of an answer, and its places until it is decoded.
pub(crate) struct Body<R> {
    /// Without the issues that have been read.
    text: Vec<u8>,
    items: Vec<R>,
    places: Vec<OwnedSemaphorePermit>,
}

/// What came of reading a body.
pub(crate) enum Read<R> {
    Whole(Body<R>),
    /// It goes on beyond the last size.
    Endless,
    /// The list that it is of can take no more.
    TooMuchForList,
    /// Something in it is not what it should be.
    Unfit(juncture_json::Error),
}

impl Default for Room {
    fn default() -> Self {
        Self(SIZES.map(|(_, places)| Arc::new(Semaphore::new(places))))
    }
}

impl Room {
    /// The whole body.
    pub(crate) async fn read<R>(
        &self,
        mut response: Response,
        reading: Reading<'_, R>,
    ) -> Result<Read<R>, reqwest::Error>
    where
        R: Send + 'static,
    {
        let mut intake = Intake::of(self, reading.list);
        let (mut text, mut items) = (Vec::new(), Vec::new());
        let mut on_the_way = reading.item.map(Items::new);
        let (mut waiting, mut bytes) = (Vec::new(), 0);
        loop {
            let chunk = response.chunk().await?;
            let is_end = chunk.is_none();
            if let Some(chunk) = chunk {
                if let Err(too_much) = intake.admit(chunk.len()).await {
                    return Ok(too_much.of());
                }
                bytes += chunk.len();
                if on_the_way.is_some() {
                    waiting.push(chunk);
                } else {
                    text.extend_from_slice(&chunk);
                }
            }
            if bytes >= BATCH || is_end {
                if let Some(before) = on_the_way.take() {
                    let pieces = mem::take(&mut waiting);
                    let fed = beside::convert(intake.length, || before.feed(pieces)).await;
                    match fed {
                        Ok(fed) => on_the_way = Some(fed),
                        Err(unfit) => return Ok(Read::Unfit(unfit)),
                    }
                }
                bytes = 0;
            }
            if is_end {
                break;
            }
            // What a decompressor makes out of little is at hand at once, and would not let go.
            tokio::task::consume_budget().await;
        }
        if let Some(whole) = on_the_way {
            (text, items) = whole.end();
        }
        let places = intake.keep();
        Ok(Read::Whole(Body {
            text,
            items,
            places,
        }))
    }
}

/// What an answer takes while it comes.
///
/// A body takes its places from the small size to the large, so that none who waits holds what another
/// waits for.
struct Intake<'a> {
    room: &'a Room,
    reserved: Option<Reserved<'a>>,
    places: Vec<OwnedSemaphorePermit>,
    length: usize,
    limit: usize,
}

/// Why no more of an answer is taken.
enum TooMuch {
    ForAny,
    ForList,
}

impl TooMuch {
    fn of<R>(self) -> Read<R> {
        match self {
            Self::ForAny => Read::Endless,
            Self::ForList => Read::TooMuchForList,
        }
    }
}

impl<'a> Intake<'a> {
    fn of(room: &'a Room, list: Option<&'a Allowance>) -> Self {
        Self {
            room,
            reserved: list.map(Allowance::reserve),
            places: Vec::new(),
            length: 0,
            limit: SMALL,
        }
    }

    /// Makes room for so many bytes more.
    async fn admit(&mut self, bytes: usize) -> Result<(), TooMuch> {
        if let Some(reserved) = &mut self.reserved
            && !reserved.take(bytes)
        {
            return Err(TooMuch::ForList);
        }
        self.length += bytes;
        while self.length > self.limit {
            let size = self.places.len();
            let (Some((larger, _)), Some(free)) = (SIZES.get(size), self.room.0.get(size)) else {
                return Err(TooMuch::ForAny);
            };
            let place = Arc::clone(free).acquire_owned().await;
            self.places.push(place.expect("places are never closed"));
            self.limit = *larger;
        }
        Ok(())
    }

    /// The answer is whole, and counts for its list.
    fn keep(self) -> Vec<OwnedSemaphorePermit> {
        if let Some(reserved) = self.reserved {
            reserved.keep();
        }
        self.places
    }
}

impl<R> Body<R> {
    /// How many issues have been read of it.
    pub(crate) fn issues(&self) -> usize {
        self.items.len()
    }
}

impl<R: Send + 'static> Body<R> {
    /// The answer in this body, and the issues that have been read of it. A long one is decoded beside the
    /// threads that serve.
    pub(crate) async fn decode<T>(self) -> Result<(T, Vec<R>), (Garbage, juncture_json::Error)>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Self {
            text,
            items,
            places,
        } = self;
        let decoded = beside::convert(text.len(), move || {
            let _places = places;
            // The types of `api` build no trees.
            juncture_json::decode_parts(&text).map_err(|cause| (Garbage::of(&text), cause))
        });
        Ok((decoded.await?, items))
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
