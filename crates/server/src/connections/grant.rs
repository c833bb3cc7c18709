//! A fresh grant, which waits as a `pending_connection` for what its customer chooses.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use ring::digest;
use secrecy::SecretString;
use uuid::Uuid;

use super::flow::Flow;
use crate::connection::{Customer, ExternalId, open_kept, seal_kept, seal_tokens};
use crate::events::connection::next_of_end;
use crate::failure::Failure;
use crate::oauth::{Profile, TokenPair};
use crate::provider::{Account, Choice, FreshGrant, Provider};
use crate::seal::{Owner, Place};
use crate::store::connections::{self, AccountRow, ChoiceRow, GrantRow};
use crate::store::pending::{self, PendingRow};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{
    PENDING_ACCESS_TOKEN, PENDING_KEPT, PENDING_REFRESH_TOKEN, RowKey, SealedColumn,
};
use crate::store::stored::Stored;
use crate::store::{StoreError, Tx, connect_sessions, used_states};
use crate::tokens::Tokens;

/// How long the customer may take to choose.
const PENDING_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Keeps a fresh grant, which this flow has brought, until the customer has chosen.
/// Returns its connection code.
pub(super) async fn remember(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    flow: &Flow,
    pair: &TokenPair,
) -> Result<SecretString, StoreError> {
    let code = crate::random::url_safe_code();
    let code_hash = hash(&code);
    let now = tokens.clock.now();
    let expires_at = tokens.settled.latest(&*tokens.clock) + PENDING_LIFETIME;
    let owner = customer.at(provider.name());
    let row = PendingRow {
        project_id: owner.project,
        provider: owner.provider.to_owned(),
        external_id: owner.external_id.to_owned(),
        oauth_app_id: flow.app(),
        refresh_token: pair.refresh_token.as_ref().map(|token| {
            let place = pending_place(&PENDING_REFRESH_TOKEN, &code_hash, owner);
            tokens.sealer.seal_token(&place, token)
        }),
        access_token: tokens.sealer.seal_token(
            &pending_place(&PENDING_ACCESS_TOKEN, &code_hash, owner),
            &pair.access_token,
        ),
        access_token_expires_at: pair
            .expires_at(&*tokens.clock)
            .map(|end| end.as_millisecond().into()),
        granted_scopes: pair.scopes.clone().map(Stored::from),
        kept: seal_kept(
            &tokens.sealer,
            &pending_place(&PENDING_KEPT, &code_hash, owner),
            &pair.kept,
        ),
        consented_at: now.as_millisecond().into(),
        expires_at: expires_at.as_millisecond().into(),
        code_hash,
    };
    let mut tx = tokens.store.begin_write().await?;
    pending::insert(&mut tx, &row).await?;
    used_states::lead_to(&mut tx, &flow.hash(), &row.code_hash).await?;
    if let Some(session) = flow.session() {
        connect_sessions::lead_to(&mut tx, session, &row.code_hash).await?;
    }
    tx.commit().await?;
    Ok(code.into())
}

/// A connection that has a fresh grant.
pub(super) struct Saved {
    pub(super) id: Uuid,
    /// Whether it was made for it.
    pub(super) is_new: bool,
}

/// A pending grant, opened.
pub(super) struct Grant {
    pub(super) customer: Customer,
    /// The OAuth app that it was given to; none if that is the environment's.
    app: Option<Uuid>,
    pair: TokenPair,
    pub(super) consented_at: Timestamp,
    /// When its connection code dies.
    pub(super) expires_at: Timestamp,
}

