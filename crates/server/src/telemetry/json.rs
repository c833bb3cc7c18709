//! Lines of JSON as `tracing-subscriber` writes them, with less ado: that keeps the fields of a span as a
//! text, and reads and writes this again for each line, which cost as much as all else of a call.

use std::fmt::{self, Debug, Write as _};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{Format, Json as Theirs, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::line::{any, whole};
use super::moment;

/// Writes events, and the fields of spans as objects.
pub(super) struct Json(Format<Theirs>);

impl Default for Json {
    fn default() -> Self {
        Self(Format::default().json().flatten_event(true))
    }
}

impl<S, N> FormatEvent<S, N> for Json
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
            line.push_str(r#"{"timestamp":""#);
            moment::write(line);
            line.push_str(r#"","level":""#);
            line.push_str(about.level().as_str());
            line.push('"');
            Fields::write(line, ",", event)?;
            line.push_str(r#","target":"#);
            quote(line, about.target());
            let parent = event.parent().and_then(|id| context.span(id));
            if let Some(span) = parent.or_else(|| context.lookup_current()) {
                line.push_str(r#","span":"#);
                write_span::<S, N>(line, &span);
                let mut separator = r#","spans":["#;
                for span in span.scope().from_root() {
                    line.push_str(separator);
                    write_span::<S, N>(line, &span);
                    separator = ",";
                }
                line.push(']');
            }
            line.push_str("}\n");
            Ok(())
        })
    }
}

/// Writes a span: its fields, which are an object already, and its name.
fn write_span<S, N>(line: &mut String, span: &SpanRef<'_, S>)
where
    S: for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    let extensions = span.extensions();
    let fields = extensions.get::<FormattedFields<N>>();
    let fields = fields.and_then(|fields| fields.strip_suffix('}'));
    let fields = fields.unwrap_or("{");
    line.push_str(fields);
    line.push_str(if fields == "{" { "" } else { "," });
    line.push_str(r#""name":"#);
    quote(line, span.name());
    line.push('}');
}

impl<'w> FormatFields<'w> for Json {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        whole(writer, |text| {
            text.push('{');
            Fields::write(text, "", fields)?;
            text.push('}');
            Ok(())
        })
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let object = |text: &str| juncture_json::decode::<Map<String, Value>>(text.as_bytes());
        let mut added = FormattedFields::<Self>::new(String::new());
        self.format_fields(added.as_writer(), fields)?;
        let mut all = object(current).unwrap_or_default();
        all.extend(object(&added).map_err(|_| fmt::Error)?);
        current.fields = serde_json::to_string(&all).map_err(|_| fmt::Error)?;
        Ok(())
    }
}

/// Fields that are written as they come.
struct Fields<'a> {
    text: &'a mut String,
    separator: &'static str,
    result: fmt::Result,
}

impl<'a> Fields<'a> {
    /// Writes fields, the first of them after this separator.
    fn write(
        text: &'a mut String,
        separator: &'static str,
        fields: impl RecordFields,
    ) -> fmt::Result {
        let result = Ok(());
        let mut written = Self {
            text,
            separator,
            result,
        };
        fields.record(&mut written);
        written.result
    }

    fn begin(&mut self, field: &Field) {
        self.text.push_str(self.separator);
        self.separator = ",";
        let name = field.name();
        quote(self.text, name.strip_prefix("r#").unwrap_or(name));
        self.text.push(':');
    }

    fn plainly(&mut self, field: &Field, value: impl fmt::Display) {
        self.begin(field);
        self.result = self.result.and(write!(self.text, "{value}"));
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // No number of JSON stands for one that is not finite.
        match serde_json::Number::from_f64(value) {
            Some(number) => self.plainly(field, number),
            None => self.plainly(field, Value::Null),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plainly(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plainly(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plainly(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.begin(field);
        quote(self.text, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.begin(field);
        self.text.push('"');
        let begun = self.text.len();
        self.result = self.result.and(write!(self.text, "{value:?}"));
        if any(&self.text[begun..], needs_escape) {
            let value = self.text.split_off(begun);
            self.text.pop();
            quote(self.text, &value);
        } else {
            self.text.push('"');
        }
    }
}

/// Whether JSON has another way to write this byte (RFC 8259 §7).
fn needs_escape(byte: u8) -> bool {
    matches!(byte, 0..b' ' | b'"' | b'\\')
}

/// Writes a text as JSON.
fn quote(line: &mut String, text: &str) {
    if any(text, needs_escape) {
        line.push_str(&Value::from(text).to_string());
    } else {
        line.push('"');
        line.push_str(text);
        line.push('"');
    }
}
