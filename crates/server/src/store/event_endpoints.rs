//! `event_endpoint`: URLs of projects that events are posted to, and how they fare.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, StoreError, Tx, change, from_row, on, query, query_as};
use super::{event_attempts, event_deliveries, event_failures, event_lanes};
use crate::project::ProjectId;
use crate::seal::Sealed;

const TABLE: &str = "event_endpoint";

/// An endpoint.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// Its id.
    pub endpoint_id: Uuid,
    /// Whose it is.
    pub project_id: ProjectId,
    /// Who made it: [`API`] or [`ENVIRONMENT`].
    pub origin: String,
    /// Sealed.
    pub url: Option<Sealed>,
    /// Sealed.
    pub secret: Option<Sealed>,
    /// The secret before, sealed.
    pub old_secret: Option<Sealed>,
    /// Until when that signs too; milliseconds since the epoch.
    pub old_secret_until: Option<Stored<i64>>,
    /// The types of events that it takes, by spaces; none are all.
    pub types: String,
    /// The external ids whose events it takes, as a JSON array; none are all.
    pub external_ids: Option<String>,
    /// `full` or `thin`.
    pub mode: String,
    /// `skip` or `hold`.
    pub on_exhausted: String,
    /// [`ACTIVE`], [`PAUSED`] or [`DELETED`].
    pub state: String,
    /// Why it is paused.
    pub reason: Option<String>,
    /// Until when nothing is sent to it; milliseconds since the epoch.
    pub not_before: i64,
    /// How often it has failed as a whole, in a row.
    pub failures: i64,
    /// How many attempts have failed since one succeeded.
    pub strikes: i64,
    /// Since when it has; milliseconds since the epoch.
    pub failing_since: Option<i64>,
    /// How the last attempt failed.
    pub last_failure: Option<String>,
    /// When one last succeeded, to the second; milliseconds since the epoch.
    pub last_success_at: Option<i64>,
    /// Milliseconds since the epoch.
    pub created_at: Stored<i64>,
}

from_row!(EndpointRow {
    endpoint_id,
    project_id,
    origin,
    url,
    secret,
    old_secret,
    old_secret_until,
    types,
    external_ids,
    mode,
    on_exhausted,
    state,
    reason,
    not_before,
    failures,
    strikes,
    failing_since,
    last_failure,
    last_success_at,
    created_at,
});

/// It was made by a call.
pub const API: &str = "api";
/// It was made from the environment.
pub const ENVIRONMENT: &str = "environment";

/// What it takes is sent to it.
pub const ACTIVE: &str = "active";
/// What it takes waits.
pub const PAUSED: &str = "paused";
/// It is gone for everybody; what waited at it is being taken away.
pub const DELETED: &str = "deleted";

/// Which events an endpoint takes.
#[derive(Debug)]
pub struct Filter {
    types: Vec<String>,
    external_ids: Option<Vec<String>>,
}

impl Filter {
    /// Whether it takes those of this type, and of this customer if they are of one.
    #[must_use]
    pub fn takes(&self, kind: &str, external_id: Option<&str>) -> bool {
        let is_of_type = self.types.is_empty() || self.types.iter().any(|known| known == kind);
        let is_of_customer = match (&self.external_ids, external_id) {
            (None, _) | (_, None) => true,
            (Some(taken), Some(id)) => taken.iter().any(|known| known == id),
        };
        is_of_type && is_of_customer
    }
}

/// What of an endpoint says which events it takes.
#[derive(Debug)]
pub struct FilterRow {
    /// Its id.
    pub endpoint_id: Uuid,
    types: String,
    external_ids: Option<String>,
}

from_row!(FilterRow {
    endpoint_id,
    types,
    external_ids
});

impl FilterRow {
    /// Which events it takes.
    pub fn filter(&self) -> Result<Filter> {
        filter(self.endpoint_id, &self.types, self.external_ids.as_deref())
    }
}

impl EndpointRow {
    /// Which events it takes.
    pub fn filter(&self) -> Result<Filter> {
        filter(self.endpoint_id, &self.types, self.external_ids.as_deref())
    }

    /// The external ids whose events it takes; none are all.
    pub fn external_ids(&self) -> Result<Option<Vec<String>>> {
        external_ids(self.endpoint_id, self.external_ids.as_deref())
    }
}

