//! What one list may take: calls, time, memory. A list of Jira has no end of its own.
//!
//! Not what a list is made of, nor whether it is whole: that is `api`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::body::Reading;
use crate::call::{Call, Endpoint};
use crate::client::Site;
use crate::error::{Error, Kind};
use crate::items::ReadItem;
use juncture_clock as clock;
use juncture_outbound::pace::Whose;

/// How many calls a list may take that does not say how long it is: 5,600 issues or projects, 2,800
/// boards or sprints. With what is asked beside it that is no more than 60 calls, which at Jira's
/// usual third of a second take 20 s.
pub(crate) const UNTOLD_CALLS: usize = 56;

/// How long Jira may take to answer those calls. What is not its work does not count: pauses that it
/// asks for, queues here, tries that failed.
const UNTOLD_TIME: Duration = Duration::from_secs(20);

/// How many calls a list may take for each page that it is said to have: pages may be short, and a
/// list that changes while it is read is read again.
const CALLS_A_PAGE: usize = 4;

/// How many calls a list may take, whatever is said of its length.
pub(crate) const MOST_CALLS: usize = 600;

/// How many items a list may have. An issue takes about 1 kB beside its texts, which
/// [`Policy::list_bytes`](crate::Policy::list_bytes) bounds.
const MOST_ITEMS: usize = 50_000;

/// A list being read, in however many calls; its clones are the same list.
#[derive(Clone)]
pub(crate) struct Listing<'a> {
    pub(crate) site: Site<'a>,
    allowance: Arc<Allowance>,
}

/// What a list may take, and has taken.
pub(crate) struct Allowance {
    /// When it ends, whatever has been read.
    pub(crate) until: Timestamp,
    /// How long that is in all.
    pub(crate) overall: Duration,
    most_bytes: usize,
    taken: Mutex<Taken>,
}

struct Taken {
    calls: usize,
    most_calls: usize,
    /// Whether it is known how long the list should be.
    is_told: bool,
    /// How many items it should have, where that is known.
    told_items: Option<usize>,
    /// How many items it may have.
    most_items: usize,
    answering: Duration,
    bytes: usize,
}

impl<'a> Listing<'a> {
    /// A list that begins now.
    pub(crate) fn of(site: Site<'a>) -> Self {
        let policy = site.client.policy;
        let allowance = Allowance {
            until: clock::after(site.client.clock.now(), policy.list_overall),
            overall: policy.list_overall,
            most_bytes: policy.list_bytes,
            taken: Mutex::new(Taken {
                calls: 0,
                most_calls: UNTOLD_CALLS,
                is_told: false,
                told_items: None,
                most_items: MOST_ITEMS,
                answering: Duration::ZERO,
                bytes: 0,
            }),
        };
        Self {
            site,
            allowance: Arc::new(allowance),
        }
    }

