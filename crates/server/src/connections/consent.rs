//! The first step of a connection: to the provider's consent page, and back with a code.
//!
//! The OAuth state is a sealed message, not a row: a stranger who starts flows fills nothing. Its
//! use is a row, so that it works once. A flow that failed may be tried again, within the ten minutes
//! that it began with: whoever was handed one link has one link, not a chain of them without an end.

use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::finalize::{self, Entered, Picked};
use super::flow::Flow;
use super::grant;
use super::session::{Browser, Session};
use crate::connection::Customer;
use crate::failure::Failure;
use crate::oauth::{OAuthApp, Profile, RefreshTokens, Refusal, TokenError, TokenPair};
use crate::project::ProjectId;
use crate::provider::Provider;
use crate::store::{StoreError, finished_flows, used_states};
use crate::tokens::{AppInUse, Tokens};

/// The longest value of a callback that is kept, in bytes; a stranger may have written it.
const LONGEST_KEPT: usize = 2048;

/// A fresh consent URL for a customer, by a connect session if there is one.
pub async fn begin(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    session: Option<Uuid>,
) -> Result<Url, ConsentError> {
    let AppInUse { id, app } = check_app(tokens, provider, customer.project).await?;
    let flow = Flow::begin(tokens.clock.now(), provider.name(), customer, (id, session));
    Ok(consent_page(tokens, provider, &app, flow))
}

/// The app with which flows of a project begin.
pub(super) async fn check_app(
    tokens: &Tokens,
    provider: &dyn Provider,
    project: ProjectId,
) -> Result<AppInUse, ConsentError> {
    let app = tokens.app_of_project(project, provider).await;
    app.map_err(Failure::from)?.ok_or(ConsentError::NoApp)
}

/// The consent page of a try.
fn consent_page(tokens: &Tokens, provider: &dyn Provider, app: &OAuthApp, flow: Flow) -> Url {
    let profile = provider.profile();
    let flow = flow.bound(profile.pkce);
    let state = flow.to_state(&tokens.sealer);
    let verifier = flow.verifier();
    app.authorization_uri(profile, &state, verifier.as_ref())
}

/// Another consent URL for the flow of a link, within the time that it began with.
pub async fn begin_again(
    tokens: &Tokens,
    provider: &dyn Provider,
    link: &SecretString,
    browser: &Browser,
) -> Result<Url, ConsentError> {
    let flow = Flow::of_link(&tokens.sealer, link.expose_secret());
    let flow = flow.filter(|flow| flow.is_of(provider.name()));
    let flow = flow.ok_or(ConsentError::Foreign)?;
    if flow.is_over(tokens.clock.now()) {
        return Err(ConsentError::Expired);
    }
    session_of(tokens, &flow, browser).await?;
    let app = app_of(tokens, provider, &flow).await?;
    Ok(consent_page(tokens, provider, &app, flow.again()))
}

/// The app that a flow began with, and ends with.
async fn app_of(
    tokens: &Tokens,
    provider: &dyn Provider,
    flow: &Flow,
) -> Result<OAuthApp, Failure> {
    let (project, app) = (flow.project(), flow.app());
    Ok(tokens.app_of_grant(project, app, provider).await?)
}

/// What the provider has sent back (RFC 6749 §4.1.2).
pub struct Returned {
    /// The state that the flow began with.
    pub state: Option<SecretString>,
    /// The authorization code.
    pub code: Option<SecretString>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The whole query, of which a dialect may keep more.
    pub query: String,
}

/// What a return led to.
pub enum Received {
    /// The code of a connection that is to be made.
    Code(SecretString),
    /// A connection with this, since there was nothing to ask the customer.
    Connected(String),
    /// Nothing new: its flow has ended in a connection before, with this.
    Again(String),
}

