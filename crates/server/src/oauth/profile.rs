//! A provider's dialect of OAuth 2.0 as data: all that providers do differently. Nothing else decides how
//! its endpoints are spoken to, and no part that speaks to them knows a provider by name.

use std::time::Duration;

use jiff::SignedDuration;
use url::{Url, form_urlencoded};

use super::verdict::Judge;
use super::word::Word;

/// A dialect. Whose client speaks it is not in it: see [`OAuthApp`](super::OAuthApp).
#[derive(Debug, Clone)]
pub struct Profile {
    /// Where the customer consents.
    pub authorize_url: Url,
    /// Where codes are exchanged, and refresh tokens too unless `refresh_url` says otherwise.
    pub token_url: Url,
    /// Where refresh tokens are exchanged, if that is elsewhere.
    pub refresh_url: Option<Url>,
    /// How a grant is given back; none where no way is documented, or where other connections of the
    /// same grant would end too.
    pub revocation: Option<Revocation>,
    /// How parameters are sent to the token endpoint.
    pub body: Body,
    /// How the client says who it is there (RFC 6749 §2.3.1).
    pub client: ClientAuth,
    /// Whether a code is bound to who asked for it (RFC 7636).
    pub pkce: Pkce,
    /// What stands between two scopes in the authorisation URL; a space by RFC 6749 §3.3.
    pub scope_separator: char,
    /// Parameters beyond those of RFC 6749.
    pub parameters: Parameters,
    /// What is told of the life of an access token.
    pub expiry: Expiry,
    /// What refresh tokens there are.
    pub refresh: RefreshTokens,
    /// The longest life of a grant, from consent; no refresh extends it.
    pub grant_lifetime: Option<SignedDuration>,
    /// How long a refresh token lives unused; each refresh begins it anew.
    pub idle_lifetime: Option<SignedDuration>,
    /// Where in an answer the tokens stand.
    pub paths: TokenPaths,
    /// What an answer means: it sees every one, those with a 200 too.
    pub judge: Judge,
    /// What is kept beside the tokens.
    pub keep: Keep,
    /// How the provider says that somebody else must approve first, where it says it.
    pub approval: Option<Approval>,
}

impl Profile {
    /// The dialect that RFC 6749 itself speaks: forms, the client in the body, no PKCE. How long access
    /// tokens live and what refresh tokens there are it leaves open, so whoever adds a provider says it.
    #[must_use]
    pub fn new(authorize_url: Url, token_url: Url, expiry: Expiry, refresh: RefreshTokens) -> Self {
        Self {
            authorize_url,
            token_url,
            refresh_url: None,
            revocation: None,
            body: Body::Form,
            client: ClientAuth::InBody,
            pkce: Pkce::None,
            scope_separator: ' ',
            parameters: Parameters::default(),
            expiry,
            refresh,
            grant_lifetime: None,
            idle_lifetime: None,
            paths: TokenPaths::default(),
            judge: Judge::default(),
            keep: Keep::default(),
            approval: None,
        }
    }

    /// Whether a refresh ends the access token before its time.
    #[must_use]
    pub fn kills_old_access(&self) -> bool {
        matches!(
            self.refresh,
            RefreshTokens::Rotating {
                kills_old_access: true,
                ..
            }
        )
    }

    /// For how long a refresh token that was used may be sent again, should the answer have been lost.
    #[must_use]
    pub fn replay(&self) -> Option<Duration> {
        match self.refresh {
            RefreshTokens::Rotating { replay, .. } => replay,
            RefreshTokens::None | RefreshTokens::Lasting => None,
        }
    }
}

/// How parameters are sent to the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// `application/x-www-form-urlencoded`, as RFC 6749 §4.1.3 has it.
    Form,
    /// A JSON object of texts.
    Json,
}

/// How the client says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// As `client_id` and `client_secret` among the parameters.
    InBody,
    /// By HTTP Basic; then neither stands among the parameters.
    Basic,
}

/// Whether a code is bound to who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkce {
    /// Nothing of it is sent: some providers refuse what they do not know.
    None,
    /// By the SHA-256 of a secret of the flow (RFC 7636 §4.2).
    S256,
}

/// Parameters beyond those of RFC 6749, as names and values.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// Of the authorisation URL.
    pub authorize: Vec<(Word, Word)>,
    /// Of the exchange of a code.
    pub token: Vec<(Word, Word)>,
    /// Of a refresh.
    pub refresh: Vec<(Word, Word)>,
    /// Whether a refresh repeats the redirect URI of the consent.
    pub refresh_has_redirect_uri: bool,
}

/// What is told of the life of an access token. What an answer does tell, as a number or as text, is
/// believed whatever stands here; this is about answers that tell nothing, or nothing plausible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It is told: an answer without it is a fault of the provider's.
    Given,
    /// It is not told, since the token does not end by itself.
    Never,
    /// It is not told, and documented to be this.
    Assumed(Duration),
}

/// What refresh tokens there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// None are promised: a connection lives for as long as its access token.
    None,
    /// One that can be used again and again.
    Lasting,
    /// A new one with each refresh, which ends the old one.
    Rotating {
        /// For how long the old one may be sent again, should the answer have been lost.
        replay: Option<Duration>,
        /// Whether the old access token ends at that moment too, whatever was told of its life.
        kills_old_access: bool,
    },
}

/// Where in an answer the tokens stand: names of members, by dots (`authed_user.access_token`).
#[derive(Debug, Clone)]
pub struct TokenPaths {
    /// The access token.
    pub access_token: Word,
    /// The refresh token.
    pub refresh_token: Word,
    /// The life of the access token, in seconds.
    pub expires_in: Word,
    /// The scopes that were granted: a text with spaces or commas, or a list of texts.
    pub scope: Word,
}

/// As RFC 6749 §5.1 has them.
impl Default for TokenPaths {
    fn default() -> Self {
        Self {
            access_token: "access_token".into(),
            refresh_token: "refresh_token".into(),
            expires_in: "expires_in".into(),
            scope: "scope".into(),
        }
    }
}

/// What is kept beside the tokens, since it is told once and never again: where the API of this customer
/// is, for example, or which workspace the grant is of.
#[derive(Debug, Clone, Default)]
pub struct Keep {
    /// Of a token answer: under which name, and where it stands.
    pub of_answer: Vec<(Word, Word)>,
    /// Of the query with which the customer comes back, by its names.
    pub of_callback: Vec<Word>,
}

/// How a provider says, in the place of a code, that somebody else must approve first: the owner of an
/// organisation, for example. The customer comes back with it, and nothing has failed.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The name in the query of the callback that says it, and its value.
    pub said: (Word, Word),
    /// What the customer is told.
    pub sentence: Word,
}

impl Approval {
    /// Whether the query of a callback says it.
    #[must_use]
    pub fn is_said_in(&self, query: &str) -> bool {
        let (name, value) = &self.said;
        form_urlencoded::parse(query.as_bytes()).any(|said| said == (name.clone(), value.clone()))
    }
}

/// How a grant is given back.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// Where; `{client_id}` in it stands for the client's id.
    pub url: Word,
    /// In which way.
    pub way: Way,
}

/// The ways that are documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A POST of the token under `token`, by the client, as it asks for tokens (RFC 7009 §2.1).
    Token,
    /// A POST that bears the access token itself, and nothing else.
    Bearer,
    /// A DELETE of the access token as JSON, with the client by HTTP Basic.
    Delete,
}
