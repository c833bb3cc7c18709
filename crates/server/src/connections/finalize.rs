//! The second step of a connection: the customer picks what to connect, and the connection is made.
//!
//! Between consent and choice the grant waits as a `pending_connection` for 15 minutes. The
//! connection code that names it is single use; the store knows only its hash.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use ring::digest;
use secrecy::SecretString;
use uuid::Uuid;

use super::flow::Flow;
use super::session::{Browser, Session};
use crate::connection::{Customer, ExternalId, open_kept, seal_kept, seal_tokens};
use crate::failure::Failure;
use crate::oauth::{Profile, TokenPair};
use crate::project::ProjectId;
use crate::provider::{Account, Choice, Choices, FreshGrant, Part, Provider};
use crate::seal::{Owner, Place};
use crate::store::connections::{self, AccountRow, ChoiceRow, GrantRow};
use crate::store::finished_flows::{self, FinishedFlow};
use crate::store::pending::{self, PendingRow};
use crate::store::refreshes::CLOCKS_APART;
use crate::store::sealed_columns::{
    PENDING_ACCESS_TOKEN, PENDING_KEPT, PENDING_REFRESH_TOKEN, RowKey, SealedColumn,
};
use crate::store::stored::Stored;
use crate::store::{StoreError, Tx, connect_sessions, used_states, uses};
use crate::timeline::{self, Happening};
use crate::tokens::Tokens;

/// How long the customer may take to choose.
const PENDING_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// How long it may take to learn who has consented: the connection does not need it.
const PATIENCE_WITH_WHO: Duration = Duration::from_secs(2);

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

/// Why there is nothing to choose, or the choice became no connection.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The code was never given, has been used, or has expired.
    #[error("no such connection code")]
    UnknownCode,
    /// The choice is not among those of this very grant.
    #[error("the choice was not offered")]
    NotOffered,
    /// The customer must choose one of these.
    #[error("nothing was chosen")]
    NotChosen(Vec<Choice>),
    /// The flow is bound to another browser.
    #[error("the flow is of another browser")]
    OtherBrowser,
    /// The grant opens none of what the connect session allows.
    #[error("none of what may be connected is open to the grant")]
    NoneAllowed,
    /// A part of this must be selected: one of these.
    #[error("no part was selected")]
    NoPartSelected(Choice, Vec<Part>),
    /// The part is none that the grant opens.
    #[error("the part was not offered")]
    PartNotOffered,
    /// There is nothing to connect before somebody has done at the provider what this says.
    #[error("the provider waits: {0}")]
    Waiting(String),
    /// Something else failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for ChoiceError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// A connection code whose flow a browser may go on with, whether or not its grant still waits.
#[derive(Debug)]
pub struct Entered<'a> {
    code: &'a str,
    /// The connect session of its flow, if it has one.
    pub session: Option<Session>,
    /// For which project its grant waits, or was taken; none where neither is known.
    pub project: Option<ProjectId>,
}

impl<'a> Entered<'a> {
    /// A code that was made this moment, for a browser that may go on with its flow.
    pub(super) fn of(code: &'a str, session: Option<&Session>) -> Self {
        Self {
            code,
            session: session.cloned(),
            project: None,
        }
    }

    /// What its session leaves of what a grant allows.
    fn narrow(&self, choices: Choices) -> Result<Choices, ChoiceError> {
        match &self.session {
            Some(session) => session
                .terms
                .narrow(choices)
                .ok_or(ChoiceError::NoneAllowed),
            None => Ok(choices),
        }
    }

    fn needs_part(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.terms.needs_part)
    }
}

/// Lets a browser go on with the flow of a connection code, unless that is bound to another one. Whether
/// there is such a code shows later.
pub async fn enter<'a>(
    tokens: &Tokens,
    provider: &dyn Provider,
    code: &'a str,
    browser: &Browser,
) -> Result<Entered<'a>, ChoiceError> {
    let (name, code_hash) = (provider.name().as_str(), hash(code));
    let earliest = tokens.settled.earliest(&*tokens.clock);
    let mut tx = tokens.store.begin_read().await?;
    let session = Session::of_code(&mut tx, &code_hash).await?;
    let session = session.filter(|session| session.provider == name);
    if session
        .as_ref()
        .is_some_and(|session| !browser.may_go_on(session))
    {
        return Err(ChoiceError::OtherBrowser);
    }
    let waiting = pending::find(&mut tx, &code_hash, name, earliest).await?;
    let project = match (waiting, &session) {
        (Some(row), _) => Some(row.project_id),
        (None, Some(session)) => Some(session.customer.project),
        (None, None) => finished_flows::project_of_code(&mut tx, &code_hash).await?,
    };
    Ok(Entered {
        code,
        session,
        project,
    })
}

