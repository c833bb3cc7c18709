//! Events on their way to somebody's own address.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use hyper::body::Bytes;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use juncture_clock::Clock;
use juncture_outbound::guard::{Connections, Guarded, SendFailure};
use juncture_server::webhooks::sign::{self, SigningSecret};
use url::Url;

use super::feed::Event;
use super::{LONGEST_PAUSE, SHORTEST_PAUSE};
use crate::console::{say, tell};

/// How long one attempt may take, as for deliveries.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How often an event is posted that is answered, but not taken.
const TRIES: u32 = 3;

/// Whoever runs this says where the events go: anywhere.
const EVERYWHERE: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
];

/// Where events are posted.
pub(super) struct Forward {
    pub(super) url: Url,
    secret: SigningSecret,
    guarded: Guarded,
    connections: Connections,
    clock: Arc<dyn Clock>,
}

impl Forward {
    /// To this URL, signed with this secret.
    pub(super) fn new(
        url: Url,
        secret: SigningSecret,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let guarded = Guarded::new(clock.clone(), &EVERYWHERE);
        guarded.judge(&url).context("--forward-to")?;
        Ok(Self {
            url,
            secret,
            guarded,
            connections: Connections::default(),
            clock,
        })
    }

    /// Posts an event until it is taken, or has been answered often enough. While nobody listens it waits.
    pub(super) async fn post(&self, event: &Event) {
        let mut pause = SHORTEST_PAUSE;
        let mut answered = 0;
        let mut is_told = false;
        loop {
            let told = format!("{} {}", event.kind, event.id);
            let failure = match self.attempt(event).await {
                Ok(words) => return say(&format!("{told} -> {words}")),
                Err(failure) => failure,
            };
            match failure {
                Failure::Nobody(words) => {
                    if !is_told {
                        tell(&format!("{told} waits: {words}"));
                    }
                    is_told = true;
                }
                Failure::NotTaken(words) => {
                    answered += 1;
                    if answered == TRIES {
                        return say(&format!("{told} -> {words}, {TRIES} times; going on"));
                    }
                    say(&format!("{told} -> {words}, once more"));
                }
            }
            self.clock.sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    async fn attempt(&self, event: &Event) -> Result<String, Failure> {
        let body = event.body();
        let secrets = std::slice::from_ref(&self.secret);
        let headers = sign::headers(secrets, event.id, &body, self.clock.now());
        let sent = self.guarded.post(
            &self.connections,
            &self.url,
            headers,
            Bytes::from(body),
            TIMEOUT,
        );
        match sent.await {
            Ok(answer) => {
                let words = format!("{} in {} ms", answer.status, answer.duration.as_millis());
                if (200..300).contains(&answer.status) {
                    Ok(words)
                } else {
                    Err(Failure::NotTaken(words))
                }
            }
            Err(failure @ (SendFailure::Connect(_) | SendFailure::Unresolved)) => {
                Err(Failure::Nobody(failure.to_string()))
            }
            Err(failure) => Err(Failure::NotTaken(failure.to_string())),
        }
    }
}

/// Why an event was not taken, in words.
enum Failure {
    /// Nobody is there yet.
    Nobody(String),
    /// Somebody is, and does not take it.
    NotTaken(String),
}