    /// Sends one of the list's calls and decodes the answer, unless the list has taken what it may.
    pub(crate) async fn fetch<T>(&self, call: Call) -> Result<T, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.begin(&call)?;
        self.fetch_about(call).await
    }

    /// Sends one of the list's calls whose answer is full of issues, each of which is read as it comes.
    pub(crate) async fn fetch_reading<T, R>(
        &self,
        call: Call,
        item: &ReadItem<R>,
    ) -> Result<(T, Vec<R>), Error>
    where
        T: DeserializeOwned + Send + 'static,
        R: Send + 'static,
    {
        self.begin(&call)?;
        let Site {
            client, id, token, ..
        } = self.site;
        self.allowance.taken().calls += 1;
        let reading = Reading {
            list: Some(&*self.allowance),
            item: Some(item),
        };
        let whose = Whose::Site(id);
        client.fetch_reading(whose, call, token, reading).await
    }

    fn begin(&self, call: &Call) -> Result<(), Error> {
        let begun = self.allowance.begin(self.site.client.clock.now());
        begun.map_err(|kind| Error::new(call.endpoint.clone(), kind))
    }

    /// Sends a call about the list, which brings no part of it.
    pub(crate) async fn fetch_about<T>(&self, call: Call) -> Result<T, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Site {
            client, id, token, ..
        } = self.site;
        self.allowance.taken().calls += 1;
        client
            .fetch_as(Whose::Site(id), call, token, Some(&self.allowance))
            .await
    }

    /// Grants the calls that so many pages take, or refuses more pages than any list may have.
    pub(crate) fn expect(&self, pages: usize, endpoint: &Endpoint) -> Result<(), Error> {
        let expected = self.allowance.expect(pages);
        expected.map_err(|kind| Error::new(endpoint.clone(), kind))
    }

    /// Grants the calls that so many pages take of which nobody has told, on top of what the list may
    /// take by what is told.
    pub(crate) fn grant(&self, pages: usize) {
        let mut taken = self.allowance.taken();
        taken.most_calls = (taken.most_calls + pages).min(MOST_CALLS);
    }

    /// Grants what so many lists that stand in this one may take, as those before them end: one that
    /// never ends gets no more than a list by itself.
    pub(crate) fn expect_lists(&self, lists: usize, endpoint: &Endpoint) -> Result<(), Error> {
        if lists > MOST_CALLS {
            let kind = Kind::TooLong("has more pages than can be read");
            return Err(Error::new(endpoint.clone(), kind));
        }
        self.allowance.taken().is_told = true;
        Ok(())
    }

    /// One of the lists that stand in this one has ended.
    pub(crate) fn note_end_of_one(&self) {
        let mut taken = self.allowance.taken();
        taken.most_calls = (taken.most_calls + CALLS_A_PAGE).min(MOST_CALLS);
    }

    /// Notes that it is known how many items there should be.
    pub(crate) fn note_length(&self, items: usize) {
        self.allowance.taken().told_items = Some(items);
    }

    /// The same list, which is too long with more than so many items.
    pub(crate) fn of_at_most(self, items: usize) -> Self {
        self.allowance.taken().most_items = items.min(MOST_ITEMS);
        self
    }

    /// Refuses a list that has so many items, if it may not.
    pub(crate) fn judge_length(&self, items: usize) -> Result<(), Kind> {
        if items > self.allowance.taken().most_items {
            return Err(Kind::TooLong("has more items than can be kept"));
        }
        Ok(())
    }

    /// How many items there should be, where that is known.
    pub(crate) fn told_length(&self) -> Option<usize> {
        self.allowance.taken().told_items
    }

    /// Whether the next call is the last one, unless the list says how long it is.
    pub(crate) fn should_tell_its_length(&self) -> bool {
        let taken = self.allowance.taken();
        !taken.is_told && (taken.calls + 1 >= taken.most_calls || taken.answering >= UNTOLD_TIME)
    }
}

impl Allowance {
    fn begin(&self, now: Timestamp) -> Result<(), Kind> {
        if now >= self.until {
            return Err(Kind::TimedOut {
                after: self.overall,
                is_sent: false,
            });
        }
        let taken = self.taken();
        if taken.calls >= taken.most_calls || (!taken.is_told && taken.answering >= UNTOLD_TIME) {
            return Err(Kind::Endless("goes on and on"));
        }
        Ok(())
    }

    fn expect(&self, pages: usize) -> Result<(), Kind> {
        let mut taken = self.taken();
        if taken.calls.saturating_add(pages) > MOST_CALLS {
            return Err(Kind::TooLong("has more pages than can be read"));
        }
        let granted = taken.calls + pages.saturating_mul(CALLS_A_PAGE);
        taken.most_calls = taken.most_calls.max(granted.min(MOST_CALLS));
        taken.is_told = true;
        Ok(())
    }

    /// Notes that Jira has taken so long to answer one call.
    pub(crate) fn note_answer(&self, took: Duration) {
        self.taken().answering += took;
    }

    /// A place for the bytes of one answer.
    pub(crate) fn reserve(&self) -> Reserved<'_> {
        Reserved {
            allowance: self,
            bytes: 0,
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of one answer on its way. They are given back if it is not read to its end.
pub(crate) struct Reserved<'a> {
    allowance: &'a Allowance,
    bytes: usize,
}

impl Reserved<'_> {
    /// Takes so many bytes more; false if the list has none left.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let mut taken = self.allowance.taken();
        let has_room = bytes <= self.allowance.most_bytes - taken.bytes;
        if has_room {
            taken.bytes += bytes;
            self.bytes += bytes;
        }
        has_room
    }

    /// The answer is whole.
    pub(crate) fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.allowance.taken().bytes -= self.bytes;
    }
}
