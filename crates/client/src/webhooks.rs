//! Webhooks, as a server posts events to you: by the Standard Webhooks specification
//! (<https://github.com/standard-webhooks/standard-webhooks>).
//!
//! ```no_run
//! # use juncture_client::reqwest::header::HeaderMap;
//! # fn receive(headers: &HeaderMap, body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use juncture_client::webhooks::Verifier;
//!
//! let verifier = Verifier::new(["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])?; // during a rotation both
//! let event = verifier.verify(headers, body)?; // the body as it came, byte by byte
//! println!("{} {}: {:?}", event.id, event.kind, event.data.external_id);
//! # Ok(())
//! # }
//! ```

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use juncture_clock::{Clock, SystemClock};
use juncture_views::events::Data;
use reqwest::header::HeaderMap;
use ring::hmac;
use serde::Deserialize;

use crate::error::Error;

/// How far the sender's clock may be from ours, either way, in seconds.
const TOLERANCE: i64 = 300;

/// An event, as a webhook brings it.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// The same however often it comes: by it you know what you have had.
    #[serde(skip)]
    pub id: String,
    /// What has happened. Later versions know more types: leave alone what you do not know.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What there is to tell.
    pub data: Data,
}

/// Knows what a server signs with.
#[derive(Clone)]
pub struct Verifier {
    keys: Vec<hmac::Key>,
    clock: Arc<dyn Clock>,
}

/// Nobody who has the secret has sent this now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotVerified {
    /// This header is not there.
    Missing(&'static str),
    /// `webhook-timestamp` is no time.
    NoTime,
    /// It was signed more than five minutes ago.
    TooOld,
    /// It was signed more than five minutes from now.
    FromTheFuture,
    /// No signature is right: another secret, or another body than was signed.
    NoSignature,
    /// It is signed, and no event.
    NoEvent,
}

impl fmt::Display for NotVerified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the webhook is not verified: ")?;
        match self {
            Self::Missing(header) => write!(formatter, "{header} is missing"),
            Self::NoTime => formatter.write_str("webhook-timestamp is no time"),
            Self::TooOld => formatter.write_str("it is too old"),
            Self::FromTheFuture => formatter.write_str("it is from the future"),
            Self::NoSignature => formatter.write_str("no signature is right"),
            Self::NoEvent => formatter.write_str("the body is no event"),
        }
    }
}

impl StdError for NotVerified {}

/// The secrets do not show.
impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl Verifier {
    /// One that takes what is signed with any of these secrets, `whsec_…`. Fails with `invalid_options` where one is
    /// none, or there is none.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let keys = secrets.into_iter().map(key).collect::<Option<Vec<_>>>();
        let keys = keys.filter(|keys| !keys.is_empty());
        let keys = keys.ok_or_else(|| {
            Error::options("a webhook secret must be whsec_ and the base64 of 24 to 64 bytes")
        })?;
        let clock = Arc::new(SystemClock);
        Ok(Self { keys, clock })
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The event in a webhook. Give the body as it came: what was parsed and written again has another signature.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, NotVerified> {
        let text = |name| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.ok_or(NotVerified::Missing(name))
        };
        let (id, timestamp) = (text("webhook-id")?, text("webhook-timestamp")?);
        let signatures = text("webhook-signature")?;
        let sent: i64 = timestamp.parse().map_err(|_| NotVerified::NoTime)?;
        let age = self.clock.now().as_second().saturating_sub(sent);
        if age > TOLERANCE {
            return Err(NotVerified::TooOld);
        }
        if age < -TOLERANCE {
            return Err(NotVerified::FromTheFuture);
        }
        let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
        let given = signatures
            .split(' ')
            .filter_map(|one| one.strip_prefix("v1,"));
        let given: Vec<_> = given.filter_map(|one| STANDARD.decode(one).ok()).collect();
        let is_signed = self.keys.iter().any(|key| {
            let mut given = given.iter();
            // In the same time, however much of it is right.
            given.any(|signature| hmac::verify(key, &signed, signature).is_ok())
        });
        if !is_signed {
            return Err(NotVerified::NoSignature);
        }
        let event: Event = juncture_json::decode(body).map_err(|_| NotVerified::NoEvent)?;
        let id = id.to_owned();
        Ok(Event { id, ..event })
    }
}

fn key(secret: &str) -> Option<hmac::Key> {
    let bytes = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let is_fit = (24..=64).contains(&bytes.len());
    is_fit.then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}
