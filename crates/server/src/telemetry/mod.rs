//! The log: structured events on standard error, as text for people or JSON for machines.

mod json;
mod line;
mod lines;
mod moment;
#[cfg(test)]
mod tests;
mod text;

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

use crate::environment::Environment;
use crate::environment::reader::Reader;
use json::Json;
use lines::Lines;
use text::Text;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,sqlx=warn";

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How and what to log: known before the rest of the configuration, so that its problems can be told.
#[derive(Debug, Default)]
pub struct LogConfig {
    /// `LOG_FORMAT`.
    pub format: LogFormat,
    /// `RUST_LOG`: directives of `tracing-subscriber`'s `EnvFilter`.
    pub filter: Option<String>,
}

impl LogConfig {
    /// Reads what logging needs; a wrong value falls back here and is reported by `Config::read`.
    #[must_use]
    pub fn read(environment: &Environment) -> Self {
        Self::of(&mut Reader::new(environment))
    }

    /// The same, for whoever tells the problems too.
    pub(crate) fn of(reader: &mut Reader<'_>) -> Self {
        let format = match reader.text("LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                reader.problem("LOG_FORMAT", "must be `text` or `json`");
                LogFormat::Text
            }
        };
        let filter = reader.text("RUST_LOG").filter(|directives| {
            let parsed = directives.parse::<tracing_subscriber::filter::EnvFilter>();
            if let Err(refused) = &parsed {
                reader.problem("RUST_LOG", format!("is no log filter: {refused}"));
            }
            parsed.is_ok()
        });
        Self { format, filter }
    }
}

/// The lines of this process's log.
static LINES: OnceLock<Lines> = OnceLock::new();

/// Starts logging for the rest of the process.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::new(config.filter.as_deref().unwrap_or(DEFAULT_FILTER));
    let is_terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(LINES.get_or_init(Lines::new).clone())
        .with_ansi(is_terminal);
    // A second start (tests run several servers in one process) leaves the first in force.
    let started = match config.format {
        LogFormat::Text if is_terminal => log.try_init(),
        LogFormat::Text => {
            let log = log.event_format(Text::default());
            log.fmt_fields(Text::default()).try_init()
        }
        LogFormat::Json => {
            let log = log.with_ansi(false).event_format(Json::default());
            log.fmt_fields(Json::default()).try_init()
        }
    };
    drop(started);
}

/// Writes what of the log has not been written yet: the last act of a process.
pub fn finish() {
    if let Some(lines) = LINES.get() {
        lines.write();
    }
}
