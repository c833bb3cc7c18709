//! What is done once for its key: who has claimed a key, and what came of it.
//!
//! A key is claimed in the store before anything is done, and what came of it kept there for 24 hours.
//! What changed nothing gives its key back, so that it may be tried again. What may have changed
//! something keeps it: to do it again would be to guess.
//!
//! Something large is done in [`Parts`]: each has a key of its own, so that whoever comes again goes on
//! where it stopped.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use ring::digest;

use crate::failure::Failure;
use crate::project::ProjectId;
use crate::seal::{Place, Sealer};
use crate::settled::Settled;
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{IDEMPOTENT_ANSWER, RowKey};
use crate::store::{self, Store, StoreError, idempotency_keys};

/// For how long a key stands for what came of it.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Nothing that has claimed a key takes as long: what has not said by then what came of it lost its
/// server on the way.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(5);

const TABLE: &str = IDEMPOTENT_ANSWER.table;

/// A key, bound to whose it is.
#[derive(Debug, Clone)]
pub struct Key {
    project: ProjectId,
    hash: Vec<u8>,
}

/// The keys in the store. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    /// Where keys and answers are.
    pub store: Store,
    /// Seals answers.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What time it may be, should somebody have set the clock.
    pub settled: Arc<Settled>,
}

/// What a claim has met.
#[derive(Debug)]
pub enum Claim {
    /// A new key, which is claimed.
    New,
    /// What came of it, as it was kept.
    Done(Vec<u8>),
    /// The key stands for something else.
    Other,
    /// Somebody is at it.
    UnderWay,
    /// Somebody was at it, and nobody knows what came of it.
    Abandoned(Abandoned),
}

/// A claim of somebody who is gone.
#[derive(Debug)]
pub struct Abandoned {
    expires_at: i64,
}

/// Something that is done in parts, each of them once.
pub struct Parts {
    keys: Keys,
    key: Key,
    begun_at: Timestamp,
}

impl Key {
    /// The key of these parts in a project. None of them may be taken for the end of another.
    #[must_use]
    pub fn of(project: ProjectId, parts: &[&[u8]]) -> Self {
        let all: Vec<&[u8]> = std::iter::once(&project.as_bytes()[..])
            .chain(parts.iter().copied())
            .collect();
        let hash = hash(&all);
        Self { project, hash }
    }

    /// Says that what was kept for it cannot be read.
    #[must_use]
    pub fn unreadable(&self) -> StoreError {
        StoreError::unreadable(TABLE, IDEMPOTENT_ANSWER.column, self.row())
    }

    fn place(&self) -> Place {
        IDEMPOTENT_ANSWER.place(&self.row(), None)
    }

    fn row(&self) -> RowKey {
        RowKey::Hash(self.hash.clone())
    }
}

impl Keys {
    /// Claims the key for this request, as far as it is free.
    pub async fn claim(&self, key: &Key, request: &[u8]) -> Result<Claim, Failure> {
        let request_hash = hash(&[request]);
        // Rather late than early: to forget a key is to do it again.
        let now = self.settled.earliest(&*self.clock);
        let expires_at = self.settled.latest(&*self.clock) + LIFETIME;
        let mut tx = self.store.begin_write().await?;
        let (project, hash) = (key.project, &key.hash);
        let claimed =
            idempotency_keys::claim(&mut tx, project, hash, &request_hash, expires_at, now).await?;
        tx.commit().await?;
        let Some(row) = claimed else {
            return Ok(Claim::New);
        };
        if row.request_hash != request_hash {
            return Ok(Claim::Other);
        }
        if let Some(sealed) = row.answer {
            return Ok(Claim::Done(self.sealer.open(&key.place(), &sealed)?));
        }
        let oldest = now + LIFETIME - LONGEST;
        // One from the future was claimed while the clock was ahead: nobody knows how long ago.
        let youngest = self.settled.latest(&*self.clock) + LIFETIME + CLOCKS_APART;
        let claimed_for = row.expires_at.time(TABLE, "expires_at", key.row())?;
        if oldest < claimed_for && claimed_for <= youngest {
            return Ok(Claim::UnderWay);
        }
        let expires_at = claimed_for.as_millisecond();
        Ok(Claim::Abandoned(Abandoned { expires_at }))
    }

