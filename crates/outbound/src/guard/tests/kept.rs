//! Connections that are used again: by whom, until when, and never for an address that is not judged good.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::support::{HandClock, Stub, guard, guard_by, post_by};
use crate::guard::{Blocked, Connections, SendFailure};

const GOOD: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// A server that gives the same answer to each request, and counts.
#[derive(Clone)]
struct Server {
    address: SocketAddr,
    answer: String,
    /// After how many answers it ends a connection, without a word.
    ends_after: usize,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(at: &str, answer: &str, ends_after: usize) -> Self {
        let listener = TcpListener::bind(at).await.expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            answer: answer.to_owned(),
            ends_after,
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serving.clone().converse(stream));
            }
        });
        server
    }

    async fn converse(self, mut stream: TcpStream) {
        for _ in 0..self.ends_after {
            let mut sent = Vec::new();
            while !sent.ends_with(b"}") {
                if stream.read_buf(&mut sent).await.is_ok_and(|read| read > 0) {
                    continue;
                }
                return;
            }
            self.requests.fetch_add(1, Ordering::SeqCst);
            // Whoever has read enough goes away.
            let _ = stream.write_all(self.answer.as_bytes()).await;
        }
    }

    fn url(&self) -> String {
        format!("http://app.example.com:{}/hook", self.address.port())
    }

    /// How many connections and requests it has had.
    fn seen(&self) -> (usize, usize) {
        let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        (count(&self.connections), count(&self.requests))
    }
}

#[tokio::test]
async fn one_attempt_after_another_goes_on_one_connection() {
    let good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let failing = "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";
    for answer in [GOOD, good, chunked, failing] {
        let server = Server::start("127.0.0.1:0", answer, usize::MAX).await;
        let guard = guard(&["127.0.0.0/8"]).with_resolver(Stub::new(&[&["127.0.0.1"]]));
        let connections = Connections::default();
        for _ in 0..5 {
            post_by(&connections, &guard, &server.url())
                .await
                .expect("an answer");
        }
        assert_eq!(server.seen(), (1, 5), "{answer}");
        // Another endpoint has its own.
        let others = Connections::default();
        let answer = post_by(&others, &guard, &server.url()).await;
        answer.expect("an answer");
        assert_eq!(server.seen(), (2, 6));
    }
}

#[tokio::test]
async fn a_connection_is_not_kept_beyond_what_its_server_says_or_what_is_read() {
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{}",
        "x".repeat(100_000)
    );
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    for answer in [&long, closing] {
        let server = Server::start("127.0.0.1:0", answer, usize::MAX).await;
        let guard = guard(&["127.0.0.0/8"]).with_resolver(Stub::new(&[&["127.0.0.1"]]));
        let connections = Connections::default();
        for _ in 0..3 {
            let answer = post_by(&connections, &guard, &server.url()).await;
            assert_eq!(answer.expect("an answer").status, 200);
        }
        assert_eq!(server.seen(), (3, 3), "{answer}");
    }
}

#[tokio::test]
async fn where_a_server_has_ended_a_connection_meanwhile_a_new_one_is_made() {
    let server = Server::start("127.0.0.1:0", GOOD, 2).await;
    let guard = guard(&["127.0.0.0/8"]).with_resolver(Stub::new(&[&["127.0.0.1"]]));
    let connections = Connections::default();
    for _ in 0..7 {
        let answer = post_by(&connections, &guard, &server.url()).await;
        assert_eq!(answer.expect("an answer").status, 204);
    }
    assert_eq!(server.seen(), (4, 7));
}

#[tokio::test]
async fn a_connection_on_which_nothing_was_said_for_long_is_not_used() {
    let server = Server::start("127.0.0.1:0", GOOD, usize::MAX).await;
    let clock = HandClock::new();
    let guard = guard_by(clock.clone(), &["127.0.0.0/8"]);
    let guard = guard.with_resolver(Stub::new(&[&["127.0.0.1"]]));
    let connections = Connections::default();
    for (passed, made) in [(0, 1), (3_999, 1), (7_999, 2)] {
        clock.end(Duration::from_millis(passed));
        let answer = post_by(&connections, &guard, &server.url()).await;
        answer.expect("an answer");
        assert_eq!(server.seen().0, made, "after {passed} ms");
    }
}

#[tokio::test]
async fn a_name_that_turns_inward_is_not_called_on_a_connection_that_is_open() {
    let server = Server::start("127.0.0.1:0", GOOD, usize::MAX).await;
    let inner = Server::start(
        &format!("127.0.0.3:{}", server.address.port()),
        GOOD,
        usize::MAX,
    )
    .await;
    let outer: &[&str] = &["127.0.0.1"];
    let resolver = Stub::new(&[outer, &["127.0.0.3"], outer]);
    let guard = guard(&["127.0.0.1/32"]).with_resolver(resolver);
    let connections = Connections::default();
    let answer = post_by(&connections, &guard, &server.url()).await;
    answer.expect("an answer");
    let failure = post_by(&connections, &guard, &server.url()).await;
    let failure = failure.expect_err("blocked");
    assert!(
        matches!(failure, SendFailure::Blocked(Blocked::Network(_))),
        "{failure}"
    );
    assert_eq!((server.seen(), inner.seen()), ((1, 1), (0, 0)));
    let answer = post_by(&connections, &guard, &server.url()).await;
    answer.expect("an answer");
    assert_eq!((server.seen(), inner.seen()), ((1, 2), (0, 0)));
}

#[tokio::test]
async fn a_name_that_moves_and_another_port_get_connections_of_their_own() {
    let server = Server::start("127.0.0.1:0", GOOD, usize::MAX).await;
    let there = format!("127.0.0.2:{}", server.address.port());
    let moved = Server::start(&there, GOOD, usize::MAX).await;
    let other = Server::start("127.0.0.1:0", GOOD, usize::MAX).await;
    let resolver = Stub::new(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"]]);
    let guard = guard(&["127.0.0.0/8"]).with_resolver(resolver);
    let connections = Connections::default();
    for url in [server.url(), moved.url(), other.url(), server.url()] {
        let answer = post_by(&connections, &guard, &url).await;
        answer.expect("an answer");
    }
    assert_eq!(server.seen(), (1, 2));
    assert_eq!(moved.seen(), (1, 1));
    assert_eq!(other.seen(), (1, 1));
}
