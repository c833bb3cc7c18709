//! From a listening address to requests: connections are taken, bounded, and ended in good order.
//!
//! This is HTTP/1.1 without TLS, for a proxy to stand before. HTTP/2 without TLS is left out: hyper
//! tells it from HTTP/1.1 by a connection's first bytes, and waits for them without a bound.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::serve::Listener;
use futures_util::future::BoxFuture;
use hyper::Request;
use hyper::body::Incoming;
use hyper::rt::{Sleep, Timer};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use juncture_jira::Clock;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// How long a connection may take for the head of a request, the pause before it included: a caller
/// that sends nothing, or a letter a second, is let go. Longer than the minute for which proxies keep
/// idle connections, so that it is they who close first and no request meets a closing door.
pub const SLOWEST_HEAD: Duration = Duration::from_secs(75);

/// Hands the requests of every connection to `routes` until `stop` resolves; then takes no more
/// connections, and returns when the requests under way are answered. Each request carries its
/// peer's address as [`ConnectInfo`].
pub async fn accept(
    mut listener: TcpListener,
    routes: Router,
    clock: Arc<dyn Clock>,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(ClockTimer(clock))
        .header_read_timeout(SLOWEST_HEAD);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        // axum's `accept` waits a second where the process has run out of file descriptors.
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        let routes = routes.clone();
        let service = service_fn(move |request| answer(routes.clone(), peer, request));
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection broke off");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}

async fn answer(
    routes: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    routes.oneshot(request).await
}

/// The clock, as hyper asks for it.
struct ClockTimer(Arc<dyn Clock>);

impl Timer for ClockTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Pause(Mutex::new(self.0.deadline(duration))))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(deadline.saturating_duration_since(self.now()))
    }
}

/// A deadline of the clock. The lock is never taken: it makes `Sync` what hyper wants to be so.
struct Pause(Mutex<BoxFuture<'static, ()>>);

impl Sleep for Pause {}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let pause = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        pause.as_mut().poll(context)
    }
}
