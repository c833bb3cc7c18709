//! TLS in front of something that speaks plainly, and a proxy through which it is reached.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Serves what listens at `behind` (`http://…`) over TLS, by the certificate of `folder`
/// ([`certificates::make`](super::certificates::make)). Returns its address, `https://localhost:…`.
pub(crate) async fn in_front_of(behind: &str, folder: &Path) -> String {
    juncture_outbound::use_ring();
    let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server-key.pem")).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let behind = behind.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                // Who does not trust the certificate hangs up.
                let mut stream = acceptor.accept(stream).await?;
                let mut plain = TcpStream::connect(&behind).await?;
                copy_bidirectional(&mut stream, &mut plain).await
            });
        }
    });
    address
}

/// A proxy that makes tunnels (`CONNECT`, RFC 9110 §9.3.6), and remembers whereto.
pub(crate) struct Tunnels {
    pub(crate) url: String,
    targets: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let targets = Arc::<Mutex<Vec<String>>>::default();
        let seen = targets.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(tunnel(stream, seen.clone()));
            }
        });
        Self { url, targets }
    }

    /// The hosts and ports to which tunnels were made, since this was last asked.
    pub(crate) fn take_targets(&self) -> Vec<String> {
        std::mem::take(&mut self.targets.lock().unwrap())
    }
}

async fn tunnel(stream: TcpStream, seen: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let target = head.strip_prefix("CONNECT ");
    let target = target.and_then(|rest| rest.split(' ').next());
    let Some(target) = target else {
        return stream
            .write_all(b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n")
            .await;
    };
    let mut far = TcpStream::connect(target).await?;
    seen.lock().unwrap().push(target.to_owned());
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut far).await.map(drop)
}
