//! The columns of `connection` that say who refreshes its tokens, and how that has gone.
//!
//! `token_version` fences every change: what is about older tokens changes nothing.

use jiff::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use super::connections::{ConnectionRow, SealedTokens};
use super::{Result, Tx, change, on, query, query_as};

/// Takes the lease of the tokens of `version` and records that a refresh is begun; none if they are
/// newer or dead by now, or if the lease or a back-off stands.
pub async fn claim(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    owner: Uuid,
    lease_until: Timestamp,
    now: Timestamp,
) -> Result<Option<ConnectionRow>> {
    const CLAIM: &str = "UPDATE connection SET refresh_owner = $1, refresh_lease_until = $2, \
            refresh_started_at = COALESCE(refresh_started_at, $3) \
        WHERE connection_id = $4 AND token_version = $5 AND invalid_refresh_token = FALSE \
            AND refresh_lease_until <= $3 AND refresh_not_before <= $3 RETURNING *";
    on!(tx, |db| query_as(CLAIM)
        .bind(owner)
        .bind(lease_until.as_millisecond())
        .bind(now.as_millisecond())
        .bind(id)
        .bind(version)
        .fetch_optional(db))
}

/// Replaces the tokens of `version`; false if they had already been replaced.
pub async fn rotate(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    tokens: &SealedTokens,
    now: Timestamp,
) -> Result<bool> {
    const ROTATE: &str = "UPDATE connection SET refresh_token = $1, access_token = $2, access_token_expires_at = $3, \
            invalid_refresh_token = FALSE, token_version = token_version + 1, refreshed_at = $4, \
            refresh_owner = NULL, refresh_lease_until = 0, refresh_started_at = NULL, \
            refresh_not_before = 0, refresh_failures = 0, refresh_failure = NULL, last_updated = $4 \
        WHERE connection_id = $5 AND token_version = $6";
    let rotated = change!(
        tx,
        query(ROTATE)
            .bind(&tokens.refresh_token)
            .bind(&tokens.access_token)
            .bind(tokens.access_token_expires_at.as_millisecond())
            .bind(now.as_millisecond())
            .bind(id)
            .bind(version)
    )?;
    Ok(rotated == 1)
}

/// How a try ended that brought no tokens.
#[derive(Debug)]
pub struct Release {
    /// When the next one is due.
    pub not_before: Timestamp,
    /// Failures in a row, with this one.
    pub failures: i64,
    /// This one, in a word.
    pub failure: &'static str,
    /// Whether the provider may have acted.
    pub is_outcome_unknown: bool,
}

/// Gives the lease back after a failure, if `owner` still holds it.
pub async fn release(tx: &mut Tx, id: Uuid, owner: Uuid, release: &Release) -> Result<()> {
    const RELEASE: &str = "UPDATE connection SET refresh_owner = NULL, refresh_lease_until = 0, \
            refresh_started_at = CASE WHEN $1 THEN refresh_started_at END, \
            refresh_not_before = $2, refresh_failures = $3, refresh_failure = $4 \
        WHERE connection_id = $5 AND refresh_owner = $6";
    change!(
        tx,
        query(RELEASE)
            .bind(release.is_outcome_unknown)
            .bind(release.not_before.as_millisecond())
            .bind(release.failures)
            .bind(release.failure)
            .bind(id)
            .bind(owner)
    )?;
    Ok(())
}

/// Marks the grant dead, if its tokens are still those of `version`; false if they are newer, or it
/// was marked before.
pub async fn invalidate(tx: &mut Tx, id: Uuid, version: i64, now: Timestamp) -> Result<bool> {
    const INVALIDATE: &str = "UPDATE connection SET invalid_refresh_token = TRUE, refresh_owner = NULL, \
            refresh_lease_until = 0, refresh_started_at = NULL, last_updated = $1 \
        WHERE connection_id = $2 AND token_version = $3 AND invalid_refresh_token = FALSE";
    let invalidated = change!(
        tx,
        query(INVALIDATE)
            .bind(now.as_millisecond())
            .bind(id)
            .bind(version)
    )?;
    Ok(invalidated == 1)
}

/// A connection that somebody should see to.
#[derive(Debug, FromRow)]
pub struct DueRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which provider.
    pub provider: String,
}

/// Connections whose refresh was begun and has no known end, where nobody is at it; oldest first.
pub async fn interrupted(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<DueRow>> {
    const INTERRUPTED: &str = "SELECT connection_id, provider FROM connection \
        JOIN connection_external_map USING (connection_id) \
        WHERE refresh_started_at IS NOT NULL AND refresh_lease_until <= $1 AND refresh_not_before <= $1 \
            AND invalid_refresh_token = FALSE AND expires_at > $1 \
        ORDER BY refresh_started_at LIMIT $2";
    on!(tx, |db| query_as(INTERRUPTED)
        .bind(now.as_millisecond())
        .bind(most)
        .fetch_all(db))
}

/// Connections of `provider` whose refresh token was issued at `issued` or before, where nobody is at
/// it; oldest first.
pub async fn idle(
    tx: &mut Tx,
    provider: &str,
    issued: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DueRow>> {
    const IDLE: &str = "SELECT connection_id, provider FROM connection \
        JOIN connection_external_map USING (connection_id) \
        WHERE refreshed_at <= $1 AND provider = $2 AND refresh_lease_until <= $3 AND refresh_not_before <= $3 \
            AND invalid_refresh_token = FALSE AND expires_at > $3 \
        ORDER BY refreshed_at LIMIT $4";
    on!(tx, |db| query_as(IDLE)
        .bind(issued.as_millisecond())
        .bind(provider)
        .bind(now.as_millisecond())
        .bind(most)
        .fetch_all(db))
}
