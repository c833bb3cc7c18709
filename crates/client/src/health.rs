//! How Juncture itself is.

use juncture_views::health::{self as views, Readiness};
use reqwest::Method;
use serde_json::Map;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport};

/// How Juncture itself is. The secret key is not sent.
#[derive(Clone, Debug)]
pub struct Health<'a>(pub(crate) &'a Transport);

impl Health<'_> {
    /// Succeeds while the process lives.
    pub async fn live(&self) -> Result<views::Health, Error> {
        self.send("/healthz", answer::json).await
    }

    /// Succeeds when the store and the cache answer; else it is `not_ready`, and `checks` of the details says
    /// which does not.
    pub async fn ready(&self) -> Result<Readiness, Error> {
        self.send("/readyz", answer::json).await
    }

    /// What is counted, as Prometheus text.
    pub async fn metrics(&self) -> Result<String, Error> {
        self.send("/metrics", answer::text).await
    }

    async fn send<T>(&self, path: &str, read: Read<T>) -> Result<T, Error> {
        let call = Call {
            method: Method::GET,
            path,
            does: Does::Read,
            parameters: Map::new(),
            idempotency_key: None,
            needs_key: false,
        };
        self.0.send(call, read).await
    }
}
