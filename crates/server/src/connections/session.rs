//! A connect session: a flow that a back end has prepared for one customer, with what may come of it.
//!
//! Its token begins one flow. The store has its digest alone, and of any number of uses one wins, on whatever
//! process. Opened in a browser, it is bound to it: see [`Browser`].

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::consent::{self, ConsentError};
use crate::auth::{self, Digest};
use crate::connection::{Customer, ExternalId};
use crate::project::ProjectId;
use crate::projects::return_urls::ADDED;
use crate::provider::{Choice, Choices, Provider};
use crate::random;
use crate::store::connect_sessions::{self, SessionRow};
use crate::store::{self, StoreError, Tx};
use crate::tokens::Tokens;

/// How tokens of sessions begin.
const PREFIX: &str = "jct_cs_";

const TABLE: &str = "connect_session";

/// What may come of a session, and where the browser goes at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Where the browser goes at its end; none is where the provider's settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<Url>,
    /// What alone may be chosen, by ids or addresses; none is anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether a part of what is chosen must be selected.
    #[serde(default)]
    pub needs_part: bool,
}

impl Terms {
    /// Of what a grant allows, what may be chosen. What is left alone need not be asked for.
    #[must_use]
    pub(super) fn narrow(&self, choices: Choices) -> Option<Choices> {
        let allows = |choice: &Choice| {
            let mut allowed = self.allowed.iter();
            allowed.any(|allowed| *allowed == choice.id || is_address_of(allowed, choice))
        };
        if self.allowed.is_empty() {
            return Some(choices);
        }
        match choices {
            Choices::None => None,
            Choices::One(only) => allows(&only).then_some(Choices::One(only)),
            Choices::Many(several) => {
                let mut left: Vec<_> = several.into_iter().filter(allows).collect();
                match left.len() {
                    0 => None,
                    1 => left.pop().map(Choices::One),
                    _ => Some(Choices::Many(left)),
                }
            }
            waiting @ Choices::Waiting(_) => Some(waiting),
        }
    }
}

/// Whether a text is the address at which people find a choice, with or without a slash at its end.
fn is_address_of(text: &str, choice: &Choice) -> bool {
    let parse = |text: &str| {
        let url = Url::parse(text).ok()?;
        let path = url.path().trim_end_matches('/').to_owned();
        Some((url.origin(), path)).filter(|(origin, _)| origin.is_tuple())
    };
    let address = choice.url.as_deref().and_then(parse);
    address.is_some() && address == parse(text)
}

/// How a flow has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// There is a connection.
    Success,
    /// The customer does not want one.
    Denied,
    /// Something else keeps it from being made; a word for programs.
    Error(&'static str),
}

/// A session, as far as it is known to whoever has its token, or a browser that it led.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// Whose connection is to be made.
    pub customer: Customer,
    /// The name of the provider.
    pub provider: String,
    /// What may come of it.
    pub terms: Terms,
    is_used_up: bool,
    browser: Option<Vec<u8>>,
    expires_at: Timestamp,
}

impl Session {
    fn of_row(row: SessionRow) -> store::Result<Self> {
        let id = row.session_id;
        let unreadable = |column| StoreError::unreadable(TABLE, column, id);
        let external_id = ExternalId::parse(&row.external_id);
        Ok(Self {
            id,
            customer: Customer {
                project: row.project_id,
                external_id: external_id.map_err(|_| unreadable("external_id"))?,
            },
            provider: row.provider,
            terms: juncture_json::decode(&row.terms).map_err(|_| unreadable("terms"))?,
            is_used_up: row.opened_at.is_some(),
            browser: row.browser_hash,
            expires_at: row.expires_at.time(TABLE, "expires_at", id)?,
        })
    }

    /// The session of a flow that has begun.
    pub(super) async fn of_flow(tx: &mut Tx, id: Uuid) -> store::Result<Option<Self>> {
        let row = connect_sessions::find(tx, id).await?;
        row.map(Self::of_row).transpose()
    }

    /// The session that has led to a connection code, if it was one.
    pub(super) async fn of_code(tx: &mut Tx, code_hash: &[u8]) -> store::Result<Option<Self>> {
        let row = connect_sessions::find_by_code(tx, code_hash).await?;
        row.map(Self::of_row).transpose()
    }

    /// Where the browser goes at the end: the session's address, or what the provider's settings say. What has
    /// come of it is added to the query; there is no secret in it.
    #[must_use]
    pub fn address_after(&self, provider: &dyn Provider, ending: Ending) -> Option<Url> {
        let mut url = without_added(self.address(provider)?);
        let (status, error) = match ending {
            Ending::Success => ("success", None),
            Ending::Denied => ("denied", None),
            Ending::Error(word) => ("error", Some(word)),
        };
        let mut query = url.query_pairs_mut();
        query.append_pair("status", status);
        query.append_pair("provider", &self.provider);
        query.append_pair("external_id", self.customer.external_id.as_str());
        query.extend_pairs(error.map(|error| ("error", error)));
        drop(query);
        Some(url)
    }

    /// Where the browser goes at the end, without what has come of it.
    #[must_use]
    pub fn address<'a>(&'a self, provider: &'a dyn Provider) -> Option<&'a Url> {
        self.terms.return_url.as_ref().or(provider.done_url())
    }
}

