//! From a listening address to requests: connections are taken, bounded, and ended in good order.
//!
//! This is HTTP/1.1 without TLS, for a proxy to stand before. HTTP/2 without TLS is left out: hyper
//! tells it from HTTP/1.1 by a connection's first bytes.
//!
//! Whoever is slow costs nothing: each thing that a peer may keep us waiting for has a deadline, and
//! when there is no place for another connection, the one goes that has kept us waiting the longest.
//! hyper's own bound on heads does not tell idle from half a head, so `stream` and `body` tell the
//! connection's `line` what happens, and `watchdog` keeps the time.

mod body;
mod descriptors;
mod line;
mod lines;
mod refusal;
mod stream;
mod watchdog;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::net::sockopt;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

pub use lines::Capacity;

use crate::app::App;
use crate::web::{caller_address, limit};
pub(crate) use body::Unhurried;
use body::{Answered, Asked};
use line::{Closed, Line, Standing};
use lines::{Lines, Seat};
use refusal::Refuse;
use stream::Stream;
use watchdog::Watchdog;

/// How long a connection may wait for the first byte of a request. Longer than the minute for which
/// proxies keep idle connections, so that it is they who close first and no request meets a closing
/// door.
pub const LONGEST_IDLE: Duration = Duration::from_secs(75);

/// How long the head of a request may take from its first byte on.
pub const SLOWEST_HEAD: Duration = Duration::from_secs(10);

/// How long the body of a request may take as a whole; one that is passed on, for each pause.
pub const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// How long a peer may take nothing of an answer. The system tells of what a peer takes when a third
/// of its buffer (`SEND_BUFFER`) is free again: less than some 100 KB in that time is nothing.
pub const SLOWEST_READER: Duration = Duration::from_secs(30);

/// How long a stranger over the limit may take for the first head, from its first byte on.
pub const HASTE: Duration = Duration::from_secs(1);

/// How long a body or a reader may still take when the server is to end, and how long a peer may
/// still send after an answer that leaves the rest of its request unread.
pub const LAST_MOMENT: Duration = Duration::from_secs(1);

/// The largest head of a request, in bytes, and how much of an answer waits in memory for its peer
/// beside the piece that is being written.
pub const LARGEST_HEAD: usize = 32 * 1024;

/// How much of an answer the system may hold for a peer, in bytes: whoever reads nothing must not
/// fill its memory either. Linux takes twice as much, for its own book-keeping (socket(7)).
const SEND_BUFFER: usize = 128 * 1024;

/// How many connections the system holds until they are taken. It drops the first packet of any
/// beyond, which is sent again after a whole second (RFC 6298 section 2.1); Rust's own bound is 128,
/// which one burst fills. Linux takes `net.core.somaxconn` where that is less: 4096, if nobody has
/// changed it (listen(2)).
const BACKLOG: i32 = 4096;

/// Hands the requests of every connection to `routes` until `stop` resolves; then takes no more
/// connections, and returns when the requests under way are answered. Each request carries its
/// peer's address as [`ConnectInfo`].
pub async fn accept(
    mut listener: TcpListener,
    routes: Router,
    app: App,
    capacity: Capacity,
    stop: impl Future<Output = ()>,
) {
    // Connections inherit it.
    if let Err(error) = sockopt::set_socket_send_buffer_size(&listener, SEND_BUFFER) {
        tracing::warn!(%error, "the system's own bound on unread answers stays");
    }
    if let Err(error) = rustix::net::listen(&listener, BACKLOG) {
        tracing::warn!(%error, "the system's own bound on connections that wait to be taken stays");
    }
    // A line that has lost its place still has its descriptor until its task has ended.
    let descriptors = Arc::new(Semaphore::new(capacity.descriptors()));
    let lines = Arc::new(Lines::new(capacity));
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let descriptor = descriptors.clone().acquire_owned().await;
            // axum's `accept` waits a second where the process has run out of file descriptors.
            (Listener::accept(&mut listener).await, descriptor)
        };
        let ((tcp, peer), descriptor) = tokio::select! {
            taken = next => taken,
            () = &mut stop => break,
        };
        let is_proxy =
            caller_address::is_within(peer.ip().to_canonical(), &app.config.trusted_proxies);
        let stranger = (!is_proxy).then(|| limit::network(peer.ip().to_canonical()));
        let is_admitted = stranger.is_none_or(|stranger| {
            let now = app.clock.now();
            let per_minute = app.config.public_requests_per_minute;
            let stranger = (None, stranger);
            app.public_limit.admit(&stranger, per_minute, now).is_ok()
        });
        let standing = if is_admitted && stranger.is_some() {
            Standing::Charged
        } else {
            Standing::Stranger
        };
        let line = Arc::new(Line::new(lines.clockwork.clone(), standing));
        let Some(seat) = lines.admit(line.clone(), stranger) else {
            tracing::debug!(%peer, "turned away: all other connections are at work");
            continue;
        };
        let conversation = Conversation {
            line: line.clone(),
            peer,
            routes: routes.clone(),
            app: app.clone(),
            // Of its own: all that wait for one token wait for its lock, too.
            stopping: stopping.child_token(),
            _seat: seat,
            // The semaphore is never closed.
            _descriptor: descriptor.ok(),
        };
        let first_head = (!is_admitted).then_some(HASTE);
        line.served_by(
            tasks
                .spawn(conversation.hold(tcp, first_head))
                .abort_handle(),
        );
    }
    drop(listener);
    stopping.cancel();
    tasks.close();
    tasks.wait().await;
}

