//! The sweep: rows that have expired are deleted, so that abandoned flows do not pile up. Never early:
//! a clock that is ahead for a moment must not make a state work twice, or a ticket be created twice.

use jiff::Timestamp;

use crate::store::{
    self, Store, api_keys, connect_sessions, deleted_connections, finished_flows, idempotency_keys,
    oauth_apps, pending, used_states,
};

/// Deletes what has expired by `now`, which is the earliest that it may be.
pub async fn sweep(store: &Store, now: Timestamp) -> store::Result<()> {
    let mut tx = store.begin_write().await?;
    let grants = pending::sweep(&mut tx, now).await?;
    let states = used_states::sweep(&mut tx, now).await?;
    let flows = finished_flows::sweep(&mut tx, now).await?;
    let sessions = connect_sessions::sweep(&mut tx, now).await?;
    let keys = idempotency_keys::sweep(&mut tx, now).await?;
    let deletions = deleted_connections::sweep(&mut tx, now).await?;
    let deleted_keys = api_keys::sweep(&mut tx, now).await?;
    let apps = oauth_apps::sweep(&mut tx, now).await?;
    tx.commit().await?;
    if grants + states + flows + sessions + keys + deletions + deleted_keys + apps > 0 {
        tracing::debug!(
            grants,
            states,
            flows,
            sessions,
            keys,
            deletions,
            deleted_keys,
            apps,
            "swept"
        );
    }
    Ok(())
}
