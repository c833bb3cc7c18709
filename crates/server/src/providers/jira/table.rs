//! `jira_connection`: the site that the customer picked, and the project that the caller selected.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use crate::store::stored::Stored;
use crate::store::{Result, StoreError, Tx, change, from_row, on, push_list, query, query_as};

const TABLE: &str = "jira_connection";

/// A row of `jira_connection`.
#[derive(Debug, Clone)]
pub(crate) struct JiraRow {
    /// Atlassian's id of the site (the `cloudId`).
    pub(crate) jira_site_id: String,
    /// A project id or key, as the caller gave it.
    pub(crate) selected_jira_project_id: Option<String>,
    /// Whether the last call found that the site is not open to the grant.
    pub(crate) is_site_lost: bool,
}

/// The same as it stands there.
struct StoredRow {
    jira_site_id: Stored<String>,
    selected_jira_project_id: Option<Stored<String>>,
    site_lost_at: Option<Stored<i64>>,
}

from_row!(StoredRow {
    jira_site_id,
    selected_jira_project_id,
    site_lost_at
});

/// A column of the row of this connection cannot be read, or all of it is missing.
pub(crate) fn unreadable(column: &'static str, id: Uuid) -> StoreError {
    StoreError::unreadable(TABLE, column, id)
}

/// Saves the site of a connection. Another site than before means other projects: the selection goes.
pub(crate) async fn save_site(tx: &mut Tx, id: Uuid, site_id: &str, now: Timestamp) -> Result<()> {
    const SAVE: &str = "INSERT INTO jira_connection (connection_id, jira_site_id, created_at, last_updated) \
        VALUES ($1, $2, $3, $3) ON CONFLICT (connection_id) DO UPDATE SET \
        selected_jira_project_id = CASE WHEN jira_connection.jira_site_id = excluded.jira_site_id \
            THEN jira_connection.selected_jira_project_id END, \
        jira_site_id = excluded.jira_site_id, site_lost_at = NULL, last_updated = excluded.last_updated";
    change!(
        tx,
        query(SAVE)
            .bind(id)
            .bind(site_id)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// The row of a connection.
pub(crate) async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<JiraRow>> {
    const FIND: &str = "SELECT jira_site_id, selected_jira_project_id, site_lost_at FROM jira_connection \
        WHERE connection_id = $1";
    let found = on!(tx, |db| query_as(FIND).bind(id).fetch_optional(db))?;
    let Some(StoredRow {
        jira_site_id,
        selected_jira_project_id,
        site_lost_at,
    }) = found
    else {
        return Ok(None);
    };
    let project = selected_jira_project_id.map(|project| {
        let project = project.read(TABLE, "selected_jira_project_id", id);
        // It can be selected again, by who can read the rest.
        project.inspect_err(|error| tracing::error!(%error, "no project counts as selected"))
    });
    Ok(Some(JiraRow {
        jira_site_id: jira_site_id.read(TABLE, "jira_site_id", id)?,
        selected_jira_project_id: project.and_then(Result::ok),
        is_site_lost: site_lost_at.is_some(),
    }))
}

/// Notes since when the site is not open to the grant, or that it is; false if that was known.
pub(crate) async fn note_site(tx: &mut Tx, id: Uuid, lost_at: Option<Timestamp>) -> Result<bool> {
    const NOTE: &str = "UPDATE jira_connection SET site_lost_at = $1 \
        WHERE connection_id = $2 AND (site_lost_at IS NULL) = $3";
    let (is_lost, lost_at) = (lost_at.is_some(), lost_at.map(Timestamp::as_millisecond));
    let noted = change!(tx, query(NOTE).bind(lost_at).bind(id).bind(is_lost))?;
    Ok(noted > 0)
}

/// Selects a project.
pub(crate) async fn select_project(
    tx: &mut Tx,
    id: Uuid,
    project: &str,
    now: Timestamp,
) -> Result<()> {
    const SELECT: &str = "UPDATE jira_connection SET selected_jira_project_id = $1, last_updated = $2 WHERE connection_id = $3";
    change!(
        tx,
        query(SELECT)
            .bind(project)
            .bind(now.as_millisecond())
            .bind(id)
    )?;
    Ok(())
}

/// The selected projects of these connections. What cannot be read counts as none, as in [`find`].
pub(crate) async fn selections(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    const SELECTED: &str = "SELECT connection_id, selected_jira_project_id FROM jira_connection \
        WHERE selected_jira_project_id IS NOT NULL AND connection_id";
    let selected: Vec<(Uuid, Stored<String>)> = on!(tx, |db| async {
        let mut selected = QueryBuilder::new(SELECTED);
        push_list(&mut selected, ids);
        let selected = selected.build_query_as().persistent(false);
        selected.fetch_all(db).await
    })?;
    let read = |(id, project): (Uuid, Stored<String>)| Some((id, project.value()?));
    Ok(selected.into_iter().filter_map(read).collect())
}

/// A row that comes from an original deployment.
#[derive(Debug)]
pub struct ImportRow {
    /// The connection that the row is of.
    pub connection_id: Uuid,
    /// The cloud id of its site.
    pub jira_site_id: String,
    /// The project that was picked.
    pub selected_jira_project_id: Option<String>,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When the row was last changed.
    pub last_updated: Timestamp,
}

/// Inserts rows of connections that have none.
pub async fn insert(tx: &mut Tx, rows: &[&ImportRow]) -> Result<()> {
    const INSERT: &str = "INSERT INTO jira_connection \
        (connection_id, jira_site_id, selected_jira_project_id, created_at, last_updated) ";
    if rows.is_empty() {
        return Ok(());
    }
    on!(tx, |db| async {
        let mut insert = QueryBuilder::new(INSERT);
        insert.push_values(rows, |mut values, row| {
            values
                .push_bind(row.connection_id)
                .push_bind(&row.jira_site_id)
                .push_bind(&row.selected_jira_project_id)
                .push_bind(row.created_at.as_millisecond())
                .push_bind(row.last_updated.as_millisecond());
        });
        insert.build().persistent(false).execute(db).await.map(drop)
    })
}
