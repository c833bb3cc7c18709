//! What the server says in its log while a test runs in one thread.

use std::io::{Result, Write};
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// Somebody else who reads along, and is told nothing. Where there is one alone, whoever comes first to a place that
/// logs decides for all threads whether it does, and by its own thread: one without a reader would silence it.
static OTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// The lines of the log, as JSON.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Reads along until the guard is dropped.
    pub(crate) fn read_along() -> (Self, DefaultGuard) {
        Self::read(Targets::new().with_default(LevelFilter::INFO))
    }

    /// Reads along what the store is asked. On PostgreSQL: the client of SQLite asks in a thread of its own.
    pub(crate) fn read_statements() -> (Self, DefaultGuard) {
        Self::read(Targets::new().with_target("sqlx::query", LevelFilter::DEBUG))
    }

    fn read(which: Targets) -> (Self, DefaultGuard) {
        LazyLock::force(&OTHER);
        let log = Self::default();
        let lines = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .json()
            .flatten_event(true)
            .with_writer(move || lines.clone())
            .finish()
            .with(which);
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// What was said since this was last asked.
    pub(crate) fn take(&self) -> Vec<Value> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        let lines = String::from_utf8(lines).unwrap();
        let lines = lines.lines().map(juncture_json::decode);
        lines.map(std::result::Result::unwrap).collect()
    }

    /// The warnings and errors since this was last asked: level, message, and all of the line.
    pub(crate) fn take_troubles(&self) -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let lines = self.take().into_iter();
        lines
            .filter(|line| line["level"] == "WARN" || line["level"] == "ERROR")
            .map(|line| {
                (
                    text(&line["level"]),
                    text(&line["message"]),
                    line.to_string(),
                )
            })
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
