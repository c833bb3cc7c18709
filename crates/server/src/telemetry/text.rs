//! Lines of text as `tracing-subscriber` writes them, with less ado: a busy server spends more on its log
//! than on anything else. Whatever is not plain is left to it, and so are lines with colours.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::{RecordFields, VisitOutput as _};
use tracing_subscriber::fmt::format::{DefaultVisitor, Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::line::{any, is_plain, whole};
use super::moment;

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
        writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        // What came by the `log` crate says in its fields what it is about.
        if about.target() == "log" {
            return self.0.format_event(context, writer, event);
        }
        whole(writer, |line| {
            moment::write(line);
            line.push_str(level(*about.level()));
            let mut is_within = false;
            for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
                is_within = true;
                line.push_str(span.name());
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<N>>();
                if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
                    line.push('{');
                    line.push_str(fields);
                    line.push('}');
                }
                line.push(':');
            }
            if is_within {
                line.push(' ');
            }
            line.push_str(about.target());
            line.push_str(": ");
            Fields::write(line, event)?;
            line.push('\n');
            Ok(())
        })
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
        whole(writer, |text| Fields::write(text, fields))
    }
}

/// Fields that are written as they come.
struct Fields<'a> {
    text: &'a mut String,
    is_first: bool,
    result: fmt::Result,
}

impl<'a> Fields<'a> {
    fn write(text: &'a mut String, fields: impl RecordFields) -> fmt::Result {
        let (is_first, result) = (true, Ok(()));
        let mut written = Self {
            text,
            is_first,
            result,
        };
        fields.record(&mut written);
        written.result
    }

    /// Begins a field that needs nothing but its name.
    fn begin(&mut self, field: &Field) {
        self.separate();
        self.text.push_str(field.name());
        self.text.push('=');
    }

    fn separate(&mut self) {
        if !self.is_first {
            self.text.push(' ');
        }
        self.is_first = false;
    }

    /// Lets `tracing-subscriber` write a field.
    fn otherwise(&mut self, write: impl FnOnce(&mut DefaultVisitor<'_>)) {
        if self.result.is_ok() {
            let mut others = DefaultVisitor::new(Writer::new(self.text), self.is_first);
            write(&mut others);
            self.result = others.finish();
            self.is_first = false;
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let needs_escapes = |byte| !is_plain(byte) || matches!(byte, b'"' | b'\\');
        if is_named_plainly(field) && !any(value, needs_escapes) {
            self.begin(field);
            self.text.push('"');
            self.text.push_str(value);
            self.text.push('"');
        } else if field.name() == MESSAGE {
            self.record_debug(field, &format_args!("{value}"));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if is_named_plainly(field) {
            self.begin(field);
            self.result = write!(self.text, "{value}");
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.otherwise(|others| others.record_error(field, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let (before, was_first) = (self.text.len(), self.is_first);
        if field.name() == MESSAGE {
            self.separate();
        } else if is_named_plainly(field) {
            self.begin(field);
        } else {
            return self.otherwise(|others| others.record_debug(field, value));
        }
        let begun = self.text.len();
        let written = write!(self.text, "{value:?}");
        if written.is_err() || any(&self.text[begun..], |byte| !is_plain(byte)) {
            self.text.truncate(before);
            self.is_first = was_first;
            self.otherwise(|others| others.record_debug(field, value));
        }
    }
}

/// The field that stands for itself.
const MESSAGE: &str = "message";

/// Whether a field is written by its name: messages are not, and the others are not fields of ours.
fn is_named_plainly(field: &Field) -> bool {
    let name = field.name();
    name != MESSAGE && !name.starts_with("r#") && !name.starts_with("log.")
}
