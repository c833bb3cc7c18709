//! Requests on a connection, and what is read of their answers.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use juncture_clock::Clock;
use reqwest::Body;
use url::{Position, Url};

use super::dial::Stream;
use super::failure::{Blocked, SendFailure};
use crate::{client, retry_after};

/// The most of a body that is kept, in bytes.
pub const EXCERPT: usize = 1_000;

/// How long the beginning of a body may take after its head.
const BODY_TIME: Duration = Duration::from_secs(1);

/// The most that the head of an answer may be, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status, none of which is a redirect.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
    /// The beginning of its body as text, at most [`EXCERPT`] bytes.
    pub excerpt: String,
    /// How long it took, from before the name was resolved.
    pub duration: Duration,
}

/// What was read of an answer.
pub(super) struct Received {
    status: StatusCode,
    headers: HeaderMap,
    beginning: Vec<u8>,
    /// Whether the body has come to its end.
    is_whole: bool,
}

pub(super) fn request(
    url: &Url,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Body>, SendFailure> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|_| Blocked::Host)?;
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static(client::USER_AGENT));
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let request = Request::post(path).body(Body::from(body));
    let mut request = request.map_err(|_| Blocked::Host)?;
    *request.headers_mut() = headers;
    Ok(request)
}

type Connection = http1::Connection<TokioIo<Box<dyn Stream>>, Body>;

/// A connection, on which one request follows another.
pub(super) struct Conversation {
    sender: http1::SendRequest<Body>,
    /// None once it has ended.
    connection: Option<Box<Connection>>,
}

impl Conversation {
    /// A conversation that begins.
    pub(super) async fn begin(stream: Box<dyn Stream>) -> Result<Self, SendFailure> {
        let mut http = http1::Builder::new();
        http.max_buf_size(LONGEST_HEAD);
        let begun = http.handshake(TokioIo::new(stream)).await;
        let (sender, connection) = begun.map_err(|_| SendFailure::Broken)?;
        Ok(Self {
            sender,
            connection: Some(Box::new(connection)),
        })
    }

    /// Sends a request, and reads what comes back.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Body>,
        clock: &dyn Clock,
    ) -> Result<Received, SendFailure> {
        let Some(connection) = &mut self.connection else {
            return Err(SendFailure::Broken);
        };
        let sender = &mut self.sender;
        let talk = pin!(async move {
            sender.ready().await.map_err(|_| SendFailure::Broken)?;
            let answer = sender.send_request(request).await;
            Ok(read(answer.map_err(|_| SendFailure::Broken)?, clock).await)
        });
        match select(connection, talk).await {
            // What came before the end is still to be read.
            Either::Left((_, talk)) => {
                let received = talk.await;
                self.connection = None;
                received
            }
            Either::Right((received, _)) => received,
        }
    }

    /// Whether another request may follow the one to which this was the answer.
    pub(super) fn goes_on(&self, received: &Received) -> bool {
        self.connection.is_some() && received.is_whole
    }
}

async fn read(answer: Response<Incoming>, clock: &dyn Clock) -> Received {
    let (head, body) = answer.into_parts();
    let mut received = Received {
        status: head.status,
        headers: head.headers,
        beginning: Vec::new(),
        is_whole: false,
    };
    let reading = Box::pin(beginning(body, &mut received.beginning));
    // The status decides; a body that does not come, or breaks off, takes nothing from it.
    let is_whole = match select(reading, clock.deadline(BODY_TIME)).await {
        Either::Left((is_whole, _)) => is_whole,
        Either::Right(_) => false,
    };
    received.is_whole = is_whole;
    received
}

/// Reads the beginning of a body; whether it has nothing more.
async fn beginning(body: Incoming, beginning: &mut Vec<u8>) -> bool {
    let mut body = pin!(body);
    while beginning.len() < EXCERPT {
        let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await else {
            return true;
        };
        let Ok(frame) = frame else { return false };
        let Ok(data) = frame.into_data() else {
            return false;
        };
        let room = EXCERPT - beginning.len();
        beginning.extend_from_slice(&data[..data.len().min(room)]);
    }
    body.is_end_stream()
}

impl Received {
    pub(super) fn into_answer(
        self,
        duration: Duration,
        now: Timestamp,
    ) -> Result<Answer, SendFailure> {
        if self.status.is_redirection() {
            return Err(SendFailure::Redirect(self.status.as_u16()));
        }
        Ok(Answer {
            status: self.status.as_u16(),
            retry_after: retry_after(&self.headers, now),
            excerpt: excerpt(&self.beginning),
            duration,
        })
    }
}

/// The text of these bytes, without NUL, which no column of PostgreSQL takes.
fn excerpt(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}");
    text.truncate(text.floor_char_boundary(EXCERPT));
    text
}
