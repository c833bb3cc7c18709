//! The second step of a connection: the customer picks what to connect, and the connection is made.
//!
//! Between consent and choice the grant waits as a `pending_connection` for 15 minutes. The
//! connection code that names it is single use; the store knows only its hash.

use std::time::Duration;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use uuid::Uuid;

use super::ExternalId;
use crate::app::App;
use crate::error::Error;
use crate::oauth::Tokens;
use crate::providers::{Choice, Provider};
use crate::seal::{Owner, Place};
use crate::store::connections;
use crate::store::finished_flows::{self, FinishedFlow};
use crate::store::pending::{self, PendingRow};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{
    PENDING_ACCESS_TOKEN, PENDING_REFRESH_TOKEN, RowKey, SealedColumn,
};
use crate::store::stored::Stored;
use crate::store::{StoreError, Tx, used_states};
use crate::tokens::sealed::seal_tokens;

/// How long the customer may take to choose.
const PENDING_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The finalise page of a connection code: ours, or the one at `JUNCTURE_FRONTEND_URL`.
#[must_use]
pub fn page_url(app: &App, provider: &str, code: &SecretString) -> Url {
    let mut url = app.config.frontend_url.clone();
    url.path_segments_mut()
        .expect("the configuration takes http and https URLs only")
        .pop_if_empty()
        .extend(["finalize-connection", provider, code.expose_secret()]);
    url
}

/// Keeps a fresh grant, which the state with this hash has brought, until the customer has chosen.
/// Returns its connection code.
pub async fn remember(
    app: &App,
    provider: &dyn Provider,
    external_id: &ExternalId,
    state_hash: &[u8],
    tokens: &Tokens,
) -> Result<SecretString, Error> {
    let code = crate::random::url_safe_code();
    let code_hash = hash(&code);
    let now = app.clock.now();
    let expires_at = app.settled.latest(&*app.clock) + PENDING_LIFETIME;
    let owner = Owner {
        provider: provider.name().as_str(),
        external_id: external_id.as_str(),
    };
    let row = PendingRow {
        provider: provider.name().as_str().to_owned(),
        external_id: external_id.as_str().to_owned(),
        refresh_token: app.sealer.seal_token(
            &pending_place(&PENDING_REFRESH_TOKEN, &code_hash, owner),
            &tokens.refresh_token,
        ),
        access_token: app.sealer.seal_token(
            &pending_place(&PENDING_ACCESS_TOKEN, &code_hash, owner),
            &tokens.access_token,
        ),
        access_token_expires_at: tokens.expires_at(&*app.clock).as_millisecond().into(),
        consented_at: now.as_millisecond().into(),
        expires_at: expires_at.as_millisecond().into(),
        code_hash,
    };
    let mut tx = app.store.begin_write().await?;
    pending::insert(&mut tx, &row).await?;
    used_states::lead_to(&mut tx, state_hash, &row.code_hash).await?;
    tx.commit().await?;
    Ok(code.into())
}

/// What the grant of a connection code allows to connect.
pub async fn choices(app: &App, provider: &dyn Provider, code: &str) -> Result<Vec<Choice>, Error> {
    let mut tx = app.store.begin_read().await?;
    let row = pending::find(
        &mut tx,
        &hash(code),
        provider.name().as_str(),
        app.settled.earliest(&*app.clock),
    )
    .await?;
    drop(tx);
    let grant = Grant::open(app, &row.ok_or_else(unknown_code)?)?;
    provider.choices(&grant.tokens.access_token).await
}

/// Makes the connection with `choice`, or gives the one that is there new life. Uses up the code.
/// Returns what people call the choice.
pub async fn connect(
    app: &App,
    provider: &dyn Provider,
    code: &str,
    choice: &str,
) -> Result<String, Error> {
    let offered = choices(app, provider, code).await?;
    let chosen = offered.iter().find(|offered| offered.id == choice);
    let chosen = chosen.ok_or_else(|| provider.refuse_choice())?;
    let now = app.clock.now();
    let mut tx = app.store.begin_write().await?;
    // Of two requests that come here at once, one takes the row.
    let (name, earliest) = (provider.name().as_str(), app.settled.earliest(&*app.clock));
    let row = pending::take(&mut tx, &hash(code), name, earliest).await?;
    let row = row.ok_or_else(unknown_code)?;
    let grant = Grant::open(app, &row)?;
    let id = grant.save(app, &mut tx, provider, now).await?;
    provider.save_choice(&mut tx, id, choice, now).await?;
    let finished = FinishedFlow {
        code_hash: &row.code_hash,
        connection_id: id,
        provider: name,
        choice: &chosen.name,
        expires_at: grant.expires_at,
    };
    finished_flows::insert(&mut tx, &finished).await?;
    tx.commit().await?;
    app.held.forget_named(&grant.external_id, provider.name());
    app.held.forget(id);
    tracing::info!(connection_id = %id, provider = %provider.name(), "connected");
    Ok(chosen.name.clone())
}

