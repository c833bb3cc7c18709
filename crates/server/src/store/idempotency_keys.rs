//! `idempotency_key`: requests that must not be carried out twice.

use jiff::Timestamp;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
use crate::project::ProjectId;
use crate::seal::Sealed;

/// A row of `idempotency_key`.
#[derive(Debug)]
pub struct IdempotencyRow {
    /// SHA-256 of what was asked for.
    pub request_hash: Vec<u8>,
    /// The first answer, sealed; none while the first request is under way, or if its
    /// server ended.
    pub answer: Option<Sealed>,
    /// When the key becomes a new one, in milliseconds since the Unix epoch.
    pub expires_at: Stored<i64>,
}

from_row!(IdempotencyRow {
    request_hash,
    answer,
    expires_at
});

/// Claims a key for a request; the row that is there, if the key has been claimed before.
pub async fn claim(
    tx: &mut Tx,
    project: ProjectId,
    key_hash: &[u8],
    request_hash: &[u8],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<Option<IdempotencyRow>> {
    // A key that has expired is a new one.
    const CLAIM: &str = "INSERT INTO idempotency_key (project_id, key_hash, request_hash, expires_at) \
        VALUES ($1, $2, $3, $4) \
        ON CONFLICT (key_hash) DO UPDATE SET request_hash = excluded.request_hash, answer = NULL, \
            expires_at = excluded.expires_at \
            WHERE idempotency_key.project_id = $1 AND idempotency_key.expires_at <= $5";
    const FIND: &str = "SELECT request_hash, answer, expires_at FROM idempotency_key \
        WHERE project_id = $1 AND key_hash = $2";
    let claimed = change!(
        tx,
        query(CLAIM)
            .bind(project)
            .bind(key_hash)
            .bind(request_hash)
            .bind(expires_at.as_millisecond())
            .bind(now.as_millisecond())
    )?;
    if claimed == 1 {
        return Ok(None);
    }
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(key_hash)
        .fetch_optional(db))
}

/// Claims anew, until `expires_at`, a key without an answer that was claimed until `claimed_for`;
/// false if it is not as that says any more. Both in milliseconds since the Unix epoch, the first as it
/// stands there.
pub async fn take_over(
    tx: &mut Tx,
    project: ProjectId,
    key_hash: &[u8],
    claimed_for: i64,
    expires_at: Timestamp,
) -> Result<bool> {
    const TAKE_OVER: &str = "UPDATE idempotency_key SET expires_at = $1 \
        WHERE project_id = $2 AND key_hash = $3 AND expires_at = $4 AND answer IS NULL";
    let taken = change!(
        tx,
        query(TAKE_OVER)
            .bind(expires_at.as_millisecond())
            .bind(project)
            .bind(key_hash)
            .bind(claimed_for)
    )?;
    Ok(taken == 1)
}

/// Keeps the answer of the request that claimed a key.
pub async fn finish(
    tx: &mut Tx,
    project: ProjectId,
    key_hash: &[u8],
    answer: &Sealed,
) -> Result<()> {
    const FINISH: &str =
        "UPDATE idempotency_key SET answer = $1 WHERE project_id = $2 AND key_hash = $3";
    change!(tx, query(FINISH).bind(answer).bind(project).bind(key_hash))?;
    Ok(())
}

/// Gives a key back: the request that claimed it changed nothing.
pub async fn release(tx: &mut Tx, project: ProjectId, key_hash: &[u8]) -> Result<()> {
    const RELEASE: &str = "DELETE FROM idempotency_key WHERE project_id = $1 AND key_hash = $2";
    change!(tx, query(RELEASE).bind(project).bind(key_hash))?;
    Ok(())
}

/// Forgets keys that have expired by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM idempotency_key WHERE expires_at <= $1";
    change!(tx, query(SWEEP).bind(now.as_millisecond()))
}
