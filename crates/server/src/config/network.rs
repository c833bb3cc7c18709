//! How the server is reached: its address, the proxies before it, and how often strangers may call.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::Url;

use crate::environment::Environment;
use crate::environment::reader::{Problems, Reader};

/// The most that `PUBLIC_REQUESTS_PER_MINUTE` may be; more than one machine answers.
const MOST_REQUESTS_PER_MINUTE: u32 = 100_000;

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `HOST`: a name, or an IP address; `0.0.0.0` and `::` are all of the machine's.
    pub host: String,
    /// `PORT`; 0 lets the system choose.
    pub port: u16,
}

impl Address {
    /// Reads these two variables and no other, for those who only want to find the server.
    pub fn find(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let address = Self::read(&mut reader);
        reader.finish(address)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            host: reader
                .text("HOST")
                .unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: reader
                .parsed("PORT", "a port number from 0 to 65535")
                .unwrap_or(8000),
        }
    }

    /// Where it is reached from the same machine, as far as that is known: port 0 is not known yet.
    pub(crate) fn url(&self) -> Url {
        let url = Url::parse(&format!("http://{}", self.from_within()));
        url.unwrap_or_else(|_| Url::parse("http://127.0.0.1:8000").expect("it is one"))
    }

    /// Where a process of the same machine reaches a server that listens here.
    #[must_use]
    pub fn from_within(&self) -> Self {
        let host = match self.host.parse() {
            Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => Ipv4Addr::LOCALHOST.to_string(),
            Ok(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => Ipv6Addr::LOCALHOST.to_string(),
            _ => self.host.clone(),
        };
        Self {
            host,
            port: self.port,
        }
    }
}

/// As the authority of a URL has it (RFC 3986 §3.2.2): an IPv6 address in brackets.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(f, "[{host}]:{port}")
        } else {
            write!(f, "{host}:{port}")
        }
    }
}

pub(crate) fn read_trusted_proxies(reader: &mut Reader<'_>) -> Vec<IpNet> {
    const NAME: &str = "TRUSTED_PROXIES";
    let text = reader.text(NAME).unwrap_or_default();
    let parts = text.split(',').map(str::trim);
    let mut networks = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let address = part.parse::<IpAddr>().map(IpNet::from);
        match address.ok().or_else(|| part.parse().ok()) {
            Some(network) if network.prefix_len() == 0 => {
                reader.problem(
                    NAME,
                    "must not be everybody: with a /0 any caller could name any address as its own",
                );
            }
            Some(network) => networks.push(network),
            None => reader.problem(
                NAME,
                "must be a comma-separated list of IP addresses and networks like 10.0.0.0/8",
            ),
        }
    }
    networks
}

pub(crate) fn read_public_requests_per_minute(reader: &mut Reader<'_>) -> u32 {
    const NAME: &str = "PUBLIC_REQUESTS_PER_MINUTE";
    const WHAT: &str = "a number from 0 (no limit) to 100000";
    let requests = reader.parsed(NAME, WHAT).unwrap_or(300);
    if requests > MOST_REQUESTS_PER_MINUTE {
        reader.problem(NAME, format!("must be {WHAT}"));
    }
    requests
}