/// What was picked, if the flow of this connection code has ended in a connection: for as long as the
/// code would have lived. Who reloads a page, goes back or has a second one open has connected.
pub async fn finished(
    app: &App,
    provider: &dyn Provider,
    code: &str,
) -> Result<Option<String>, Error> {
    let (name, earliest) = (provider.name().as_str(), app.settled.earliest(&*app.clock));
    let mut tx = app.store.begin_read().await?;
    Ok(finished_flows::choice_of_code(&mut tx, &hash(code), name, earliest).await?)
}

/// A pending grant, opened.
struct Grant {
    external_id: String,
    tokens: Tokens,
    consented_at: Timestamp,
    /// When its connection code dies.
    expires_at: Timestamp,
}

impl Grant {
    fn open(app: &App, row: &PendingRow) -> Result<Self, Error> {
        let owner = Owner {
            provider: &row.provider,
            external_id: &row.external_id,
        };
        let place = |column| pending_place(column, &row.code_hash, owner);
        let key = RowKey::Hash(row.code_hash.clone());
        let time = |stored: Stored<i64>, column| stored.time("pending_connection", column, &key);
        let consented_at = time(row.consented_at, "consented_at")?;
        let token_ends_at = time(row.access_token_expires_at, "access_token_expires_at")?;
        let now = app.clock.now();
        let left = if consented_at.duration_since(now) > CLOCKS_APART {
            // By a clock that was ahead: nobody knows when the token ends. Its first use refreshes it.
            SignedDuration::ZERO
        } else {
            token_ends_at.duration_since(now)
        };
        let open = |column, sealed| app.sealer.open_token(&place(column), sealed);
        Ok(Self {
            external_id: row.external_id.clone(),
            tokens: Tokens {
                access_token: open(&PENDING_ACCESS_TOKEN, &row.access_token)?,
                ends: app.clock.steady() + Duration::try_from(left).unwrap_or_default(),
                refresh_token: open(&PENDING_REFRESH_TOKEN, &row.refresh_token)?,
            },
            consented_at,
            expires_at: time(row.expires_at, "expires_at")?,
        })
    }

    /// Writes the rows of every provider; a reconnected customer keeps the connection's id.
    async fn save(
        &self,
        app: &App,
        tx: &mut Tx,
        provider: &dyn Provider,
        now: Timestamp,
    ) -> Result<Uuid, StoreError> {
        let name = provider.name().as_str();
        let owner = Owner {
            provider: name,
            external_id: &self.external_id,
        };
        let end = self.consented_at + provider.oauth().grant_lifetime;
        if let Some(id) = connections::find_id(tx, &self.external_id, name).await? {
            let tokens = seal_tokens(app, id, owner, &self.tokens);
            if connections::renew(tx, id, &tokens, end, now).await? {
                return Ok(id);
            }
            // Deleted this moment. An id that is no more is never used again: a refresh of the old
            // grant may be under way, and must find nothing to write to.
        }
        let id = crate::random::uuid_v7(now);
        let tokens = seal_tokens(app, id, owner, &self.tokens);
        connections::insert(tx, id, &tokens, end, now).await?;
        let standing = connections::map(tx, &self.external_id, name, id).await?;
        if standing != id {
            // Another request has just connected the same customer; its id stands, our grant is newer.
            connections::discard(tx, id).await?;
            let tokens = seal_tokens(app, standing, owner, &self.tokens);
            connections::renew(tx, standing, &tokens, end, now).await?;
        }
        Ok(standing)
    }
}

fn hash(code: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, code.as_bytes())
        .as_ref()
        .to_vec()
}

fn pending_place(column: &SealedColumn, code_hash: &[u8], owner: Owner<'_>) -> Place {
    column.place(&RowKey::Hash(code_hash.to_vec()), Some(owner))
}

/// The answer to a code that was never given, has been used, or has expired.
pub(crate) fn unknown_code() -> Error {
    Error::invalid(
        "Connection ID not found: session is either expired or does not exist",
        "connection_code_not_found",
    )
}
