//! `/api/backend/connections`: connections as things, listed, looked at and deleted.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use juncture_views::connection::{Account, Connection, Connections, LastError, Site};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::page;
use crate::app::App;
use crate::connections::delete;
use crate::project::ProjectId;
use crate::store::listed::{self, Filter, ListedRow};
use crate::store::{self, Tx};
use crate::timeline;
use crate::web::caller::Caller;
use crate::web::error::Error;
use crate::web::extract::{Path, Query, Text};
use crate::web::openapi::{DONE, Done, refusals};
use crate::web::refusals::of_ours;

/// Which connections.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListConnections {
    /// Those of this provider alone.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "jira")]
    provider: Text,
    /// Those in this state alone.
    #[serde(default)]
    #[param(value_type = Option<juncture_views::connection::schemas::State>, example = "active")]
    state: Text,
    /// Those whose external id begins like this.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "project")]
    external_id_prefix: Text,
    /// How many there are in an answer at most.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Text,
    /// The `next_cursor` of the answer before, for the same connections.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "AZMvHjp6cQ2bzZ7Yq1o3vA")]
    cursor: Text,
}

impl ListConnections {
    fn filter(&self, app: &App) -> Result<Filter<'_>, Error> {
        let provider = self.provider.optional("provider")?;
        if let Some(provider) = provider {
            app.provider(provider)?;
        }
        let state = self.state.optional("state")?;
        Ok(Filter {
            provider,
            state: state.map(parse_state).transpose()?,
            external_id_prefix: self.external_id_prefix.optional("external_id_prefix")?,
        })
    }
}

refusals!(query ListRefusals, {
    let mut errors = vec![Error::invalid_provider(), unfit_state()];
    errors.extend(page::refusals());
    errors.push(Error::InvalidSecretKey);
    errors.extend(of_ours());
    errors
});

/// List the connections
///
/// Gives the connections of your customers, each once, page by page. A connection that is made or deleted
/// meanwhile may or may not be among them.
#[utoipa::path(
    get, path = "/connections", operation_id = "connectionsList", tag = "Connections",
    params(ListConnections), security(("secret_key" = [])),
    responses(
        (status = 200, description = "Some of them", body = Connections, example = json!({"data": [{
            "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5968", "external_id": "project123", "provider": "jira", "state": "active",
            "site": {"id": "1324a887-45db-1bf4-1e99-ef0ff456d421", "name": "Acme", "url": "https://acme.atlassian.net"},
            "selected_project_id": "10000", "expires_at": "2027-11-02T09:00:00Z",
            "created_at": "2026-11-02T09:00:00Z", "last_refreshed_at": "2026-11-02T10:00:00Z"
        }], "next_cursor": null})),
        ListRefusals,
    ),
)]
pub async fn list_connections(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListConnections>,
) -> Result<Json<Connections>, Error> {
    let filter = query.filter(&app)?;
    let (limit, after) = page::parse(&query.limit, &query.cursor)?;
    let (project, now) = (caller.project, app.clock.now());
    let mut tx = app.store.begin_read().await?;
    // One more tells whether there are others.
    let rows = listed::page(&mut tx, project, &filter, after, limit + 1, now).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |row| row.connection_id);
    let data = show(&app, tx, project, rows).await?;
    Ok(Json(Connections { data, next_cursor }))
}

refusals!(GetRefusals, {
    let mut errors = vec![Error::InvalidSecretKey, Error::connection_not_found()];
    errors.extend(of_ours());
    errors
});

