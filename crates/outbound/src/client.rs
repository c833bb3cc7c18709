//! The one HTTP client.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;

use crate::tls;

/// How long a TCP and TLS handshake may take. Whole calls have deadlines of their own.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What it calls itself.
pub(crate) const USER_AGENT: &str = concat!("juncture/", env!("CARGO_PKG_VERSION"));

/// The client through which a process calls others; its clones share their connections. It is made when
/// it is needed first: to read what authorities the system trusts takes time and memory.
#[derive(Clone, Debug, Default)]
pub struct Http(Arc<OnceLock<Client>>);

impl Deref for Http {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.0.get_or_init(client)
    }
}

/// One that is there already.
impl From<Client> for Http {
    fn from(client: Client) -> Self {
        Self(Arc::new(client.into()))
    }
}

/// It follows no redirects: no API we call redirects, and a token must not follow one to another host.
fn client() -> Client {
    tls::use_ring();
    #[expect(clippy::disallowed_methods, reason = "this is the one client")]
    let builder = Client::builder();
    builder
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(USER_AGENT)
        .build()
        .expect("the TLS backend is compiled in")
}
