//! `deleted_connection`: which connections are no more, for processes that still hold a copy of one.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Result, Tx, change, query};

/// How long a deletion is told. Any copy of a connection is far younger.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Tells from now on that this connection is no more.
pub async fn insert(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    // A connection that was taken over from another deployment a second time may be deleted again.
    const INSERT: &str = "INSERT INTO deleted_connection (connection_id, deleted_at) VALUES ($1, $2) \
        ON CONFLICT (connection_id) DO UPDATE SET deleted_at = excluded.deleted_at";
    change!(tx, query(INSERT).bind(id).bind(now.as_millisecond()))?;
    Ok(())
}

/// Forgets deletions that every process has learnt of by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM deleted_connection WHERE deleted_at <= $1";
    change!(tx, query(SWEEP).bind((now - LIFETIME).as_millisecond()))
}