impl Grant {
    /// Of a row.
    pub(super) fn open(tokens: &Tokens, row: &PendingRow) -> Result<Self, Failure> {
        let owner = Owner {
            project: row.project_id,
            provider: &row.provider,
            external_id: &row.external_id,
        };
        let place = |column| pending_place(column, &row.code_hash, owner);
        let key = RowKey::Hash(row.code_hash.clone());
        let time = |stored: Stored<i64>, column| stored.time("pending_connection", column, &key);
        let consented_at = time(row.consented_at, "consented_at")?;
        let token_ends_at = row
            .access_token_expires_at
            .map(|end| time(end, "access_token_expires_at"))
            .transpose()?;
        let now = tokens.clock.now();
        let left = |end: Timestamp| {
            if consented_at.duration_since(now) > CLOCKS_APART {
                // By a clock that was ahead: nobody knows when the token ends. Its first use refreshes it.
                SignedDuration::ZERO
            } else {
                end.duration_since(now)
            }
        };
        let steadily =
            |end| tokens.clock.steady() + Duration::try_from(left(end)).unwrap_or_default();
        let open = |column, sealed| tokens.sealer.open_token(&place(column), sealed);
        let external_id = ExternalId::parse(&row.external_id);
        let unreadable = |_| StoreError::unreadable("pending_connection", "external_id", &key);
        Ok(Self {
            customer: Customer {
                project: row.project_id,
                external_id: external_id.map_err(unreadable)?,
            },
            app: row.oauth_app_id,
            pair: TokenPair {
                access_token: open(&PENDING_ACCESS_TOKEN, &row.access_token)?,
                ends: token_ends_at.map(steadily),
                refresh_token: row
                    .refresh_token
                    .as_ref()
                    .map(|sealed| open(&PENDING_REFRESH_TOKEN, sealed))
                    .transpose()?,
                scopes: row.granted_scopes.clone().and_then(Stored::value),
                kept: row
                    .kept
                    .as_ref()
                    .map(|sealed| open_kept(&tokens.sealer, &place(&PENDING_KEPT), sealed))
                    .transpose()?
                    .unwrap_or_default(),
            },
            consented_at,
            expires_at: time(row.expires_at, "expires_at")?,
        })
    }

    /// Writes the rows of every provider; a reconnected customer keeps the connection's id.
    pub(super) async fn save(
        &self,
        tokens: &Tokens,
        tx: &mut Tx,
        provider: &dyn Provider,
        (chosen, account): (Option<&Choice>, Option<&Account>),
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        let owner = self.customer.at(provider.name());
        let Owner {
            project,
            provider: name,
            external_id,
        } = owner;
        let expires_at = self.end(provider.profile(), &*tokens.clock);
        let grant = |id| GrantRow {
            tokens: seal_tokens(&tokens.sealer, &*tokens.clock, id, owner, &self.pair),
            oauth_app_id: self.app,
            expires_at,
            end_due_at: expires_at.and_then(|end| next_of_end(end, now)),
            choice: chosen.map(|chosen| ChoiceRow {
                id: &chosen.id,
                name: &chosen.name,
                url: chosen.url.as_deref(),
            }),
            account: account.map(|account| AccountRow {
                id: &account.id,
                name: account.name.as_deref(),
                email: account.email.as_deref(),
            }),
        };
        if let Some(id) = connections::find_id(tx, project, external_id, name).await?
            && connections::renew(tx, id, &grant(id), now).await?
        {
            let is_new = false;
            return Ok(Saved { id, is_new });
        }
        // New, or deleted this moment. An id that is no more is never used again: a refresh of the old
        // grant may be under way, and must find nothing to write to.
        let id = crate::random::uuid_v7(now);
        connections::insert(tx, project, name, id, &grant(id), now).await?;
        let standing = connections::map(tx, project, external_id, name, id).await?;
        if standing != id {
            // Another request has just connected the same customer; its id stands, our grant is newer.
            connections::discard(tx, id).await?;
            connections::renew(tx, standing, &grant(standing), now).await?;
        }
        Ok(Saved {
            id: standing,
            is_new: standing == id,
        })
    }

    /// As far as a provider needs it.
    pub(super) fn fresh(&self) -> FreshGrant<'_> {
        FreshGrant {
            access_token: &self.pair.access_token,
            kept: &self.pair.kept,
            scopes: self.pair.scopes.as_deref(),
        }
    }

    /// When the grant ends, if it does: at the end of its longest life, and with the access token where
    /// that is all there is.
    fn end(&self, profile: &Profile, clock: &dyn Clock) -> Option<Timestamp> {
        let by_life = profile.grant_lifetime.map(|life| self.consented_at + life);
        let by_token = match self.pair.refresh_token {
            Some(_) => None,
            None => self.pair.expires_at(clock),
        };
        [by_life, by_token].into_iter().flatten().min()
    }
}

/// By what the store knows a connection code.
pub(super) fn hash(code: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, code.as_bytes())
        .as_ref()
        .to_vec()
}

fn pending_place(column: &SealedColumn, code_hash: &[u8], owner: Owner<'_>) -> Place {
    column.place(&RowKey::Hash(code_hash.to_vec()), Some(owner))
}
