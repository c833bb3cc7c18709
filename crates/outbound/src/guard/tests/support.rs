//! Listeners that count, a resolver that tells what it is told, and a clock that is set by hand.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::Timestamp;
use juncture_clock::{Clock, SystemClock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;

use crate::guard::{Answer, Connections, Guarded, Resolver, SendFailure};

/// How long an attempt may take.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);

/// Somebody who must not be called, and who counts.
pub(super) struct Counting {
    listener: TcpListener,
    pub(super) port: u16,
}

impl Counting {
    pub(super) fn at(address: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// How many have connected since this was asked last. On loopback a connection is in the queue before
    /// the side that makes it goes on.
    pub(super) fn connections(&self) -> usize {
        std::iter::from_fn(|| self.listener.accept().ok()).count()
    }
}

/// A resolver that gives these answers, one for each question, and the last one for ever.
pub(super) struct Stub(Mutex<VecDeque<Vec<IpAddr>>>);

impl Stub {
    pub(super) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers.iter().map(|answer| {
            let addresses = answer.iter();
            addresses
                .map(|text| text.parse().expect("an address"))
                .collect()
        });
        Arc::new(Self(Mutex::new(answers.collect())))
    }
}

impl Resolver for Stub {
    fn resolve(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut answers = self.0.lock().expect("no test panics with it");
        let answer = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        ready(answer.ok_or_else(|| io::ErrorKind::NotFound.into())).boxed()
    }
}

/// A clock whose deadlines end when a test says so.
pub(super) struct HandClock(watch::Sender<Duration>);

impl HandClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::default()))
    }

    /// Ends all deadlines that are no longer than this.
    pub(super) fn end(&self, deadlines: Duration) {
        self.0.send_replace(deadlines);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn steady(&self) -> Duration {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.deadline(duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut ended = self.0.subscribe();
        async move {
            // The clock outlives what it times.
            let _ = ended.wait_for(|ended| *ended >= duration).await;
        }
        .boxed()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A guard on the machine's clock that allows these networks.
pub(super) fn guard(allowed: &[&str]) -> Guarded {
    guard_by(Arc::new(SystemClock), allowed)
}

pub(super) fn guard_by(clock: Arc<dyn Clock>, allowed: &[&str]) -> Guarded {
    let allowed = allowed.iter().map(|text| text.parse().expect("a network"));
    Guarded::new(clock, &allowed.collect::<Vec<_>>())
}

pub(super) async fn post(guard: &Guarded, url: &str) -> Result<Answer, SendFailure> {
    post_by(&Connections::default(), guard, url).await
}

pub(super) async fn post_by(
    connections: &Connections,
    guard: &Guarded,
    url: &str,
) -> Result<Answer, SendFailure> {
    let url = url.parse().expect("a URL");
    let headers = HeaderMap::from_iter([(
        "webhook-id".parse().expect("a name"),
        "msg_1".parse().expect("a value"),
    )]);
    let body = Bytes::from_static(br#"{"type":"a.b"}"#);
    guard.post(connections, &url, headers, body, DEADLINE).await
}

/// A server that takes one request and writes this; it ends the connection if `ends`. What it was sent
/// comes back.
pub(super) async fn answering(
    answer: Vec<u8>,
    ends: bool,
) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut sent = Vec::new();
        while !sent.ends_with(b"}") && stream.read_buf(&mut sent).await.is_ok_and(|read| read > 0) {
        }
        // Whoever has read enough goes away.
        let _ = stream.write_all(&answer).await;
        if !ends {
            let _ = stream.read_u8().await;
        }
        String::from_utf8(sent).expect("text")
    });
    (port, task)
}
