//! OAuth 2.0 with a provider (RFC 6749): the authorisation URL and the two token requests.
//!
//! Each provider's peculiarities are data ([`OAuthFacts`]); this is the only code that talks to a
//! token endpoint.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use juncture_jira::oauth::{Grant, Refusal};
use juncture_outbound::Http;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use url::Url;

use crate::failure::{Cause, Failure, UpstreamFailure};

/// How long the token endpoint may take, all in all.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(10);

/// The longest life that a token is taken to have, whatever its provider says: nothing depends on a longer
/// one, and a number that is none of seconds does no harm.
const LONGEST_LIFE: Duration = Duration::from_hours(24);

/// How long a token is taken to live of which the answer does not say so.
const ASSUMED_LIFE: Duration = Duration::from_mins(5);

/// The most of an answer that is read. Tokens of some kilobytes are common.
const LONGEST_ANSWER: usize = 256 * 1024;

/// What is particular to a provider's OAuth.
#[derive(Debug)]
pub struct OAuthFacts {
    /// Where the customer consents.
    pub authorize_url: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: Url,
    /// Parameters of the authorisation URL beyond RFC 6749 §4.1.1.
    pub extra: &'static [(&'static str, &'static str)],
    /// The scopes to ask for.
    pub scopes: Vec<String>,
    /// Our client id.
    pub client_id: String,
    /// Our client secret.
    pub client_secret: SecretString,
    /// Where the provider sends the customer back to.
    pub redirect_uri: Url,
    /// The longest life of a grant, from consent; no refresh extends it.
    pub grant_lifetime: SignedDuration,
    /// How long a refresh token lives unused.
    pub idle_lifetime: SignedDuration,
    /// What a refusal by the token endpoint means: by grant, status and body.
    pub judge: fn(Grant, u16, &[u8]) -> Refusal,
}

impl OAuthFacts {
    /// The URL at which the customer consents (RFC 6749 §4.1.1).
    #[must_use]
    pub fn authorization_uri(&self, state: &str) -> Url {
        let mut uri = self.authorize_url.clone();
        uri.query_pairs_mut()
            .extend_pairs(self.extra)
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("redirect_uri", self.redirect_uri.as_str())
            .append_pair("state", state)
            .append_pair("response_type", "code");
        // Spaces as `%20`, as Atlassian documents them; a `+` of a value stands as `%2B` here.
        let query = uri.query().unwrap_or_default().replace('+', "%20");
        uri.set_query(Some(&query));
        uri
    }
}

/// What the token endpoint gave.
#[derive(Debug)]
pub struct TokenPair {
    /// For calls.
    pub access_token: SecretString,
    /// Until when it works, in the [steady](Clock::steady) time of this process, which nobody can set.
    pub ends: Duration,
    /// For the next refresh.
    pub refresh_token: SecretString,
}

impl TokenPair {
    /// Until when the access token works by the wall clock as it goes now, in whole milliseconds, as it
    /// is stored.
    #[must_use]
    pub fn expires_at(&self, clock: &dyn Clock) -> Timestamp {
        let left = self.ends.saturating_sub(clock.steady());
        let expires_at = clock.now().saturating_add(left).ok();
        expires_at
            .and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok())
            .unwrap_or(Timestamp::MAX)
    }
}

/// Why the token endpoint gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It refused; what that means.
    #[error("the token endpoint refused: {refusal:?} (status {status})")]
    Refused {
        /// The provider's answer, judged.
        refusal: Refusal,
        /// The HTTP status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// It could not be reached, or the answer broke off.
    #[error("the token endpoint is out of reach")]
    Unreachable(#[source] reqwest::Error),
    /// It did not answer in time. Whether it acted is not known.
    #[error("the token endpoint did not answer in time")]
    Timeout,
    /// It answered 200 with something else than tokens.
    #[error("the token endpoint's answer is not a token response: {0}")]
    BadResponse(String),
}

/// How a token request failed, in a word: of the log, the metrics and the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFailure {
    /// Our client id, its secret or the request itself is refused.
    Misconfigured,
    /// 429.
    RateLimited,
    /// Any other refusal that decides nothing, or no connection.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// An answer that is none.
    BadResponse,
}

impl TokenFailure {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Misconfigured,
        Self::RateLimited,
        Self::Unavailable,
        Self::Timeout,
        Self::BadResponse,
    ];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Misconfigured => "misconfigured",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::BadResponse => "bad_response",
        }
    }

    /// The failure of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// What it means to whoever needed the tokens.
    #[must_use]
    pub fn into_failure(self, retry_after: Option<Duration>, source: Cause) -> Failure {
        let failure = match self {
            Self::Misconfigured => return Failure::ProviderMisconfigured,
            Self::RateLimited => {
                return Failure::RateLimited {
                    retry_after: retry_after.unwrap_or(Duration::from_secs(30)),
                    source,
                };
            }
            Self::Unavailable => UpstreamFailure::Unavailable,
            Self::Timeout => UpstreamFailure::Timeout,
            Self::BadResponse => UpstreamFailure::BadResponse,
        };
        Failure::Upstream { failure, source }
    }
}

impl TokenError {
    /// The failure in a word.
    #[must_use]
    pub fn failure(&self) -> TokenFailure {
        match self {
            Self::Refused {
                refusal: Refusal::Misconfigured,
                ..
            } => TokenFailure::Misconfigured,
            Self::Refused { status: 429, .. } => TokenFailure::RateLimited,
            Self::Refused { .. } | Self::Unreachable(_) => TokenFailure::Unavailable,
            Self::Timeout => TokenFailure::Timeout,
            Self::BadResponse(_) => TokenFailure::BadResponse,
        }
    }

