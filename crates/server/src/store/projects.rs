//! `project`: whose keys, OAuth apps and connections there are.

use jiff::Timestamp;
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
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

/// The project with this name.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<ProjectRow>> {
    const FIND: &str = "SELECT project_id, name, settings, created_at FROM project WHERE name = $1";
    on!(tx, |db| query_as(FIND).bind(name).fetch_optional(db))
}
