//! `pending_connection`: a grant between the provider's consent and the customer's choice of a site.
//!
//! Who has its code, which is secret, is its customer; for which project is in the row.

use jiff::Timestamp;
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
use crate::project::ProjectId;
use crate::seal::Sealed;

/// A row of `pending_connection`.
#[derive(Debug)]
pub struct PendingRow {
    /// SHA-256 of the connection code.
    pub code_hash: Vec<u8>,
    /// For which project.
    pub project_id: ProjectId,
    /// For which provider.
    pub provider: String,
    /// For which customer of the caller.
    pub external_id: String,
    /// The OAuth app that the grant is of; none if that is the environment's.
    pub oauth_app_id: Option<Uuid>,
    /// Sealed; none where the provider gives none.
    pub refresh_token: Option<Sealed>,
    /// Sealed.
    pub access_token: Sealed,
    /// Milliseconds since the epoch; none where it does not end by itself.
    pub access_token_expires_at: Option<Stored<i64>>,
    /// The scopes that were granted, by spaces, if it was told.
    pub granted_scopes: Option<Stored<String>>,
    /// Sealed; none where nothing is kept.
    pub kept: Option<Sealed>,
    /// When the customer consented; milliseconds since the epoch.
    pub consented_at: Stored<i64>,
    /// When the row dies; milliseconds since the epoch.
    pub expires_at: Stored<i64>,
}

from_row!(PendingRow {
    code_hash,
    project_id,
    provider,
    external_id,
    oauth_app_id,
    refresh_token,
    access_token,
    access_token_expires_at,
    granted_scopes,
    kept,
    consented_at,
    expires_at,
});

/// Adds a row.
pub async fn insert(tx: &mut Tx, row: &PendingRow) -> Result<()> {
    const INSERT: &str = "INSERT INTO pending_connection \
        (code_hash, project_id, provider, external_id, refresh_token, access_token, access_token_expires_at, \
            consented_at, expires_at, granted_scopes, kept, oauth_app_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    change!(
        tx,
        query(INSERT)
            .bind(&row.code_hash)
            .bind(row.project_id)
            .bind(&row.provider)
            .bind(&row.external_id)
            .bind(&row.refresh_token)
            .bind(&row.access_token)
            .bind(row.access_token_expires_at.and_then(Stored::value))
            .bind(row.consented_at.value())
            .bind(row.expires_at.value())
            .bind(row.granted_scopes.clone().and_then(Stored::value))
            .bind(&row.kept)
            .bind(row.oauth_app_id)
    )?;
    Ok(())
}

/// The row of a code, unless it has expired.
pub async fn find(
    tx: &mut Tx,
    code_hash: &[u8],
    provider: &str,
    now: Timestamp,
) -> Result<Option<PendingRow>> {
    const FIND: &str = "SELECT * FROM pending_connection WHERE code_hash = $1 AND provider = $2 AND expires_at > $3";
    on!(tx, |db| query_as(FIND)
        .bind(code_hash)
        .bind(provider)
        .bind(now.as_millisecond())
        .fetch_optional(db))
}

/// Takes the row of a code away: of several callers, one gets it.
pub async fn take(
    tx: &mut Tx,
    code_hash: &[u8],
    provider: &str,
    now: Timestamp,
) -> Result<Option<PendingRow>> {
    const TAKE: &str = "DELETE FROM pending_connection WHERE code_hash = $1 AND provider = $2 AND expires_at > $3 RETURNING *";
    on!(tx, |db| query_as(TAKE)
        .bind(code_hash)
        .bind(provider)
        .bind(now.as_millisecond())
        .fetch_optional(db))
}

/// Forgets grants whose customer did not choose in time.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM pending_connection WHERE expires_at <= $1";
    change!(tx, query(SWEEP).bind(now.as_millisecond()))
}
