//! The way to a Redis server: TCP, TLS or a Unix socket, of which no more is read than answers to what
//! was asked may take.
//!
//! The crate's own streams are read for as long as a server sends: one string without an end would take
//! the memory of the process, until the patience with its answer is over.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use redis::ConnectionAddr;
use redis::io::tcp::socket2::{SockRef, TcpKeepalive};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

/// The most that the answer to one command may take, in bytes. The largest value that is shared has
/// 512 kB.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Less than the four minutes after which gateways in clouds forget a silent connection.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// How much the server may still send.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowance(Arc<Mutex<Owed>>);

#[derive(Debug, Default)]
struct Owed {
    commands: usize,
    bytes: usize,
}

/// A command under way, to which an answer is owed.
pub(super) struct Asked<'a>(&'a Allowance);

impl Allowance {
    /// Call it before a command, and keep what it gives until the answer is there.
    pub(super) fn ask(&self) -> Asked<'_> {
        self.change(|owed| {
            owed.commands += 1;
            owed.bytes += LONGEST_ANSWER;
        });
        Asked(self)
    }

    fn take(&self, bytes: usize) -> io::Result<()> {
        self.change(|owed| {
            let left = owed.bytes.checked_sub(bytes);
            owed.bytes = left.unwrap_or_default();
            left.map(drop)
        })
        .ok_or_else(|| io::Error::other("the server sends more than it was asked for"))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Owed) -> T) -> T {
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut owed);
        // What short answers have left over is no credit.
        owed.bytes = owed.bytes.min(owed.commands * LONGEST_ANSWER);
        changed
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.change(|owed| owed.commands -= 1);
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection whose server sends no more than it may.
pub(super) struct Bounded {
    stream: Box<dyn Stream>,
    allowance: Allowance,
}

impl Bounded {
    /// Connects. A server with TLS is checked against `authority`, a PEM file's content, or the
    /// authorities that the system trusts.
    pub(super) async fn connect(
        address: &ConnectionAddr,
        authority: Option<&[u8]>,
        allowance: Allowance,
    ) -> io::Result<Self> {
        let stream: Box<dyn Stream> = match address {
            ConnectionAddr::Tcp(host, port) => Box::new(connect_tcp(host, *port).await?),
            ConnectionAddr::TcpTls { host, port, .. } => {
                let connector = TlsConnector::from(Arc::new(tls(authority)?));
                let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                let stream = connect_tcp(host, *port).await?;
                Box::new(connector.connect(name, stream).await?)
            }
            ConnectionAddr::Unix(path) => Box::new(UnixStream::connect(path).await?),
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
        Ok(Self { stream, allowance })
    }
}

async fn connect_tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    // Small questions of many requests follow one another; none waits for another's answer.
    stream.set_nodelay(true)?;
    SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))?;
    Ok(stream)
}

fn tls(authority: Option<&[u8]>) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match authority {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(io::Error::other)?;
                roots.add(certificate).map_err(io::Error::other)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder().with_root_certificates(roots);
    Ok(config.with_no_client_auth())
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.allowance.take(buffer.filled().len() - before))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
