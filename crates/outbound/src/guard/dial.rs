//! New connections, to addresses that were judged a moment ago and to no other.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Guarded;
use super::failure::{Blocked, SendFailure};
use super::target::{Target, TargetHost};
use crate::client::CONNECT_TIMEOUT;

/// How many addresses of a name are tried: the rest would not be reached within a deadline.
const MOST_ADDRESSES: usize = 4;

/// What bytes go over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Guarded {
    /// A connection to one of these addresses of the target, with TLS where its URL says so.
    pub(super) async fn dial(
        &self,
        target: &Target<'_>,
        addresses: &[IpAddr],
    ) -> Result<(IpAddr, Box<dyn Stream>), SendFailure> {
        let mut failure = SendFailure::Unresolved;
        for &address in addresses.iter().take(MOST_ADDRESSES) {
            let tcp = match connect(SocketAddr::new(address, target.port)).await {
                Ok(tcp) => tcp,
                Err(kind) => {
                    failure = SendFailure::Connect(kind);
                    continue;
                }
            };
            if !target.is_https {
                return Ok((address, Box::new(tcp)));
            }
            let tls = Arc::clone(self.tls());
            return Ok((address, Box::new(secure(tcp, tls, &target.host).await?)));
        }
        Err(failure)
    }

    /// The addresses of the target that may be called, each judged now.
    pub(super) async fn judged(&self, target: &Target<'_>) -> Result<Vec<IpAddr>, SendFailure> {
        let found = match target.host {
            TargetHost::Address(address) => vec![address],
            TargetHost::Name(name) => {
                let found = self.resolver.resolve(name.to_owned()).await;
                found.map_err(|_| SendFailure::Unresolved)?
            }
        };
        let mut why: Option<Blocked> = None;
        let mut good = Vec::new();
        for address in found {
            match target.permit(address, &self.allowed) {
                Ok(()) => good.push(address),
                Err(blocked) => why = why.or(Some(blocked)),
            }
        }
        match why {
            Some(why) if good.is_empty() => Err(why.into()),
            _ => Ok(good),
        }
    }
}

async fn connect(socket: SocketAddr) -> Result<TcpStream, io::ErrorKind> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a handshake takes real time, as it does for the one client"
    )]
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(socket));
    let Ok(connected) = connecting.await else {
        return Err(io::ErrorKind::TimedOut);
    };
    let tcp = connected.map_err(|error| error.kind())?;
    // Without it a request may wait for the acknowledgement of the one before.
    tcp.set_nodelay(true).map_err(|error| error.kind())?;
    Ok(tcp)
}

async fn secure(
    tcp: TcpStream,
    tls: Arc<ClientConfig>,
    host: &TargetHost<'_>,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, SendFailure> {
    let name = match *host {
        TargetHost::Address(address) => ServerName::from(address),
        TargetHost::Name(name) => {
            let name = name.strip_suffix('.').unwrap_or(name).to_owned();
            ServerName::try_from(name).map_err(|_| Blocked::Host)?
        }
    };
    let secured = TlsConnector::from(tls).connect(name, tcp).await;
    secured.map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            SendFailure::Connect(error.kind())
        }
        _ => SendFailure::Tls(error.into()),
    })
}
