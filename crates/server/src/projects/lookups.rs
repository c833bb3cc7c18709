//! Keys that this process does not know are looked for in the store, all that wait at once: a flood of wrong
//! keys is a few small queries a second, and whoever has a right one waits for the next of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot::{self, error::TryRecvError};

use super::key::Digest;
use super::known::{KnownKey, KnownProject};
use super::parts::Projects;
use crate::project::ProjectId;
use crate::store::{self, StoreError, api_keys};

/// How many keys may wait to be looked for.
const MOST_WAITING: usize = 4_096;

/// How many are looked for at once.
const AT_ONCE: usize = 4 * api_keys::BATCH;

/// The time from one look to the next, where one follows the other.
const BETWEEN: Duration = Duration::from_millis(20);

/// For so long looks follow each other without a pause: a server that has just begun knows no key.
const BURST: Duration = Duration::from_secs(2);

/// Why a key was not found.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// There is no such key, or it has ended.
    #[error("there is no such key")]
    NoKey,
    /// Too many are looked for just now.
    #[error("too many unknown keys are looked for")]
    TooMany,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of a look: none if there is no such key.
type Outcome = Result<Option<Arc<KnownKey>>, Arc<StoreError>>;

/// A key that is to be looked for, and who waits for it.
type Waiting = (Digest, oneshot::Sender<Outcome>);

/// The keys that wait to be looked for.
#[derive(Default)]
pub(super) struct Lookups {
    waiting: Mutex<Vec<Waiting>>,
    /// Whoever has it looks for all that wait. It holds when the last look is far enough in the past for
    /// another one; steady time.
    turn: tokio::sync::Mutex<Duration>,
}

impl Lookups {
    /// The key with this digest.
    pub(super) async fn find(
        &self,
        projects: &Projects,
        digest: Digest,
    ) -> Result<Arc<KnownKey>, NotFound> {
        let mut answer = self.join(digest)?;
        loop {
            let mut turn = self.turn.lock().await;
            match answer.try_recv() {
                Ok(Ok(found)) => return found.ok_or(NotFound::NoKey),
                Ok(Err(failed)) => return Err(StoreError::Shared(failed).into()),
                // Whoever looked for it has gone away on the way.
                Err(TryRecvError::Closed) => answer = self.join(digest)?,
                Err(TryRecvError::Empty) => {}
            }
            pace(projects, &mut turn).await;
            self.look(projects).await;
        }
    }

    fn join(&self, digest: Digest) -> Result<oneshot::Receiver<Outcome>, NotFound> {
        let mut waiting = self.waiting();
        if waiting.len() >= MOST_WAITING {
            return Err(NotFound::TooMany);
        }
        let (tell, answer) = oneshot::channel();
        waiting.push((digest, tell));
        Ok(answer)
    }

    /// Looks for those that wait, the oldest first.
    async fn look(&self, projects: &Projects) {
        let asked: Vec<_> = {
            let mut waiting = self.waiting();
            // Nobody waits any more for those that came to the door and went.
            waiting.retain(|(_, tell)| !tell.is_closed());
            let count = waiting.len().min(AT_ONCE);
            waiting.drain(..count).collect()
        };
        let digests: Vec<Digest> = asked.iter().map(|(digest, _)| *digest).collect();
        let found = load(projects, &digests).await.map_err(Arc::new);
        for (digest, tell) in asked {
            let outcome = found.as_ref().map_err(Arc::clone).map(|found| {
                let found = found.iter().find(|(known, _)| *known == digest);
                found.map(|(_, key)| key.clone())
            });
            let _gone = tell.send(outcome);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until another look may follow: the generic cell rate algorithm, as on strangers.
async fn pace(projects: &Projects, whole_at: &mut Duration) {
    let after = (*whole_at).max(projects.clock.steady()) + BETWEEN;
    let early = after.saturating_sub(projects.clock.steady() + BURST);
    if !early.is_zero() {
        projects.clock.sleep(early).await;
    }
    *whole_at = after;
}

/// Those of these keys that there are and that work; what was asked is known from now on.
async fn load(
    projects: &Projects,
    digests: &[Digest],
) -> store::Result<Vec<(Digest, Arc<KnownKey>)>> {
    let loaded = projects.known.begin_load();
    let mut tx = projects.store.begin_read().await?;
    let rows = api_keys::find(&mut tx, digests).await?;
    for id in rows.iter().map(|row| ProjectId::of(row.project_id)) {
        if projects.known.project(id).is_none()
            && let Some(project) = KnownProject::load(&mut tx, id).await?
        {
            projects.known.keep_project(Arc::new(project), loaded);
        }
    }
    drop(tx);
    for digest in digests {
        if !rows.iter().any(|row| row.digest == *digest) {
            projects.known.keep_wrong(*digest);
        }
    }
    let mut found = Vec::new();
    for row in rows {
        let digest = Digest::try_from(row.digest.as_slice());
        if let (Ok(digest), Some(key)) = (digest, KnownKey::of_row(&row)) {
            projects
                .known
                .keep_key(digest, Arc::new(key), loaded, &mut found);
        }
    }
    Ok(found)
}
