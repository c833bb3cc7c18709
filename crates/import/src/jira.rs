//! `jira_connection` of an original deployment: sites and selected projects on their way here.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_trait::async_trait;
use jiff_sqlx::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::provider_rows::ProviderRows;
use super::reason::Reason;
use super::row::{filled, optional};
use juncture_server::providers::jira::table::{self, ImportRow};
use juncture_server::store::{Result as StoreResult, Tx, query};

const TABLE: &str = "jira_connection";

/// The rows of some connections.
pub(super) struct JiraRows(HashMap<Uuid, Result<ImportRow, Reason>>);

/// Reads the rows of these connections.
pub(super) async fn read(original: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<JiraRows> {
    const READ: &str = r#"SELECT connection_id, jira_site_id, selected_jira_project_id, created_at, last_updated
        FROM "juncture-core".jira_connection WHERE connection_id = ANY($1)"#;
    let mut rows = HashMap::new();
    for row in query(READ).bind(ids).fetch_all(original).await? {
        use sqlx::Row as _;
        match rows.entry(row.try_get("connection_id")?) {
            Entry::Vacant(entry) => drop(entry.insert(parse(&row))),
            Entry::Occupied(mut entry) => drop(entry.insert(Err(Reason::SeveralRows(TABLE)))),
        }
    }
    Ok(JiraRows(rows))
}

fn parse(row: &PgRow) -> Result<ImportRow, Reason> {
    let time = |column| filled(row, column).map(Timestamp::to_jiff);
    let jira_site_id: String = filled(row, "jira_site_id")?;
    if jira_site_id.trim().is_empty() {
        return Err(Reason::Empty("jira_site_id"));
    }
    // The original took an empty selection for none.
    let project: Option<String> = optional(row, "selected_jira_project_id")?;
    Ok(ImportRow {
        connection_id: filled(row, "connection_id")?,
        jira_site_id,
        selected_jira_project_id: project.filter(|project| !project.is_empty()),
        created_at: time("created_at")?,
        last_updated: time("last_updated")?,
    })
}

#[async_trait]
impl ProviderRows for JiraRows {
    fn check(&self, id: Uuid) -> Result<(), Reason> {
        match self.0.get(&id) {
            Some(Ok(_)) => Ok(()),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(Reason::NoRow(TABLE)),
        }
    }

    fn choice(&self, id: Uuid) -> Option<&str> {
        let row = self.0.get(&id)?.as_ref().ok()?;
        Some(&row.jira_site_id)
    }

    async fn save(&self, tx: &mut Tx, ids: &[Uuid]) -> StoreResult<()> {
        let rows = ids.iter().filter_map(|id| self.0.get(id)?.as_ref().ok());
        let rows: Vec<_> = rows.collect();
        table::insert(tx, &rows).await
    }
}
