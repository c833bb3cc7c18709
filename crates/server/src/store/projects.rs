//! `project`: whose keys, OAuth apps and connections there are.

use jiff::Timestamp;
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};
use crate::project::{DEFAULT_NAME, ProjectId};

/// A row of `project`.
#[derive(Debug, Clone)]
pub struct ProjectRow {
    /// Its id.
    pub project_id: Uuid,
    /// What people call it; no two have the same.
    pub name: String,
    /// Its settings, as JSON.
    pub settings: String,
    /// Milliseconds since the epoch.
    pub created_at: Stored<i64>,
}

from_row!(ProjectRow {
    project_id,
    name,
    settings,
    created_at
});

/// Makes the project of a deployment that has one, unless it is there.
pub async fn insert_default(tx: &mut Tx, now: Timestamp) -> Result<()> {
    const INSERT: &str = "INSERT INTO project (project_id, name, settings, created_at, last_updated) \
        VALUES ($1, $2, '{}', $3, $3) ON CONFLICT DO NOTHING";
    change!(
        tx,
        query(INSERT)
            .bind(ProjectId::DEFAULT)
            .bind(DEFAULT_NAME)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// Saves a new project; false if its name is taken.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    name: &str,
    settings: &str,
    now: Timestamp,
) -> Result<bool> {
    const INSERT: &str = "INSERT INTO project (project_id, name, settings, created_at, last_updated) \
        VALUES ($1, $2, $3, $4, $4) ON CONFLICT (name) DO NOTHING";
    let inserted = change!(
        tx,
        query(INSERT)
            .bind(id)
            .bind(name)
            .bind(settings)
            .bind(now.as_millisecond())
    )?;
    Ok(inserted == 1)
}

/// The project with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<ProjectRow>> {
    const FIND: &str =
        "SELECT project_id, name, settings, created_at FROM project WHERE project_id = $1";
    on!(tx, |db| query_as(FIND).bind(id).fetch_optional(db))
}

/// The project with this name.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<ProjectRow>> {
    const FIND: &str = "SELECT project_id, name, settings, created_at FROM project WHERE name = $1";
    on!(tx, |db| query_as(FIND).bind(name).fetch_optional(db))
}

/// The next projects in the order of their ids, which is that of their making.
pub async fn page(tx: &mut Tx, after: Option<Uuid>, limit: u16) -> Result<Vec<ProjectRow>> {
    const FIRST: &str = "SELECT project_id, name, settings, created_at FROM project \
        ORDER BY project_id LIMIT $1";
    const NEXT: &str = "SELECT project_id, name, settings, created_at FROM project \
        WHERE project_id > $2 ORDER BY project_id LIMIT $1";
    let limit = i64::from(limit);
    match after {
        None => on!(tx, |db| query_as(FIRST).bind(limit).fetch_all(db)),
        Some(id) => on!(tx, |db| query_as(NEXT).bind(limit).bind(id).fetch_all(db)),
    }
}

/// Replaces name and settings; false if there is no such project, or another one has the name.
pub async fn update(
    tx: &mut Tx,
    id: Uuid,
    name: &str,
    settings: &str,
    now: Timestamp,
) -> Result<bool> {
    const UPDATE: &str = "UPDATE project SET name = $2, settings = $3, last_updated = $4 WHERE project_id = $1 \
        AND NOT EXISTS (SELECT 1 FROM project other WHERE other.name = $2 AND other.project_id <> $1)";
    let updated = change!(
        tx,
        query(UPDATE)
            .bind(id)
            .bind(name)
            .bind(settings)
            .bind(now.as_millisecond())
    )?;
    Ok(updated == 1)
}

/// Tells all who hold a copy of a project that something of it has changed.
pub async fn touch(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    const TOUCH: &str = "UPDATE project SET last_updated = $2 WHERE project_id = $1";
    change!(tx, query(TOUCH).bind(id).bind(now.as_millisecond()))?;
    Ok(())
}

/// Deletes a project, and with it what refers to it; false if it is no more.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<bool> {
    const DELETE: &str = "DELETE FROM project WHERE project_id = $1";
    Ok(change!(tx, query(DELETE).bind(id))? == 1)
}

/// Deletes some connections of a project and tells every process so; how many there were.
pub async fn delete_connections(
    tx: &mut Tx,
    id: Uuid,
    limit: u16,
    now: Timestamp,
) -> Result<usize> {
    const DELETE: &str = "DELETE FROM connection WHERE connection_id IN \
        (SELECT connection_id FROM connection WHERE project_id = $1 LIMIT $2) RETURNING connection_id";
    let deleted: Vec<Uuid> = on!(&mut *tx, |db| query_scalar(DELETE)
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(db))?;
    for connection in &deleted {
        super::deleted_connections::insert(tx, *connection, now).await?;
    }
    Ok(deleted.len())
}

/// The projects that have changed at `since` or later.
pub async fn changed_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Uuid>> {
    const CHANGED: &str = "SELECT project_id FROM project WHERE last_updated >= $1";
    on!(tx, |db| query_scalar(CHANGED)
        .bind(since.as_millisecond())
        .fetch_all(db))
}
