//! A server that answers as it is told, well or badly, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use url::Url;

/// What came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as they stood on the wire.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What goes out.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Half of a success, then the connection closes.
    CutBody,
    /// The connection closes without a word.
    NoAnswer,
    /// Never.
    Hang,
    /// A body without an end.
    Endless { status: u16 },
    /// This, once [`Fake::release`] is called.
    Held(Box<Reply>),
}

impl Reply {
    pub(crate) fn ok(body: &str) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

pub(crate) struct Fake {
    pub(crate) url: Url,
    requests: Arc<Mutex<Vec<Request>>>,
    count: watch::Receiver<usize>,
    held: Arc<Semaphore>,
    task: JoinHandle<()>,
}

impl Fake {
    /// Answers with these replies in turn, and with the last one ever after.
    pub(crate) async fn script(replies: impl Into<Vec<Reply>>) -> Self {
        let mut replies = replies.into().into_iter().peekable();
        Self::start(move |_| {
            let reply = replies.peek().expect("at least one reply").clone();
            let next = replies.next();
            if replies.peek().is_none() {
                replies = Vec::from_iter(next).into_iter().peekable();
            }
            reply
        })
        .await
    }

    pub(crate) async fn start(mut answer: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let held = Arc::new(Semaphore::new(0));
        let (counted, count) = watch::channel(0);
        let (log, gate) = (Arc::clone(&requests), Arc::clone(&held));
        let task = tokio::spawn(async move {
            let answer = Arc::new(Mutex::new(move |request: &Request| answer(request)));
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, log, gate) =
                    (Arc::clone(&answer), Arc::clone(&log), Arc::clone(&gate));
                let counted = counted.clone();
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let Some(request) = receive(&mut stream).await else {
                        return;
                    };
                    let reply = (answer.lock().unwrap())(&request);
                    log.lock().unwrap().push(request);
                    counted.send_modify(|count| *count += 1);
                    send(stream.into_inner(), reply, &gate).await;
                });
            }
        });
        Self {
            url: url.parse().unwrap(),
            requests,
            count,
            held,
            task,
        }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Returns when so many requests have come in.
    pub(crate) async fn has_received(&self, count: usize) {
        let mut received = self.count.clone();
        received
            .wait_for(|received| *received >= count)
            .await
            .unwrap();
    }

    /// Lets so many held replies go.
    pub(crate) fn release(&self, count: usize) {
        self.held.add_permits(count);
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request {
        method,
        target,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// A client that hangs up early is part of some tests, so failed writes are none of a fake's
/// business.
async fn send(mut stream: TcpStream, mut reply: Reply, gate: &Semaphore) {
    while let Reply::Held(later) = reply {
        gate.acquire().await.unwrap().forget();
        reply = *later;
    }
    let _ = match reply {
        Reply::Answer {
            status,
            headers,
            body,
        } => {
            let headers: String = (headers.iter())
                .map(|(name, value)| [name, ": ", value, "\r\n"].concat())
                .collect();
            let head = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(head.as_bytes()).await
        }
        Reply::CutBody => {
            let half = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"issues\": [";
            stream.write_all(half).await
        }
        Reply::NoAnswer => Ok(()),
        Reply::Hang => std::future::pending().await,
        Reply::Endless { status } => {
            let head = format!("HTTP/1.1 {status} x\r\n\r\n");
            let mut written = stream.write_all(head.as_bytes()).await;
            let blanks = vec![b' '; 1 << 16];
            while written.is_ok() {
                written = stream.write_all(&blanks).await;
            }
            Ok(())
        }
        Reply::Held(_) => unreachable!("let go above"),
    };
    let _ = stream.shutdown().await;
}
