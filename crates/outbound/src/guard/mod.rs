//! Requests to URLs that others have chosen, which must not reach what is inside.
//!
//! Whoever registers an address may name any host, and a server inside a network reaches more than they
//! do. So a URL is judged as it was parsed, a name is resolved anew for each attempt, each address is
//! judged, and the connection goes to one that was just judged: there is no second look-up that could tell
//! another (DNS rebinding). Nothing is followed, and no proxy of the environment is asked. A connection may be
//! used again for the endpoint that it was made for, if its address is among those that were just judged.

mod dial;
mod exchange;
mod failure;
mod kept;
mod networks;
mod resolver;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use ipnet::IpNet;
use juncture_clock::Clock;
use reqwest::Body;
use rustls::ClientConfig;
use url::Url;

pub use exchange::{Answer, EXCERPT};
pub use failure::{Blocked, SendFailure, TlsFailure};
pub use kept::Connections;
pub use resolver::{Resolver, SystemResolver};

use crate::tls;
use exchange::{Conversation, Received};
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
    /// The headers are sent as they are given, with `Host`, `User-Agent` and `Content-Length` of our own. The body
    /// may come twice: where a connection that was kept ends without an answer, which is how servers end those that
    /// they keep no longer, it is sent again on a new one.
    pub async fn post(
        &self,
        connections: &Connections,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        deadline: Duration,
    ) -> Result<Answer, SendFailure> {
        let begun = self.clock.steady();
        let target = Target::judge(url, &self.allowed)?;
        let attempt = Box::pin(async {
            let good = self.judged(&target).await?;
            if let Some((address, kept)) = connections.take(url, &good, self.clock.steady()) {
                let request = exchange::request(url, headers.clone(), body.clone())?;
                match self.send(connections, url, (address, kept), request).await {
                    Err(SendFailure::Broken) => {}
                    sent => return sent,
                }
            }
            let (address, stream) = self.dial(&target, &good).await?;
            let begun = Conversation::begin(stream).await?;
            let request = exchange::request(url, headers, body)?;
            self.send(connections, url, (address, begun), request).await
        });
        let received = match select(attempt, self.clock.deadline(deadline)).await {
            Either::Left((received, _)) => received?,
            Either::Right(_) => return Err(SendFailure::Timeout),
        };
        let duration = self.clock.steady().saturating_sub(begun);
        received.into_answer(duration, self.clock.now())
    }

    /// Sends a request on a connection, and keeps that for another one where it may be.
    async fn send(
        &self,
        connections: &Connections,
        url: &Url,
        (address, mut conversation): (IpAddr, Conversation),
        request: Request<Body>,
    ) -> Result<Received, SendFailure> {
        let received = conversation.exchange(request, &*self.clock).await?;
        if conversation.goes_on(&received) {
            connections.keep(url, address, conversation, self.clock.steady());
        }
        Ok(received)
    }

    fn tls(&self) -> &Arc<ClientConfig> {
        self.tls
            .get_or_init(|| Arc::new(tls::trust_of_the_system()))
    }
}
