//! A connection: a customer's grant at a provider, found again by the caller's own id.

use jiff::Timestamp;
use juncture_clock::Clock;
use secrecy::SecretString;
use uuid::Uuid;

use crate::oauth::{TokenFailure, TokenPair};
use crate::project::ProjectId;
use crate::provider::ProviderName;
use crate::seal::{Owner, Place, SealError, Sealer};
use crate::store::connections::{self, ConnectionRow, GREATEST_VERSION, OwnedRow, SealedTokens};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{ACCESS_TOKEN, REFRESH_TOKEN, RowKey};
use crate::store::stored::Stored;
use crate::store::{StoreError, Tx};

/// A project's own name for a customer: 1 to 255 bytes of UTF-8 without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

    /// Takes `text` if it is one; else says what keeps it from being one.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match Self::problem(text) {
            Some(problem) => Err(problem),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A customer of a project, by the project's own name for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Customer {
    /// The project.
    pub project: ProjectId,
    /// Its name for the customer.
    pub external_id: ExternalId,
}

/// A connection as the store has it, with its tokens still sealed.
#[derive(Debug)]
pub struct Connection {
    /// Its id.
    pub id: Uuid,
    /// Of which project.
    pub project: ProjectId,
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
    /// The connection of a customer.
    pub async fn find(
        tx: &mut Tx,
        customer: &Customer,
        provider: ProviderName,
    ) -> Result<Option<Self>, StoreError> {
        let (project, external_id) = (customer.project, customer.external_id.as_str());
        let row = connections::find(tx, project, external_id, provider.as_str()).await?;
        row.map(|row| Self::of_row(row, project, provider, external_id.to_owned()))
            .transpose()
    }

    /// The connection with this id: what has to do with its tokens, whosever they are.
    pub async fn find_of_any_project(
        tx: &mut Tx,
        id: Uuid,
        provider: ProviderName,
    ) -> Result<Option<Self>, StoreError> {
        let row = connections::find_by_id_of_any_project(tx, id, provider.as_str()).await?;
        let of_row = |found: OwnedRow| {
            Self::of_row(
                found.connection,
                found.owner_project,
                provider,
                found.external_id,
            )
        };
        row.map(of_row).transpose()
    }

    pub(crate) fn of_row(
        row: ConnectionRow,
        project: ProjectId,
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
            project,
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
            project: self.project,
            provider: self.provider.as_str(),
            external_id: &self.external_id,
        }
    }

    /// The refresh token, opened.
    pub fn refresh_token(&self, sealer: &Sealer) -> Result<SecretString, SealError> {
        let place = refresh_token_place(self.id, self.owner());
        sealer.open_token(&place, &self.row.refresh_token)
    }

    /// The access token, opened.
    pub fn access_token(&self, sealer: &Sealer) -> Result<SecretString, SealError> {
        let place = access_token_place(self.id, self.owner());
        sealer.open_token(&place, &self.row.access_token)
    }
}

/// Where the refresh token of a connection is sealed.
#[must_use]
pub fn refresh_token_place(id: Uuid, owner: Owner<'_>) -> Place {
    REFRESH_TOKEN.place(&RowKey::Id(id), Some(owner))
}

/// Where the access token of a connection is sealed.
#[must_use]
pub fn access_token_place(id: Uuid, owner: Owner<'_>) -> Place {
    ACCESS_TOKEN.place(&RowKey::Id(id), Some(owner))
}

/// Seals tokens for their row in `connection`, and whose it is.
#[must_use]
pub fn seal_tokens(
    sealer: &Sealer,
    clock: &dyn Clock,
    id: Uuid,
    owner: Owner<'_>,
    pair: &TokenPair,
) -> SealedTokens {
    SealedTokens {
        refresh_token: sealer.seal_token(&refresh_token_place(id, owner), &pair.refresh_token),
        access_token: sealer.seal_token(&access_token_place(id, owner), &pair.access_token),
        access_token_expires_at: pair.expires_at(clock),
    }
}
