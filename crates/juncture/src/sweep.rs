//! The sweep: rows that have expired are deleted, so that abandoned flows do not pile up. Never early:
//! a clock that is ahead for a moment must not make a state work twice, or a ticket be created twice.

use std::time::Duration;

use crate::app::App;
use crate::store::{
    self, deleted_connections, finished_flows, idempotency_keys, pending, used_states,
};

const INTERVAL: Duration = Duration::from_mins(1);

/// Sweeps every minute, for ever.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sweep failed; the next one will do its work"
            );
        }
        app.clock.sleep(INTERVAL).await;
    }
}

/// Deletes what has expired, at the earliest that it may be.
pub async fn sweep(app: &App) -> store::Result<()> {
    let now = app.settled.earliest(&*app.clock);
    let mut tx = app.store.begin_write().await?;
    let grants = pending::sweep(&mut tx, now).await?;
    let states = used_states::sweep(&mut tx, now).await?;
    let flows = finished_flows::sweep(&mut tx, now).await?;
    let keys = idempotency_keys::sweep(&mut tx, now).await?;
    let deletions = deleted_connections::sweep(&mut tx, now).await?;
    tx.commit().await?;
    if grants + states + flows + keys + deletions > 0 {
        tracing::debug!(grants, states, flows, keys, deletions, "swept");
    }
    Ok(())
}
