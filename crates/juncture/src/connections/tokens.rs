//! The third step of a connection: an access token that works, whenever one is asked for.
//!
//! Providers such as Atlassian rotate refresh tokens: each refresh gives a new one and ends the old.
//! So one refresh at a time runs for a connection, it is not given up when its caller goes away,
//! and the new refresh token is in the store before anybody gets the new access token. A refresh
//! that fails never withholds an access token that still works.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex};

use jiff::{SignedDuration, Timestamp};
use juncture_jira::oauth::Refusal;
use secrecy::SecretString;
use tokio::sync::Mutex;
use tracing::Instrument as _;
use uuid::Uuid;

use super::oauth::{self, TokenError};
use super::{Connection, finalize};
use crate::app::App;
use crate::error::Error;
use crate::store::connections;

/// An access token is handed out only while it has at least this long to live.
const LEAST_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// An access token, ready for use.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub secret: SecretString,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// The version of the connection's tokens that it is from.
    version: i64,
}

impl AccessToken {
    fn of(app: &App, connection: &Connection) -> Result<Self, Error> {
        Ok(Self {
            secret: connection.access_token(app)?,
            expires_at: connection.access_token_expires_at,
            version: connection.token_version,
        })
    }
}

/// Which access token a caller will not take.
#[derive(Debug, Clone, Copy)]
enum Stale {
    /// One that is about to expire.
    ByTime,
    /// Any of this version: the provider has refused it.
    Version(i64),
}

impl Stale {
    fn covers(self, connection: &Connection, now: Timestamp) -> bool {
        match self {
            Self::ByTime => connection.access_token_expires_at < now + LEAST_LIFETIME,
            Self::Version(version) => connection.token_version == version,
        }
    }

    /// Whether the stored token may be handed out after all when no fresh one can be had.
    fn tolerates(self, connection: &Connection, now: Timestamp) -> bool {
        matches!(self, Self::ByTime) && connection.access_token_expires_at > now
    }
}

/// The refreshes under way, one lock a connection, kept only while somebody holds it.
#[derive(Debug, Default)]
pub struct Refreshing(StdMutex<HashMap<Uuid, Arc<Mutex<()>>>>);

impl Refreshing {
    fn lock_of(&self, id: Uuid) -> Arc<Mutex<()>> {
        let mut locks = self.0.lock().expect("no holder of this lock panics");
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        locks.entry(id).or_default().clone()
    }
}

/// The access token of a connection, refreshed if it is about to expire. `failed` is the sentence
/// of the endpoint that needs it.
pub async fn access(
    app: &App,
    connection: Connection,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let now = app.clock.now();
    if connection.is_dead(now) {
        return Err(Error::NeedsReauthorization);
    }
    if !Stale::ByTime.covers(&connection, now) {
        return AccessToken::of(app, &connection);
    }
    refresh(app, connection, Stale::ByTime, failed).await
}

/// Another access token than `refused`, which the provider no longer takes.
pub async fn replace(
    app: &App,
    connection: Connection,
    refused: &AccessToken,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    refresh(app, connection, Stale::Version(refused.version), failed).await
}

/// Runs the refresh as a task of its own: a caller that goes away must not take the new token with it.
async fn refresh(
    app: &App,
    connection: Connection,
    stale: Stale,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let refresh = {
        let app = app.clone();
        async move { refresh_alone(&app, &connection, stale, failed).await }
    };
    // The span keeps the request's id on the lines that the refresh logs.
    let task = app.tasks.spawn(refresh.in_current_span());
    task.await
        .map_err(|panicked| Error::Internal(panicked.into()))?
}

async fn refresh_alone(
    app: &App,
    seen: &Connection,
    stale: Stale,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let lock = app.refreshing.lock_of(seen.id);
    let _alone = lock.lock().await;
    // Whoever held the lock before has probably done the work.
    let current = reload(app, seen).await?;
    let now = app.clock.now();
    if current.is_dead(now) {
        return Err(Error::NeedsReauthorization);
    }
    if !stale.covers(&current, now) {
        return AccessToken::of(app, &current);
    }
    let provider = app.providers.get(current.provider.as_str())?;
    match oauth::refresh(app, provider.oauth(), &current.refresh_token(app)?).await {
        Ok(tokens) => save(app, &current, &tokens).await,
        Err(error) => judge(app, &current, stale, error, failed).await,
    }
}

/// Commits the new tokens, then hands out the access token.
async fn save(
    app: &App,
    refreshed: &Connection,
    tokens: &oauth::Tokens,
) -> Result<AccessToken, Error> {
    let sealed = finalize::seal_tokens(app, refreshed.id, tokens);
    let mut tx = app.store.begin_write().await?;
    let is_current = connections::rotate(
        &mut tx,
        refreshed.id,
        refreshed.token_version,
        &sealed,
        app.clock.now(),
    )
    .await?;
    tx.commit().await?;
    tracing::info!(connection_id = %refreshed.id, "refreshed");
    if !is_current {
        // The customer connected again meanwhile: that grant is the newer one.
        return AccessToken::of(app, &reload(app, refreshed).await?);
    }
    Ok(AccessToken {
        secret: tokens.access_token.clone(),
        expires_at: tokens.access_token_expires_at,
        version: refreshed.token_version + 1,
    })
}

/// What a failed refresh means for the caller and for the connection.
async fn judge(
    app: &App,
    tried: &Connection,
    stale: Stale,
    error: TokenError,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    // After any failure look again before judging: somebody may have connected anew meanwhile.
    let current = reload(app, tried).await?;
    let now = app.clock.now();
    if !stale.covers(&current, now) {
        return AccessToken::of(app, &current);
    }
    match &error {
        TokenError::Refused {
            refusal: Refusal::GrantDead,
            ..
        } => {
            let mut tx = app.store.begin_write().await?;
            let is_marked =
                connections::invalidate(&mut tx, tried.id, tried.token_version, now).await?;
            tx.commit().await?;
            if is_marked {
                tracing::warn!(connection_id = %tried.id, provider = %tried.provider, "the grant is dead; the customer must connect again");
            }
            return Err(Error::NeedsReauthorization);
        }
        TokenError::Refused {
            refusal: Refusal::Misconfigured,
            ..
        } => {
            tracing::error!(provider = %tried.provider, "the provider refuses our client id or secret; check them in its developer console");
        }
        _ => tracing::warn!(connection_id = %tried.id, error = %error, "refresh failed"),
    }
    if stale.tolerates(&current, now) {
        return AccessToken::of(app, &current);
    }
    Err(error.into_error(failed))
}

async fn reload(app: &App, connection: &Connection) -> Result<Connection, Error> {
    let mut tx = app.store.begin_read().await?;
    let found = Connection::find_by_id(&mut tx, connection.id, connection.provider).await?;
    found.ok_or_else(Error::connection_not_found)
}
