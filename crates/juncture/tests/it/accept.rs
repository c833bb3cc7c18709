//! Connections: how long they may take, and how they end.

use std::sync::Arc;

use jiff::SignedDuration;
use juncture::accept::{SLOWEST_HEAD, accept};
use juncture::router::router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::TestApp;

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: juncture\r\n\r\n";

/// A server on a real socket, with a hand-set clock.
struct Served {
    app: TestApp,
    address: std::net::SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

async fn serve() -> Served {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let clock = Arc::new(app.clock.clone());
    let serving = tokio::spawn(accept(listener, router(&app.app), clock, stopped));
    Served {
        app,
        address,
        stop,
        serving,
    }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Moves the clock on, second by second, until the server closes `connection`. Returns how long
    /// that took.
    async fn wait_for_close(&self, mut connection: TcpStream) -> SignedDuration {
        let second = SignedDuration::from_secs(1);
        let began_at = self.app.clock_now();
        let mut rest = Vec::new();
        let mut closed = std::pin::pin!(connection.read_to_end(&mut rest));
        loop {
            tokio::select! {
                biased;
                end = &mut closed => {
                    assert_eq!(end.unwrap(), 0, "no answer to half a request");
                    return self.app.clock_now().duration_since(began_at);
                }
                () = tokio::task::yield_now() => self.app.clock.advance(second),
            }
        }
    }
}

/// Sends `text` and reads one answer whose body is JSON.
async fn exchange(connection: &mut TcpStream, text: &str) -> String {
    connection.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    while !answer.ends_with('}') {
        let mut bytes = [0; 4096];
        let count = connection.read(&mut bytes).await.unwrap();
        assert!(count > 0, "closed after {answer}");
        answer.push_str(str::from_utf8(&bytes[..count]).unwrap());
    }
    answer
}

#[tokio::test]
async fn a_caller_that_never_ends_its_request_is_let_go() {
    let served = serve().await;
    let bound = SignedDuration::try_from(SLOWEST_HEAD).unwrap();
    for begun in ["", "G", &REQUEST[..REQUEST.len() - 1]] {
        let mut connection = served.connect().await;
        connection.write_all(begun.as_bytes()).await.unwrap();
        let took = served.wait_for_close(connection).await;
        assert!(took >= bound, "{begun:?}: {took}");
    }
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_is_let_go_when_none_comes() {
    let served = serve().await;
    let mut connection = served.connect().await;
    for _ in 0..3 {
        let answer = exchange(&mut connection, REQUEST).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        // Together longer than the bound, which is one for each pause.
        served.app.clock.advance(SignedDuration::from_secs(40));
    }
    let took = served.wait_for_close(connection).await;
    assert!(took >= SignedDuration::from_secs(35), "{took}");
}

#[tokio::test]
async fn the_end_answers_the_request_under_way_and_closes_idle_connections() {
    let served = serve().await;
    let mut idle = served.connect().await;
    exchange(&mut idle, REQUEST).await;
    let mut busy = served.connect().await;
    exchange(&mut busy, REQUEST).await;
    let body = r#"{"provider":"jira","external_id":"a"}"#;
    let head = format!(
        "POST /api/frontend/oauth/initiate-oauth-flow HTTP/1.1\r\nhost: juncture\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    busy.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: the request is under way.
    let mut interim = [0; 25];
    busy.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");

    served.stop.cancel();
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.unwrap(), 0);
    let answer = exchange(&mut busy, body).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    served.serving.await.unwrap();
}
