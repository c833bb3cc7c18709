//! What there is of a connection, and its tokens.

use juncture_views::connections::{Access, Credentials, Validity};
use reqwest::Method;
use serde_json::json;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

/// Connections: whose they are is told by your own id of the customer and the provider (`jira`).
#[derive(Clone, Debug)]
pub struct Connections<'a>(pub(crate) &'a Transport);

impl Connections<'_> {
    /// Whether there is a connection, and whether it works.
    pub async fn check_validity(&self, id: &str, provider: &str) -> Result<Validity, Error> {
        let name = "check-connection-validity";
        self.read(name, id, provider).await
    }

    /// The refresh token itself. Juncture rotates it: a token that you use elsewhere ends the connection.
    pub async fn credentials(&self, id: &str, provider: &str) -> Result<Credentials, Error> {
        let name = "get-connection-credentials";
        self.read(name, id, provider).await
    }

    /// An access token that has at least 60 seconds to live.
    pub async fn access_token(&self, id: &str, provider: &str) -> Result<Access, Error> {
        self.read("get-access-token", id, provider).await
    }

    /// Forgets a connection, at once and for good.
    pub async fn delete(&self, id: &str, provider: &str) -> Result<(), Error> {
        let (method, does) = (Method::DELETE, Does::Write);
        let name = "delete-connection";
        self.send(method, name, does, [id, provider], answer::done)
            .await
    }

    async fn read<T>(&self, name: &str, id: &str, provider: &str) -> Result<T, Error>
    where
        T: serde::de::DeserializeOwned,
    {
        let (method, does) = (Method::GET, Does::Read);
        self.send(method, name, does, [id, provider], answer::json)
            .await
    }

    async fn send<T>(
        &self,
        method: Method,
        name: &str,
        does: Does,
        [external_id, provider]: [&str; 2],
        read: Read<T>,
    ) -> Result<T, Error> {
        let subject = json!({"external_id": external_id, "provider": provider});
        let call = Call {
            method,
            path: &format!("/api/backend/connection-info/{name}"),
            does,
            parameters: parameters(&subject)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, read).await
    }
}