/// An address without what is added to its query: a configured one may say beforehand what a success is told by.
fn without_added(url: &Url) -> Url {
    let name = |pair: &str| {
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned())
    };
    let is_added = |pair: &&str| name(pair).is_some_and(|name| ADDED.contains(&&*name));
    let pairs = url.query().unwrap_or_default().split('&');
    let kept: Vec<_> = pairs
        .filter(|pair| !pair.is_empty() && !is_added(pair))
        .collect();
    let kept = kept.join("&");
    let mut url = url.clone();
    url.set_query(Some(&*kept).filter(|kept| !kept.is_empty()));
    url
}

/// What a request shows of the browser that it comes from.
#[derive(Debug, Default)]
pub struct Browser {
    shown: Vec<Digest>,
    vouching: Option<ProjectId>,
}

impl Browser {
    /// One that has these cookies; or a back end that speaks for customers of its project, whose browsers it
    /// knows itself.
    pub fn of<'c>(cookies: impl Iterator<Item = &'c str>, vouching: Option<ProjectId>) -> Self {
        let shown = cookies.map(|cookie| auth::digest(cookie.as_bytes()));
        Self {
            shown: shown.collect(),
            vouching,
        }
    }

    /// Whether it may go on with a flow of this session: with one that is bound to no browser, any may.
    #[must_use]
    pub fn may_go_on(&self, session: &Session) -> bool {
        let is_it = |browser: &Vec<u8>| self.shown.iter().any(|shown| shown[..] == browser[..]);
        session.browser.as_ref().is_none_or(is_it)
            || self.vouching == Some(session.customer.project)
    }
}

/// A session that was made, and its token, which is told this once.
pub struct Made {
    /// The token.
    pub token: SecretString,
    /// When it dies.
    pub expires_at: Timestamp,
}

/// Makes a session, whose token is good for so long.
pub async fn make(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    terms: &Terms,
    lifetime: SignedDuration,
) -> Result<Made, ConsentError> {
    consent::check_app(tokens, provider, customer.project).await?;
    let token: SecretString = [PREFIX, &random::url_safe_code()].concat().into();
    // To the millisecond, as it is kept.
    let expires_at = tokens.settled.latest(&*tokens.clock) + lifetime;
    let expires_at = expires_at.as_millisecond();
    let row = SessionRow {
        session_id: random::uuid_v7(tokens.clock.now()),
        project_id: customer.project,
        provider: provider.name().as_str().to_owned(),
        external_id: customer.external_id.as_str().to_owned(),
        terms: serde_json::to_string(terms).expect("terms are plain data"),
        opened_at: None,
        browser_hash: None,
        expires_at: expires_at.into(),
    };
    let mut tx = tokens.store.begin_write().await?;
    connect_sessions::insert(&mut tx, &row, &auth::digest_of(&token)).await?;
    tx.commit().await?;
    let expires_at = row.expires_at.time(TABLE, "expires_at", row.session_id)?;
    Ok(Made { token, expires_at })
}

/// Why a token begins no flow.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It was never given, or is long dead.
    #[error("no such connect session")]
    Unknown,
    /// It has begun a flow before.
    #[error("the connect session has been used")]
    Used(Box<Session>),
    /// It has died.
    #[error("the connect session has expired")]
    Expired(Box<Session>),
    /// There is no consent page to go to. The token is not used up.
    #[error(transparent)]
    NoConsent(#[from] ConsentError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::NoConsent(error.into())
    }
}

/// Uses a token up, and begins its flow: gives the consent page. The flow is bound to the browser that has the
/// cookie of this digest, if there is one; `is_visible` says whether the session is of whom it should be.
pub async fn open(
    tokens: &Tokens,
    token: &SecretString,
    browser: Option<&Digest>,
    is_visible: impl FnOnce(&Session) -> bool,
) -> Result<Url, OpenError> {
    let token = token.expose_secret();
    if !token.starts_with(PREFIX) {
        return Err(OpenError::Unknown);
    }
    let mut tx = tokens.store.begin_read().await?;
    let found = connect_sessions::find_by_token(&mut tx, &auth::digest(token.as_bytes())).await?;
    drop(tx);
    let session = found.map(Session::of_row).transpose()?;
    let session = session.filter(is_visible).ok_or(OpenError::Unknown)?;
    let used = |session| Err(OpenError::Used(Box::new(session)));
    if session.is_used_up {
        return used(session);
    }
    if session.expires_at <= tokens.settled.earliest(&*tokens.clock) {
        return Err(OpenError::Expired(Box::new(session)));
    }
    let provider = tokens.providers.get(&session.provider);
    let provider = provider.ok_or(OpenError::Unknown)?;
    let begun = consent::begin(tokens, provider, &session.customer, Some(session.id)).await?;
    let mut tx = tokens.store.begin_write().await?;
    let browser = browser.map(|browser| &browser[..]);
    let now = tokens.clock.now();
    if !connect_sessions::open(&mut tx, session.id, browser, now).await? {
        return used(session);
    }
    tx.commit().await?;
    Ok(begun)
}
