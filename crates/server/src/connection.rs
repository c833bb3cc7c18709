//! A connection: a customer's grant at a provider, found again by the caller's own id.

use jiff::Timestamp;
use juncture_clock::Clock;
use secrecy::SecretString;
use uuid::Uuid;

use crate::oauth::{Kept, TokenFailure, TokenPair};
use crate::project::ProjectId;
use crate::provider::{Account, ProviderName};
use crate::seal::{Owner, Place, SealError, Sealed, Sealer, Unopenable};
use crate::store::connections::{self, ConnectionRow, GREATEST_VERSION, OwnedRow, SealedTokens};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{ACCESS_TOKEN, KEPT, REFRESH_TOKEN, RowKey};
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

impl Customer {
    /// Whose their connection at a provider is, for what is sealed and what is held.
    #[must_use]
    pub fn at(&self, provider: ProviderName) -> Owner<'_> {
        Owner {
            project: self.project,
            provider: provider.as_str(),
            external_id: self.external_id.as_str(),
        }
    }
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
    /// The OAuth app that its grant is of; none if that is the environment's.
    pub oauth_app: Option<Uuid>,
    /// Whose it is: the caller's own id of the customer.
    pub external_id: String,
    /// Whether the provider refused the refresh token for good.
    pub is_invalid: bool,
    /// The end of the grant, if there is one: consent and the provider's longest lifetime, or the end of a
    /// token that cannot be refreshed.
    pub expires_at: Option<Timestamp>,
    /// Until when the stored access token works; none if it does not end by itself.
    pub access_token_expires_at: Option<Timestamp>,
    /// Grows with every new pair of tokens.
    pub token_version: i64,
    /// What is known of its refresh.
    pub refresh: RefreshState,
    /// The scopes that were granted, by spaces, if the provider tells.
    pub granted_scopes: Option<String>,
    /// Who has consented, if it is known.
    pub account: Option<Account>,
    /// What the customer has picked, if there was anything to pick.
    pub choice: Option<Chosen>,
    /// Whether it was told that only connecting again can help.
    pub told_dead: bool,
    /// Which scopes were told to be missing, by spaces.
    pub told_missing_scopes: Option<String>,
    row: ConnectionRow,
}

/// What a customer has picked, as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What the provider calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where people find it.
    pub url: Option<String>,
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
        // For show: what cannot be read of it keeps nobody from the rest.
        let text = |stored: &Option<Stored<String>>| stored.clone().and_then(Stored::value);
        let token_version = row.token_version.read(TABLE, "token_version", id)?;
        if !(1..=GREATEST_VERSION).contains(&token_version) {
            return Err(StoreError::unreadable(TABLE, "token_version", id));
        }
        Ok(Self {
            id,
            project,
            provider,
            oauth_app: row.oauth_app_id,
            external_id,
            is_invalid: row
                .invalid_refresh_token
                .read(TABLE, "invalid_refresh_token", id)?,
            expires_at: time_if_any(row.expires_at, "expires_at")?,
            access_token_expires_at: time_if_any(
                row.access_token_expires_at,
                "access_token_expires_at",
            )?,
            token_version,
            refresh,
            granted_scopes: text(&row.granted_scopes),
            told_dead: row.told_dead.value().unwrap_or_default(),
            told_missing_scopes: text(&row.told_missing_scopes),
            account: text(&row.account_id).map(|id| Account {
                id,
                name: text(&row.account_name),
                email: text(&row.account_email),
            }),
            choice: text(&row.choice_id).map(|id| Chosen {
                id,
                name: text(&row.choice_name).unwrap_or_default(),
                url: text(&row.choice_url),
            }),
            row,
        })
    }

    /// Whether the grant has reached its end.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether there is a refresh token.
    #[must_use]
    pub fn has_refresh_token(&self) -> bool {
        self.row.refresh_token.is_some()
    }

    /// Whether its tokens were issued in the future, so by a clock that was ahead, and seem to work.
    #[must_use]
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.refresh.refreshed_at.duration_since(now) > CLOCKS_APART
            && self.access_token_expires_at.is_some_and(|end| end > now)
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

    /// The refresh token, opened; none where the provider gives none.
    pub fn refresh_token(&self, sealer: &Sealer) -> Result<Option<SecretString>, SealError> {
        let place = refresh_token_place(self.id, self.owner());
        let sealed = self.row.refresh_token.as_ref();
        sealed
            .map(|sealed| sealer.open_token(&place, sealed))
            .transpose()
    }

    /// What is kept beside the tokens, opened.
    pub fn kept(&self, sealer: &Sealer) -> Result<Kept, SealError> {
        let Some(sealed) = &self.row.kept else {
            return Ok(Kept::default());
        };
        open_kept(
            sealer,
            &KEPT.place(&RowKey::Id(self.id), Some(self.owner())),
            sealed,
        )
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
        refresh_token: pair
            .refresh_token
            .as_ref()
            .map(|token| sealer.seal_token(&refresh_token_place(id, owner), token)),
        access_token: sealer.seal_token(&access_token_place(id, owner), &pair.access_token),
        access_token_expires_at: pair.expires_at(clock),
        granted_scopes: pair.scopes.clone(),
        kept: seal_kept(
            sealer,
            &KEPT.place(&RowKey::Id(id), Some(owner)),
            &pair.kept,
        ),
    }
}

/// Seals what is kept, if there is anything.
#[must_use]
pub fn seal_kept(sealer: &Sealer, place: &Place, kept: &Kept) -> Option<Sealed> {
    let plain = serde_json::to_vec(kept).expect("it is plain data");
    (!kept.is_empty()).then(|| sealer.seal(place, &plain))
}

/// Opens what is kept.
pub fn open_kept(sealer: &Sealer, place: &Place, sealed: &Sealed) -> Result<Kept, SealError> {
    let plain = sealer.open(place, sealed)?;
    juncture_json::decode(&plain).map_err(|_| SealError {
        place: place.clone(),
        reason: Unopenable::Damaged,
    })
}
