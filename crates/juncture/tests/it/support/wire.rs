//! A host that writes down each call to a site byte for byte and answers it as a test says. What is about
//! no site, and who has consented, it passes on to the sandbox behind it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::real_time::eventually;
use super::sandbox::http_client;

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A call as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// From the request line to the last header.
    pub(crate) head: String,
    /// Still in chunks, if it came so.
    pub(crate) body: Vec<u8>,
}

/// What a call meets, once.
pub(crate) enum Reply {
    /// These bytes, and the connection goes on.
    Bytes(Vec<u8>),
    /// These bytes, and the connection ends.
    Cut(Vec<u8>),
    /// These bytes, and nothing more; it is noted when the caller hangs up.
    Silence(Vec<u8>),
    /// Nothing is read of a body before these bytes are sent, nor after.
    Early(Vec<u8>),
}

#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) url: String,
    behind: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    hung_up: Arc<AtomicUsize>,
    closed: CancellationToken,
    closed_wholly: Arc<Notify>,
}

impl Wire {
    /// A host in front of the one at this address.
    pub(crate) async fn start(behind: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            behind: behind.to_owned(),
            seen: Arc::default(),
            replies: Arc::default(),
            hung_up: Arc::default(),
            closed: CancellationToken::new(),
            closed_wholly: Arc::default(),
        };
        let serving = wire.clone();
        tokio::spawn(async move {
            while let Some(accepted) = serving.closed.run_until_cancelled(listener.accept()).await {
                let (connection, _) = accepted.unwrap();
                let wire = serving.clone();
                tokio::spawn(async move {
                    let closed = wire.closed.clone();
                    closed.run_until_cancelled(wire.serve(connection)).await
                });
            }
            drop(listener);
            serving.closed_wholly.notify_one();
        });
        wire
    }

    /// What the next call meets; without it, a 200 that says `ok`.
    pub(crate) fn reply(&self, reply: Reply) {
        self.replies.lock().unwrap().push_back(reply);
    }

    /// The same of a whole answer, whose length is said.
    pub(crate) fn answer(&self, status: &str, headers: &[(&str, &str)], body: &str) {
        let length = body.len().to_string();
        let headers = headers.iter().copied();
        let lines = headers.chain([("content-length", &*length)]);
        let lines = lines.map(|(name, value)| format!("{name}: {value}\r\n"));
        let lines = lines.collect::<Vec<_>>().concat();
        let text = format!("HTTP/1.1 {status}\r\n{lines}\r\n{body}");
        self.reply(Reply::Bytes(text.into_bytes()));
    }

    /// The calls that arrived, in order; forgotten by this.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// Waits until so many calls have arrived.
    pub(crate) async fn until_seen(&self, count: usize) {
        eventually(async || self.seen.lock().unwrap().len() >= count).await;
    }

    /// Waits until so many callers have hung up on a silence.
    pub(crate) async fn until_hung_up(&self, count: usize) {
        eventually(async || self.hung_up.load(Ordering::SeqCst) >= count).await;
    }

    /// Begins to count anew who hangs up.
    pub(crate) fn forget_hung_up(&self) {
        self.hung_up.store(0, Ordering::SeqCst);
    }

    /// Ends all connections, and takes no more.
    pub(crate) async fn close(&self) {
        self.closed.cancel();
        self.closed_wholly.notified().await;
    }

    /// Whether anybody has hung up on a silence.
    pub(crate) fn has_hung_up(&self) -> bool {
        self.hung_up.load(Ordering::SeqCst) > 0
    }

    async fn serve(&self, mut connection: TcpStream) {
        let mut buffer = Vec::new();
        while let Some(head) = read_until(&mut connection, &mut buffer, b"\r\n\r\n").await {
            let head = String::from_utf8(head).unwrap();
            let target = head.split(' ').nth(1).unwrap().to_owned();
            if !target.starts_with("/ex/") || asks_who_it_is(&head, &target) {
                let answer = self.pass_on(&head, &target).await;
                connection.write_all(&answer).await.unwrap();
                continue;
            }
            let reply = self.replies.lock().unwrap().pop_front();
            let ok = || Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec());
            let reply = reply.unwrap_or_else(ok);
            let is_early = matches!(reply, Reply::Early(_));
            let body = if is_early {
                Vec::new()
            } else {
                read_body(&mut connection, &mut buffer, &head).await
            };
            let is_head = head.starts_with("HEAD ");
            self.seen.lock().unwrap().push(Seen { head, body });
            let (Reply::Bytes(bytes)
            | Reply::Cut(bytes)
            | Reply::Silence(bytes)
            | Reply::Early(bytes)) = &reply;
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            let bytes = match end {
                Some(end) if is_head => &bytes[..end + 4],
                _ => &bytes[..],
            };
            let written = connection.write_all(bytes).await;
            match reply {
                Reply::Bytes(_) if written.is_ok() => {}
                Reply::Bytes(_) | Reply::Cut(_) => return,
                Reply::Early(_) => return std::future::pending().await,
                Reply::Silence(_) => {
                    let mut rest = [0; 4096];
                    while matches!(connection.read(&mut rest).await, Ok(1..)) {}
                    self.hung_up.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
        }
    }

    async fn pass_on(&self, head: &str, target: &str) -> Vec<u8> {
        let call = http_client().get(format!("{}{target}", self.behind));
        let answer = match header(head, "authorization") {
            Some(key) => call.header("authorization", key),
            None => call,
        };
        let answer = answer.send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), &body].concat()
    }
}

impl Seen {
    /// The target of the request line.
    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// The value of a header, if it is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// The names of the headers, in lower case and in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let lines = self.head.lines().skip(1);
        let names = lines.filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase()));
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

/// Whether the server asks for itself whose token it has. What is passed on does not ask for a language.
fn asks_who_it_is(head: &str, target: &str) -> bool {
    target.ends_with("/rest/api/3/myself") && header(head, "x-force-accept-language").is_some()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let mut values = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let (_, value) = values.next()?;
    assert!(values.next().is_none(), "{name} stands there twice: {head}");
    Some(value.trim())
}

/// What comes until `end` has come, with it. None where the peer has nothing more to say.
async fn read_until(peer: &mut TcpStream, buffer: &mut Vec<u8>, end: &[u8]) -> Option<Vec<u8>> {
    loop {
        let found = buffer.windows(end.len()).position(|bytes| bytes == end);
        if let Some(found) = found {
            return Some(buffer.drain(..found + end.len()).collect());
        }
        buffer.reserve(PIECE);
        if !matches!(peer.read_buf(buffer).await, Ok(1..)) {
            return None;
        }
    }
}

async fn read_body(peer: &mut TcpStream, buffer: &mut Vec<u8>, head: &str) -> Vec<u8> {
    if header(head, "transfer-encoding").is_some() {
        // A body of a test does not hold what ends it.
        return read_until(peer, buffer, b"0\r\n\r\n")
            .await
            .unwrap_or_default();
    }
    let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        buffer.reserve(PIECE);
        if !matches!(peer.read_buf(buffer).await, Ok(1..)) {
            break;
        }
    }
    buffer.drain(..length.min(buffer.len())).collect()
}
