//! The third step of a connection: an access token that works, whenever one is asked for.
//!
//! Providers such as Atlassian rotate refresh tokens: each refresh gives a new one and ends the old.
//! So one refresh at a time runs for a connection, in this process ([`flights`]) and among all that
//! share the store (a lease, see `refresh`); it is not given up when its caller goes away, and the
//! new tokens are in the store before anybody gets them. A token that works is handed out from
//! memory ([`held`]), and no failure to refresh it withholds it.

mod backoff;
pub(crate) mod counts;
mod failure;
pub mod flights;
pub mod held;
mod refresh;
pub mod sealed;
mod wordless;

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use juncture_jira::Clock;
use secrecy::SecretString;
use uuid::Uuid;

use self::failure::RefreshError;
use self::held::{Epoch, Held};
use crate::app::App;
use crate::connections::{Connection, ExternalId};
use crate::error::Error;
use crate::providers::ProviderName;
use crate::seal::SealError;
use crate::store::refreshes::CLOCKS_APART;

/// An access token is handed out only while it has at least this long to live, if another can be
/// had.
const LEAST_LIFETIME: Duration = Duration::from_mins(1);

/// How long a caller waits for a fresh token who could use the stored one.
const PATIENCE_WITH_A_TOKEN: Duration = Duration::from_secs(2);

/// How long a caller waits who has none. Longer than a lease that a crash left behind, and the
/// refresh after it.
const PATIENCE: Duration = Duration::from_secs(28);

/// For how long a token whose refresh has just failed is handed out without another try.
const STUCK: Duration = Duration::from_secs(1);

/// An access token, ready for use.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub secret: SecretString,
    /// Until when it works, by the wall clock of whoever fetched it.
    expires_at: Timestamp,
    /// Until when it works, by the steady time of this process: what holds where the wall clock was
    /// ahead when the token was fetched, or is behind now.
    ends: Duration,
    /// The version of the connection's tokens that it is from.
    pub version: i64,
}

impl AccessToken {
    /// How long it works still: by the stricter one of the two clocks.
    #[must_use]
    pub fn left(&self, clock: &dyn Clock) -> Duration {
        let left = self.expires_at.duration_since(clock.now());
        let left = Duration::try_from(left).unwrap_or_default();
        left.min(self.ends.saturating_sub(clock.steady()))
    }

    /// Whether it works.
    #[must_use]
    pub fn works(&self, clock: &dyn Clock) -> bool {
        !self.left(clock).is_zero()
    }

    /// Until when it works, by the wall clock as it goes now.
    #[must_use]
    pub fn expires_at(&self, clock: &dyn Clock) -> Timestamp {
        let steadily = clock.now() + self.ends.saturating_sub(clock.steady());
        // Two clocks never agree to the millisecond, and the same token is to have the same end.
        if self.expires_at.duration_since(steadily) > CLOCKS_APART {
            steadily
        } else {
            self.expires_at
        }
    }
}

/// Why a connection's tokens are to be replaced.
#[derive(Debug, Clone, Copy)]
pub enum Stale {
    /// The access token has less than this left to live.
    Within(Duration),
    /// The provider has refused the access token of this version.
    Refused(i64),
    /// A refresh was begun, and nobody knows how it ended.
    Interrupted,
    /// The refresh token was issued then or before, and dies if it stays unused.
    IdleSince(Timestamp),
    /// They were fetched by a process whose clock was ahead: nobody knows when the access token ends.
    Ahead,
}

impl Stale {
    /// Whether `connection` still has what makes its tokens stale.
    fn covers(self, app: &App, connection: &Connection) -> bool {
        let now = app.clock.now();
        let is_ahead = || connection.is_ahead(now) && app.flights.may_correct(app, connection.id);
        match self {
            Self::Within(left) => ends(app, connection) < app.clock.steady() + left || is_ahead(),
            Self::Refused(version) => connection.token_version == version,
            Self::Interrupted => connection.refresh.started_at.is_some(),
            Self::IdleSince(time) => connection.refresh.refreshed_at <= time,
            Self::Ahead => is_ahead(),
        }
    }

    /// Whether `token` is no better than what was to be replaced.
    fn covers_token(self, token: &AccessToken, clock: &dyn Clock) -> bool {
        match self {
            Self::Within(left) => token.left(clock) < left,
            Self::Refused(version) => token.version == version,
            Self::Interrupted | Self::IdleSince(_) | Self::Ahead => false,
        }
    }
}

/// The access token of an external id, if there is such a connection: from memory where it can be.
pub async fn find(
    app: &App,
    external_id: &ExternalId,
    provider: ProviderName,
    failed: &'static str,
) -> Result<Option<AccessToken>, Error> {
    let now = app.clock.now();
    if let Some(held) = app.held.find(external_id, provider) {
        held.touch(app.clock.steady());
        if held.grant_expires_at <= now {
            return Err(Error::NeedsReauthorization);
        }
        let stale = Stale::Within(LEAST_LIFETIME);
        if !stale.covers_token(&held.token, &*app.clock) {
            return Ok(Some(held.token.clone()));
        }
        let token = Some(held.token.clone());
        match fresh(app, held.id, provider, stale, token, failed).await {
            // Another process has deleted it; the customer may have connected again since.
            Err(Error::ConnectionNotFound { .. }) => {
                app.held.forget_named(external_id.as_str(), provider);
            }
            outcome => return outcome.map(Some),
        }
    }
    let epoch = app.held.begin_load();
    let mut tx = app.store.begin_read().await?;
    let found = Connection::find(&mut tx, external_id, provider).await?;
    drop(tx);
    let Some(connection) = found else {
        return Ok(None);
    };
    app.held.name(external_id, provider, connection.id);
    access(app, &connection, epoch, failed).await.map(Some)
}

