//! A call of somebody else, passed on as it is: pinned to one place, streamed both ways, and with nothing
//! in it that is between two of the three parties alone.
//!
//! It knows no provider. Whoever uses it says what the call is pinned to and brings the token, keeps
//! the pace, and judges the answer; this is one try. Its client is one of its own: one that unpacks
//! nothing, and speaks HTTP/1.1 alone. There each call has a connection, so that a slow reader holds
//! up no other call, what waits is bounded by the system's buffers, and who hangs up ends the call.

mod answer;
mod headers;
mod passing;
mod path;
mod pin;
mod way;

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::Request;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use juncture_clock::Clock;
use secrecy::{ExposeSecret as _, SecretString};

pub use answer::{Answer, AnswerBody};
pub use passing::Passing;
pub use path::{Path, Unfit};
pub use pin::Pin;

use passing::Outgoing;
use way::Way;

/// What is behind a failure, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// How long it may be from the last byte of a request to the head of its answer, and how long the far
/// end may take nothing of a body.
pub const SLOWEST_HEAD: Duration = Duration::from_mins(1);

/// How long the body of an answer may stand still.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How long a connection is kept that nobody uses.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

/// How many connections are kept that nobody uses.
const MOST_IDLE: usize = 32;

/// How much of an answer a connection may hold, in bytes; an answer's head must fit in.
const BUFFER: usize = 64 * 1024;

/// Passes calls on; its clones share their connections.
#[derive(Clone)]
pub struct Forwarder(Arc<Parts>);

struct Parts {
    /// Made when it is needed: to read what the system trusts takes a while.
    http: OnceLock<Client<Way, Outgoing>>,
    clock: Arc<dyn Clock>,
}

/// Why a call brought no answer.
#[derive(Debug)]
pub enum Broken {
    /// It cannot be sent: the address is too long, or the token does not fit into a header.
    Unfit(&'static str),
    /// The rest of the caller's body did not come. What was sent of it is none that could be taken for
    /// whole.
    Caller(Cause),
    /// No connection came about: nothing was sent.
    Unreachable(Cause),
    /// It was lost on the way there or back.
    Lost(Cause),
    /// No answer began in so long.
    TimedOut(Duration),
}

impl Forwarder {
    /// One that has called nobody yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let http = OnceLock::new();
        Self(Arc::new(Parts { http, clock }))
    }

    /// Sends the call once, to what it is pinned to, and gives the answer as soon as it has begun. No
    /// redirect is followed.
    pub async fn send(
        &self,
        passing: &Passing,
        pin: &Pin,
        token: &SecretString,
    ) -> Result<Answer, Broken> {
        let clock = &self.0.clock;
        let (outgoing, progress) = passing.outgoing(clock);
        let uri = pin.address(passing.path(), passing.query());
        let uri = uri.map_err(|_| Broken::Unfit("the address is too long"))?;
        let mut request = Request::new(outgoing);
        *request.method_mut() = passing.method().clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = passing.headers().clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, bearer(token)?);
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(crate::client::USER_AGENT));

        let mut answer = pin!(self.http().request(request));
        let mut left = SLOWEST_HEAD;
        let answer = loop {
            tokio::select! {
                biased;
                answer = &mut answer => break answer,
                () = clock.deadline(left) => {
                    left = SLOWEST_HEAD.saturating_sub(progress.stands_still(&**clock));
                    if left.is_zero() {
                        return Err(progress.failure().unwrap_or(Broken::TimedOut(SLOWEST_HEAD)));
                    }
                }
            }
        };
        match answer {
            // A change of the protocol was not asked for.
            Ok(answer) if answer.status().is_informational() => {
                Err(Broken::Lost("the answer changes the protocol".into()))
            }
            Ok(answer) => Ok(answer::pass(answer, clock.clone())),
            Err(error) if error.is_connect() => Err(Broken::Unreachable(error.into())),
            Err(error) => Err(progress.failure().unwrap_or(Broken::Lost(error.into()))),
        }
    }

    fn http(&self) -> &Client<Way, Outgoing> {
        self.0.http.get_or_init(|| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(LONGEST_IDLE)
                .pool_max_idle_per_host(MOST_IDLE)
                .http1_max_buf_size(BUFFER)
                .build(Way::new())
        })
    }
}

impl fmt::Debug for Forwarder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarder").finish_non_exhaustive()
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Broken> {
    let value = format!("Bearer {}", token.expose_secret());
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| Broken::Unfit("the access token does not fit into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}