/// Why there is no consent page, or the customer came back without a grant.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// There is no state, or neither code nor reason.
    #[error("no code or no state")]
    Incomplete,
    /// The state or the link is none of ours, or of another provider, or has been used.
    #[error("a foreign or a used state")]
    Foreign,
    /// The flow has taken too long.
    #[error("the flow has expired")]
    Expired,
    /// The flow is bound to another browser.
    #[error("the flow is of another browser")]
    OtherBrowser,
    /// The provider's own word for what went wrong at its consent page.
    #[error("the provider says {0:?}")]
    Refused(String),
    /// Somebody else must approve first: what the customer is told.
    #[error("the provider waits: {0}")]
    Waiting(String),
    /// The provider does not take the code.
    #[error("the provider does not take the code")]
    CodeRefused,
    /// The project has no OAuth app at the provider, and may not use the environment's.
    #[error("the project has no OAuth app")]
    NoApp,
    /// Something else failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for ConsentError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// A return that led to nothing, and whether the customer may try again.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: ConsentError,
    /// The flow as a link has it, for [`begin_again`], while it lasts.
    pub link: Option<String>,
}

/// After which the customer must begin where they came from.
impl From<ConsentError> for Failed {
    fn from(error: ConsentError) -> Self {
        Self { error, link: None }
    }
}

/// A return: what came of it, and whose it is as far as that is known.
pub struct Return {
    /// What it led to, or why it led to nothing.
    pub result: Result<Received, Failed>,
    /// The connect session of its flow, which the browser may go on with.
    pub session: Option<Session>,
    /// The project of its flow.
    pub project: Option<ProjectId>,
}

impl From<ConsentError> for Return {
    fn from(error: ConsentError) -> Self {
        Self {
            result: Err(error.into()),
            session: None,
            project: None,
        }
    }
}

/// Takes a return. One of a flow that is bound to another browser leaves nothing.
pub async fn receive(
    tokens: &Tokens,
    provider: &dyn Provider,
    returned: Returned,
    browser: &Browser,
) -> Return {
    let Some(state) = &returned.state else {
        let waiting = waiting(provider, &returned.query);
        return waiting.unwrap_or(ConsentError::Incomplete).into();
    };
    let flow = Flow::of_state(&tokens.sealer, state.expose_secret());
    let Some(flow) = flow else {
        return ConsentError::Foreign.into();
    };
    let project = Some(flow.project());
    match session_of(tokens, &flow, browser).await {
        Ok(session) => Return {
            result: take(tokens, provider, returned, &flow, session.as_ref()).await,
            session,
            project,
        },
        Err(error) => Return {
            project,
            ..error.into()
        },
    }
}

/// What a return says where somebody else must approve first.
fn waiting(provider: &dyn Provider, query: &str) -> Option<ConsentError> {
    let approval = provider.profile().approval.as_ref();
    let approval = approval.filter(|approval| approval.is_said_in(query));
    approval.map(|approval| ConsentError::Waiting(approval.sentence.to_string()))
}

/// The connect session of a flow, if it has one, and the browser may go on with it.
async fn session_of(
    tokens: &Tokens,
    flow: &Flow,
    browser: &Browser,
) -> Result<Option<Session>, ConsentError> {
    let Some(id) = flow.session() else {
        return Ok(None);
    };
    let mut tx = tokens.store.begin_read().await?;
    // It goes with its project alone, while a flow of it lasts.
    let session = Session::of_flow(&mut tx, id).await?;
    let session = session.ok_or(ConsentError::Foreign)?;
    if !browser.may_go_on(&session) {
        return Err(ConsentError::OtherBrowser);
    }
    Ok(Some(session))
}

/// Uses the state up, and exchanges the code.
async fn take(
    tokens: &Tokens,
    provider: &dyn Provider,
    returned: Returned,
    flow: &Flow,
    session: Option<&Session>,
) -> Result<Received, Failed> {
    if let Some(choice) = use_state(tokens, provider, flow).await? {
        return Ok(Received::Again(choice));
    }
    let customer = flow.customer().ok_or(ConsentError::Foreign)?;
    if flow.is_over(tokens.clock.now()) {
        return Err(ConsentError::Expired.into());
    }
    let again = |error| Failed {
        error,
        link: Some(flow.to_link(&tokens.sealer)),
    };
    // An error is believed whatever comes with it (RFC 6749 §4.1.2.1).
    if let Some(refused) = returned.error.filter(|error| !error.is_empty()) {
        return Err(again(ConsentError::Refused(refused)));
    }
    let is_code = |code: &SecretString| !code.expose_secret().is_empty();
    let Some(code) = returned.code.filter(is_code) else {
        let waiting = waiting(provider, &returned.query);
        return Err(again(waiting.unwrap_or(ConsentError::Incomplete)));
    };
    let exchanged = exchange(tokens, provider, flow, &code).await;
    let mut pair = exchanged.map_err(again)?;
    keep_of_callback(provider.profile(), &returned.query, &mut pair);
    let code = grant::remember(tokens, provider, &customer, flow, &pair)
        .await
        .map_err(|error| again(error.into()))?;
    Ok(connect_at_once(tokens, provider, code, session).await)
}

