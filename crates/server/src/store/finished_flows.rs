//! `finished_flow`: flows that have ended in a connection, for those who come to their pages again.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Result, Tx, change, on, query, query_scalar};
use crate::project::ProjectId;

/// A row of `finished_flow`.
#[derive(Debug)]
pub struct FinishedFlow<'a> {
    /// SHA-256 of its connection code.
    pub code_hash: &'a [u8],
    /// The connection that it made; the row goes with it.
    pub connection_id: Uuid,
    /// Of which provider.
    pub provider: &'a str,
    /// What people call what they have picked.
    pub choice: &'a str,
    /// When the code would have died.
    pub expires_at: Timestamp,
}

/// Notes a flow that has ended.
pub async fn insert(tx: &mut Tx, flow: &FinishedFlow<'_>) -> Result<()> {
    const INSERT: &str = "INSERT INTO finished_flow (code_hash, connection_id, provider, choice, expires_at) \
        VALUES ($1, $2, $3, $4, $5)";
    change!(
        tx,
        query(INSERT)
            .bind(flow.code_hash)
            .bind(flow.connection_id)
            .bind(flow.provider)
            .bind(flow.choice)
            .bind(flow.expires_at.as_millisecond())
    )?;
    Ok(())
}

/// What was picked in the flow of this connection code.
pub async fn choice_of_code(
    tx: &mut Tx,
    code_hash: &[u8],
    provider: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    const FIND: &str = "SELECT choice FROM finished_flow WHERE code_hash = $1 AND provider = $2 AND expires_at > $3";
    on!(tx, |db| query_scalar(FIND)
        .bind(code_hash)
        .bind(provider)
        .bind(now.as_millisecond())
        .fetch_optional(db))
}

/// What was picked in the flow whose state this was.
pub async fn choice_of_state(
    tx: &mut Tx,
    state_hash: &[u8],
    provider: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    const FIND: &str = "SELECT choice FROM finished_flow JOIN used_state USING (code_hash) \
        WHERE state_hash = $1 AND provider = $2 AND finished_flow.expires_at > $3";
    on!(tx, |db| query_scalar(FIND)
        .bind(state_hash)
        .bind(provider)
        .bind(now.as_millisecond())
        .fetch_optional(db))
}

/// The project of the connection that the flow of this connection code has made.
pub async fn project_of_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<ProjectId>> {
    const FIND: &str = "SELECT project_id FROM finished_flow JOIN connection USING (connection_id) \
        WHERE code_hash = $1";
    on!(tx, |db| query_scalar(FIND)
        .bind(code_hash)
        .fetch_optional(db))
}

/// Forgets flows whose code would have died by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM finished_flow WHERE expires_at <= $1";
    change!(tx, query(SWEEP).bind(now.as_millisecond()))
}
