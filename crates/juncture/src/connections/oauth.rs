//! OAuth 2.0 with a provider (RFC 6749): the authorisation URL and the two token requests.
//!
//! Each provider's peculiarities are data ([`OAuthFacts`]); this is the only code that talks to a
//! token endpoint.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_jira::oauth::{Grant, Refusal};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::app::App;
use crate::error::{Error, UpstreamFailure};

/// How long the token endpoint may take, all in all.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(20);

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
pub struct Tokens {
    /// For calls.
    pub access_token: SecretString,
    /// Until when it works.
    pub access_token_expires_at: Timestamp,
    /// For the next refresh.
    pub refresh_token: SecretString,
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
    },
    /// It could not be reached, or the answer broke off.
    #[error("the token endpoint is out of reach")]
    Unreachable(#[source] reqwest::Error),
    /// It did not answer in time. Whether it acted is not known.
    #[error("the token endpoint did not answer within {} s", TOKEN_DEADLINE.as_secs())]
    Timeout,
    /// It answered 200 with something else than tokens.
    #[error("the token endpoint's answer is not a token response: {0}")]
    BadResponse(String),
}

impl TokenError {
    /// This error as the answer of an endpoint whose failure sentence is `error`.
    #[must_use]
    pub fn into_error(self, error: &'static str) -> Error {
        let failure = match &self {
            Self::Refused {
                refusal: Refusal::Misconfigured,
                ..
            } => return Error::ProviderMisconfigured { error },
            Self::Refused { status: 429, .. } => {
                return Error::RateLimited {
                    error,
                    retry_after: Duration::from_secs(30),
                    source: self.into(),
                };
            }
            Self::Refused { .. } | Self::Unreachable(_) => UpstreamFailure::Unavailable,
            Self::Timeout => UpstreamFailure::Timeout,
            Self::BadResponse(_) => UpstreamFailure::BadResponse,
        };
        Error::Upstream {
            error,
            failure,
            source: self.into(),
        }
    }
}

/// Exchanges the code that the customer brought back (RFC 6749 §4.1.3).
pub async fn exchange_code(
    app: &App,
    facts: &OAuthFacts,
    code: &str,
) -> Result<Tokens, TokenError> {
    let body = json!({
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": facts.redirect_uri.as_str(),
    });
    request_tokens(app, facts, Grant::AuthorizationCode, body).await
}

/// Exchanges a refresh token (RFC 6749 §6).
pub async fn refresh(
    app: &App,
    facts: &OAuthFacts,
    refresh_token: &SecretString,
) -> Result<Tokens, TokenError> {
    let body = json!({
        "grant_type": "refresh_token",
        "refresh_token": refresh_token.expose_secret(),
    });
    let mut tokens = request_tokens(app, facts, Grant::RefreshToken, body).await?;
    if tokens.refresh_token.expose_secret().is_empty() {
        // RFC 6749 §6: an answer without a refresh token leaves the old one in force.
        tokens.refresh_token = refresh_token.clone();
    }
    Ok(tokens)
}

/// A token response (RFC 6749 §5.1).
#[derive(Deserialize)]
struct TokenResponse {
    access_token: SecretString,
    /// Seconds.
    expires_in: i64,
    #[serde(default)]
    refresh_token: SecretString,
}

async fn request_tokens(
    app: &App,
    facts: &OAuthFacts,
    grant: Grant,
    mut body: Value,
) -> Result<Tokens, TokenError> {
    body["client_id"] = facts.client_id.as_str().into();
    body["client_secret"] = facts.client_secret.expose_secret().into();
    // Counted from before the call, so that a slow answer never makes a token look younger.
    let asked_at = app.clock.now();
    let call = async {
        let response = app
            .http
            .post(facts.token_url.clone())
            .json(&body)
            .send()
            .await?;
        let status = response.status();
        Ok((status, read_bounded(response).await?))
    };
    let (status, answer) = tokio::select! {
        answered = call => answered.map_err(|error: reqwest::Error| TokenError::Unreachable(error.without_url()))?,
        () = app.clock.deadline(TOKEN_DEADLINE) => return Err(TokenError::Timeout),
    };
    if !status.is_success() {
        let status = status.as_u16();
        return Err(TokenError::Refused {
            refusal: (facts.judge)(grant, status, &answer),
            status,
        });
    }
    // Serde's message tells the line and the kind of fault, and quotes no value of a secret field.
    let tokens: TokenResponse = serde_json::from_slice(&answer).map_err(|error| {
        TokenError::BadResponse(format!(
            "{:?} error at column {}",
            error.classify(),
            error.column()
        ))
    })?;
    if tokens.access_token.expose_secret().is_empty() || tokens.expires_in <= 0 {
        return Err(TokenError::BadResponse(
            "an empty access token, or one without a lifetime".to_owned(),
        ));
    }
    Ok(Tokens {
        access_token: tokens.access_token,
        access_token_expires_at: asked_at
            .saturating_add(SignedDuration::from_secs(tokens.expires_in))
            .unwrap_or(Timestamp::MAX),
        refresh_token: tokens.refresh_token,
    })
}

async fn read_bounded(mut response: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = LONGEST_ANSWER.saturating_sub(answer.len());
        answer.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(answer)
}
