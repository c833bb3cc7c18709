//! Requests to URLs that others have chosen, which must not reach what is inside.
//!
//! Whoever registers an address may name any host, and a server inside a network reaches more than they
//! do. So a URL is judged as it was parsed, a name is resolved anew for each attempt, each address is
//! judged, and the connection goes to one that was just judged: there is no second look-up that could tell
//! another (DNS rebinding). Nothing is followed, no proxy of the environment is asked, and no connection
//! is used twice.

mod dial;
mod exchange;
mod failure;
mod networks;
mod resolver;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper::HeaderMap;
use hyper::body::Bytes;
use ipnet::IpNet;
use juncture_clock::Clock;
use rustls::ClientConfig;
use url::Url;

pub use exchange::{Answer, EXCERPT};
pub use failure::{Blocked, SendFailure, TlsFailure};
pub use resolver::{Resolver, SystemResolver};

use crate::tls;
use target::Target;

/// Sends to URLs that others have chosen. Clones share what is made once.
#[derive(Clone)]
pub struct Guarded {
    clock: Arc<dyn Clock>,
    allowed: Arc<[IpNet]>,
    resolver: Arc<dyn Resolver>,
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl fmt::Debug for Guarded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut guarded = formatter.debug_struct("Guarded");
        guarded
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

impl Guarded {
    /// One that calls public addresses, by HTTPS alone, and whatever lies in the networks that whoever
    /// runs the server has allowed: by HTTP too, and by any name.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, allowed: &[IpNet]) -> Self {
        Self {
            clock,
            allowed: allowed.into(),
            resolver: Arc::new(SystemResolver),
            tls: Arc::default(),
        }
    }

    /// The same, with another way to resolve names.
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self }
    }

    /// Whether this URL may be called as far as that is known without resolving its name.
    pub fn judge(&self, url: &Url) -> Result<(), Blocked> {
        Target::judge(url, &self.allowed).map(|_| ())
    }

    /// Posts a body, and reads of the answer what [`Answer`] has. All of it ends with the deadline.
    ///
    /// The headers are sent as they are given, with `Host`, `User-Agent` and `Content-Length` of our own.
    pub async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        deadline: Duration,
    ) -> Result<Answer, SendFailure> {
        let begun = self.clock.steady();
        let target = Target::judge(url, &self.allowed)?;
        let attempt = Box::pin(async {
            let stream = self.dial(&target).await?;
            let request = exchange::request(url, headers, body)?;
            exchange::exchange(stream, request, &*self.clock).await
        });
        let received = match select(attempt, self.clock.deadline(deadline)).await {
            Either::Left((received, _)) => received?,
            Either::Right(_) => return Err(SendFailure::Timeout),
        };
        let duration = self.clock.steady().saturating_sub(begun);
        received.into_answer(duration, self.clock.now())
    }

    fn tls(&self) -> &Arc<ClientConfig> {
        self.tls
            .get_or_init(|| Arc::new(tls::trust_of_the_system()))
    }
}
