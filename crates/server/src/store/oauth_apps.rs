//! `oauth_app`: the client ids that projects have at providers, and their secrets, sealed.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
use crate::seal::Sealed;

/// For how long a retired app is kept though no grant is of it: flows that began with it end sooner.
const LONGEST_FLOW: SignedDuration = SignedDuration::from_hours(1);

/// A row of `oauth_app`.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// Its id.
    pub oauth_app_id: Uuid,
    /// Whose it is.
    pub project_id: Uuid,
    /// At which provider.
    pub provider: String,
    /// The client id there.
    pub client_id: String,
    /// Sealed.
    pub client_secret: Sealed,
    /// The scopes to ask for, by spaces; none are those of the environment's app.
    pub scopes: String,
    /// Where the provider sends the customer back to.
    pub redirect_uri: String,
    /// Milliseconds since the epoch.
    pub created_at: Stored<i64>,
    /// Milliseconds since the epoch.
    pub last_updated: Stored<i64>,
    /// Since when no flow begins with it; milliseconds since the epoch.
    pub retired_at: Option<Stored<i64>>,
}

from_row!(AppRow {
    oauth_app_id,
    project_id,
    provider,
    client_id,
    client_secret,
    scopes,
    redirect_uri,
    created_at,
    last_updated,
    retired_at,
});

/// What of an app can be changed.
#[derive(Debug)]
pub struct Given<'a> {
    /// Sealed for the row.
    pub client_secret: &'a Sealed,
    /// The scopes to ask for, by spaces.
    pub scopes: &'a str,
    /// Where the provider sends the customer back to.
    pub redirect_uri: &'a str,
}

/// The apps of a project with which flows begin.
pub async fn of_project(tx: &mut Tx, project: Uuid) -> Result<Vec<AppRow>> {
    const FIND: &str = "SELECT * FROM oauth_app WHERE project_id = $1 AND retired_at IS NULL";
    on!(tx, |db| query_as(FIND).bind(project).fetch_all(db))
}

/// The app with which a project's flows at this provider begin.
pub async fn find(tx: &mut Tx, project: Uuid, provider: &str) -> Result<Option<AppRow>> {
    const FIND: &str = "SELECT * FROM oauth_app \
        WHERE project_id = $1 AND provider = $2 AND retired_at IS NULL";
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(provider)
        .fetch_optional(db))
}

/// The app with this id, retired or not.
pub async fn find_by_id(tx: &mut Tx, project: Uuid, id: Uuid) -> Result<Option<AppRow>> {
    const FIND: &str = "SELECT * FROM oauth_app WHERE project_id = $1 AND oauth_app_id = $2";
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(id)
        .fetch_optional(db))
}

/// The app of a project with this client id, retired or not.
pub async fn find_by_client_id(
    tx: &mut Tx,
    project: Uuid,
    provider: &str,
    client_id: &str,
) -> Result<Option<AppRow>> {
    const FIND: &str = "SELECT * FROM oauth_app \
        WHERE project_id = $1 AND provider = $2 AND client_id = $3 ORDER BY oauth_app_id DESC LIMIT 1";
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(provider)
        .bind(client_id)
        .fetch_optional(db))
}

/// Saves a new app.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    project: Uuid,
    (provider, client_id): (&str, &str),
    given: &Given<'_>,
    now: Timestamp,
) -> Result<()> {
    const INSERT: &str = "INSERT INTO oauth_app (oauth_app_id, project_id, provider, client_id, client_secret, scopes, \
            redirect_uri, created_at, last_updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    change!(
        tx,
        query(INSERT)
            .bind(id)
            .bind(project)
            .bind(provider)
            .bind(client_id)
            .bind(given.client_secret)
            .bind(given.scopes)
            .bind(given.redirect_uri)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// Changes an app, with which flows begin from now on.
pub async fn update(tx: &mut Tx, id: Uuid, given: &Given<'_>, now: Timestamp) -> Result<()> {
    const UPDATE: &str = "UPDATE oauth_app SET client_secret = $2, scopes = $3, redirect_uri = $4, \
        last_updated = $5, retired_at = NULL WHERE oauth_app_id = $1";
    change!(
        tx,
        query(UPDATE)
            .bind(id)
            .bind(given.client_secret)
            .bind(given.scopes)
            .bind(given.redirect_uri)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// No flow begins with a project's app at this provider any more; false if none did.
pub async fn retire(tx: &mut Tx, project: Uuid, provider: &str, now: Timestamp) -> Result<bool> {
    const RETIRE: &str = "UPDATE oauth_app SET retired_at = $3, last_updated = $3 \
        WHERE project_id = $1 AND provider = $2 AND retired_at IS NULL";
    let retired = change!(
        tx,
        query(RETIRE)
            .bind(project)
            .bind(provider)
            .bind(now.as_millisecond())
    )?;
    Ok(retired > 0)
}

/// Forgets apps that were retired a while before `now`, and of which no grant is any more.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM oauth_app WHERE retired_at <= $1 \
        AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.oauth_app_id = oauth_app.oauth_app_id) \
        AND NOT EXISTS (SELECT 1 FROM pending_connection AS pending WHERE pending.oauth_app_id = oauth_app.oauth_app_id)";
    change!(tx, query(SWEEP).bind((now - LONGEST_FLOW).as_millisecond()))
}
