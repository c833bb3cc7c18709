//! The answer to a call that was passed on, whose body comes while it is read.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use juncture_clock::Clock;

use super::{Cause, LONGEST_PAUSE, headers};

/// An answer that passes: its status, those of its headers that pass, and its body.
pub type Answer = Response<AnswerBody>;

/// A body that comes while it is read. One that stands still for too long, or breaks off, ends in an
/// error, never in what could be taken for its end; dropping it ends the call.
pub struct AnswerBody {
    incoming: Incoming,
    /// What was looked at before it is read.
    seen: VecDeque<Bytes>,
    clock: Arc<dyn Clock>,
    /// Begins when the next piece is first waited for.
    overdue: Option<BoxFuture<'static, ()>>,
}

/// What passes of an answer.
pub(super) fn pass(answer: Response<Incoming>, clock: Arc<dyn Clock>) -> Answer {
    let (mut parts, incoming) = answer.into_parts();
    parts.headers = headers::of_answer(&parts.headers);
    let body = AnswerBody {
        incoming,
        seen: VecDeque::new(),
        clock,
        overdue: None,
    };
    Response::from_parts(parts, body)
}

impl AnswerBody {
    /// The beginning of the body, of at least `least` bytes if there are so many. What was seen is read
    /// again.
    pub async fn look(&mut self, least: usize) -> Vec<u8> {
        let mut seen: Vec<u8> = self.seen.iter().flatten().copied().collect();
        while seen.len() < least
            && let Some(Ok(data)) = poll_fn(|context| self.poll_incoming(context)).await
        {
            seen.extend_from_slice(&data);
            self.seen.push_back(data);
        }
        seen
    }

    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Cause>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            self.overdue = None;
            return Poll::Ready(match frame {
                // Trailers do not pass, and nothing follows them.
                Some(Ok(frame)) => frame.into_data().ok().map(Ok),
                Some(Err(error)) => Some(Err(error.into())),
                None => None,
            });
        }
        let clock = &self.clock;
        let overdue = self
            .overdue
            .get_or_insert_with(|| clock.deadline(LONGEST_PAUSE));
        let overdue = overdue.as_mut().poll(context);
        overdue.map(|()| Some(Err("the answer stood still for too long".into())))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        if let Some(data) = self.seen.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        let data = self.poll_incoming(context);
        data.map(|data| {
            data.map(|data| {
                data.map(Frame::data).inspect_err(|cause| {
                    tracing::warn!(%cause, "an answer that is passed on broke off");
                })
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.seen.is_empty() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let seen: u64 = self.seen.iter().map(|data| data.len() as u64).sum();
        let rest = self.incoming.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower() + seen);
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + seen);
        }
        hint
    }
}
