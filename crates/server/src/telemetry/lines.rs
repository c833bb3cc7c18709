//! The lines of the log on their way to standard error: one at a time while there are few, many at once
//! while there are many. A system call for each would cost a busy server as much as the answer that the
//! line is about.

use std::io::{self, Stderr, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// A line that comes so soon after the last writing waits for the next one, which is no later than this.
const PAUSE: Duration = Duration::from_millis(10);

/// So many bytes are not kept waiting.
const MOST: usize = 64 * 1024;

/// Where lines wait; its clones are one.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    /// Something waits.
    wakes: Condvar,
}

struct Waiting {
    lines: Vec<u8>,
    written: Option<Instant>,
    stderr: Stderr,
    /// Whether there is a thread that writes what waits.
    has_writer: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        let waiting = Waiting {
            lines: Vec::new(),
            written: None,
            stderr: io::stderr(),
            has_writer: false,
        };
        Self(Arc::new(Shared {
            waiting: Mutex::new(waiting),
            wakes: Condvar::new(),
        }))
    }

    /// Writes what waits.
    pub(super) fn write(&self) {
        self.waiting().write();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the log is written in real time, whatever the clock says"
    )]
    fn go_on(&self) {
        loop {
            let waiting = self.waiting();
            let is_empty = |waiting: &mut Waiting| waiting.lines.is_empty();
            drop(self.0.wakes.wait_while(waiting, is_empty));
            thread::sleep(PAUSE);
            self.waiting().write();
        }
    }

    fn take(&self, line: &[u8], is_urgent: bool) {
        let mut waiting = self.waiting();
        let is_first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        let was_just_written = || {
            let written = waiting.written;
            written.is_some_and(|at| at.elapsed() < PAUSE)
        };
        let may_wait = !is_urgent && waiting.lines.len() < MOST;
        let waits =
            may_wait && (!is_first || was_just_written() && self.will_be_written(&mut waiting));
        if !waits {
            waiting.write();
        }
    }

    /// Wakes the thread that writes what waits, which is started when it is needed first.
    fn will_be_written(&self, waiting: &mut Waiting) -> bool {
        if !waiting.has_writer {
            let lines = self.clone();
            let writer = thread::Builder::new().name("log".to_owned());
            waiting.has_writer = writer.spawn(move || lines.go_on()).is_ok();
        }
        self.0.wakes.notify_one();
        waiting.has_writer
    }
}

impl Waiting {
    #[expect(
        clippy::disallowed_methods,
        reason = "the log is written in real time, whatever the clock says"
    )]
    fn write(&mut self) {
        // Nobody is there to be told that nobody can be told.
        drop(self.stderr.write_all(&self.lines));
        self.lines.clear();
        self.written = Some(Instant::now());
    }
}

/// Takes one line. Warnings and errors do not wait, nor what came before them: the process may be about
/// to end.
pub(super) struct Writer<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

impl Write for Writer<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.take(line, self.is_urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Writer<'a>;

    fn make_writer(&'a self) -> Writer<'a> {
        let (lines, is_urgent) = (self, true);
        Writer { lines, is_urgent }
    }

    fn make_writer_for(&'a self, line: &Metadata<'_>) -> Writer<'a> {
        let (lines, is_urgent) = (self, *line.level() <= Level::WARN);
        Writer { lines, is_urgent }
    }
}
