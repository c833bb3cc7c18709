//! Where something is to be sent: a URL that was judged, and its host.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::failure::Blocked;
use super::networks::{Standing, standing};

/// Endings of names that no public server has.
const INSIDE: &[&str] = &["localhost", "internal", "local"];

/// Where something is to be sent.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) host: TargetHost<'a>,
    pub(super) port: u16,
    pub(super) is_https: bool,
    /// Why only addresses of allowed networks may be called, if that is so.
    only_allowed: Option<Blocked>,
}

#[derive(Debug)]
pub(super) enum TargetHost<'a> {
    /// A name, which is resolved anew for each attempt.
    Name(&'a str),
    /// An address, which has been judged.
    Address(IpAddr),
}

impl<'a> Target<'a> {
    /// Judges what a parser by the WHATWG's rules has made of a URL: by then `0x7f.1` is `127.0.0.1`.
    pub(super) fn judge(url: &'a Url, allowed: &[IpNet]) -> Result<Self, Blocked> {
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Blocked::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::Userinfo);
        }
        if url.fragment().is_some() {
            return Err(Blocked::Fragment);
        }
        let port = url.port_or_known_default().ok_or(Blocked::Host)?;
        let host = match url.host().ok_or(Blocked::Host)? {
            Host::Domain(name) => TargetHost::Name(name),
            Host::Ipv4(address) => TargetHost::Address(address.into()),
            Host::Ipv6(address) => TargetHost::Address(address.into()),
        };
        let inside = match host {
            TargetHost::Name(name) => inside(name),
            TargetHost::Address(_) => None,
        };
        let only_allowed = match inside {
            Some(ending) => Some(Blocked::Name(ending)),
            None => (!is_https).then_some(Blocked::Scheme),
        };
        let target = Self {
            host,
            port,
            is_https,
            only_allowed,
        };
        match (&target.host, &target.only_allowed) {
            (TargetHost::Address(address), _) => target.permit(*address, allowed)?,
            // No look-up could find an address that may be called.
            (TargetHost::Name(_), Some(why)) if allowed.is_empty() => return Err(why.clone()),
            (TargetHost::Name(_), _) => {}
        }
        Ok(target)
    }

    /// Whether this address of the target may be called.
    pub(super) fn permit(&self, address: IpAddr, allowed: &[IpNet]) -> Result<(), Blocked> {
        match (standing(address, allowed), &self.only_allowed) {
            (Standing::Allowed, _) | (Standing::Public, None) => Ok(()),
            (Standing::Forbidden(network), _) => Err(Blocked::Network(network)),
            (Standing::Public, Some(why)) => Err(why.clone()),
        }
    }
}

/// The ending by which a name is known to be inside.
fn inside(name: &str) -> Option<&'static str> {
    // The parser has made the letters small.
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut endings = INSIDE.iter().copied();
    endings.find(|ending| {
        let before = name.strip_suffix(ending);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}
