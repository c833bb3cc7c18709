//! Why something was not sent, in words that hold nothing of what was to be sent.

use std::fmt;
use std::io;

use ipnet::IpNet;

/// Why the guard sends nothing to an address. To try again is in vain until somebody changes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// Neither HTTPS nor, where allowed, HTTP.
    #[error("the URL must begin with https://, or with http:// where its network is allowed")]
    Scheme,
    /// A name or password stands before the host.
    #[error("the URL must not have a user name or password")]
    Userinfo,
    /// Something stands behind a `#`, which is never sent.
    #[error("the URL must not have a fragment")]
    Fragment,
    /// No host, or one that is no name of a server.
    #[error("the URL has no host")]
    Host,
    /// A name that is always inside, as those that end in `.internal`.
    #[error("names that end in .{0} are not called unless their network is allowed")]
    Name(&'static str),
    /// The address, or each that the name has, lies in a network that is forbidden.
    #[error("addresses of {0} are not called unless the network is allowed")]
    Network(IpNet),
}

/// Why an attempt brought no answer that counts.
#[derive(Debug, thiserror::Error)]
pub enum SendFailure {
    /// Nothing was sent: the address may not be called.
    #[error("blocked: {0}")]
    Blocked(#[from] Blocked),
    /// The name has no address, or nobody could tell it.
    #[error("the name of the host could not be resolved")]
    Unresolved,
    /// No connection came about.
    #[error("no connection: {0}")]
    Connect(io::ErrorKind),
    /// The other side could not show that it is who the name says, or speaks no TLS that we do.
    #[error("no TLS: {0}")]
    Tls(TlsFailure),
    /// There was no answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended before its answer, or brought what is no answer of HTTP.
    #[error("the connection ended without an answer")]
    Broken,
    /// The answer leads elsewhere, and is not followed.
    #[error("the answer was a redirect ({0}), which is not followed")]
    Redirect(u16),
}

/// What went wrong with TLS, at most a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFailure(String);

impl From<io::Error> for TlsFailure {
    fn from(error: io::Error) -> Self {
        let mut words = error.to_string();
        words.truncate(words.floor_char_boundary(LONGEST));
        Self(words)
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The names in a certificate are the other side's to choose.
const LONGEST: usize = 200;
