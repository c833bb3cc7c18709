//! What the operator sets of deliveries.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use juncture_clock::SystemClock;
use juncture_outbound::guard::{Blocked, Guarded};
use url::Url;

use super::sign::SigningSecret;
use crate::environment::reader::Reader;

const URL: &str = "JUNCTURE_EVENTS_ENDPOINT_URL";
const SECRET: &str = "JUNCTURE_EVENTS_ENDPOINT_SECRET";
const ALLOWED: &str = "JUNCTURE_EVENTS_ALLOWED_NETWORKS";

/// What is set of deliveries.
#[derive(Debug)]
pub struct WebhooksConfig {
    /// `JUNCTURE_EVENTS_ALLOWED_NETWORKS`: networks that are not public and may be sent to.
    pub allowed: Vec<IpNet>,
    /// `JUNCTURE_EVENTS_ENDPOINT_…`: an endpoint of the project `default`.
    pub endpoint: Option<EnvironmentEndpoint>,
}

/// An endpoint that is made from the environment.
#[derive(Debug, Clone)]
pub struct EnvironmentEndpoint {
    /// Where it is.
    pub url: Url,
    /// What signs for it.
    pub secret: SigningSecret,
}

pub(crate) fn read(reader: &mut Reader<'_>) -> WebhooksConfig {
    let allowed = read_allowed(reader);
    WebhooksConfig {
        endpoint: read_endpoint(reader, &allowed),
        allowed,
    }
}

fn read_allowed(reader: &mut Reader<'_>) -> Vec<IpNet> {
    let text = reader.text(ALLOWED).unwrap_or_default();
    let parts = text.split(',').map(str::trim);
    let mut networks = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let address = part.parse::<IpAddr>().map(IpNet::from);
        match address.ok().or_else(|| part.parse().ok()) {
            Some(network) => networks.push(network),
            None => reader.problem(
                ALLOWED,
                "must be a comma-separated list of IP addresses and networks like 10.0.0.0/8",
            ),
        }
    }
    networks
}

fn read_endpoint(reader: &mut Reader<'_>, allowed: &[IpNet]) -> Option<EnvironmentEndpoint> {
    let secret = reader.text(SECRET);
    match (reader.text(URL).is_some(), &secret) {
        (true, None) => reader.problem(SECRET, format!("is not set, though {URL} is")),
        (false, Some(_)) => reader.problem(URL, format!("is not set, though {SECRET} is")),
        _ => {}
    }
    let secret = SigningSecret::parse(&secret?);
    if secret.is_err() {
        let what = "must be whsec_ and the base64 of 24 to 64 random bytes";
        reader.problem(SECRET, what);
    }
    let url = reader.url(URL)?;
    if let Err(blocked) = judge(&url, allowed) {
        reader.problem(URL, format!("is not called: {}", reason(&blocked)));
    }
    let secret = secret.ok()?;
    Some(EnvironmentEndpoint { url, secret })
}

/// Whether a URL may be sent to, as far as that is known without asking for its address.
pub fn judge(url: &Url, allowed: &[IpNet]) -> Result<(), Blocked> {
    // The clock plays no part in it.
    Guarded::new(Arc::new(SystemClock), allowed).judge(url)
}

/// Why a URL may not be sent to, and what would help.
#[must_use]
pub fn reason(blocked: &Blocked) -> String {
    match blocked {
        Blocked::Scheme | Blocked::Name(_) | Blocked::Network(_) => {
            format!("{blocked} ({ALLOWED})")
        }
        Blocked::Userinfo | Blocked::Fragment | Blocked::Host => blocked.to_string(),
    }
}
