//! What happens to connections, so that somebody can look what went on.
//!
//! What changes a connection is [recorded](record) in the transaction that changes it. Calls to a provider are
//! many, and nobody waits for them to be written: they are collected in memory, within bounds, and written
//! every few seconds and at the end of the process. Nothing of their contents is told.

mod collected;
mod id;

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
pub use juncture_views::timeline::Call;
use metrics::counter;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::collected::{Batch, Collected};
use crate::metrics::Metrics;
use crate::store::timeline::{self, EntryRow};
use crate::store::uses::{self, ErrorRow};
use crate::store::{self, Store, Tx};

pub use id::{first_at, happened_at};

/// How long an entry is kept.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How many entries, and how many uses, are written in one transaction.
const AT_ONCE: usize = 500;

/// How many entries are deleted in one transaction.
const SWEPT_AT_ONCE: i64 = 5_000;

const DROPPED: &str = "juncture_timeline_dropped_total";

/// What changes a connection.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// The customer has consented.
    Consent,
    /// What the customer has picked has this id.
    Site(&'a str),
    /// There are new tokens.
    Refresh,
    /// There are none, for this reason: a code of the API.
    RefreshFailed(&'static str),
    /// Only connecting again can help.
    Invalid,
    /// Calls have shown that what the customer picked is no longer open to the grant.
    SiteUnavailable,
    /// They have shown that it is.
    SiteAvailable,
}

/// What there is to say of an entry beside what it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Detail {
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What was picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<String>,
    /// The call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

impl Happening<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Site(_) => "site",
            Self::Refresh => "refresh",
            Self::RefreshFailed(_) => "refresh_failed",
            Self::Invalid => "invalid",
            Self::SiteUnavailable => "site_unavailable",
            Self::SiteAvailable => "site_available",
        }
    }

    fn detail(self) -> Option<Detail> {
        match self {
            Self::Site(id) => Some(Detail {
                site_id: Some(id.to_owned()),
                ..Detail::default()
            }),
            Self::RefreshFailed(code) => Some(Detail {
                code: Some(code.to_owned()),
                ..Detail::default()
            }),
            _ => None,
        }
    }
}

impl Detail {
    fn to_row(&self) -> String {
        serde_json::to_string(self).expect("it is plain data")
    }
}

/// Records what happened to a connection that is there, in the transaction in which it happens.
pub async fn record(
    tx: &mut Tx,
    connection: Uuid,
    what: Happening<'_>,
    at: Timestamp,
) -> store::Result<()> {
    let entry = EntryRow {
        entry_id: id::at(at),
        kind: what.kind().to_owned(),
        detail: what.detail().map(|detail| detail.to_row()),
    };
    timeline::insert(tx, connection, &[entry]).await
}

/// The entries of a connection that are not too old, newest first: what comes before `before`.
pub async fn page(
    tx: &mut Tx,
    connection: Uuid,
    before: Option<Uuid>,
    limit: u16,
    now: Timestamp,
) -> store::Result<Vec<EntryRow>> {
    let since = first_at(now - LIFETIME);
    timeline::page(tx, connection, before, since, limit).await
}

/// Since when errors of calls are told.
#[must_use]
pub fn errors_since(now: Timestamp) -> Timestamp {
    now - LIFETIME
}

/// Forgets what is too old by `now`, which is the earliest that it may be.
pub async fn sweep(store: &Store, now: Timestamp) -> store::Result<()> {
    let since = first_at(now - LIFETIME);
    loop {
        let mut tx = store.begin_write().await?;
        let swept = timeline::sweep(&mut tx, since, SWEPT_AT_ONCE).await?;
        tx.commit().await?;
        if swept < SWEPT_AT_ONCE.unsigned_abs() {
            return Ok(());
        }
    }
}

/// What is collected in this process and not written yet; cheap to clone.
#[derive(Clone)]
pub struct Timeline(Arc<Parts>);

struct Parts {
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    collected: Mutex<Collected>,
}

impl Timeline {
    /// One with nothing in it.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        metrics.record(|| counter!(DROPPED).absolute(0));
        Self(Arc::new(Parts {
            clock,
            metrics,
            collected: Mutex::default(),
        }))
    }

    /// Notes a call to the provider of a connection.
    pub fn note_call(&self, connection: Uuid, call: Call) {
        let detail = Detail {
            call: Some(call),
            ..Detail::default()
        };
        let entry = EntryRow {
            entry_id: id::at(self.0.clock.now()),
            kind: "call".to_owned(),
            detail: Some(detail.to_row()),
        };
        let dropped = self.collected().add(connection, entry);
        self.count(dropped);
    }

    /// Notes an error of a call that is about the connection: a code of the API.
    pub fn note_error(&self, connection: Uuid, code: &'static str) {
        let at = self.0.clock.now().as_millisecond();
        self.collected().note_error(ErrorRow {
            connection_id: connection,
            code,
            at,
        });
    }

    /// Notes that a connection was used then.
    pub fn note_use(&self, connection: Uuid, at: Timestamp) {
        self.collected().note_use(connection, at.as_millisecond());
    }

    /// Writes what is collected. What cannot be written is kept, within bounds.
    pub async fn write(&self, store: &Store) -> store::Result<()> {
        loop {
            let taken = Taken {
                timeline: self,
                batch: self.collected().take(AT_ONCE),
            };
            if taken.batch.is_empty() {
                return Ok(());
            }
            write(store, &taken.batch).await?;
            taken.forget();
        }
    }

    fn count(&self, dropped: usize) {
        if dropped > 0 {
            let dropped = dropped as u64;
            (self.0.metrics).record(|| counter!(DROPPED).increment(dropped));
        }
    }

    fn collected(&self) -> MutexGuard<'_, Collected> {
        let collected = &self.0.collected;
        collected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A batch on its way to the store, which comes back if it does not arrive.
struct Taken<'a> {
    timeline: &'a Timeline,
    batch: Batch,
}

impl Taken<'_> {
    fn forget(mut self) {
        self.batch = Batch::default();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let batch = mem::take(&mut self.batch);
        let dropped = self.timeline.collected().put_back(batch);
        self.timeline.count(dropped);
    }
}

async fn write(store: &Store, batch: &Batch) -> store::Result<()> {
    let mut tx = store.begin_write().await?;
    let there = timeline::hold(&mut tx, &batch.connections()).await?;
    for (connection, entries) in &batch.entries {
        if there.contains(connection) {
            timeline::insert(&mut tx, *connection, entries).await?;
        }
    }
    let uses = batch.uses.iter().filter(|(id, _)| there.contains(id));
    uses::note(&mut tx, &uses.copied().collect::<Vec<_>>()).await?;
    for error in &batch.errors {
        if there.contains(&error.connection_id) {
            uses::note_error(&mut tx, error).await?;
        }
    }
    tx.commit().await
}
