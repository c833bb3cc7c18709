//! Connections that come from an original deployment, a page in one statement; and
//! `imported_connection`, which remembers them.
//!
//! sqlx writes the placeholders of statements whose length depends on their rows. The text around
//! them is the same for both databases, as everywhere in the store.

use jiff::Timestamp;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, from_row, on, push_list, query};
use crate::project::ProjectId;
use crate::seal::Sealed;

/// A connection to be taken, as its rows will read.
#[derive(Debug)]
pub struct ImportRow<'a> {
    /// The original's id of it.
    pub connection_id: Uuid,
    /// Whose it is.
    pub external_id: &'a str,
    /// Of which provider.
    pub provider: &'a str,
    /// What its customer has picked, by the provider's id of it.
    pub choice_id: Option<&'a str>,
    /// Sealed.
    pub refresh_token: Sealed,
    /// Sealed and empty: the original does not store access tokens.
    pub access_token: Sealed,
    /// Whether the provider has refused the refresh token for good.
    pub invalid_refresh_token: bool,
    /// The end of the grant.
    pub expires_at: Timestamp,
    /// When the first is due that is told of it.
    pub end_due_at: Timestamp,
    /// When the connection was made.
    pub created_at: Timestamp,
    /// When its token was last replaced, or the connection made.
    pub last_updated: Timestamp,
}

impl ImportRow<'_> {
    /// Whether only connecting again can help.
    #[must_use]
    pub fn is_dead(&self, now: Timestamp) -> bool {
        self.invalid_refresh_token || self.expires_at <= now
    }
}

/// A connection that is here already, by its own name or by that of its customer.
#[derive(Debug)]
pub struct KnownRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which project.
    pub project_id: ProjectId,
    /// Whose it is.
    pub external_id: String,
    /// Of which provider.
    pub provider: String,
    /// Sealed; none where the provider gives none.
    pub refresh_token: Option<Sealed>,
    /// Whether nobody has refreshed it here: it was imported, and its access token is not here yet.
    pub is_unused: bool,
}

from_row!(KnownRow {
    connection_id,
    project_id,
    external_id,
    provider,
    refresh_token,
    is_unused
});

/// What is known of connections, and the beginning of which.
const KNOWN: &str = "SELECT connection_id, map.project_id, map.external_id, map.provider, refresh_token, \
        COALESCE(access_token_expires_at, 1) = 0 AS is_unused \
    FROM connection JOIN connection_external_map AS map USING (connection_id) WHERE ";

/// The connections here that have one of these ids: an id is one connection's, whichever project it is in.
pub async fn known_of_any_project(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<KnownRow>> {
    on!(tx, |db| async {
        let mut known = QueryBuilder::new(KNOWN);
        push_list(known.push("connection_id"), ids);
        let known = known.build_query_as().persistent(false);
        known.fetch_all(db).await
    })
}

/// The connections of a project that are of one of these: a provider, and an external id.
pub async fn known_subjects(
    tx: &mut Tx,
    project: ProjectId,
    subjects: &[(&str, &str)],
) -> Result<Vec<KnownRow>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |db| async {
        let mut known = QueryBuilder::new(KNOWN);
        known.push("map.project_id = ").push_bind(project);
        // By the whole key: by external ids alone it would be all connections of the project, for each page.
        known.push(" AND (map.provider, map.external_id) IN (");
        known.push_values(subjects, |mut values, (provider, external_id)| {
            values.push_bind(*provider).push_bind(*external_id);
        });
        known.push(")");
        let known = known.build_query_as().persistent(false);
        known.fetch_all(db).await
    })
}

/// Which of these connections have come to a project from an original before.
pub async fn imported(tx: &mut Tx, project: ProjectId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    const IMPORTED: &str = "SELECT connection_id FROM imported_connection WHERE project_id = ";
    on!(tx, |db| async {
        let mut imported = QueryBuilder::new(IMPORTED);
        imported.push_bind(project);
        push_list(imported.push(" AND connection_id"), ids);
        let imported = imported.build_query_scalar().persistent(false);
        imported.fetch_all(db).await
    })
}