/// Get a connection
///
/// Gives a connection by its id.
#[utoipa::path(
    get, path = "/connections/{connection_id}", operation_id = "connectionsGet", tag = "Connections",
    params(("connection_id" = String, Path, description = "The connection's own id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5968")),
    security(("secret_key" = [])),
    responses(
        (status = 200, description = "The connection", body = Connection, example = json!({
            "id": "019a3f4e-7a1c-7000-8000-1d2c3b4a5968", "external_id": "project123", "provider": "jira", "state": "active",
            "site": {"id": "1324a887-45db-1bf4-1e99-ef0ff456d421", "name": "Acme", "url": "https://acme.atlassian.net"},
            "expires_at": "2027-11-02T09:00:00Z", "created_at": "2026-11-02T09:00:00Z",
            "last_refreshed_at": "2026-11-02T10:00:00Z"
        })),
        GetRefusals,
    ),
)]
pub async fn get_connection(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<Connection>, Error> {
    let id = parse_id(id)?;
    let mut tx = app.store.begin_read().await?;
    let row = listed::find(&mut tx, caller.project, id).await?;
    let shown = show(&app, tx, caller.project, row.into_iter().collect()).await?;
    let shown = shown.into_iter().next();
    shown.map(Json).ok_or_else(Error::connection_not_found)
}

/// Delete a connection by its id
///
/// Deletes a connection, as `delete-connection` does: its tokens are forgotten at once, and connecting again
/// makes a new one.
#[utoipa::path(
    delete, path = "/connections/{connection_id}", operation_id = "connectionsDeleteById", tag = "Connections",
    params(("connection_id" = String, Path, description = "The connection's own id.", example = "019a3f4e-7a1c-7000-8000-1d2c3b4a5968")),
    security(("secret_key" = [])),
    responses((status = 200, description = "Deleted", body = Done, example = json!({"success": true})), GetRefusals),
)]
pub async fn delete_connection_by_id(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, Error>,
) -> Result<Json<Done>, Error> {
    let id = parse_id(id)?;
    if delete::forget_by_id(&app.tokens, caller.project, id).await? {
        Ok(Json(DONE))
    } else {
        Err(Error::connection_not_found())
    }
}

/// What is told of connections of a project, of the moment of `tx`.
async fn show(
    app: &App,
    mut tx: Tx,
    project: ProjectId,
    rows: Vec<ListedRow>,
) -> store::Result<Vec<Connection>> {
    let mut selected = HashMap::new();
    for provider in app.providers.iter() {
        let name = provider.name().as_str();
        let its = rows.iter().filter(|row| row.provider == name);
        let ids: Vec<Uuid> = its.map(|row| row.connection_id).collect();
        if !ids.is_empty() {
            selected.extend(provider.selections(&mut tx, &ids).await?);
        }
    }
    drop(tx);
    let now = app.clock.now();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let selected = selected.remove(&row.connection_id);
        let missing = missing(app, project, &row).await;
        shown.push(to_connection(row, missing, selected, now)?);
    }
    Ok(shown)
}

/// What is asked for and was not granted. For good measure: where it cannot be told, it is not.
async fn missing(app: &App, project: ProjectId, row: &ListedRow) -> Option<Vec<String>> {
    let provider = app.providers.get(&row.provider)?;
    let granted = row.granted_scopes.as_deref()?;
    let missing = app.tokens.missing_scopes(project, provider, granted);
    missing.await.ok().flatten()
}

fn to_connection(
    row: ListedRow,
    missing_scopes: Option<Vec<String>>,
    selected_project_id: Option<String>,
    now: Timestamp,
) -> store::Result<Connection> {
    let (state, expires_at) = (row.state(now)?, row.ends_at()?);
    let granted = row.granted_scopes.as_deref();
    let last_error = row.last_error(timeline::errors_since(now));
    let last_error = last_error.map(|(code, at)| LastError {
        code: code.to_owned(),
        at,
    });
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    Ok(Connection {
        id: row.connection_id.to_string(),
        created_at: row.made_at()?,
        last_refreshed_at: row.issued_at()?,
        last_used_at: row.used_at(),
        last_error,
        state: state.as_str().to_owned(),
        scopes: granted.map(words),
        missing_scopes,
        expires_at,
        account: row.account_id.map(|id| Account {
            id,
            name: row.account_name,
            email: row.account_email,
        }),
        site: row.choice_id.map(|id| Site {
            id,
            name: row.choice_name,
            url: row.choice_url,
        }),
        selected_project_id,
        external_id: row.external_id,
        provider: row.provider,
    })
}

/// An id that is none is nobody's.
pub(super) fn parse_id(text: Result<Path<String>, Error>) -> Result<Uuid, Error> {
    let id = text.ok().and_then(|Path(text)| Uuid::try_parse(&text).ok());
    id.ok_or_else(Error::connection_not_found)
}

fn parse_state(text: &str) -> Result<listed::State, Error> {
    listed::State::parse(text).ok_or_else(unfit_state)
}

fn unfit_state() -> Error {
    Error::invalid_field("state", "must be `active`, `invalid` or `expired`")
}