fn filter(endpoint: Uuid, types: &str, ids: Option<&str>) -> Result<Filter> {
    Ok(Filter {
        types: types.split_whitespace().map(str::to_owned).collect(),
        external_ids: external_ids(endpoint, ids)?,
    })
}

fn external_ids(endpoint: Uuid, text: Option<&str>) -> Result<Option<Vec<String>>> {
    let ids = text.map(|text| juncture_json::decode(text.as_bytes()));
    ids.transpose()
        .map_err(|_| StoreError::unreadable(TABLE, "external_ids", endpoint))
}

/// The endpoints of a project that there are, in the order of their ids. On PostgreSQL they stay until the end of
/// the transaction.
pub async fn hold_all(tx: &mut Tx, project: ProjectId) -> Result<Vec<FilterRow>> {
    macro_rules! hold {
        ($locked:literal) => {
            concat!(
                "SELECT endpoint_id, types, external_ids FROM event_endpoint \
                WHERE project_id = $1 AND state <> 'deleted' ORDER BY endpoint_id",
                $locked
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => hold!(""),
        // It does not wait for those who write how an endpoint fares, but for one who deletes it.
        Tx::Postgres(_) => hold!(" FOR KEY SHARE"),
    };
    on!(tx, |db| query_as(sql).bind(project).fetch_all(db))
}

/// An endpoint of a project.
pub async fn find(tx: &mut Tx, project: ProjectId, id: Uuid) -> Result<Option<EndpointRow>> {
    const FIND: &str = "SELECT * FROM event_endpoint \
        WHERE project_id = $1 AND endpoint_id = $2 AND state <> 'deleted'";
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(id)
        .fetch_optional(db))
}

/// The next endpoints of a project, in the order of their ids.
pub async fn page(
    tx: &mut Tx,
    project: ProjectId,
    after: Option<Uuid>,
    limit: u16,
) -> Result<Vec<EndpointRow>> {
    const PAGE: &str = "SELECT * FROM event_endpoint \
        WHERE project_id = $1 AND endpoint_id > $2 AND state <> 'deleted' ORDER BY endpoint_id LIMIT $3";
    on!(tx, |db| query_as(PAGE)
        .bind(project)
        .bind(after.unwrap_or(Uuid::nil()))
        .bind(i64::from(limit))
        .fetch_all(db))
}

/// The endpoint of a project that was made from the environment.
pub async fn of_environment(tx: &mut Tx, project: ProjectId) -> Result<Option<EndpointRow>> {
    const FIND: &str = "SELECT * FROM event_endpoint \
        WHERE project_id = $1 AND origin = 'environment' AND state <> 'deleted'";
    on!(tx, |db| query_as(FIND).bind(project).fetch_optional(db))
}

/// How many endpoints a project has.
pub async fn count(tx: &mut Tx, project: ProjectId) -> Result<i64> {
    const COUNT: &str =
        "SELECT COUNT(*) FROM event_endpoint WHERE project_id = $1 AND state <> 'deleted'";
    on!(tx, |db| super::query_scalar(COUNT)
        .bind(project)
        .fetch_one(db))
}

/// What a caller says of an endpoint.
#[derive(Debug)]
pub struct Given<'a> {
    /// Sealed for the row.
    pub url: &'a Sealed,
    /// By spaces; none are all.
    pub types: &'a str,
    /// As a JSON array; none are all.
    pub external_ids: Option<&'a str>,
    /// `full` or `thin`.
    pub mode: &'a str,
    /// `skip` or `hold`.
    pub on_exhausted: &'a str,
}

/// Saves a new endpoint; false if it is one of the environment, and there is one already.
pub async fn insert(
    tx: &mut Tx,
    (project, id): (ProjectId, Uuid),
    origin: &str,
    given: &Given<'_>,
    secret: &Sealed,
    now: Timestamp,
) -> Result<bool> {
    const INSERT: &str = "INSERT INTO event_endpoint (endpoint_id, project_id, origin, url, secret, types, external_ids, \
            mode, on_exhausted, state, created_at, last_updated) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10, $10) ON CONFLICT DO NOTHING";
    let inserted = change!(
        tx,
        query(INSERT)
            .bind(id)
            .bind(project)
            .bind(origin)
            .bind(given.url)
            .bind(secret)
            .bind(given.types)
            .bind(given.external_ids)
            .bind(given.mode)
            .bind(given.on_exhausted)
            .bind(now.as_millisecond())
    )?;
    Ok(inserted == 1)
}

