//! Lines of text as `tracing-subscriber` writes them, with less ado: a busy server spends more on its log
//! than on anything else. Whatever is not plain is left to it, and so are lines with colours.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::{RecordFields, VisitOutput as _};
use tracing_subscriber::fmt::format::{DefaultVisitor, Format, Writer};
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Writes events and fields.
#[derive(Default)]
pub(super) struct Text(Format);

impl<S, N> FormatEvent<S, N> for Text
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        // What came by the `log` crate says in its fields what it is about.
        if about.target() == "log" {
            return self.0.format_event(context, writer, event);
        }
        SystemTime.format_time(&mut writer)?;
        writer.write_str(level(*about.level()))?;
        let mut is_within = false;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            is_within = true;
            writer.write_str(span.name())?;
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>();
            if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
                writer.write_char('{')?;
                writer.write_str(fields)?;
                writer.write_char('}')?;
            }
            writer.write_char(':')?;
        }
        if is_within {
            writer.write_char(' ')?;
        }
        writer.write_str(about.target())?;
        writer.write_str(": ")?;
        context.format_fields(writer.by_ref(), event)?;
        writer.write_char('\n')
    }
}

/// As wide as the widest, with a space on either side.
fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => " ERROR ",
        Level::WARN => "  WARN ",
        Level::INFO => "  INFO ",
        Level::DEBUG => " DEBUG ",
        Level::TRACE => " TRACE ",
    }
}

impl<'w> FormatFields<'w> for Text {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut written = Fields {
            writer,
            is_first: true,
            result: Ok(()),
        };
        fields.record(&mut written);
        written.result
    }
}

/// Fields that are written as they come.
struct Fields<'a> {
    writer: Writer<'a>,
    is_first: bool,
    result: fmt::Result,
}

impl Fields<'_> {
    /// Writes a field whose value needs nothing.
    fn plainly(&mut self, field: &Field, quote: &str, value: &str) {
        let separator = if self.is_first { "" } else { " " };
        self.is_first = false;
        for part in [separator, field.name(), "=", quote, value, quote] {
            if self.result.is_ok() {
                self.result = self.writer.write_str(part);
            }
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if is_named_plainly(field) && value.as_bytes().iter().all(is_plain) {
            self.plainly(field, "\"", value);
        } else if field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if is_named_plainly(field) {
            self.plainly(field, "", &value.to_string());
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.otherwise(|others| others.record_error(field, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.otherwise(|others| others.record_debug(field, value));
    }
}

impl Fields<'_> {
    /// Lets `tracing-subscriber` write a field.
    fn otherwise(&mut self, write: impl FnOnce(&mut DefaultVisitor<'_>)) {
        if self.result.is_ok() {
            let mut others = DefaultVisitor::new(self.writer.by_ref(), self.is_first);
            write(&mut others);
            self.result = others.finish();
            self.is_first = false;
        }
    }
}

/// Whether a field is written by its name: messages are not, and the others are not fields of ours.
fn is_named_plainly(field: &Field) -> bool {
    let name = field.name();
    name != "message" && !name.starts_with("r#") && !name.starts_with("log.")
}

#[cfg(test)]
mod tests {
    use std::io::{Result, Write};
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0.lock().expect("nobody panics").write(bytes)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// What is said, without the times at its beginnings.
    fn told(said: &Lines) -> Vec<String> {
        let text = String::from_utf8(said.0.lock().expect("nobody panics").clone());
        let text = text.expect("a log is text");
        let lines = text.lines().map(|line| line.split_once(' '));
        let lines = lines.map(|line| line.map_or_else(String::new, |(_, rest)| rest.to_owned()));
        lines.collect()
    }

    fn speak() {
        let error = std::io::Error::other("a \u{1b}[31m \"cause\"");
        let error = &error as &(dyn std::error::Error + 'static);
        tracing::info_span!("request", id = "a-b", client = %"::1", route = "/a/{b}", nobody = tracing::field::Empty)
            .in_scope(|| {
                tracing::info!(status = 200_u16, elapsed_ms = 0_u64, "answered");
                tracing::warn!(%error, error, code = "quoted \" \\ \u{1b}", flag = true, n = -1, f = 0.5, "failed \u{1b}[0m");
                tracing::info_span!("inner").in_scope(|| tracing::error!(r#type = "x", "in\na line"));
            });
        tracing::debug!(a = "é", b = ?Some("x"), message = "told");
        tracing::trace!("nothing");
    }

    #[test]
    fn lines_are_those_of_tracing_subscriber() {
        let (ours, theirs) = (Lines::default(), Lines::default());
        let (to_us, to_them) = (ours.clone(), theirs.clone());
        let log = || {
            let log = tracing_subscriber::fmt().with_ansi(false);
            log.with_max_level(Level::TRACE)
        };
        let log_of_ours = log()
            .with_writer(move || to_us.clone())
            .event_format(Text::default())
            .fmt_fields(Text::default());
        with_default(log_of_ours.finish(), speak);
        with_default(log().with_writer(move || to_them.clone()).finish(), speak);
        assert_eq!(told(&ours), told(&theirs));
        assert_eq!(told(&ours).len(), 5 + 1, "one of them has two lines");
    }
}