/// What a customer has picked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Picked<'a> {
    /// What to connect; nothing where nothing need be picked.
    pub choice: Option<&'a str>,
    /// What to select of it.
    pub part: Option<&'a str>,
}

/// What the grant of a connection code allows to connect.
pub async fn choices(
    tokens: &Tokens,
    provider: &dyn Provider,
    entered: &Entered<'_>,
) -> Result<Choices, ChoiceError> {
    let grant = find(tokens, provider, entered.code).await?;
    entered.narrow(provider.choices(&grant.fresh()).await?)
}

/// The grant that waits under a connection code.
async fn find(tokens: &Tokens, provider: &dyn Provider, code: &str) -> Result<Grant, ChoiceError> {
    let mut tx = tokens.store.begin_read().await?;
    let row = pending::find(
        &mut tx,
        &hash(code),
        provider.name().as_str(),
        tokens.settled.earliest(&*tokens.clock),
    )
    .await?;
    drop(tx);
    Ok(Grant::open(tokens, &row.ok_or(ChoiceError::UnknownCode)?)?)
}

/// Who has consented, as far as that is told soon.
async fn who(
    tokens: &Tokens,
    provider: &dyn Provider,
    grant: &FreshGrant<'_>,
    choice: Option<&Choice>,
) -> Option<Account> {
    let told = tokio::select! {
        biased;
        told = provider.account(grant, choice) => told,
        () = tokens.clock.deadline(PATIENCE_WITH_WHO) => return None,
    };
    told.unwrap_or_else(|error| {
        tracing::debug!(provider = %provider.name(), %error, "it is not known who has consented");
        None
    })
}

/// What is to be connected, if it is known: of what the grant allows, what the customer has chosen.
fn choose(offered: Choices, choice: Option<&str>) -> Result<Option<Choice>, ChoiceError> {
    match (offered, choice) {
        (Choices::Waiting(what), _) => Err(ChoiceError::Waiting(what)),
        (Choices::None, None) => Ok(None),
        (Choices::One(only), None) => Ok(Some(only)),
        (Choices::One(only), Some(id)) if only.id == id => Ok(Some(only)),
        (Choices::None | Choices::One(_), Some(_)) => Err(ChoiceError::NotOffered),
        (Choices::Many(several), None) => Err(ChoiceError::NotChosen(several)),
        (Choices::Many(several), Some(id)) => {
            let chosen = several.into_iter().find(|offered| offered.id == id);
            chosen.map(Some).ok_or(ChoiceError::NotOffered)
        }
    }
}

/// Which part of what was chosen is to be selected, if one is. The only one need not be asked for.
async fn choose_part(
    provider: &dyn Provider,
    grant: &FreshGrant<'_>,
    chosen: Option<&Choice>,
    (part, is_needed): (Option<&str>, bool),
) -> Result<Option<Part>, ChoiceError> {
    let Some(chosen) = chosen.filter(|_| part.is_some() || is_needed) else {
        return Ok(None);
    };
    let mut parts = provider.parts(grant, chosen).await?;
    match part {
        Some(part) => {
            let found = parts.into_iter().find(|offered| offered.is(part));
            found.map(Some).ok_or(ChoiceError::PartNotOffered)
        }
        None if parts.len() == 1 => Ok(parts.pop()),
        None => Err(ChoiceError::NoPartSelected(chosen.clone(), parts)),
    }
}

