//! `api_key`: who may call for a project; and `deleted_api_key`: which keys are no more, for processes that
//! still know one.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};

/// How long a deletion is told. No process knows a key for longer without asking again.
const LIFETIME: SignedDuration = SignedDuration::from_hours(2);

/// How many keys one look takes on.
pub const BATCH: usize = 16;

/// A row of `api_key`, but for its digest.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its id.
    pub key_id: Uuid,
    /// Whose it is.
    pub project_id: Uuid,
    /// `public` or `secret`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// A public key itself; of a secret one its beginning, to tell keys apart.
    pub shown: String,
    /// What it may do, in words by spaces; none is all.
    pub scopes: String,
    /// When it ends; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
    /// Milliseconds since the epoch.
    pub created_at: Stored<i64>,
    /// To the minute; milliseconds since the epoch.
    pub last_used_at: Option<Stored<i64>>,
}

from_row!(KeyRow {
    key_id,
    project_id,
    kind,
    name,
    shown,
    scopes,
    expires_at,
    created_at,
    last_used_at,
});

/// What must be known of a key that somebody calls with.
#[derive(Debug)]
pub struct KnownRow {
    /// By what it is found.
    pub digest: Vec<u8>,
    /// Its id.
    pub key_id: Uuid,
    /// Whose it is.
    pub project_id: Uuid,
    /// `public` or `secret`.
    pub kind: String,
    /// What it may do, in words by spaces; none is all.
    pub scopes: String,
    /// When it ends; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
}

from_row!(KnownRow {
    digest,
    key_id,
    project_id,
    kind,
    scopes,
    expires_at
});

/// A key that is to be saved.
#[derive(Debug)]
pub struct NewRow<'a> {
    /// Its id.
    pub key_id: Uuid,
    /// Whose it is.
    pub project_id: Uuid,
    /// `public` or `secret`.
    pub kind: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// SHA-256 of the key.
    pub digest: &'a [u8],
    /// What may be shown of it.
    pub shown: &'a str,
    /// What it may do, in words by spaces; none is all.
    pub scopes: &'a str,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Saves a new key; false if its project is no more.
pub async fn insert(tx: &mut Tx, key: &NewRow<'_>) -> Result<bool> {
    const INSERT: &str = "INSERT INTO api_key (key_id, project_id, kind, name, digest, shown, scopes, expires_at, created_at) \
        SELECT $1, project_id, $3, $4, $5, $6, $7, $8, $9 FROM project WHERE project_id = $2";
    let expires_at = key.expires_at.map(Timestamp::as_millisecond);
    let inserted = change!(
        tx,
        query(INSERT)
            .bind(key.key_id)
            .bind(key.project_id)
            .bind(key.kind)
            .bind(key.name)
            .bind(key.digest)
            .bind(key.shown)
            .bind(key.scopes)
            .bind(expires_at)
            .bind(key.created_at.as_millisecond())
    )?;
    Ok(inserted == 1)
}

/// The next keys of a project in the order of their ids, which is that of their making.
pub async fn page(
    tx: &mut Tx,
    project: Uuid,
    after: Option<Uuid>,
    limit: u16,
) -> Result<Vec<KeyRow>> {
    const PAGE: &str = "SELECT key_id, project_id, kind, name, shown, scopes, expires_at, created_at, last_used_at \
        FROM api_key WHERE project_id = $1 AND key_id > $2 ORDER BY key_id LIMIT $3";
    on!(tx, |db| query_as(PAGE)
        .bind(project)
        .bind(after.unwrap_or(Uuid::nil()))
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// Those of these keys that there are, by their digests.
pub async fn find(tx: &mut Tx, digests: &[[u8; 32]]) -> Result<Vec<KnownRow>> {
    const FIND: &str = "SELECT digest, key_id, project_id, kind, scopes, expires_at FROM api_key \
        WHERE digest IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let mut found = Vec::new();
    for chunk in digests.chunks(BATCH) {
        // One text for any number of them: the last one stands for those that are missing.
        let last = &chunk[chunk.len() - 1];
        let sixteen = || (0..BATCH).map(|place| chunk.get(place).unwrap_or(last));
        let rows: Vec<KnownRow> = on!(&mut *tx, |db| {
            let asked = sixteen().fold(query_as(FIND), |asked, digest| {
                asked.bind(digest.as_slice())
            });
            asked.fetch_all(db)
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Deletes a key of a project and tells every process so; false if there is none.
pub async fn delete(tx: &mut Tx, project: Uuid, id: Uuid, now: Timestamp) -> Result<bool> {
    const DELETE: &str = "DELETE FROM api_key WHERE project_id = $1 AND key_id = $2";
    let deleted = change!(&mut *tx, query(DELETE).bind(project).bind(id))?;
    if deleted == 1 {
        tell_deletion(tx, id, now).await?;
    }
    Ok(deleted == 1)
}

/// Deletes all keys of a project and tells every process so; which they were.
pub async fn delete_all(tx: &mut Tx, project: Uuid, now: Timestamp) -> Result<Vec<Uuid>> {
    const DELETE: &str = "DELETE FROM api_key WHERE project_id = $1 RETURNING key_id";
    let deleted: Vec<Uuid> = on!(&mut *tx, |db| query_scalar(DELETE)
        .bind(project)
        .fetch_all(db))?;
    for id in &deleted {
        tell_deletion(tx, *id, now).await?;
    }
    Ok(deleted)
}

async fn tell_deletion(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    const TELL: &str = "INSERT INTO deleted_api_key (key_id, deleted_at) VALUES ($1, $2) \
        ON CONFLICT (key_id) DO UPDATE SET deleted_at = excluded.deleted_at";
    change!(tx, query(TELL).bind(id).bind(now.as_millisecond()))?;
    Ok(())
}

/// The keys that were deleted at `since` or later.
pub async fn deleted_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Uuid>> {
    const DELETED: &str = "SELECT key_id FROM deleted_api_key WHERE deleted_at >= $1";
    on!(tx, |db| query_scalar(DELETED)
        .bind(since.as_millisecond())
        .fetch_all(db))
}

/// Notes that a key was used then; milliseconds since the epoch. What is known to be later stays.
pub async fn note_use(tx: &mut Tx, id: Uuid, at: i64) -> Result<()> {
    const NOTE: &str = "UPDATE api_key SET last_used_at = $2 \
        WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    change!(tx, query(NOTE).bind(id).bind(at))?;
    Ok(())
}

/// Forgets deletions that every process has learnt of by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM deleted_api_key WHERE deleted_at <= $1";
    change!(tx, query(SWEEP).bind((now - LIFETIME).as_millisecond()))
}
