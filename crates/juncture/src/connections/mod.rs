//! Connections: a customer's grant at a provider, found again by the caller's own id.
//!
//! Its life has three steps: [`authorize`] sends the customer to the provider and takes the answer,
//! [`finalize`] lets them pick what to connect and makes the connection, [`tokens`] keeps it usable.
//! [`delete`] ends it, and [`upkeep`] works ahead for all of them. None of them knows a provider by
//! name.

pub mod delete;
pub mod finalize;
pub(crate) mod flow;

use jiff::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::extract::Text;
use crate::oauth::TokenFailure;
use crate::providers::{Provider, ProviderName};
use crate::seal::{Owner, SealError};
use crate::store::connections::{self, ConnectionRow, GREATEST_VERSION};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::stored::Stored;
use crate::store::{StoreError, Tx};
use crate::tokens::sealed::{access_token_place, refresh_token_place};

/// How the documentation says that `external_id` or `provider` is missing.
pub const MISSING_EXTERNAL_ID_OR_PROVIDER: &str = "Missing external_id or provider";

/// The caller's own name for a customer: 1 to 255 bytes of UTF-8 without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(String);

impl ExternalId {
    /// What keeps `text` from being one, if anything does.
    #[must_use]
    pub fn problem(text: &str) -> Option<&'static str> {
        if !(1..=255).contains(&text.len()) {
            return Some("must be 1 to 255 bytes long");
        }
        let has_control = text.chars().any(char::is_control);
        has_control.then_some("must not contain control characters")
    }

    /// Takes `text` if it is one.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match Self::problem(text) {
            Some(problem) => Err(Error::invalid_field("external_id", problem)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the two parameters that name a connection.
pub fn parse_subject<'a>(
    app: &'a App,
    external_id: &Text,
    provider: &Text,
) -> Result<(ExternalId, &'a dyn Provider), Error> {
    let fields = [("external_id", external_id), ("provider", provider)];
    let [external_id, provider] =
        crate::extract::required(MISSING_EXTERNAL_ID_OR_PROVIDER, fields)?;
    let provider = app.providers.get(provider)?;
    Ok((ExternalId::parse(external_id)?, provider))
}

/// What may be wrong with the two parameters that name a connection.
pub(crate) fn subject_refusals() -> Vec<Error> {
    vec![
        Error::missing(MISSING_EXTERNAL_ID_OR_PROVIDER, &["external_id"]),
        ExternalId::parse("").expect_err("an empty external id is none"),
        Error::invalid_provider(),
    ]
}

/// A connection as the store has it, with its tokens still sealed.
#[derive(Debug)]
pub struct Connection {
    /// Its id.
    pub id: Uuid,
    /// Of which provider.
    pub provider: ProviderName,
    /// Whose it is: the caller's own id of the customer.
    pub external_id: String,
    /// Whether the provider refused the refresh token for good.
    pub is_invalid: bool,
    /// The end of the grant: consent and the provider's longest lifetime.
    pub expires_at: Timestamp,
    /// Until when the stored access token works.
    pub access_token_expires_at: Timestamp,
    /// Grows with every new pair of tokens.
    pub token_version: i64,
    /// What is known of its refresh.
    pub refresh: RefreshState,
    row: ConnectionRow,
}

/// Who refreshes a connection's tokens, and how that has gone.
#[derive(Debug)]
pub struct RefreshState {
    /// When the refresh token was issued.
    pub refreshed_at: Timestamp,
    /// Who holds, or last held and never gave back, the lease.
    pub owner: Option<Uuid>,
    /// Until when the lease stands.
    pub lease_until: Timestamp,
    /// When the refresh was begun of which nobody knows how it ended.
    pub started_at: Option<Timestamp>,
    /// When the next try is due.
    pub not_before: Timestamp,
    /// Failures in a row.
    pub failures: i64,
    /// The last of them.
    pub failure: Option<TokenFailure>,
    /// Since when it has been refused without a reason.
    pub refused_since: Option<Timestamp>,
}

