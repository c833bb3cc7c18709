//! `/api/backend/proxy/…`: any call to a customer's Jira, passed on as it is.

mod bodies;
mod failures;
mod foreign_client;
mod headers;
mod methods;
mod paths;
mod sockets;
mod subjects;
mod tls;
mod volume;

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request};
use juncture_server::accept::{Capacity, accept};
use juncture_server::router::router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::answer::Answer;
use crate::support::flow::BRUNO;
use crate::support::real_time::{PATIENCE, within};
use crate::support::sandbox::TestSandbox;
use crate::support::wire::Wire;
use crate::support::{SECRET_KEY, TestApp, with_key};

/// A server whose Jira is a wire, and `customer-1` connected to Acme.
struct Scene {
    app: TestApp,
    wire: Wire,
    /// Where every call must arrive.
    site: String,
}

impl Scene {
    async fn start() -> Self {
        let sandbox = TestSandbox::start().await;
        let wire = Wire::start(&sandbox.url).await;
        let app = TestApp::on_sqlite_with(&[("ATLASSIAN_API_URL", &wire.url)], sandbox).await;
        app.connect_as("customer-1", BRUNO, "Acme").await;
        let site = format!("/ex/jira/{}", app.site_id("Acme").await);
        Self { app, wire, site }
    }

    /// A call for `customer-1`, whatever comes of it.
    async fn call(&self, method: Method, path: &str) -> Answer {
        self.send(call(method, path).body(Body::empty()).unwrap())
            .await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        self.app.send(request).await
    }
}

/// The same on a real socket.
struct Served {
    scene: Scene,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Served {
    async fn start() -> Self {
        let scene = Scene::start().await;
        let (address, stop, serving) = serve(&scene.app).await;
        Self {
            scene,
            address,
            stop,
            serving,
        }
    }

    /// A connection on which a call has been sent: its request line, these headers, and this of its body.
    async fn begin(&self, line: &str, headers: &str, body: &[u8]) -> TcpStream {
        let (method, path) = line.split_once(' ').unwrap();
        let head = format!(
            "{method} /api/backend/proxy/jira/{path} HTTP/1.1\r\nhost: juncture\r\n\
             authorization: Bearer {SECRET_KEY}\r\nx-juncture-external-id: customer-1\r\n{headers}\r\n"
        );
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(body).await.unwrap();
        connection
    }
}

/// Serves on a real socket until it is told to stop.
async fn serve(app: &TestApp) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let app = app.app.clone();
    let capacity = Capacity::of_descriptors(1024);
    let stopped = stop.clone().cancelled_owned();
    let serving = tokio::spawn(accept(listener, router(&app), app, capacity, stopped));
    (address, stop, serving)
}

/// What comes on a connection until `end` is in it.
async fn read_until(connection: &mut TcpStream, end: &str) -> String {
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(end) {
        let mut bytes = [0; 4096];
        let count = within(PATIENCE, connection.read(&mut bytes)).await.unwrap();
        assert!(count > 0, "closed after {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&bytes[..count]);
    }
    String::from_utf8(said).unwrap()
}

/// What comes on a connection until it is closed.
async fn read_to_end(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // One that is reset has said what it had to say, too.
    let _reset = within(PATIENCE, connection.read_to_end(&mut said)).await;
    String::from_utf8(said).unwrap()
}

/// A call for `customer-1` without a body yet.
fn call(method: Method, path: &str) -> Builder {
    let request = Request::builder().method(method);
    with_key(request.uri(format!("/api/backend/proxy/jira/{path}")))
        .header("x-juncture-external-id", "customer-1")
}