/// Changes what a caller says of an endpoint.
pub async fn update(
    tx: &mut Tx,
    project: ProjectId,
    id: Uuid,
    given: &Given<'_>,
    now: Timestamp,
) -> Result<()> {
    const UPDATE: &str = "UPDATE event_endpoint \
        SET url = $3, types = $4, external_ids = $5, mode = $6, on_exhausted = $7, last_updated = $8 \
        WHERE project_id = $1 AND endpoint_id = $2";
    change!(
        tx,
        query(UPDATE)
            .bind(project)
            .bind(id)
            .bind(given.url)
            .bind(given.types)
            .bind(given.external_ids)
            .bind(given.mode)
            .bind(given.on_exhausted)
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// Gives an endpoint another secret. The one before signs too until then.
pub async fn rotate_secret(
    tx: &mut Tx,
    project: ProjectId,
    id: Uuid,
    (new, old): (&Sealed, &Sealed),
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    const ROTATE: &str = "UPDATE event_endpoint \
        SET secret = $3, old_secret = $4, old_secret_until = $5, last_updated = $6 \
        WHERE project_id = $1 AND endpoint_id = $2";
    change!(
        tx,
        query(ROTATE)
            .bind(project)
            .bind(id)
            .bind(new)
            .bind(old)
            .bind(until.as_millisecond())
            .bind(now.as_millisecond())
    )?;
    Ok(())
}

/// An endpoint is gone for everybody from now on, and what is secret of it is forgotten; false if there was none.
pub async fn delete(tx: &mut Tx, project: ProjectId, id: Uuid, now: Timestamp) -> Result<bool> {
    // A key of the row changes nowhere, so the lock of an update would not keep `hold_all` waiting.
    const LOCK: &str = "SELECT * FROM event_endpoint \
        WHERE project_id = $1 AND endpoint_id = $2 AND state <> 'deleted' FOR UPDATE";
    const DELETE: &str = "UPDATE event_endpoint SET state = 'deleted', url = NULL, secret = NULL, \
            old_secret = NULL, old_secret_until = NULL, last_updated = $3 \
        WHERE project_id = $1 AND endpoint_id = $2 AND state <> 'deleted'";
    if let Tx::Postgres(_) = tx {
        let _locked: Option<EndpointRow> = on!(&mut *tx, |db| query_as(LOCK)
            .bind(project)
            .bind(id)
            .fetch_optional(db))?;
    }
    let deleted = change!(
        tx,
        query(DELETE)
            .bind(project)
            .bind(id)
            .bind(now.as_millisecond())
    )?;
    Ok(deleted == 1)
}

/// How an endpoint fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// [`ACTIVE`] or [`PAUSED`].
    pub state: &'static str,
    /// Why it is paused.
    pub reason: Option<&'static str>,
    /// Until when nothing is sent to it; milliseconds since the epoch.
    pub not_before: i64,
    /// How often it has failed as a whole, in a row.
    pub failures: i64,
    /// How many attempts have failed since one succeeded.
    pub strikes: i64,
    /// Since when it has; milliseconds since the epoch.
    pub failing_since: Option<i64>,
    /// How the last attempt failed.
    pub last_failure: Option<&'static str>,
    /// When one last succeeded; milliseconds since the epoch.
    pub last_success_at: Option<i64>,
}

/// The row of an endpoint, which on PostgreSQL nobody else changes until the end of the transaction.
pub async fn hold_of_any_project(tx: &mut Tx, id: Uuid) -> Result<Option<EndpointRow>> {
    macro_rules! hold {
        ($locked:literal) => {
            concat!(
                "SELECT * FROM event_endpoint WHERE endpoint_id = $1",
                $locked
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => hold!(""),
        Tx::Postgres(_) => hold!(" FOR NO KEY UPDATE"),
    };
    on!(tx, |db| query_as(sql).bind(id).fetch_optional(db))
}

/// Writes how an endpoint fares whose row is held.
pub async fn fare(tx: &mut Tx, id: Uuid, health: &Health) -> Result<()> {
    const FARE: &str = "UPDATE event_endpoint SET state = $2, reason = $3, not_before = $4, failures = $5, \
            strikes = $6, failing_since = $7, last_failure = $8, last_success_at = $9 \
        WHERE endpoint_id = $1";
    change!(
        tx,
        query(FARE)
            .bind(id)
            .bind(health.state)
            .bind(health.reason)
            .bind(health.not_before)
            .bind(health.failures)
            .bind(health.strikes)
            .bind(health.failing_since)
            .bind(health.last_failure)
            .bind(health.last_success_at)
    )?;
    Ok(())
}

/// The endpoints to which something can be sent now.
pub async fn due_of_any_project(tx: &mut Tx, now: Timestamp) -> Result<Vec<EndpointRow>> {
    const DUE: &str = "SELECT * FROM event_endpoint AS endpoint \
        WHERE state = 'active' AND not_before <= $1 AND EXISTS (SELECT 1 FROM event_lane AS lane \
            WHERE lane.endpoint_id = endpoint.endpoint_id AND lane.due_at <= $1)";
    on!(tx, |db| query_as(DUE)
        .bind(now.as_millisecond())
        .fetch_all(db))
}

/// One endpoint of whatever project, unless it is deleted.
pub async fn find_of_any_project(tx: &mut Tx, id: Uuid) -> Result<Option<EndpointRow>> {
    const FIND: &str = "SELECT * FROM event_endpoint WHERE endpoint_id = $1 AND state <> 'deleted'";
    on!(tx, |db| query_as(FIND).bind(id).fetch_optional(db))
}

/// How many endpoints there are in each state.
pub async fn count_of_any_project(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    const COUNT: &str = "SELECT state, COUNT(*) FROM event_endpoint \
        WHERE state <> 'deleted' GROUP BY state";
    on!(tx, |db| query_as(COUNT).fetch_all(db))
}

/// The endpoints that are deleted, and whose queues may not be gone.
pub async fn deleted_of_any_project(tx: &mut Tx) -> Result<Vec<Uuid>> {
    const DELETED: &str = "SELECT endpoint_id FROM event_endpoint WHERE state = 'deleted'";
    on!(tx, |db| super::query_scalar(DELETED).fetch_all(db))
}

/// Lets endpoints be asked whose pause was written by a clock that was ahead: it lies further ahead than any may.
pub async fn mend_of_any_project(
    tx: &mut Tx,
    longest_pause: SignedDuration,
    now: Timestamp,
) -> Result<()> {
    const MEND: &str = "UPDATE event_endpoint SET not_before = $1 WHERE not_before > $2";
    let beyond = (now + longest_pause).as_millisecond();
    change!(tx, query(MEND).bind(now.as_millisecond()).bind(beyond))?;
    Ok(())
}

/// All endpoints of a project are gone for everybody from now on.
pub async fn delete_all(tx: &mut Tx, project: ProjectId, now: Timestamp) -> Result<()> {
    for row in hold_all(tx, project).await? {
        delete(tx, project, row.endpoint_id, now).await?;
    }
    Ok(())
}

/// The endpoints of a project that are deleted, and whose queues may not be gone.
pub async fn deleted(tx: &mut Tx, project: ProjectId) -> Result<Vec<Uuid>> {
    const DELETED: &str =
        "SELECT endpoint_id FROM event_endpoint WHERE project_id = $1 AND state = 'deleted'";
    on!(tx, |db| super::query_scalar(DELETED)
        .bind(project)
        .fetch_all(db))
}

/// Takes away some of what waits at an endpoint that is deleted, and at the end the endpoint; whether it is gone.
pub async fn purge_some(tx: &mut Tx, id: Uuid, most: i64) -> Result<bool> {
    let mut forgotten = event_deliveries::forget(tx, id, most).await?;
    forgotten += event_lanes::forget(tx, id, most).await?;
    forgotten += event_attempts::forget(tx, id, most).await?;
    forgotten += event_failures::forget_some(tx, id, most).await?;
    if forgotten == 0 {
        forget(tx, id).await?;
    }
    Ok(forgotten == 0)
}

/// Forgets the row of an endpoint that is deleted.
async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    const FORGET: &str = "DELETE FROM event_endpoint WHERE endpoint_id = $1 AND state = 'deleted'";
    change!(tx, query(FORGET).bind(id))?;
    Ok(())
}
