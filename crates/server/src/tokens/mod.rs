//! The third step of a connection: an access token that works, whenever one is asked for.
//!
//! Many providers rotate refresh tokens: each refresh gives a new one and ends the old, and with some the
//! old access token too. So one refresh at a time runs for a connection, in this process ([`flights`]) and among all that
//! share the store (a lease, see `refresh`); it is not given up when its caller goes away, and the
//! new tokens are in the store before anybody gets them. A token that works is handed out from
//! memory ([`held`]), and no failure to refresh it withholds it.

mod access_token;
mod apps;
mod backoff;
mod counts;
mod failure;
pub mod flights;
pub mod held;
mod learn;
mod packed;
mod refresh;
mod wordless;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use juncture_clock::Clock;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use access_token::AccessToken;
pub use apps::{AppError, AppInUse};

use self::access_token::is_within;
use self::failure::RefreshError;
use self::flights::Flights;
use self::held::{Epoch, Held, HeldTokens};
use self::packed::PackedToken;
use crate::connection::{Connection, Customer};
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::oauth::TokenClient;
use crate::projects::Projects;
use crate::provider::{ProviderName, Providers};
use crate::seal::{SealError, Sealer};
use crate::settled::Settled;
use crate::store::Store;
use crate::timeline::Timeline;

/// An access token is handed out only while it has at least this long to live, if another can be
/// had; of one that cannot be replaced without harm to others who have it every second is used.
const LEAST_LIFETIME: Duration = Duration::from_mins(1);

/// How long a caller waits for a fresh token who could use the stored one.
const PATIENCE_WITH_A_TOKEN: Duration = Duration::from_secs(2);

/// How long a caller waits who has none. Longer than a lease that a crash left behind, and the
/// refresh after it.
const PATIENCE: Duration = Duration::from_secs(28);

/// For how long a token whose refresh has just failed is handed out without another try.
const STUCK: Duration = Duration::from_secs(1);

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
    fn covers(self, tokens: &Tokens, connection: &Connection) -> bool {
        let now = tokens.clock.now();
        let is_ahead = || {
            connection.is_ahead(now) && {
                let steady = tokens.clock.steady();
                tokens.flights.may_correct(connection.id, steady)
            }
        };
        match self {
            Self::Within(least) => is_within(left_of(tokens, connection), least) || is_ahead(),
            Self::Refused(version) => connection.token_version == version,
            Self::Interrupted => connection.refresh.started_at.is_some(),
            Self::IdleSince(time) => {
                let is_harmless = !tokens.kills_old_access(connection.provider)
                    || left_of(tokens, connection).is_zero();
                connection.refresh.refreshed_at <= time && is_harmless
            }
            Self::Ahead => is_ahead(),
        }
    }

    /// Whether `token` is no better than what was to be replaced.
    fn covers_token(self, token: &AccessToken, clock: &dyn Clock) -> bool {
        match self {
            Self::Within(least) => is_within(token.left(clock), least),
            Self::Refused(version) => token.version == version,
            Self::Interrupted | Self::IdleSince(_) | Self::Ahead => false,
        }
    }
}

/// The tokens of all connections, as far as this process can have them; cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<Parts>);

/// What [`Tokens`] is made of.
pub struct Parts {
    /// Where they are kept, sealed.
    pub store: Store,
    /// Opens and seals them.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What time it may be, should somebody have set the clock.
    pub settled: Arc<Settled>,
    /// Whose token endpoints there are.
    pub providers: Arc<Providers>,
    /// Who talks to them.
    pub client: TokenClient,
    /// With which OAuth apps.
    pub projects: Projects,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Refreshes end before the process does, whether or not somebody still waits.
    pub tasks: TaskTracker,
    /// Those that this process holds.
    pub held: HeldTokens,
    /// The refreshes under way in this process.
    pub flights: Flights,
    /// What happens to connections.
    pub timeline: Timeline,
}

