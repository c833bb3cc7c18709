//! What other processes have changed is changed in the held tokens.
//!
//! One small query asks for the connections changed since the last time. It needs nothing of the
//! database but its tables, so it works through any pooler.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::connections::Connection;
use crate::connections::tokens::{self, held::Held};
use crate::store::{self, StoreError, changes};

/// How far back each query looks beyond the last change seen: as far as the clocks of two processes
/// may differ, and a transaction may last. What is seen twice does no harm.
const OVERLAP: SignedDuration = SignedDuration::from_secs(10);

/// How far the changes have been followed.
#[derive(Debug, Default)]
pub struct Changes {
    last: Option<Timestamp>,
}

impl Changes {
    /// Brings the held tokens up to date with the store.
    pub async fn follow(&mut self, app: &App) -> store::Result<()> {
        let last = self.last.unwrap_or_else(|| app.clock.now());
        let mut tx = app.store.begin_read().await?;
        let changed = changes::since(&mut tx, last - OVERLAP).await?;
        drop(tx);
        let mut newest = last;
        for row in changed {
            let at = Timestamp::from_millisecond(row.changed_at)
                .map_err(|_| StoreError::Impossible("connection.last_updated"))?;
            newest = newest.max(at);
            let Some(held) = app.held.get(row.connection_id) else {
                continue;
            };
            match row.token_version {
                None => app.held.forget(held.id),
                Some(version) if version > held.token.version => renew(app, &held).await?,
                Some(_) => {}
            }
        }
        // Only now: after a failure on the way all of it is looked at again. And no further than now: a
        // change by a process whose clock is ahead must not hide those of the others.
        self.last = Some(newest.min(app.clock.now()));
        Ok(())
    }
}

/// Holds the tokens that the store has now.
async fn renew(app: &App, held: &Held) -> store::Result<()> {
    let loaded = app.held.begin_load();
    let mut tx = app.store.begin_read().await?;
    let found = Connection::find_by_id(&mut tx, held.id, held.provider).await?;
    drop(tx);
    let is_held = found.is_some_and(|connection| tokens::hold(app, &connection, loaded).is_ok());
    if !is_held {
        app.held.forget(held.id);
    }
    Ok(())
}
