//! What is counted: one recorder for each server. What there is to count, each part says itself.
//!
//! Labels come from fixed sets (routes, methods, statuses), so that no caller can make them many; no
//! id and no secret is ever one.
//!
//! The recorder is one of our own: it holds a number for each count, where the usual one
//! (`metrics-exporter-prometheus`) keeps every measurement until somebody asks, and takes 10 ms of a start
//! or more to find out how fast the processor counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};

/// The bounds of every histogram, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

const NANOSECONDS: f64 = 1e9;

/// The counts of one server.
#[derive(Default)]
pub struct Metrics {
    counters: Families<AtomicU64>,
    /// Each the bits of a number.
    gauges: Families<AtomicU64>,
    histograms: Families<Durations>,
}

/// By name, and then by labels as they are written.
struct Families<T>(Mutex<BTreeMap<String, Family<T>>>);

type Family<T> = BTreeMap<String, Arc<T>>;

/// How many durations there were up to each bound, and how long all were.
#[derive(Default)]
struct Durations {
    up_to: [AtomicU64; SECONDS.len()],
    longer: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Metrics {
    /// Counts here what `count` counts, by the macros of the `metrics` crate.
    pub fn record<T>(&self, count: impl FnOnce() -> T) -> T {
        with_local_recorder(self, count)
    }

    /// Everything counted so far, in the text format of Prometheus
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.counters
            .write(&mut text, "counter", |text, name, labels, count| {
                let count = count.load(Ordering::Relaxed);
                line(text, name, labels, "", count);
            });
        self.gauges
            .write(&mut text, "gauge", |text, name, labels, bits| {
                let number = f64::from_bits(bits.load(Ordering::Relaxed));
                line(text, name, labels, "", number);
            });
        self.histograms
            .write(&mut text, "histogram", Durations::write);
        text
    }
}

impl<T: Default> Families<T> {
    fn get(&self, key: &Key) -> Arc<T> {
        let mut families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let family = families.entry(key.name().to_owned()).or_default();
        family.entry(labels(key)).or_default().clone()
    }

    fn write(&self, text: &mut String, kind: &str, each: fn(&mut String, &str, &str, &T)) {
        let families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, family) in families.iter() {
            let _infallible = writeln!(text, "# TYPE {name} {kind}");
            for (labels, counted) in family {
                each(text, name, labels, counted);
            }
            text.push('\n');
        }
    }
}

impl<T> Default for Families<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl Durations {
    fn write(text: &mut String, name: &str, labels: &str, durations: &Self) {
        let separator = if labels.is_empty() { "" } else { "," };
        let bucket = format!("{name}_bucket");
        let bounds = SECONDS.iter().map(ToString::to_string);
        let bounds = bounds.chain(["+Inf".to_owned()]);
        let counts = durations.up_to.iter().chain([&durations.longer]);
        let mut count = 0;
        for (bound, counted) in bounds.zip(counts) {
            count += counted.load(Ordering::Relaxed);
            let labels = format!("{labels}{separator}le=\"{bound}\"");
            line(text, &bucket, &labels, "", count);
        }
        let nanoseconds = durations.nanoseconds.load(Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "of years, seconds remain exact")]
        let seconds = nanoseconds as f64 / NANOSECONDS;
        line(text, name, labels, "_sum", seconds);
        line(text, name, labels, "_count", count);
    }
}

impl HistogramFn for Durations {
    fn record(&self, seconds: f64) {
        let place = SECONDS.partition_point(|&bound| bound < seconds);
        let count = self.up_to.get(place).unwrap_or(&self.longer);
        count.fetch_add(1, Ordering::Relaxed);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a duration is positive, and shorter than five hundred years"
        )]
        let nanoseconds = (seconds * NANOSECONDS) as u64;
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

fn line(text: &mut String, name: &str, labels: &str, end: &str, number: impl std::fmt::Display) {
    let _infallible = if labels.is_empty() {
        writeln!(text, "{name}{end} {number}")
    } else {
        writeln!(text, "{name}{end}{{{labels}}} {number}")
    };
}

/// The labels of a key as they are written.
fn labels(key: &Key) -> String {
    let mut text = String::new();
    for label in key.labels() {
        let separator = if text.is_empty() { "" } else { "," };
        let value = label.value().replace('\\', "\\\\").replace('"', "\\\"");
        let value = value.replace('\n', "\\n");
        let _infallible = write!(text, "{separator}{}=\"{value}\"", label.key());
    }
    text
}

/// Nothing is described: docs/RELIABILITY.md says what is counted.
impl Recorder for Metrics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.counters.get(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.gauges.get(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.histograms.get(key))
    }
}