/// The access token of a connection that was loaded after `loaded`, refreshed if it is about to
/// expire. `failed` is the sentence of the endpoint that needs it.
pub async fn access(
    app: &App,
    connection: &Connection,
    loaded: Epoch,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let now = app.clock.now();
    if connection.is_dead(now) {
        return Err(Error::NeedsReauthorization);
    }
    let token = hold(app, connection, loaded)?;
    if let Some(held) = app.held.get(connection.id) {
        held.touch(app.clock.steady());
    }
    let stale = Stale::Within(LEAST_LIFETIME);
    if !stale.covers(app, connection) {
        return Ok(token);
    }
    let (id, provider) = (connection.id, connection.provider);
    fresh(app, id, provider, stale, Some(token), failed).await
}

/// Another access token of a connection than `refused`, which the provider no longer takes.
pub async fn replace(
    app: &App,
    id: Uuid,
    provider: ProviderName,
    refused: &AccessToken,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let stale = Stale::Refused(refused.version);
    fresh(app, id, provider, stale, None, failed).await
}

/// Starts a refresh, unless one is under way or there is no more need for it. Nobody waits for it.
pub fn refresh_in_background(app: &App, id: Uuid, provider: ProviderName, stale: Stale) {
    app.flights.join(app, id, provider, stale);
}

/// Holds the access token of `connection`, which was loaded after `loaded`.
pub fn hold(app: &App, connection: &Connection, loaded: Epoch) -> Result<AccessToken, SealError> {
    let token = AccessToken {
        secret: connection.access_token(app)?,
        expires_at: connection.access_token_expires_at,
        ends: ends(app, connection),
        version: connection.token_version,
    };
    if token.works(&*app.clock) {
        app.held.keep(Held::new(connection, token.clone()), loaded);
    }
    Ok(token)
}

/// Until when the access token of `connection` works, in steady time, as far as this process can tell.
fn ends(app: &App, connection: &Connection) -> Duration {
    let expires_at = connection.access_token_expires_at;
    // Should the clock of whoever fetched it have been ahead, it has no longer than its whole life.
    let life = expires_at.duration_since(connection.refresh.refreshed_at);
    let left = expires_at.duration_since(app.clock.now()).min(life);
    let by_row = app.clock.steady() + Duration::try_from(left).unwrap_or_default();
    let held = app.held.get(connection.id);
    let held = held.filter(|held| held.token.version == connection.token_version);
    held.map_or(by_row, |held| held.token.ends.min(by_row))
}

/// A token that `stale` does not cover, or `stored` while it works and no better one is to be had.
async fn fresh(
    app: &App,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    stored: Option<AccessToken>,
    failed: &'static str,
) -> Result<AccessToken, Error> {
    let held = app.held.get(id);
    let works = |token: &AccessToken| token.works(&*app.clock);
    let stored = stored.filter(works);
    if let Some(token) = &stored
        && held
            .as_ref()
            .is_some_and(|held| held.is_stuck(app.clock.steady()))
    {
        return Ok(token.clone());
    }
    match wait(app, id, provider, stale, stored.is_some()).await {
        Ok(token) => Ok(token),
        Err(error) => match stored.filter(works) {
            Some(token) if error.spares_the_stored_token() => {
                if let Some(held) = held {
                    held.mark_stuck(app.clock.steady() + STUCK);
                }
                tracing::debug!(connection_id = %id, %error, "the stored token is served");
                Ok(token)
            }
            _ => Err(error.into_error(failed)),
        },
    }
}

/// Waits, within bounds, for a refresh that gives what `stale` does not cover.
async fn wait(
    app: &App,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    has_token: bool,
) -> flights::Outcome {
    let asked = app.clock.steady();
    let mut reason = RefreshError::Overdue;
    loop {
        let (flight, is_own) = app.flights.join(app, id, provider, stale);
        // Who has a token waits only where a fresh one is likely: not on a refresh that takes long.
        let give_up_at = if has_token {
            flight.started + PATIENCE_WITH_A_TOKEN
        } else {
            asked + PATIENCE
        };
        let left = give_up_at.saturating_sub(app.clock.steady());
        let outcome = tokio::select! {
            biased;
            outcome = flight.outcome => outcome,
            () = app.clock.deadline(left) => {
                let is_store_failing = flight.is_store_failing.load(Ordering::Relaxed);
                return Err(if is_store_failing { RefreshError::Unstored } else { reason });
            }
        };
        match outcome {
            Ok(token) if stale.covers_token(&token, &*app.clock) && !is_own => {}
            // It had another aim, and gave up earlier than one of our own would.
            Err(error) if !is_own && !has_token && error.spares_the_stored_token() => {
                reason = error;
            }
            outcome => return outcome,
        }
    }
}
