//! The bytes of a line: told to it as they come and go, and ours even where hyper writes them.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::line::Line;
use super::refusal::Refuse;

/// A TCP stream that tells its line what happens.
pub(super) struct Stream {
    tcp: TcpStream,
    line: Arc<Line>,
    refuse: Refuse,
    /// What is written in the place of hyper's own refusal, and how much of it has been.
    refusal: Option<(Vec<u8>, usize)>,
    is_blocked: bool,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, line: Arc<Line>, refuse: Refuse) -> Self {
        Self {
            tcp,
            line,
            refuse,
            refusal: None,
            is_blocked: false,
        }
    }

    /// Whether what came has been refused.
    pub(super) fn has_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// Writes our refusal, of which `theirs` are the bytes that hyper would have written.
    fn poll_refuse(&mut self, context: &mut Context<'_>, theirs: &[u8]) -> Poll<io::Result<()>> {
        let (ours, sent) = self.refusal.get_or_insert_with(|| {
            self.line.leaves_unread();
            (self.refuse.instead_of(theirs), 0)
        });
        while *sent < ours.len() {
            let count = ready!(Pin::new(&mut self.tcp).poll_write(context, &ours[*sent..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            *sent += count;
        }
        Poll::Ready(Ok(()))
    }

    /// Tells the line whether the peer takes what is written.
    fn tell<T>(&mut self, written: Poll<T>) -> Poll<T> {
        if written.is_pending() {
            self.line.blocks();
        } else if self.is_blocked {
            self.line.unblocks();
        }
        self.is_blocked = written.is_pending();
        written
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.line.hears();
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = &mut *self;
        // No request is under way, so this is what hyper says to bytes that it cannot read.
        let written = if stream.has_refused() || stream.line.is_unasked() {
            let theirs = slices.iter().flat_map(|slice| slice.iter().copied());
            let theirs: Vec<u8> = theirs.collect();
            let refused = stream.poll_refuse(context, &theirs);
            refused.map_ok(|()| theirs.len())
        } else {
            Pin::new(&mut stream.tcp).poll_write_vectored(context, slices)
        };
        stream.tell(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.tcp).poll_flush(context);
        if flushed.is_ready() {
            self.line.has_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_shutdown(context))?;
        let mut scratch = [0; 4096];
        while self.line.lingers() {
            let mut rest = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut self.tcp).poll_read(context, &mut rest))?;
            if rest.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}