    /// How long the token endpoint asks to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the provider may have acted: then the refresh token that was sent may be used up,
    /// and its successor lost with the answer.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreachable(error) => !error.is_connect(),
            Self::Timeout | Self::BadResponse(_) => true,
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        let retry_after = error.retry_after();
        error.failure().into_failure(retry_after, error.into())
    }
}

/// Talks to token endpoints.
#[derive(Clone)]
pub struct TokenClient {
    http: Http,
    clock: Arc<dyn Clock>,
}

impl TokenClient {
    /// One that goes out by `http`.
    #[must_use]
    pub fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock }
    }

    /// Exchanges the code that the customer brought back (RFC 6749 §4.1.3).
    pub async fn exchange_code(
        &self,
        facts: &OAuthFacts,
        code: &str,
    ) -> Result<TokenPair, TokenError> {
        let body = json!({
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": facts.redirect_uri.as_str(),
        });
        self.request_tokens(facts, Grant::AuthorizationCode, body, TOKEN_DEADLINE)
            .await
    }

    /// Exchanges a refresh token (RFC 6749 §6), within `deadline`.
    pub async fn refresh(
        &self,
        facts: &OAuthFacts,
        refresh_token: &SecretString,
        deadline: Duration,
    ) -> Result<TokenPair, TokenError> {
        let body = json!({
            "grant_type": "refresh_token",
            "refresh_token": refresh_token.expose_secret(),
        });
        let mut tokens = self
            .request_tokens(facts, Grant::RefreshToken, body, deadline)
            .await?;
        if tokens.refresh_token.expose_secret().is_empty() {
            // RFC 6749 §6: an answer without a refresh token leaves the old one in force.
            tokens.refresh_token = refresh_token.clone();
        }
        Ok(tokens)
    }

    async fn request_tokens(
        &self,
        facts: &OAuthFacts,
        grant: Grant,
        mut body: Value,
        deadline: Duration,
    ) -> Result<TokenPair, TokenError> {
        body["client_id"] = facts.client_id.as_str().into();
        body["client_secret"] = facts.client_secret.expose_secret().into();
        // Counted from before the call, so that a slow answer never makes a token look younger.
        let asked = self.clock.steady();
        let call = async {
            let response = self
                .http
                .post(facts.token_url.clone())
                .json(&body)
                .send()
                .await?;
            let status = response.status();
            let retry_after = juncture_outbound::retry_after(response.headers(), self.clock.now());
            Ok((
                status,
                retry_after,
                juncture_outbound::read_at_most(response, LONGEST_ANSWER).await?,
            ))
        };
        let (status, retry_after, answer) = tokio::select! {
            answered = call => answered.map_err(|error: reqwest::Error| TokenError::Unreachable(error.without_url()))?,
            () = self.clock.deadline(deadline) => return Err(TokenError::Timeout),
        };
        if !status.is_success() {
            let status = status.as_u16();
            return Err(TokenError::Refused {
                refusal: (facts.judge)(grant, status, &answer),
                status,
                retry_after,
            });
        }
        // Serde's message tells the line and the kind of fault, and quotes no value of a secret field.
        let tokens: TokenResponse = juncture_json::decode(&answer).map_err(|error| {
            TokenError::BadResponse(match error {
                juncture_json::Error::Unfit(unfit) => unfit.to_string(),
                juncture_json::Error::Parser(error) => {
                    format!("{:?} error at column {}", error.classify(), error.column())
                }
            })
        })?;
        let life = tokens.life();
        let refresh_token = tokens.refresh_token.unwrap_or_default();
        if tokens.access_token.expose_secret().is_empty() {
            return Err(TokenError::BadResponse("an empty access token".to_owned()));
        }
        if life.is_none() && refresh_token.expose_secret().is_empty() {
            return Err(TokenError::BadResponse(
                "an access token without a plausible lifetime".to_owned(),
            ));
        }
        let life = life.unwrap_or_else(|| {
            // The refresh token beside it may be the only one that works from now on.
            tracing::warn!("the token endpoint tells no plausible lifetime of an access token; it is taken to live for five minutes");
            ASSUMED_LIFE
        });
        Ok(TokenPair {
            access_token: tokens.access_token,
            ends: asked + life,
            refresh_token,
        })
    }
}

/// A token response (RFC 6749 §5.1).
#[derive(Deserialize)]
struct TokenResponse {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Option<ExpiresIn>,
    #[serde(default)]
    refresh_token: Option<SecretString>,
}

/// Seconds; a number, but text is seen too. Anything else says nothing, and is no reason to throw away
/// the tokens that stand beside it.
#[derive(Deserialize)]
#[serde(untagged)]
enum ExpiresIn {
    Number(f64),
    Text(String),
    Other(IgnoredAny),
}

impl TokenResponse {
    /// How long the access token lives, if a plausible time is told.
    fn life(&self) -> Option<Duration> {
        let seconds = match self.expires_in.as_ref()? {
            ExpiresIn::Number(seconds) => *seconds,
            ExpiresIn::Text(text) => text.trim().parse().ok()?,
            ExpiresIn::Other(_) => return None,
        };
        let longest = LONGEST_LIFE.as_secs_f64();
        (seconds >= 1.0).then(|| Duration::from_secs_f64(seconds.min(longest)))
    }
}