/// All requests of one connection, one after the other.
struct Conversation {
    line: Arc<Line>,
    peer: SocketAddr,
    routes: Router,
    app: App,
    stopping: CancellationToken,
    _seat: Seat,
    _descriptor: Option<OwnedSemaphorePermit>,
}

impl Conversation {
    async fn hold(self, tcp: TcpStream, first_head: Option<Duration>) {
        let refuse = Refuse {
            app: self.app.clone(),
            peer: self.peer,
        };
        let stream = Stream::new(tcp, self.line.clone(), refuse);
        let service = service_fn(|request| self.answer(request));
        let mut http = http1::Builder::new();
        http.header_read_timeout(None).max_buf_size(LARGEST_HEAD);
        let mut connection = http.serve_connection(TokioIo::new(stream), service);
        let mut watchdog = Watchdog::new(self.app.clock.clone(), first_head);
        let mut stopped = pin!(self.stopping.cancelled());
        let mut is_stopping = false;
        let ended = poll_fn(|context| {
            // What has come whole is a request, though the end comes at the same moment.
            let mut polled = Pin::new(&mut connection).poll(context);
            if polled.is_pending() && !is_stopping && stopped.as_mut().poll(context).is_ready() {
                is_stopping = true;
                watchdog.stop();
                Pin::new(&mut connection).graceful_shutdown();
                polled = Pin::new(&mut connection).poll(context);
            }
            match polled {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending => watchdog.poll(&self.line, context).map(|()| None),
            }
        })
        .await;
        match ended {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                tracing::debug!(peer = %self.peer, %error, "a connection broke off");
                if error.is_parse() && self.line.is_unasked() {
                    self.refuse_version(connection.into_parts().io.into_inner())
                        .await;
                }
            }
            None => {
                let (phase, _) = self.line.stands();
                tracing::debug!(peer = %self.peer, ?phase, "a connection kept us waiting for too long");
            }
        }
    }

    /// Says what hyper leaves unsaid to the first bytes of HTTP/2.
    async fn refuse_version(&self, mut stream: Stream) {
        let said = async {
            if !stream.has_refused() && stream.write_all(refusal::OTHER_VERSION).await.is_ok() {
                // The peer may be gone, which is what was asked of it.
                let _closed = stream.shutdown().await;
            }
        };
        tokio::select! {
            () = said => {}
            () = self.app.clock.deadline(LAST_MOMENT) => {}
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Answered>, Closed> {
        let standing = self.line.begin()?;
        let (parts, incoming) = request.into_parts();
        let mut request = Request::from_parts(parts, Body::empty());
        if !incoming.is_end_stream() {
            let (line, clock) = (self.line.clone(), self.app.clock.clone());
            let asked = Asked::new(incoming, line, clock, self.stopping.clone());
            request.extensions_mut().insert(asked.unhurried());
            *request.body_mut() = Body::new(asked);
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));
        if standing != Standing::Known && self.app.callers.knows(request.headers()) {
            if self.line.know() {
                let client = limit::network(self.peer.ip().to_canonical());
                let per_minute = self.app.config.public_requests_per_minute;
                self.app.public_limit.give_back(&(None, client), per_minute);
            }
        } else if standing == Standing::Charged {
            request.extensions_mut().insert(Charge(self.line.clone()));
        }
        // A router is always ready.
        let response = match self.routes.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        Ok(response.map(|body| Answered::new(body, self.line.clone())))
    }
}

/// On a request of a stranger whose connection counts as a call (see `limit`).
#[derive(Clone)]
pub(crate) struct Charge(Arc<Line>);

impl Charge {
    /// Whether the call is still to be had: then this request is the one that was counted.
    pub(crate) fn take(&self) -> bool {
        self.0.take_charge()
    }
}
