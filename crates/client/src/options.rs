//! Where Juncture is, and how it is called.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use juncture_clock::{Clock, SystemClock};
use juncture_outbound::Http;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::error::Error;

/// How calls are made. What is not set is as [`Options::default`] has it.
#[derive(Clone)]
pub struct Options {
    /// How long a call may take, with all its tries. Default: 180 s, as Juncture reads a list for up to
    /// 170 s.
    pub timeout: Duration,
    /// How often a call is tried again where that can do no harm. Default: 2.
    pub max_retries: u32,
    /// The first pause before a retry; it doubles each time. Default: 250 ms.
    pub retry_delay: Duration,
    /// What makes the requests. It must follow no redirects, or the key would. Default: one that does not,
    /// that gives a handshake five seconds, and goes through the system's proxies.
    pub http: reqwest::Client,
    /// Time and chance. Default: the machine's.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(3),
            max_retries: 2,
            retry_delay: Duration::from_millis(250),
            http: (*Http::default()).clone(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .field("retry_delay", &self.retry_delay)
            .finish_non_exhaustive()
    }
}

/// Juncture's address, without a slash at its end.
pub(crate) fn base_url(text: &str) -> Result<String, Error> {
    let unfit = || Error::options("the base URL must be an http or https URL");
    let url = Url::parse(text).map_err(|_| unfit())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(unfit());
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "the base URL must have no user name and no password";
        return Err(Error::options(why));
    }
    if url.query().is_some() || url.fragment().is_some() {
        let why = "the base URL must have no query and no fragment";
        return Err(Error::options(why));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The header that the secret key makes.
pub(crate) fn authorization(secret_key: &SecretString) -> Result<HeaderValue, Error> {
    let key = secret_key.expose_secret();
    if key.is_empty() {
        let why = "the secret key is missing: it is the server's JUNCTURE_SECRET_KEY";
        return Err(Error::options(why));
    }
    let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    let header = is_visible.then(|| HeaderValue::from_str(&format!("Bearer {key}")));
    let Some(Ok(mut header)) = header else {
        let why = "the secret key must be visible ASCII characters";
        return Err(Error::options(why));
    };
    header.set_sensitive(true);
    Ok(header)
}

/// A key of the caller's, as the server takes it.
pub(crate) fn idempotency_key(key: &str) -> Result<&str, Error> {
    let is_fit = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let why = "the idempotency key must be 1 to 255 visible ASCII characters";
    is_fit.then_some(key).ok_or_else(|| Error::options(why))
}
