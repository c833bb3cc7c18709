//! The flow by which customers connect.

use juncture_views::connect::{ConnectSession, Initiated};
use juncture_views::jira::sites::Sites;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

/// A flow that is prepared for one customer, and what may come of it. What is `None` is not said.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NewSession {
    /// The provider: `jira`.
    pub provider: String,
    /// Your own id of the customer.
    pub external_id: String,
    /// Where the browser goes at the end; one that the project allows.
    pub return_url: Option<String>,
    /// The sites that alone may be connected, by their ids or addresses.
    pub allowed_sites: Option<Vec<String>>,
    /// Whether a project of the site must be selected.
    pub require_project: Option<bool>,
    /// How many seconds it waits to be opened: 60 to 3600, and 1800 if it is absent.
    pub expires_in: Option<u16>,
}

impl NewSession {
    /// For a customer, with nothing else said.
    #[must_use]
    pub fn new(provider: impl Into<String>, external_id: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            external_id: external_id.into(),
            return_url: None,
            allowed_sites: None,
            require_project: None,
            expires_in: None,
        }
    }

    /// The same with an address to which the browser goes at the end.
    #[must_use]
    pub fn returning_to(self, url: impl Into<String>) -> Self {
        Self {
            return_url: Some(url.into()),
            ..self
        }
    }
}

/// The connection flow. [`create_session`](Connect::create_session) or [`start`](Connect::start) is all that a
/// product needs; the rest is for pages of your own in place of Juncture's.
#[derive(Clone, Debug)]
pub struct Connect<'a>(pub(crate) &'a Transport);

impl Connect<'_> {
    /// Prepares a flow for one customer: send their browser to its `connect_url`, and nobody else.
    pub async fn create_session(&self, session: &NewSession) -> Result<ConnectSession, Error> {
        let call = Call {
            method: Method::POST,
            path: "/api/backend/connect-sessions",
            does: Does::Create,
            parameters: parameters(session)?,
            idempotency_key: None,
            needs_key: true,
        };
        self.0.send(call, answer::json).await
    }

    /// Begins the flow of a connect session: gives the consent page. Its token works once.
    pub async fn start_session(&self, session_token: &str) -> Result<Initiated, Error> {
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        let session = json!({"session_token": session_token});
        let (method, read) = (Method::POST, answer::json);
        self.send(method, path, Does::Write, &session, read).await
    }

    /// Begins: gives the consent page to send the customer to. `provider` is `jira`.
    pub async fn start(&self, provider: &str, external_id: &str) -> Result<Initiated, Error> {
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        let subject = json!({"provider": provider, "external_id": external_id});
        // The address that is given is good by itself; asking twice harms nothing.
        let (method, read) = (Method::POST, answer::json);
        self.send(method, path, Does::Read, &subject, read).await
    }

    /// The Jira sites that the customer can choose from.
    pub async fn sites(&self, connection_code: &str) -> Result<Sites, Error> {
        let path = "/api/frontend/finalize-connection/jira/fetch-available-sites";
        let code = json!({"connection_code": connection_code});
        let (method, read) = (Method::GET, answer::json);
        self.send(method, path, Does::Read, &code, read).await
    }

    /// Makes the connection with one of these sites.
    pub async fn choose_site(&self, connection_code: &str, site_id: &str) -> Result<(), Error> {
        let path = "/api/frontend/finalize-connection/jira/create-connection";
        let choice = json!({"connection_code": connection_code, "site_id": site_id});
        let (method, read) = (Method::POST, answer::done);
        self.send(method, path, Does::Write, &choice, read).await
    }

    /// Hands on what the provider has sent back to an address of yours, in whose query it stands. Gives the
    /// address of the page of choices.
    pub async fn callback(&self, provider: &str, returned: &Url) -> Result<String, Error> {
        let told = |name: &str| {
            let mut pairs = returned.query_pairs();
            let found = pairs.find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned())
        };
        let query = json!({"code": told("code"), "state": told("state"), "error": told("error")});
        let path = path_of("authorization-callback", provider);
        let (method, read) = (Method::GET, answer::location);
        self.send(method, &path, Does::Write, &query, read).await
    }

    /// Where to send the customer to try a flow again that has failed, by the `flow` that the link of its page
    /// has.
    pub async fn try_again(&self, provider: &str, flow: &str) -> Result<String, Error> {
        let path = path_of("try-again", provider);
        let query = json!({"flow": flow});
        let (method, read) = (Method::GET, answer::location);
        self.send(method, &path, Does::Read, &query, read).await
    }

    async fn send<T>(
        &self,
        method: Method,
        path: &str,
        does: Does,
        takes: &Value,
        read: Read<T>,
    ) -> Result<T, Error> {
        let call = Call {
            method,
            path,
            does,
            parameters: parameters(takes)?,
            idempotency_key: None,
            // What is open to browsers counts its callers, unless they have the key.
            needs_key: true,
        };
        self.0.send(call, read).await
    }
}

/// The path of an endpoint of the flow, with the provider as one segment of it.
fn path_of(name: &str, provider: &str) -> String {
    let provider: String = url::form_urlencoded::byte_serialize(provider.as_bytes()).collect();
    format!(
        "/api/frontend/oauth/{name}/{}",
        provider.replace('+', "%20")
    )
}