impl Connection {
    /// The connection of an external id.
    pub async fn find(
        tx: &mut Tx,
        external_id: &ExternalId,
        provider: ProviderName,
    ) -> Result<Option<Self>, StoreError> {
        let row = connections::find(tx, external_id.as_str(), provider.as_str()).await?;
        let external_id = external_id.as_str().to_owned();
        row.map(|row| Self::of_row(row, provider, external_id))
            .transpose()
    }

    /// The connection with this id.
    pub async fn find_by_id(
        tx: &mut Tx,
        id: Uuid,
        provider: ProviderName,
    ) -> Result<Option<Self>, StoreError> {
        let row = connections::find_by_id(tx, id, provider.as_str()).await?;
        row.map(|found| Self::of_row(found.connection, provider, found.external_id))
            .transpose()
    }

    pub(crate) fn of_row(
        row: ConnectionRow,
        provider: ProviderName,
        external_id: String,
    ) -> Result<Self, StoreError> {
        const TABLE: &str = "connection";
        let id = row.connection_id;
        let time = |stored: Stored<i64>, column| stored.time(TABLE, column, id);
        let time_if_any = |stored: Option<Stored<i64>>, column| {
            stored.map(|stored| time(stored, column)).transpose()
        };
        let owner = row.refresh_owner;
        let failure = row.refresh_failure.clone().and_then(Stored::value);
        let refresh = RefreshState {
            refreshed_at: time(row.refreshed_at, "refreshed_at")?,
            owner: owner
                .map(|owner| owner.read(TABLE, "refresh_owner", id))
                .transpose()?,
            lease_until: time(row.refresh_lease_until, "refresh_lease_until")?,
            started_at: time_if_any(row.refresh_started_at, "refresh_started_at")?,
            not_before: time(row.refresh_not_before, "refresh_not_before")?,
            failures: row.refresh_failures.read(TABLE, "refresh_failures", id)?,
            failure: failure.as_deref().and_then(TokenFailure::parse),
            refused_since: time_if_any(row.refresh_refused_since, "refresh_refused_since")?,
        };
        let token_version = row.token_version.read(TABLE, "token_version", id)?;
        if !(1..=GREATEST_VERSION).contains(&token_version) {
            return Err(StoreError::unreadable(TABLE, "token_version", id));
        }
        Ok(Self {
            id,
            provider,
            external_id,
            is_invalid: row
                .invalid_refresh_token
                .read(TABLE, "invalid_refresh_token", id)?,
            expires_at: time(row.expires_at, "expires_at")?,
            access_token_expires_at: time(row.access_token_expires_at, "access_token_expires_at")?,
            token_version,
            refresh,
            row,
        })
    }

    /// Whether the grant has reached its longest lifetime.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Whether its tokens were issued in the future, so by a clock that was ahead, and seem to work.
    #[must_use]
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.refresh.refreshed_at.duration_since(now) > CLOCKS_APART
            && self.access_token_expires_at > now
    }

    /// Whether only connecting again can help.
    #[must_use]
    pub fn is_dead(&self, now: Timestamp) -> bool {
        self.is_invalid || self.is_expired(now)
    }

    /// Whose it is, for what is sealed.
    #[must_use]
    pub fn owner(&self) -> Owner<'_> {
        Owner {
            provider: self.provider.as_str(),
            external_id: &self.external_id,
        }
    }

    /// The refresh token, opened.
    pub fn refresh_token(&self, app: &App) -> Result<SecretString, SealError> {
        let place = refresh_token_place(self.id, self.owner());
        app.sealer.open_token(&place, &self.row.refresh_token)
    }

    /// The access token, opened.
    pub fn access_token(&self, app: &App) -> Result<SecretString, SealError> {
        let place = access_token_place(self.id, self.owner());
        app.sealer.open_token(&place, &self.row.access_token)
    }
}
