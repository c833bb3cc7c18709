//! Connections to where calls are passed on to: directly, or through the proxy that the system names.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use hyper::Uri;
use hyper::http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use super::Cause;
use crate::client::CONNECT_TIMEOUT;
use crate::tls;

type Tcp = TokioIo<TcpStream>;

/// Connects, with TLS where the address says so.
#[derive(Clone)]
pub(super) struct Way(HttpsConnector<Sockets>);

impl Way {
    pub(super) fn new() -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let sockets = Sockets {
            tcp,
            proxies: Arc::new(Matcher::from_system()),
        };
        let way = HttpsConnectorBuilder::new()
            .with_tls_config(tls::trust_of_the_system())
            .https_or_http()
            .enable_http1()
            .wrap_connector(sockets);
        Self(way)
    }
}

impl Service<Uri> for Way {
    type Response = MaybeHttpsStream<Tcp>;
    type Error = Cause;
    type Future = BoxFuture<'static, Result<Self::Response, Cause>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.0.call(to);
        #[expect(
            clippy::disallowed_methods,
            reason = "a handshake takes real time, as it does for the one client"
        )]
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, connecting);
        Box::pin(async { connecting.await? })
    }
}

/// TCP connections, for HTTPS through a proxy (`HTTPS_PROXY`, `NO_PROXY`) where one is named.
#[derive(Clone)]
struct Sockets {
    tcp: HttpConnector,
    proxies: Arc<Matcher>,
}

impl Service<Uri> for Sockets {
    type Response = Tcp;
    type Error = Cause;
    type Future = BoxFuture<'static, Result<Tcp, Cause>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let mut tcp = self.tcp.clone();
        let is_https = to.scheme() == Some(&Scheme::HTTPS);
        let proxy = is_https.then(|| self.proxies.intercept(&to)).flatten();
        Box::pin(async move {
            let Some(proxy) = proxy else {
                return Ok(tcp.call(to).await?);
            };
            let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
            if let Some(auth) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(auth.clone());
            }
            Ok(tunnel.call(to).await?)
        })
    }
}
