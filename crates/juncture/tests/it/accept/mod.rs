//! Connections: how long they may take, which of them have a place, and how they end.

mod deadlines;
mod floods;
mod limits;
mod places;
mod refusals;
mod stopping;

use std::net::SocketAddr;

use axum::Router;
use jiff::SignedDuration;
use juncture_server::accept::{Capacity, accept};
use juncture_server::router::router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::real_time::{PATIENCE, within};
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, TestApp};

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: juncture\r\n\r\n";

/// A server on a real socket, with a hand-set clock.
struct Served {
    app: TestApp,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

async fn serve() -> Served {
    serve_with(&[], Capacity::of_descriptors(1024)).await
}

async fn serve_with(variables: &[(&str, &str)], capacity: Capacity) -> Served {
    let app = TestApp::on_sqlite_with(variables, TestSandbox::start().await).await;
    let routes = router(&app.app);
    serve_routes(app, routes, capacity).await
}

async fn serve_routes(app: TestApp, routes: Router, capacity: Capacity) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let serving = tokio::spawn(accept(listener, routes, app.app.clone(), capacity, stopped));
    let served = Served {
        app,
        address,
        stop,
        serving,
    };
    // What is set on the listener holds for connections that come later.
    served.settle().await;
    served
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which `begun` has been sent.
    async fn begin(&self, begun: &str) -> TcpStream {
        let mut connection = self.connect().await;
        connection.write_all(begun.as_bytes()).await.unwrap();
        connection
    }

    /// Moves the clock on, second by second, until the server closes `connection`. Returns how long
    /// that took, and what the server said.
    async fn wait_for_close(&self, connection: &mut TcpStream) -> (SignedDuration, String) {
        let began_at = self.app.clock_now();
        let mut said = Vec::new();
        let mut closed = std::pin::pin!(connection.read_to_end(&mut said));
        let end = within(PATIENCE, async {
            loop {
                tokio::select! {
                    biased;
                    end = &mut closed => return end,
                    () = self.pass(1) => {}
                }
            }
        });
        end.await.unwrap();
        let took = self.app.clock_now().duration_since(began_at);
        (took, String::from_utf8(said).unwrap())
    }

    /// Lets so many seconds pass, and the server see each of them.
    async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.settle().await;
            self.app.clock.advance(SignedDuration::from_secs(1));
        }
        self.settle().await;
    }

    /// Lets the server's tasks run until what has been sent to it is dealt with.
    async fn settle(&self) {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }
}

/// Sends `text` and reads one answer whose body is JSON.
async fn exchange(connection: &mut TcpStream, text: &str) -> String {
    connection.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    while !answer.ends_with('}') {
        let mut bytes = [0; 4096];
        let count = within(PATIENCE, connection.read(&mut bytes)).await;
        let count = count.unwrap();
        assert!(count > 0, "closed after {answer}");
        answer.push_str(str::from_utf8(&bytes[..count]).unwrap());
    }
    answer
}

/// Whether the server has closed a connection on which it has said nothing.
async fn is_closed(connection: &mut TcpStream) -> bool {
    let mut byte = [0];
    tokio::select! {
        biased;
        read = connection.read(&mut byte) => matches!(read, Ok(0) | Err(_)),
        () = tokio::task::yield_now() => false,
    }
}

/// A call of the product's back end.
fn call_with_key() -> String {
    let path =
        "/api/backend/connection-info/check-connection-validity?provider=jira&external_id=nobody";
    format!("GET {path} HTTP/1.1\r\nhost: juncture\r\nauthorization: Bearer {SECRET_KEY}\r\n\r\n")
}

/// A POST of the frontend API of which no body has come.
fn head_of_post(length: usize) -> String {
    format!(
        "POST /api/frontend/oauth/initiate-oauth-flow HTTP/1.1\r\nhost: juncture\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let served = serve().await;
    let mut connection = served.connect().await;
    for _ in 0..3 {
        let answer = exchange(&mut connection, REQUEST).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        // Together longer than the bound, which is one for each pause.
        served.pass(40).await;
    }
    let (took, _) = served.wait_for_close(&mut connection).await;
    assert!((35..=36).contains(&took.as_secs()), "{took}");
}
