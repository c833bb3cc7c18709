//! What other processes have changed is forgotten here, and which keys were used is written.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::parts::Projects;
use crate::project::ProjectId;
use crate::store::refreshes::CLOCKS_APART;
use crate::store::{self, api_keys, projects};

/// How many uses are written in one transaction.
const USES: usize = 500;

/// When was last looked, by the wall clock and in steady time.
#[derive(Debug, Default)]
pub(super) struct Follow(Mutex<Option<(Timestamp, Duration)>>);

impl Projects {
    /// Forgets keys that were deleted and projects that were changed since the last time.
    pub async fn follow(&self) -> store::Result<()> {
        let mut looked = self.follow.0.lock().await;
        let (now, steady) = (self.clock.now(), self.clock.steady());
        let since = match *looked {
            None => now,
            // Should the clock have been set since, by the time that has passed.
            Some((at, then)) => {
                let passed = SignedDuration::try_from(steady.saturating_sub(then));
                at.min(now - passed.unwrap_or(SignedDuration::MAX))
            }
        };
        // Who changed it has a clock of its own, and its transaction may have taken a while. What is seen
        // twice does no harm.
        let since = since - CLOCKS_APART;
        let mut tx = self.store.begin_read().await?;
        let deleted = api_keys::deleted_since(&mut tx, since).await?;
        let changed = projects::changed_since(&mut tx, since).await?;
        drop(tx);
        self.known.forget_keys(&deleted);
        for id in changed.into_iter().map(ProjectId::of) {
            if self.known.project(id).is_some() {
                self.renew(id).await?;
            }
        }
        self.known.confirm(steady);
        // Nobody looks for it with a key; after a time without news it is forgotten as all else.
        if self.known.project(ProjectId::DEFAULT).is_none() {
            self.load(ProjectId::DEFAULT).await?;
        }
        *looked = Some((now, steady));
        Ok(())
    }

    /// Writes when keys were used, to the minute, and forgets those that nobody uses.
    pub async fn note_uses(&self) -> store::Result<()> {
        for keys in self.known.unnoted().chunks(USES) {
            let uses = keys
                .iter()
                .filter_map(|key| Some((key, key.unnoted_use()?)));
            let uses: Vec<_> = uses.collect();
            let mut tx = self.store.begin_write().await?;
            for (key, at) in &uses {
                api_keys::note_use(&mut tx, key.id, *at).await?;
            }
            tx.commit().await?;
            for (key, at) in uses {
                key.note(at);
            }
        }
        self.known.forget_unused();
        Ok(())
    }
}
