//! The only way out of the sandbox: plain HTTP to this machine, and to hosts that the options name.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Host, Url};

/// A request on its way out.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// Whether the sandbox sends to this address at all.
pub(crate) fn is_open(url: &Url, hosts: &[String]) -> bool {
    is_loopback(url)
        || url
            .host_str()
            .is_some_and(|host| hosts.iter().any(|open| open == host))
}

/// Whether an address is of this machine, without a look at any name but `localhost`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Posts a letter, and returns the status of the answer, of which no more is read. A redirect is an
/// answer like any other.
pub(super) async fn post(letter: Letter, hosts: &[String]) -> Result<u16, String> {
    let url = Url::parse(&letter.url).map_err(|error| error.to_string())?;
    if url.scheme() != "http" || !is_open(&url, hosts) {
        return Err("the sandbox sends by plain HTTP, to this machine only".to_owned());
    }
    let stream = connect(&url).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    let connection = tokio::spawn(connection);
    let request = request(&url, letter)?;
    let answer = sender.send_request(request).await;
    connection.abort();
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(answer.status().as_u16())
}

async fn connect(url: &Url) -> std::io::Result<TcpStream> {
    let port = url.port_or_known_default().unwrap_or(80);
    match url.host() {
        Some(Host::Ipv4(address)) => TcpStream::connect((address, port)).await,
        Some(Host::Ipv6(address)) => TcpStream::connect((address, port)).await,
        // Not asked of any name server.
        Some(Host::Domain("localhost")) => {
            TcpStream::connect((IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await
        }
        Some(Host::Domain(name)) => TcpStream::connect((name, port)).await,
        None => Err(std::io::Error::other("the address has no host")),
    }
}

fn request(url: &Url, letter: Letter) -> Result<Request<Body>, String> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let length = letter.body.len();
    let body = Body::from(Bytes::from(letter.body));
    let mut request = Request::post(target)
        .body(body)
        .map_err(|error| error.to_string())?;
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let standard = [
        ("host", host),
        (header::CONTENT_LENGTH.as_str(), length.to_string()),
    ];
    for (name, value) in standard.into_iter().chain(letter.headers) {
        let value = HeaderValue::from_str(&value).map_err(|error| error.to_string())?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}
