//! Bodies on a line: a request's has a deadline as a whole, or where it is passed on for each pause, and
//! an answer's tells when it is done.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::{Body, Bytes};
use futures_util::future::BoxFuture;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use juncture_clock::Clock;
use tokio_util::sync::CancellationToken;

use super::line::Line;
use super::{LAST_MOMENT, SLOWEST_BODY};
use crate::web::extract::TooSlow;

/// On a request whose body may be of any length.
#[derive(Clone, Default)]
pub(crate) struct Unhurried(Arc<AtomicBool>);

impl Unhurried {
    /// From now on the body may take as long as it likes, so long as it goes on: [`SLOWEST_BODY`] is the
    /// bound on each pause.
    pub(crate) fn grant(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_granted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The body of a request.
pub(super) struct Asked {
    incoming: Incoming,
    line: Arc<Line>,
    unhurried: Unhurried,
    /// Begins when it is first waited for; anew after each piece of a body that is not hurried.
    overdue: Option<BoxFuture<'static, ()>>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    is_waiting: bool,
    is_whole: bool,
}

impl Asked {
    pub(super) fn new(
        incoming: Incoming,
        line: Arc<Line>,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            incoming,
            line,
            unhurried: Unhurried::default(),
            overdue: None,
            clock,
            stop,
            is_waiting: false,
            is_whole: false,
        }
    }

    /// What lets it take its time.
    pub(super) fn unhurried(&self) -> Unhurried {
        self.unhurried.clone()
    }

    fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let (clock, stop) = (&self.clock, &self.stop);
        let overdue = self
            .overdue
            .get_or_insert_with(|| Box::pin(overdue(clock.clone(), stop.clone())));
        overdue.as_mut().poll(context)
    }
}

async fn overdue(clock: Arc<dyn Clock>, stop: CancellationToken) {
    let last_moment = async {
        stop.cancelled().await;
        clock.deadline(LAST_MOMENT).await;
    };
    tokio::select! {
        () = clock.deadline(SLOWEST_BODY) => {}
        () = last_moment => {}
    }
}

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            if std::mem::take(&mut self.is_waiting) {
                self.line.has_body();
            }
            if self.overdue.is_some() && self.unhurried.is_granted() {
                self.overdue = None;
                self.line.goes_on();
            }
            self.is_whole = frame.is_none();
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if !std::mem::replace(&mut self.is_waiting, true) {
            self.line.awaits_body();
        }
        let overdue = self.poll_overdue(context);
        overdue.map(|()| Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.is_waiting {
            self.line.has_body();
        }
        if !self.is_whole && !self.incoming.is_end_stream() {
            self.line.leaves_unread();
        }
    }
}

/// The body of an answer.
pub(super) struct Answered {
    body: Body,
    line: Arc<Line>,
}

impl Answered {
    pub(super) fn new(body: Body, line: Arc<Line>) -> Self {
        Self { body, line }
    }
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.line.has_answer();
    }
}
