//! `/api/backend/connection-info/*`: what callers may know of a connection.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::{Connection, parse_subject, tokens};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Query, Text};

/// The parameters of every endpoint here.
#[derive(Deserialize)]
pub struct Subject {
    #[serde(default)]
    external_id: Text,
    #[serde(default)]
    provider: Text,
}

impl Subject {
    async fn find(&self, app: &App) -> Result<Option<Connection>, Error> {
        let (external_id, provider) = parse_subject(app, &self.external_id, &self.provider)?;
        let mut tx = app.store.begin_read().await?;
        Ok(Connection::find(&mut tx, &external_id, provider.name()).await?)
    }
}

/// The answer of `check-connection-validity`.
#[derive(Serialize)]
pub struct Validity {
    exists: bool,
    is_expired: bool,
    is_invalid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

/// `GET check-connection-validity`
pub async fn check_validity(
    State(app): State<App>,
    Query(subject): Query<Subject>,
) -> Result<Json<Validity>, Error> {
    let connection = subject.find(&app).await?;
    let connection = connection.as_ref();
    Ok(Json(Validity {
        exists: connection.is_some(),
        is_expired: connection.is_some_and(|connection| connection.is_expired(app.clock.now())),
        is_invalid: connection.is_some_and(|connection| connection.is_invalid),
        expires_at: connection.map(|connection| connection.expires_at),
    }))
}

/// The answer of `get-connection-credentials`.
#[derive(Serialize)]
pub struct Credentials {
    refresh_token: String,
    expires_at: Timestamp,
    is_invalid: bool,
}

/// `GET get-connection-credentials`
pub async fn get_credentials(
    State(app): State<App>,
    Query(subject): Query<Subject>,
) -> Result<Json<Credentials>, Error> {
    let connection = subject
        .find(&app)
        .await?
        .ok_or_else(Error::connection_not_found)?;
    Ok(Json(Credentials {
        refresh_token: connection.refresh_token(&app)?.expose_secret().to_owned(),
        expires_at: connection.expires_at,
        is_invalid: connection.is_invalid,
    }))
}

/// The answer of `get-access-token`.
#[derive(Serialize)]
pub struct Access {
    access_token: String,
    expires_at: Timestamp,
}

/// `GET get-access-token`
pub async fn get_access_token(
    State(app): State<App>,
    Query(subject): Query<Subject>,
) -> Result<Json<Access>, Error> {
    let connection = subject.find(&app).await?;
    let connection = connection.ok_or(Error::ConnectionNotFound {
        status: StatusCode::UNAUTHORIZED,
    })?;
    let token = tokens::access(&app, connection, "Failed to get access token").await?;
    Ok(Json(Access {
        access_token: token.secret.expose_secret().to_owned(),
        expires_at: token.expires_at,
    }))
}
