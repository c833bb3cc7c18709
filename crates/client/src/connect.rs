//! The flow by which customers connect.

use juncture_views::connect::Initiated;
use juncture_views::jira::sites::Sites;
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{self, Read};
use crate::error::Error;
use crate::transport::{Call, Does, Transport, parameters};

/// The connection flow. [`start`](Connect::start) is all that a product needs; the rest is for pages of your own
/// in place of Juncture's.
#[derive(Clone, Debug)]
pub struct Connect<'a>(pub(crate) &'a Transport);

impl Connect<'_> {
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
