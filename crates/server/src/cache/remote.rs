//! A cache outside this process: bytes by name, whoever keeps them.

use std::fmt::{self, Display};
use std::time::Duration;

use jiff::SignedDuration;
use juncture_outbound::Http;
use reqwest::StatusCode;

use super::redis::Redis;
use super::upstash::Upstash;
use crate::cache::settings::CacheConfig;

/// Who keeps the bytes.
pub(super) enum Remote {
    Redis(Box<Redis>),
    Upstash(Upstash),
}

/// A cache does not do what it is asked. No message holds a value, a password or a token.
#[derive(Debug, thiserror::Error)]
pub(super) enum RemoteError {
    #[error("no answer within {} ms", .0.as_millis())]
    Late(Duration),
    #[error("what was put in did not come out")]
    Forgetful,
    #[error(transparent)]
    Redis(#[from] ::redis::RedisError),
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    #[error("the answer is {status}: {reason}")]
    Refused { status: StatusCode, reason: String },
}

impl Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redis(redis) => redis.fmt(f),
            Self::Upstash(upstash) => upstash.fmt(f),
        }
    }
}

impl Remote {
    /// The configured one, if one is.
    pub(super) fn of(config: &CacheConfig, http: Http) -> Option<Self> {
        match config {
            CacheConfig::Memory => None,
            CacheConfig::Redis(config) => Some(Self::Redis(Box::new(Redis::new(config)))),
            CacheConfig::Upstash(database) => Some(Self::Upstash(Upstash::new(database, http))),
        }
    }

    pub(super) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        match self {
            Self::Redis(redis) => redis.get(name).await,
            Self::Upstash(upstash) => upstash.get(name).await,
        }
    }

    pub(super) async fn set(
        &self,
        name: &str,
        value: &[u8],
        lifetime: SignedDuration,
    ) -> Result<(), RemoteError> {
        let milliseconds = lifetime.as_millis();
        match self {
            Self::Redis(redis) => redis.set(name, value, milliseconds).await,
            Self::Upstash(upstash) => upstash.set(name, value, milliseconds).await,
        }
    }

    /// Gives up what connection there is, after a failure: the next question takes a new one.
    pub(super) fn hang_up(&self) {
        match self {
            Self::Redis(redis) => redis.hang_up(),
            // `reqwest` closes an HTTP/1 connection whose request was given up, and bounds the
            // silence of an HTTP/2 one by TCP: 30 s.
            Self::Upstash(_) => {}
        }
    }
}
