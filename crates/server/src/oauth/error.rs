//! Why a token endpoint gave nothing.

use std::time::Duration;

use super::verdict::Refusal;
use crate::failure::{Cause, Failure, UpstreamFailure};

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
    /// It answered with success, and with something else than tokens.
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

    /// As a code of the API, with which a call would have been answered.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Misconfigured => "provider_misconfigured",
            Self::RateLimited => "upstream_rate_limited",
            Self::Unavailable => "upstream_unavailable",
            Self::Timeout => "upstream_timeout",
            Self::BadResponse => "upstream_bad_response",
        }
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
    /// An answer of success that brings no tokens, for this reason.
    pub(super) fn bad_response(reason: &str) -> Self {
        Self::BadResponse(reason.to_owned())
    }

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