/// Connects where the customer need not be asked. What keeps that from being done is for the page to say,
/// which tries it again.
async fn connect_at_once(
    tokens: &Tokens,
    provider: &dyn Provider,
    code: SecretString,
    session: Option<&Session>,
) -> Received {
    let is_narrowed = session.is_some_and(|session| !session.terms.allowed.is_empty());
    if provider.always_asks() && !is_narrowed {
        return Received::Code(code);
    }
    let entered = Entered::of(code.expose_secret(), session);
    let connected = finalize::connect(tokens, provider, &entered, Picked::default()).await;
    match connected {
        Ok(choice) => Received::Connected(choice),
        Err(error) => {
            tracing::debug!(provider = %provider.name(), %error, "not connected at once");
            Received::Code(code)
        }
    }
}

/// Keeps what the dialect keeps of the query with which the customer has come back.
fn keep_of_callback(profile: &Profile, query: &str, pair: &mut TokenPair) {
    let is_kept = |name: &str| profile.keep.of_callback.iter().any(|kept| kept == name);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if is_kept(&name) && value.len() <= LONGEST_KEPT && pair.kept.get(&name).is_none() {
            pair.kept.insert(&name, &value);
        }
    }
}

/// Notes the use of a state. A state is used up by its first use, good or bad. Gives what its flow has ended
/// in, where this is not the first one and it has.
async fn use_state(
    tokens: &Tokens,
    provider: &dyn Provider,
    flow: &Flow,
) -> Result<Option<String>, ConsentError> {
    let mut tx = tokens.store.begin_write().await?;
    let is_first_use = used_states::claim(&mut tx, &flow.hash(), flow.expires_at()).await?;
    let name = provider.name().as_str();
    let now = tokens.settled.earliest(&*tokens.clock);
    let finished = finished_flows::choice_of_state(&mut tx, &flow.hash(), name, now).await?;
    tx.commit().await?;
    match finished {
        _ if !flow.is_of(provider.name()) => Err(ConsentError::Foreign),
        _ if is_first_use => Ok(None),
        Some(choice) => Ok(Some(choice)),
        None => Err(ConsentError::Foreign),
    }
}

/// Exchanges the code. A grant must last: by a refresh token, by an access token that does not end, or
/// as the dialect has it.
async fn exchange(
    tokens: &Tokens,
    provider: &dyn Provider,
    flow: &Flow,
    code: &SecretString,
) -> Result<TokenPair, ConsentError> {
    let profile = provider.profile();
    let app = app_of(tokens, provider, flow).await?;
    let verifier = flow.verifier();
    let code = code.expose_secret();
    let exchanged = tokens
        .client
        .exchange_code(profile, &app, code, verifier.as_ref());
    let pair = exchanged.await.map_err(|error| match error {
        TokenError::Refused {
            refusal: Refusal::CodeRefused | Refusal::GrantDead,
            ..
        } => ConsentError::CodeRefused,
        error => ConsentError::Failed(error.into()),
    })?;
    let lasts = pair.refresh_token.is_some()
        || pair.ends.is_none()
        || profile.refresh == RefreshTokens::None;
    if !lasts {
        let missing = "no refresh token, though the access token ends";
        return Err(ConsentError::Failed(
            TokenError::BadResponse(missing.to_owned()).into(),
        ));
    }
    Ok(pair)
}
