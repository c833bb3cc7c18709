//! `connect_session`: flows that a back end has prepared for one customer.
//!
//! Who has the token, which is secret, is whom the back end gave it to; for which project is in the row.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
use crate::project::ProjectId;

/// For how long after its end a session is told, to those who come too late.
const TOLD: SignedDuration = SignedDuration::from_hours(24);

/// A row of `connect_session`, but for the hashes by which it is found.
#[derive(Debug)]
pub struct SessionRow {
    /// Its id.
    pub session_id: Uuid,
    /// For which project.
    pub project_id: ProjectId,
    /// For which provider.
    pub provider: String,
    /// For which customer of the caller.
    pub external_id: String,
    /// What may come of it, as JSON.
    pub terms: String,
    /// When its token was used up; milliseconds since the epoch.
    pub opened_at: Option<Stored<i64>>,
    /// SHA-256 of the cookie of the browser that it is bound to; none if it is bound to none.
    pub browser_hash: Option<Vec<u8>>,
    /// When its token dies; milliseconds since the epoch.
    pub expires_at: Stored<i64>,
}

from_row!(SessionRow {
    session_id,
    project_id,
    provider,
    external_id,
    terms,
    opened_at,
    browser_hash,
    expires_at,
});

/// Adds a row.
pub async fn insert(tx: &mut Tx, row: &SessionRow, token_hash: &[u8]) -> Result<()> {
    const INSERT: &str = "INSERT INTO connect_session \
        (session_id, token_hash, project_id, provider, external_id, terms, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    change!(
        tx,
        query(INSERT)
            .bind(row.session_id)
            .bind(token_hash)
            .bind(row.project_id)
            .bind(&row.provider)
            .bind(&row.external_id)
            .bind(&row.terms)
            .bind(row.expires_at.value())
    )?;
    Ok(())
}

/// The row of a token, used up or not, and expired or not.
pub async fn find_by_token(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    const FIND: &str = "SELECT * FROM connect_session WHERE token_hash = $1";
    on!(tx, |db| query_as(FIND).bind(token_hash).fetch_optional(db))
}

/// The row with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<SessionRow>> {
    const FIND: &str = "SELECT * FROM connect_session WHERE session_id = $1";
    on!(tx, |db| query_as(FIND).bind(id).fetch_optional(db))
}

/// The row that has led to a connection code.
pub async fn find_by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<SessionRow>> {
    const FIND: &str = "SELECT * FROM connect_session WHERE code_hash = $1";
    on!(tx, |db| query_as(FIND).bind(code_hash).fetch_optional(db))
}

/// Uses the token up, and binds the session to a browser; false if it was used up before. Of several callers,
/// one uses it up.
pub async fn open(
    tx: &mut Tx,
    id: Uuid,
    browser_hash: Option<&[u8]>,
    now: Timestamp,
) -> Result<bool> {
    const OPEN: &str = "UPDATE connect_session SET opened_at = $1, browser_hash = $2 \
        WHERE session_id = $3 AND opened_at IS NULL";
    let opened = change!(
        tx,
        query(OPEN)
            .bind(now.as_millisecond())
            .bind(browser_hash)
            .bind(id)
    )?;
    Ok(opened == 1)
}

/// Notes to which connection code a session has led.
pub async fn lead_to(tx: &mut Tx, id: Uuid, code_hash: &[u8]) -> Result<()> {
    const LEAD: &str = "UPDATE connect_session SET code_hash = $1 WHERE session_id = $2";
    change!(tx, query(LEAD).bind(code_hash).bind(id))?;
    Ok(())
}

/// Forgets sessions that need no longer be told at `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM connect_session WHERE expires_at <= $1";
    let before = now - TOLD;
    change!(tx, query(SWEEP).bind(before.as_millisecond()))
}
