//! HTTPS: whom the guard believes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use super::support::{Stub, guard, post, post_by};
use crate::guard::{Connections, Guarded, SendFailure};
use crate::use_ring;

/// A server with a certificate for this name, and a guard that finds it by any name and believes it. It counts
/// its handshakes.
async fn secured(name: &str) -> (Guarded, u16, Arc<AtomicUsize>) {
    use_ring();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let server = ServerConfig::builder().with_no_client_auth();
    let server = server
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a pair");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let handshakes = Arc::<AtomicUsize>::default();
    let counted = handshakes.clone();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(server));
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            counted.fetch_add(1, Ordering::SeqCst);
            let mut sent = Vec::new();
            while stream.read_buf(&mut sent).await.is_ok_and(|n| n > 0) {
                if sent.ends_with(b"}") {
                    sent.clear();
                    let _ = stream
                        .write_all(b"HTTP/1.1 202 Yes\r\ncontent-length: 0\r\n\r\n")
                        .await;
                }
            }
        }
    });
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).expect("an authority");
    let trust = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut guarded = guard(&["127.0.0.1/32"]).with_resolver(Stub::new(&[&["127.0.0.1"]]));
    guarded.tls = Arc::new(Arc::new(trust).into());
    (guarded, port, handshakes)
}

#[tokio::test]
async fn one_handshake_is_enough_for_one_attempt_after_another() {
    let (guard, port, handshakes) = secured("app.example.com").await;
    let connections = Connections::default();
    let url = format!("https://app.example.com:{port}/hook");
    for _ in 0..3 {
        let answer = post_by(&connections, &guard, &url).await;
        assert_eq!(answer.expect("an answer").status, 202);
    }
    assert_eq!(handshakes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_shows_who_it_is_is_sent_to() {
    let (guard, port, _) = secured("app.example.com").await;
    for name in ["app.example.com", "app.example.com.", "APP.example.com"] {
        let answer = post(&guard, &format!("https://{name}:{port}/hook")).await;
        assert_eq!(answer.expect("an answer").status, 202, "{name}");
    }
}

#[tokio::test]
async fn a_server_that_shows_another_name_or_nothing_is_told_as_such() {
    let (believing, port, _) = secured("other.example.com").await;
    let url = format!("https://app.example.com:{port}/hook");
    let failure = post(&believing, &url).await.expect_err("another name");
    assert!(matches!(failure, SendFailure::Tls(_)), "{failure}");

    // The authorities of the system do not know it.
    let strict = guard(&["127.0.0.1/32"]).with_resolver(Stub::new(&[&["127.0.0.1"]]));
    let failure = post(&strict, &url).await.expect_err("unknown");
    assert!(failure.to_string().starts_with("no TLS: "), "{failure}");

    let (plain, received) =
        super::support::answering(b"HTTP/1.1 400 No\r\n\r\n}".to_vec(), true).await;
    received.abort();
    let failure = post(&strict, &format!("https://app.example.com:{plain}/")).await;
    failure.expect_err("no TLS");
}
