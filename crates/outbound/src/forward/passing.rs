//! A call on its way: what passes of a request, and how far its body has come.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::{HeaderMap, Method};
use juncture_clock::Clock;

use super::path::Path;
use super::{Broken, Cause, headers};

type Stream = Pin<Box<dyn Body<Data = Bytes, Error = Cause> + Send>>;

/// A call that is to be passed on.
pub struct Passing {
    method: Method,
    path: Path,
    query: Option<String>,
    headers: HeaderMap,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Whole(Bytes),
    Stream(Arc<Mutex<Streamed>>),
}

/// A body that comes while it is sent.
struct Streamed {
    stream: Stream,
    has_begun: bool,
}

impl Passing {
    /// A call whose body is at hand. Of the headers only those are kept that pass.
    #[must_use]
    pub fn whole(
        method: Method,
        path: Path,
        query: Option<String>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Self {
        let headers = headers::of_request(headers);
        let content = Content::Whole(body);
        Self {
            method,
            path,
            query,
            headers,
            content,
        }
    }

    /// A call whose body comes while it is sent.
    #[must_use]
    pub fn streamed(
        method: Method,
        path: Path,
        query: Option<String>,
        headers: &HeaderMap,
        body: impl Body<Data = Bytes, Error: Into<Cause>> + Send + 'static,
    ) -> Self {
        let streamed = Streamed {
            stream: Box::pin(Data(Box::pin(body))),
            has_begun: false,
        };
        Self {
            content: Content::Stream(Arc::new(Mutex::new(streamed))),
            ..Self::whole(method, path, query, headers, Bytes::new())
        }
    }

    /// Whether the call can be sent from its beginning: its body is at hand, or was not touched.
    #[must_use]
    pub fn is_replayable(&self) -> bool {
        match &self.content {
            Content::Whole(_) => true,
            Content::Stream(streamed) => !lock(streamed).has_begun,
        }
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, once, and what is seen of it from outside.
    pub(super) fn outgoing(&self, clock: &Arc<dyn Clock>) -> (Outgoing, Arc<Progress>) {
        let progress = Arc::new(Progress(Mutex::new(State {
            moved_at: clock.steady(),
            failure: None,
        })));
        let outgoing = Outgoing {
            content: self.content.clone(),
            progress: progress.clone(),
            clock: clock.clone(),
        };
        (outgoing, progress)
    }
}

impl fmt::Debug for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passing")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The data of a body, without its trailers.
struct Data<B>(Pin<Box<B>>);

impl<B: Body<Data = Bytes, Error: Into<Cause>>> Body for Data<B> {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        let frame = self.0.as_mut().poll_frame(context);
        frame.map(|frame| match frame? {
            Ok(frame) => frame.into_data().ok().map(|data| Ok(Frame::data(data))),
            Err(error) => Some(Err(error.into())),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// How far a body has come.
pub(super) struct Progress(Mutex<State>);

struct State {
    /// In steady time.
    moved_at: Duration,
    failure: Option<Cause>,
}

impl Progress {
    /// For how long nothing of the body has been sent.
    pub(super) fn stands_still(&self, clock: &dyn Clock) -> Duration {
        let moved_at = lock(&self.0).moved_at;
        clock.steady().saturating_sub(moved_at)
    }

    /// What the caller's side failed with, if it did.
    pub(super) fn failure(&self) -> Option<Broken> {
        lock(&self.0).failure.take().map(Broken::Caller)
    }
}

/// The body of one try.
pub(super) struct Outgoing {
    content: Content,
    progress: Arc<Progress>,
    clock: Arc<dyn Clock>,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        let outgoing = &mut *self;
        let streamed = match &mut outgoing.content {
            Content::Whole(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Content::Whole(bytes) => {
                return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))));
            }
            Content::Stream(streamed) => streamed,
        };
        let frame = {
            let mut streamed = lock(streamed);
            streamed.has_begun = true;
            std::task::ready!(streamed.stream.as_mut().poll_frame(context))
        };
        let mut state = lock(&outgoing.progress.0);
        state.moved_at = outgoing.clock.steady();
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|cause| {
                state.failure = Some(cause);
                Cause::from("the caller's body broke off")
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(streamed) => lock(streamed).stream.size_hint(),
        }
    }
}

/// No holder of these locks can leave a value half written, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
