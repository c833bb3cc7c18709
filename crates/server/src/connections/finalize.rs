//! The second step of a connection: the customer picks what to connect, and the connection is made.
//!
//! Between consent and choice the grant waits as a `pending_connection` for 15 minutes. The
//! connection code that names it is single use; the store knows only its hash.

use std::time::Duration;

use super::grant::{Grant, Saved, hash};
use super::session::{Browser, Session};
use crate::events::connection::{Change, record_change};
use crate::failure::Failure;
use crate::project::ProjectId;
use crate::provider::{Account, Choice, Choices, FreshGrant, Part, Provider};
use crate::store::finished_flows::{self, FinishedFlow};
use crate::store::{StoreError, pending, uses};
use crate::timeline::{self, Happening};
use crate::tokens::Tokens;

/// How long it may take to learn who has consented: the connection does not need it.
const PATIENCE_WITH_WHO: Duration = Duration::from_secs(2);

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
    let missing_scopes = missing_scopes(tokens, provider, &pending).await;
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
    let Saved { id, is_new } = grant
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
    let (sealer, change) = (&tokens.sealer, connected(is_new));
    record_change(&mut tx, sealer, id, change, grant.consented_at, now).await?;
    if let Some(missing) = &missing_scopes {
        let change = Change::MissingScopes(missing);
        record_change(&mut tx, sealer, id, change, now, now).await?;
    }
    tx.commit().await?;
    tokens.held.forget_named(&grant.customer, provider.name());
    tokens.held.forget(id);
    tracing::info!(connection_id = %id, provider = %provider.name(), "connected");
    Ok(chosen_name)
}

/// What a fresh grant is to its connection.
fn connected(is_new: bool) -> Change<'static> {
    if is_new {
        Change::Created
    } else {
        Change::Recovered
    }
}

/// What is asked for and was not granted, where that is known.
async fn missing_scopes(
    tokens: &Tokens,
    provider: &dyn Provider,
    grant: &Grant,
) -> Option<Vec<String>> {
    let granted = grant.fresh().scopes?;
    tokens
        .missing_scopes_if_known(grant.customer.project, provider, granted)
        .await
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
