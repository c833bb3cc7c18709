//! What there is of a connection, and its tokens.

use juncture_views::connection::{Connection, Connections as ConnectionPage};
use juncture_views::connections::{Access, Credentials, Validity};
use juncture_views::timeline::Timeline;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, json};
use url::form_urlencoded::byte_serialize;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

const PATH: &str = "/api/backend/connections";

/// Which connections. What is `None` is not asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListConnections {
    /// Those of this provider alone.
    pub provider: Option<String>,
    /// Those in this state alone: `active`, `invalid` or `expired`.
    pub state: Option<String>,
    /// Those whose external id begins like this.
    pub external_id_prefix: Option<String>,
    /// How many at most: 1 to 200, and 50 if it is absent.
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Which part of a timeline.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelinePage {
    /// How many entries at most: 1 to 200, and 50 if it is absent.
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

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

    /// Some of the connections of your customers, and what to ask for the others with.
    pub async fn list(&self, which: &ListConnections) -> Result<ConnectionPage, Error> {
        let call = Call {
            method: Method::GET,
            path: PATH,
            does: Does::Read,
            parameters: parameters(which)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, answer::json).await
    }

    /// A connection by its own id.
    pub async fn get(&self, connection_id: &str) -> Result<Connection, Error> {
        let (method, does) = (Method::GET, Does::Read);
        self.send_about(method, connection_id, does, answer::json)
            .await
    }

    /// Forgets the connection with this id, at once and for good.
    pub async fn delete_by_id(&self, connection_id: &str) -> Result<(), Error> {
        let (method, does) = (Method::DELETE, Does::Write);
        self.send_about(method, connection_id, does, answer::done)
            .await
    }

    /// What happened to a connection, newest first, and what to ask for what was before with.
    pub async fn timeline(
        &self,
        connection_id: &str,
        page: &TimelinePage,
    ) -> Result<Timeline, Error> {
        let id: String = byte_serialize(connection_id.as_bytes()).collect();
        let call = Call {
            method: Method::GET,
            path: &format!("{PATH}/{id}/timeline"),
            does: Does::Read,
            parameters: parameters(page)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, answer::json).await
    }

    async fn send_about<T>(
        &self,
        method: Method,
        connection_id: &str,
        does: Does,
        read: Read<T>,
    ) -> Result<T, Error> {
        let id: String = byte_serialize(connection_id.as_bytes()).collect();
        let call = Call {
            method,
            path: &format!("{PATH}/{id}"),
            does,
            parameters: Map::new(),
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, read).await
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
