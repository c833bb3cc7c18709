//! Bodies on a line: a request's has a deadline as a whole, and an answer's tells when it is done.

use std::pin::Pin;
use std::sync::Arc;
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

/// The body of a request.
pub(super) struct Asked {
    incoming: Incoming,
    line: Arc<Line>,
    /// Begins when it is first waited for.
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
            overdue: None,
            clock,
            stop,
            is_waiting: false,
            is_whole: false,
        }
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