/// Makes the connection with what was picked, or with what needs no choice; or gives the one that is there
/// new life. Uses up the code. Returns what people call what was chosen, and an empty text for nothing.
pub async fn connect(
    tokens: &Tokens,
    provider: &dyn Provider,
    entered: &Entered<'_>,
    picked: Picked<'_>,
) -> Result<String, ChoiceError> {
    let code = entered.code;
    let pending = find(tokens, provider, code).await?;
    let offered = entered.narrow(provider.choices(&pending.fresh()).await?)?;
    let chosen = choose(offered, picked.choice)?;
    let part = (picked.part, entered.needs_part());
    let part = choose_part(provider, &pending.fresh(), chosen.as_ref(), part).await?;
    let account = who(tokens, provider, &pending.fresh(), chosen.as_ref()).await;
    let chosen_name = chosen.as_ref().map(|chosen| chosen.name.clone());
    let chosen_name = chosen_name.unwrap_or_default();
    let now = tokens.clock.now();
    let mut tx = tokens.store.begin_write().await?;
    // Of two requests that come here at once, one takes the row.
    let (name, earliest) = (
        provider.name().as_str(),
        tokens.settled.earliest(&*tokens.clock),
    );
    let row = pending::take(&mut tx, &hash(code), name, earliest).await?;
    let row = row.ok_or(ChoiceError::UnknownCode)?;
    let grant = Grant::open(tokens, &row)?;
    let id = grant
        .save(
            tokens,
            &mut tx,
            provider,
            (chosen.as_ref(), account.as_ref()),
            now,
        )
        .await?;
    uses::forget_error(&mut tx, id).await?;
    timeline::record(&mut tx, id, Happening::Consent, grant.consented_at).await?;
    if let Some(chosen) = &chosen {
        provider.save_choice(&mut tx, id, chosen, now).await?;
        timeline::record(&mut tx, id, Happening::Site(&chosen.id), now).await?;
    }
    if let Some(part) = &part {
        provider.select_part(&mut tx, id, part, now).await?;
    }
    let finished = FinishedFlow {
        code_hash: &row.code_hash,
        connection_id: id,
        provider: name,
        choice: &chosen_name,
        expires_at: grant.expires_at,
    };
    finished_flows::insert(&mut tx, &finished).await?;
    tx.commit().await?;
    tokens.held.forget_named(&grant.customer, provider.name());
    tokens.held.forget(id);
    tracing::info!(connection_id = %id, provider = %provider.name(), "connected");
    Ok(chosen_name)
}

/// What was picked, if the flow of this connection code has ended in a connection: for as long as the
/// code would have lived. Who reloads a page, goes back or has a second one open has connected.
pub async fn finished(
    tokens: &Tokens,
    provider: &dyn Provider,
    entered: &Entered<'_>,
) -> Result<Option<String>, StoreError> {
    let (name, earliest) = (
        provider.name().as_str(),
        tokens.settled.earliest(&*tokens.clock),
    );
    let mut tx = tokens.store.begin_read().await?;
    finished_flows::choice_of_code(&mut tx, &hash(entered.code), name, earliest).await
}

/// A pending grant, opened.
struct Grant {
    customer: Customer,
    /// The OAuth app that it was given to; none if that is the environment's.
    app: Option<Uuid>,
    pair: TokenPair,
    consented_at: Timestamp,
    /// When its connection code dies.
    expires_at: Timestamp,
}

impl Grant {
    fn open(tokens: &Tokens, row: &PendingRow) -> Result<Self, Failure> {
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
    async fn save(
        &self,
        tokens: &Tokens,
        tx: &mut Tx,
        provider: &dyn Provider,
        (chosen, account): (Option<&Choice>, Option<&Account>),
        now: Timestamp,
    ) -> Result<Uuid, StoreError> {
        let owner = self.customer.at(provider.name());
        let Owner {
            project,
            provider: name,
            external_id,
        } = owner;
        let grant = |id| GrantRow {
            tokens: seal_tokens(&tokens.sealer, &*tokens.clock, id, owner, &self.pair),
            oauth_app_id: self.app,
            expires_at: self.end(provider.profile(), &*tokens.clock),
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
            return Ok(id);
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
        Ok(standing)
    }
}

impl Grant {
    /// As far as a provider needs it.
    fn fresh(&self) -> FreshGrant<'_> {
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

fn hash(code: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, code.as_bytes())
        .as_ref()
        .to_vec()
}

fn pending_place(column: &SealedColumn, code_hash: &[u8], owner: Owner<'_>) -> Place {
    column.place(&RowKey::Hash(code_hash.to_vec()), Some(owner))
}