/// Takes connections into a project. Fails if one of them, or of their customers, is here already.
pub async fn insert(
    tx: &mut Tx,
    project: ProjectId,
    rows: &[ImportRow<'_>],
    now: Timestamp,
) -> Result<()> {
    // Tokens are of the app that they were issued to: the project's own, if it has one.
    const APP: &str =
        "(SELECT oauth_app_id FROM oauth_app WHERE retired_at IS NULL AND project_id = ";
    const CONNECTIONS: &str = "INSERT INTO connection (connection_id, project_id, provider, oauth_app_id, choice_id, refresh_token, \
        invalid_refresh_token, access_token, access_token_expires_at, token_version, expires_at, \
        refreshed_at, created_at, last_updated, event_sequence, told_dead, end_due_at) ";
    const MAPS: &str =
        "INSERT INTO connection_external_map (project_id, external_id, provider, connection_id) ";
    const IMPORTED: &str =
        "INSERT INTO imported_connection (project_id, connection_id, imported_at) ";
    if rows.is_empty() {
        return Ok(());
    }
    on!(&mut *tx, |db| async {
        let mut connections = QueryBuilder::new(CONNECTIONS);
        connections.push_values(rows, |mut values, row| {
            values
                .push_bind(row.connection_id)
                .push_bind(project)
                .push_bind(row.provider)
                .push(APP)
                .push_bind_unseparated(project)
                .push_unseparated(" AND provider = ")
                .push_bind_unseparated(row.provider)
                .push_unseparated(")")
                .push_bind(row.choice_id)
                .push_bind(&row.refresh_token)
                .push_bind(row.invalid_refresh_token)
                .push_bind(&row.access_token)
                .push("0, 1")
                .push_bind(row.expires_at.as_millisecond())
                // A token is not issued in the future, whatever clock the original has.
                .push_bind(row.last_updated.min(now).as_millisecond())
                .push_bind(row.created_at.as_millisecond())
                .push_bind(row.last_updated.as_millisecond())
                // What is told of it is told with its arrival.
                .push_bind(1 + i64::from(row.is_dead(now)))
                .push_bind(row.is_dead(now))
                .push_bind(row.end_due_at.as_millisecond());
        });
        connections
            .build()
            .persistent(false)
            .execute(db)
            .await
            .map(drop)
    })?;
    on!(&mut *tx, |db| async {
        let mut maps = QueryBuilder::new(MAPS);
        maps.push_values(rows, |mut values, row| {
            values
                .push_bind(project)
                .push_bind(row.external_id)
                .push_bind(row.provider)
                .push_bind(row.connection_id);
        });
        maps.build().persistent(false).execute(db).await.map(drop)
    })?;
    on!(tx, |db| async {
        let mut imported = QueryBuilder::new(IMPORTED);
        imported.push_values(rows, |mut values, row| {
            values
                .push_bind(project)
                .push_bind(row.connection_id)
                .push_bind(now.as_millisecond());
        });
        imported
            .build()
            .persistent(false)
            .execute(db)
            .await
            .map(drop)
    })
}

/// Gives an imported connection that was never refreshed here a newer token of the original; false
/// if it is being refreshed, or has been meanwhile.
pub async fn renew(tx: &mut Tx, row: &ImportRow<'_>, now: Timestamp) -> Result<bool> {
    const RENEW: &str = "UPDATE connection SET refresh_token = $1, invalid_refresh_token = $2, expires_at = $3, end_due_at = $7, \
            refreshed_at = $6, last_updated = $4, token_version = token_version + 1, \
            refresh_owner = NULL, refresh_lease_until = 0, refresh_not_before = 0, \
            refresh_failures = 0, refresh_failure = NULL, refresh_refused_since = NULL \
        WHERE connection_id = $5 AND access_token_expires_at = 0 AND refresh_started_at IS NULL";
    let renewed = change!(
        tx,
        query(RENEW)
            .bind(&row.refresh_token)
            .bind(row.invalid_refresh_token)
            .bind(row.expires_at.as_millisecond())
            .bind(row.last_updated.as_millisecond())
            .bind(row.connection_id)
            .bind(row.last_updated.min(now).as_millisecond())
            .bind(row.end_due_at.as_millisecond())
    )?;
    Ok(renewed == 1)
}