impl Deref for Tokens {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Tokens {
    /// The tokens that `parts` can keep.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        for provider in parts.providers.iter() {
            counts::begin(&parts.metrics, provider.name());
        }
        Self(Arc::new(parts))
    }

    /// The access token of a customer, if this process holds one that works for a while, or why there is
    /// none, if it knows that.
    #[must_use]
    pub fn at_hand(
        &self,
        customer: &Customer,
        provider: ProviderName,
    ) -> Option<Result<AccessToken, Failure>> {
        let held = self.held.find(customer, provider)?;
        held.touch(self.clock.steady());
        let end = held.grant_expires_at;
        if end.is_some_and(|end| end <= self.clock.now()) {
            return Some(Err(Failure::NeedsReauthorization));
        }
        let is_worn = held.token.is_worn(&*self.clock);
        (!is_worn).then(|| Ok(held.token.clone()))
    }

    /// The access token of a customer, if there is such a connection: from memory where it can be.
    pub async fn find(
        &self,
        customer: &Customer,
        provider: ProviderName,
    ) -> Result<Option<AccessToken>, Failure> {
        if let Some(at_hand) = self.at_hand(customer, provider) {
            return at_hand.map(Some);
        }
        if let Some(held) = self.held.find(customer, provider) {
            let stale = Stale::Within(held.token.least);
            let token = Some(held.token.clone());
            match fresh(self, held.id, provider, stale, token).await {
                // Another process has deleted it; the customer may have connected again since.
                Err(Failure::ConnectionNotFound) => {
                    self.held.forget_named(customer, provider);
                }
                outcome => return outcome.map(Some),
            }
        }
        let epoch = self.held.begin_load();
        let mut tx = self.store.begin_read().await?;
        let found = Connection::find(&mut tx, customer, provider).await?;
        drop(tx);
        let Some(connection) = found else {
            return Ok(None);
        };
        self.access(&connection, epoch).await.map(Some)
    }

    /// The access token of a connection that was loaded after `loaded`, refreshed if it is about to
    /// expire.
    pub async fn access(
        &self,
        connection: &Connection,
        loaded: Epoch,
    ) -> Result<AccessToken, Failure> {
        let now = self.clock.now();
        if connection.is_dead(now) {
            return Err(Failure::NeedsReauthorization);
        }
        let token = self.hold(connection, loaded)?;
        self.held.name(connection.owner(), connection.id);
        if let Some(held) = self.held.get(connection.id) {
            held.touch(self.clock.steady());
        }
        let stale = Stale::Within(token.least);
        if !stale.covers(self, connection) {
            return Ok(token);
        }
        let (id, provider) = (connection.id, connection.provider);
        fresh(self, id, provider, stale, Some(token)).await
    }

    /// Another access token of a connection than `refused`, which the provider no longer takes.
    pub async fn replace(
        &self,
        id: Uuid,
        provider: ProviderName,
        refused: &AccessToken,
    ) -> Result<AccessToken, Failure> {
        let stale = Stale::Refused(refused.version);
        fresh(self, id, provider, stale, None).await
    }

    /// Starts a refresh, unless one is under way or there is no more need for it. Nobody waits for it.
    pub fn refresh_in_background(&self, id: Uuid, provider: ProviderName, stale: Stale) {
        self.flights.join(self, id, provider, stale);
    }

    /// Holds the access token of `connection`, which was loaded after `loaded`.
    pub fn hold(&self, connection: &Connection, loaded: Epoch) -> Result<AccessToken, SealError> {
        let token = self.open(connection)?;
        if token.works(&*self.clock) {
            self.held.keep(Held::new(connection, token.clone()), loaded);
        }
        Ok(token)
    }

    /// The same where it is known, from the same moment, whether the choice is lost. Not for a dead one.
    pub fn hold_with_choice(
        &self,
        connection: &Connection,
        is_choice_lost: bool,
        loaded: Epoch,
    ) -> Result<(), SealError> {
        let token = self.open(connection)?;
        if token.works(&*self.clock) {
            let held = Held::new(connection, token).with_choice(is_choice_lost);
            self.held.keep(held, loaded);
        }
        Ok(())
    }

    fn open(&self, connection: &Connection) -> Result<AccessToken, SealError> {
        Ok(AccessToken {
            packed: PackedToken::new(&connection.access_token(&self.sealer)?).into(),
            expires_at: connection.access_token_expires_at,
            ends: ends(self, connection),
            least: self.least_lifetime(connection.provider, connection.has_refresh_token()),
            version: connection.token_version,
        })
    }

    /// Whether a refresh at this provider ends the access tokens that others have.
    #[must_use]
    pub fn kills_old_access(&self, provider: ProviderName) -> bool {
        let provider = self.providers.get(provider.as_str());
        provider.is_some_and(|provider| provider.profile().kills_old_access())
    }

    /// How much of its life a token must have left to be handed out, if another can be had. Where a refresh
    /// ends it, it is handed out to its end: that is a [margin](crate::oauth::MARGIN) before the provider's.
    fn least_lifetime(&self, provider: ProviderName, can_be_refreshed: bool) -> Duration {
        if can_be_refreshed && !self.kills_old_access(provider) {
            LEAST_LIFETIME
        } else {
            Duration::ZERO
        }
    }
}

