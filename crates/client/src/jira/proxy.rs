//! The raw proxy: any path of Jira's own API, without handling a token.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Method, RequestBuilder, Response};
use serde::Serialize;

use super::Jira;
use crate::answer::{self, Came};
use crate::error::Error;
use crate::failure::Failure;

/// Where Juncture says that the failure is its own.
const CODE: &str = "x-juncture-code";

/// A call of Jira's own API, to be sent.
pub struct ProxyCall<'a> {
    jira: &'a Jira,
    request: RequestBuilder,
    /// What is ours to say, whatever headers the caller adds.
    own: HeaderMap,
    is_harmless: bool,
}

/// Without the headers and the query, in which the caller may have put anything.
impl fmt::Debug for ProxyCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyCall")
            .field("jira", &self.jira)
            .finish_non_exhaustive()
    }
}

impl Jira {
    /// A call of Jira's own API at the customer's site, whose path begins with a slash.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/world.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let world = World::start().await;
    /// # let juncture = world.client();
    /// # world.connect(&juncture, "customer-1").await;
    /// # let jira = juncture.jira("customer-1");
    /// use juncture_client::reqwest::Method;
    ///
    /// let myself = jira.request(Method::GET, "/rest/api/3/myself")?;
    /// let answer = myself.query(&[("expand", "groups")]).send().await?;
    /// println!("{} {}", answer.status(), answer.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `invalid_options`, if the path would lead out of Jira's, as addresses are read.
    pub fn request(&self, method: Method, path: &str) -> Result<ProxyCall<'_>, Error> {
        let path = path.split('#').next().unwrap_or_default();
        let plain = path.split('?').next().unwrap_or_default();
        if leads_away(plain) {
            return Err(Error::options(
                "the path must begin with one slash and have no dots, backslashes or control characters in \
                 place of a name",
            ));
        }
        let transport = &self.transport;
        let url = format!("{}/api/backend/proxy/jira{path}", transport.base_url);
        let is_harmless = matches!(method, Method::GET | Method::HEAD);
        let request = transport.options.http.request(method, url);
        let mut own = HeaderMap::from_iter([(AUTHORIZATION, transport.authorization.clone())]);
        // What a header would not hold, or would cut, goes with the address; it is taken off before Jira sees it.
        let request = match header_of(&self.external_id) {
            Some(id) => {
                own.insert("x-juncture-external-id", id);
                request
            }
            None => request.query(&[("external_id", &self.external_id)]),
        };
        Ok(ProxyCall {
            jira: self,
            request,
            own,
            is_harmless,
        })
    }
}

impl ProxyCall<'_> {
    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Adds parameters to the query.
    #[must_use]
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        self.request = self.request.query(pairs);
        self
    }

    /// Gives it a body of JSON.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Gives it any body, which may be a stream.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Sends it. Gives Jira's response, whatever its status; Juncture's own failures are errors. Nothing is tried
    /// again, and the call lasts as long as Jira and you want it to.
    pub async fn send(self) -> Result<Response, Error> {
        let sent = self.request.headers(self.own).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Err(lost(error, self.is_harmless)),
        };
        if !response.headers().contains_key(CODE) {
            return Ok(response);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = match response.bytes().await {
            Ok(body) => body.into(),
            Err(error) => return Err(lost(error, self.is_harmless)),
        };
        let came = Came {
            status,
            headers,
            body,
            at: self.jira.transport.options.clock.now(),
        };
        Err(answer::failure(&came).into_error(false, None))
    }
}

fn lost(error: reqwest::Error, is_harmless: bool) -> Error {
    let failure = Failure::of_network(error);
    let is_in_doubt = failure.is_perhaps_done && !is_harmless;
    failure.into_error(is_in_doubt, None)
}

/// Whether a path would lead out of Jira's, as addresses are read.
fn leads_away(path: &str) -> bool {
    let is_dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    !path.starts_with('/')
        || path.starts_with("//")
        || path.contains(|letter: char| letter == '\\' || letter.is_ascii_control())
        || path.split('/').any(is_dots)
}

/// The id as a header, if it is one from its first letter to its last.
fn header_of(id: &str) -> Option<HeaderValue> {
    let is_plain = id.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let is_bare = !id.is_empty() && id.trim() == id;
    (is_plain && is_bare)
        .then(|| HeaderValue::from_str(id).ok())
        .flatten()
}
