//! Who calls: the address of a request's client, for the log and for the limit on strangers.
//!
//! It is the peer's own, unless the peer is one of `TRUSTED_PROXIES`: then `X-Forwarded-For` is read
//! from its end, where each proxy adds the address that it saw, up to the first that is no proxy of
//! ours. What stands before that is whatever the caller likes to write.
//!
//! No other header is read. `Forwarded` (RFC 7239) would say the same, but proxies that write
//! `X-Forwarded-For` let a caller's own `Forwarded` pass, so whoever believes both believes the
//! caller. Where the server itself is reached is the configuration's to say (`JUNCTURE_BASE_URL`).

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue};
use ipnet::IpNet;

/// The header in which proxies write whom they speak for.
pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client; none for a request that came over no connection.
#[must_use]
pub fn address(request: &Request, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut client = peer(request)?;
    let lines = request.headers().get_all(FORWARDED_FOR).iter().rev();
    let mut hops = lines.flat_map(|line| line.as_bytes().rsplit(|&byte| byte == b','));
    while is_within(client, trusted) {
        match hops.next().and_then(parse) {
            Some(hop) => client = hop,
            // A proxy that hides whom it speaks for is all that is known.
            None => break,
        }
    }
    Some(client)
}

/// Whether the peer says whom it speaks for and is not believed.
pub(crate) fn is_unknown_proxy(request: &Request, trusted: &[IpNet]) -> bool {
    let is_unknown = |peer| !is_within(peer, trusted);
    request.headers().contains_key(FORWARDED_FOR) && peer(request).is_some_and(is_unknown)
}

fn peer(request: &Request) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(peer.ip().to_canonical())
}

/// Whether an address is in one of these networks.
pub(crate) fn is_within(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// An entry of the header: an address, which some proxies give with a port or in brackets.
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let entry = HeaderValue::from_bytes(entry.trim_ascii()).ok()?;
    let entry = entry.to_str().ok()?;
    let bare = entry
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(entry).parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}