    /// Takes over the claim of somebody who is gone; false if somebody else was faster.
    pub async fn take_over(&self, key: &Key, abandoned: &Abandoned) -> Result<bool, Failure> {
        let expires_at = self.settled.latest(&*self.clock) + LIFETIME;
        let mut tx = self.store.begin_write().await?;
        let (project, hash, claimed_for) = (key.project, &key.hash, abandoned.expires_at);
        let taken =
            idempotency_keys::take_over(&mut tx, project, hash, claimed_for, expires_at).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Keeps what came of it.
    pub async fn finish(&self, key: &Key, answer: &[u8]) -> store::Result<()> {
        let sealed = self.sealer.seal(&key.place(), answer);
        let mut tx = self.store.begin_write().await?;
        idempotency_keys::finish(&mut tx, key.project, &key.hash, &sealed).await?;
        tx.commit().await
    }

    /// Gives a key back: nothing was changed.
    pub async fn release(&self, key: &Key) -> store::Result<()> {
        let mut tx = self.store.begin_write().await?;
        idempotency_keys::release(&mut tx, key.project, &key.hash).await?;
        tx.commit().await
    }

    /// What is done in parts for this key; none if the key stands for another request.
    pub async fn parts(self, key: &Key, request: &[u8]) -> Result<Option<Parts>, Failure> {
        let request_hash = hash(&[request]);
        let now = self.settled.earliest(&*self.clock);
        let mut expires_at = self.settled.latest(&*self.clock) + LIFETIME;
        let mut tx = self.store.begin_write().await?;
        let (project, hash) = (key.project, &key.hash);
        let claimed =
            idempotency_keys::claim(&mut tx, project, hash, &request_hash, expires_at, now).await?;
        tx.commit().await?;
        if let Some(row) = claimed {
            if row.request_hash != request_hash {
                return Ok(None);
            }
            expires_at = row.expires_at.time(TABLE, "expires_at", key.row())?;
        }
        // Of the parts none may outlive the key: a day later it is a new one, with new parts.
        let begun = expires_at.as_millisecond().to_be_bytes();
        Ok(Some(Parts {
            keys: self,
            key: Key::of(key.project, &[&key.hash, &begun]),
            begun_at: expires_at - LIFETIME,
        }))
    }
}

impl Parts {
    /// Tells what is done here from all else, and what was begun for the same key on another day.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.key.hash
    }

    /// When the first of all requests for the key came, on the server's clock.
    #[must_use]
    pub fn begun_at(&self) -> Timestamp {
        self.begun_at
    }

    /// Claims a part by its name. One that was abandoned is taken over: whoever gets
    /// [`Abandoned`](Claim::Abandoned) has claimed it, and finds out what was done of it.
    pub async fn claim(&self, part: &str) -> Result<Claim, Failure> {
        let key = self.of(part);
        let claim = self.keys.claim(&key, part.as_bytes()).await?;
        if let Claim::Abandoned(abandoned) = &claim
            && !self.keys.take_over(&key, abandoned).await?
        {
            return Ok(Claim::UnderWay);
        }
        Ok(claim)
    }

    /// Says that what was kept of a part cannot be read.
    #[must_use]
    pub fn unreadable(&self, part: &str) -> StoreError {
        self.of(part).unreadable()
    }

    /// Keeps what came of a part.
    pub async fn finish(&self, part: &str, answer: &[u8]) -> store::Result<()> {
        self.keys.finish(&self.of(part), answer).await
    }

    /// Gives a part back: nothing of it was done.
    pub async fn release(&self, part: &str) -> store::Result<()> {
        self.keys.release(&self.of(part)).await
    }

    fn of(&self, part: &str) -> Key {
        Key::of(self.key.project, &[&self.key.hash, part.as_bytes()])
    }
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}
