//! A proxy on the way to Juncture that hands requests on and loses answers.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It is lost with its connection.
    Lost,
    /// It is cut in its middle.
    Cut,
    /// The proxy answers in its place, by status, headers and body.
    Instead(u16, &'static str, &'static str),
    /// The proxy answers so, and hands nothing on.
    Refused(u16, &'static str, &'static str),
}

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
}

impl Seen {
    /// Its idempotency key.
    pub(crate) fn key(&self) -> Option<&str> {
        self.headers.get("idempotency-key")?.to_str().ok()
    }
}

/// The proxy.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) url: String,
    target: String,
    http: Client,
    seen: Arc<Mutex<Vec<Seen>>>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Front {
    pub(crate) async fn of(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            target: target.to_owned(),
            http: (*juncture_outbound::Http::default()).clone(),
            seen: Arc::default(),
            fates: Arc::default(),
        };
        let serving = front.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(connection).await });
            }
        });
        front
    }

    /// The next answers meet these fates; those after them nothing.
    pub(crate) fn meets(&self, fates: impl IntoIterator<Item = Fate>) {
        self.seen.lock().unwrap().clear();
        *self.fates.lock().unwrap() = fates.into_iter().collect();
    }

    /// What has come in since then.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// One request a connection.
    async fn serve(&self, mut connection: TcpStream) -> Option<()> {
        let (seen, body) = read(&mut connection).await?;
        self.seen.lock().unwrap().push(seen.clone());
        let fate = self.fates.lock().unwrap().pop_front();
        let (head, body) = match fate {
            Some(Fate::Refused(..)) => Default::default(),
            _ => self.hand_on(seen, body).await,
        };
        let told = match fate {
            Some(Fate::Lost) => return None,
            Some(Fate::Cut) => [head.as_bytes(), &body[..body.len() / 2]].concat(),
            Some(Fate::Instead(status, headers, body) | Fate::Refused(status, headers, body)) => {
                let length = body.len();
                format!("HTTP/1.1 {status} No\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}")
                    .into_bytes()
            }
            None => [head.as_bytes(), &body].concat(),
        };
        connection.write_all(&told).await.ok()?;
        connection.shutdown().await.ok()
    }

    /// The server's answer, its head and its body.
    async fn hand_on(&self, seen: Seen, body: Vec<u8>) -> (String, Vec<u8>) {
        let method: Method = seen.method.parse().unwrap();
        let url = format!("{}{}", self.target, seen.target);
        let mut request = self.http.request(method, url);
        for (name, value) in &seen.headers {
            let is_of_connection = ["host", "content-length", "connection", "accept-encoding"];
            if !is_of_connection.contains(&name.as_str()) {
                request = request.header(name, value);
            }
        }
        let answer = request.body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        let mut head = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in &headers {
            let is_of_connection = ["content-length", "transfer-encoding", "connection"];
            if !is_of_connection.contains(&name.as_str()) {
                write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
            }
        }
        let length = body.len();
        write!(
            head,
            "content-length: {length}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        (head, body.into())
    }
}

/// A request with its body, if there comes one.
async fn read(connection: &mut TcpStream) -> Option<(Seen, Vec<u8>)> {
    let mut buffer = Vec::new();
    let end = loop {
        let found = buffer.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(found) = found {
            break found;
        }
        if connection.read_buf(&mut buffer).await.ok()? == 0 {
            return None;
        }
    };
    let body = buffer.split_off(end + 4);
    let head = String::from_utf8(buffer).unwrap();
    let mut lines = head.trim_end().lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers: HeaderMap = headers
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect();
    let length = headers.get("content-length");
    let length = length.map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let mut body = body;
    while body.len() < length {
        if connection.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let seen = Seen {
        method,
        target,
        headers,
    };
    Some((seen, body))
}