/// How long the access token of `connection` works still, as far as this process can tell.
fn left_of(tokens: &Tokens, connection: &Connection) -> Duration {
    ends(tokens, connection).map_or(Duration::MAX, |end| {
        end.saturating_sub(tokens.clock.steady())
    })
}

/// Until when the access token of `connection` works, in steady time, as far as this process can tell; none
/// if it does not end by itself.
fn ends(tokens: &Tokens, connection: &Connection) -> Option<Duration> {
    let expires_at = connection.access_token_expires_at?;
    // Should the clock of whoever fetched it have been ahead, it has no longer than its whole life.
    let life = expires_at.duration_since(connection.refresh.refreshed_at);
    let left = expires_at.duration_since(tokens.clock.now()).min(life);
    let by_row = tokens.clock.steady() + Duration::try_from(left).unwrap_or_default();
    let held = tokens.held.get(connection.id);
    let held = held.filter(|held| held.token.version == connection.token_version);
    let held = held.and_then(|held| held.token.ends);
    Some(held.map_or(by_row, |end| end.min(by_row)))
}

/// A token that `stale` does not cover, or `stored` while it works and no better one is to be had.
async fn fresh(
    tokens: &Tokens,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    stored: Option<AccessToken>,
) -> Result<AccessToken, Failure> {
    let held = tokens.held.get(id);
    let works = |token: &AccessToken| token.works(&*tokens.clock);
    let stored = stored.filter(works);
    if let Some(token) = &stored
        && held
            .as_ref()
            .is_some_and(|held| held.is_stuck(tokens.clock.steady()))
    {
        return Ok(token.clone());
    }
    match wait(tokens, id, provider, stale, stored.is_some()).await {
        Ok(token) => Ok(token),
        Err(error) => match stored.filter(works) {
            Some(token) if error.spares_the_stored_token() => {
                if let Some(held) = held {
                    held.mark_stuck(tokens.clock.steady() + STUCK);
                }
                tracing::debug!(connection_id = %id, %error, "the stored token is served");
                Ok(token)
            }
            _ => Err(error.into()),
        },
    }
}

/// Waits, within bounds, for a refresh that gives what `stale` does not cover.
async fn wait(
    tokens: &Tokens,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    has_token: bool,
) -> flights::Outcome {
    let asked = tokens.clock.steady();
    let mut reason = RefreshError::Overdue;
    loop {
        let (flight, is_own) = tokens.flights.join(tokens, id, provider, stale);
        // Who has a token waits only where a fresh one is likely: not on a refresh that takes long.
        let give_up_at = if has_token {
            flight.started + PATIENCE_WITH_A_TOKEN
        } else {
            asked + PATIENCE
        };
        let left = give_up_at.saturating_sub(tokens.clock.steady());
        let outcome = tokio::select! {
            biased;
            outcome = flight.outcome => outcome,
            () = tokens.clock.deadline(left) => {
                let is_store_failing = flight.is_store_failing.load(Ordering::Relaxed);
                return Err(if is_store_failing { RefreshError::Unstored } else { reason });
            }
        };
        match outcome {
            Ok(token) if stale.covers_token(&token, &*tokens.clock) && !is_own => {}
            // It had another aim, and gave up earlier than one of our own would.
            Err(error) if !is_own && !has_token && error.spares_the_stored_token() => {
                reason = error;
            }
            outcome => return outcome,
        }
    }
}
