use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing::Level;
use tracing::field::Empty;
use tracing::subscriber::with_default;
use tracing_subscriber::fmt::SubscriberBuilder;

use super::json::Json;
use super::text::Text;

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

impl Lines {
    fn text(&self) -> String {
        let text = String::from_utf8(self.0.lock().expect("nobody panics").clone());
        text.expect("a log is text")
    }

    /// What is said, without the times at its beginnings.
    fn told(&self) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().map(|line| line.split_once(' '));
        let lines = lines.map(|line| line.map_or_else(String::new, |(_, rest)| rest.to_owned()));
        lines.collect()
    }

    /// The objects of JSON, without their times.
    fn objects(&self) -> Vec<Value> {
        let text = self.text();
        let objects = text.lines().map(|line| {
            let mut object: Value = juncture_json::decode(line.as_bytes()).expect("a line is JSON");
            let time = object["timestamp"].take();
            time.as_str()
                .and_then(|time| time.parse::<jiff::Timestamp>().ok())
                .expect("a line has a time");
            object
        });
        objects.collect()
    }
}

fn speak() {
    let error = std::io::Error::other("a \u{1b}[31m \"cause\"");
    let error = &error as &(dyn std::error::Error + 'static);
    let span = tracing::info_span!("request", id = "a-b", client = %"::1", route = "/a/{b}", nobody = Empty, late = Empty);
    span.in_scope(|| {
        tracing::info!(status = 200_u16, elapsed_ms = 0_u64, "answered");
        tracing::warn!(%error, error, code = "quoted \" \\ \u{1b}", flag = true, n = -1, f = 0.5, "failed \u{1b}[0m");
        tracing::info_span!("inner").in_scope(|| tracing::error!(other = "x", "in\na line"));
        tracing::debug!(f = f64::NAN, big = u64::MAX, wide = u128::MAX);
    });
    tracing::debug!(a = "é", b = ?Some("x"), c = %"y\t\u{7f}", message = "told");
    tracing::trace!("nothing");
}

/// What is only known when it is said.
fn speak_late() {
    let span = tracing::info_span!("request", id = "a-b", late = Empty);
    span.record("late", "\"known\"");
    span.in_scope(|| tracing::info!("answered"));
    let nothing = tracing::info_span!("request", late = Empty);
    nothing.in_scope(|| tracing::info!("answered"));
    nothing.record("late", 1);
    nothing.in_scope(|| tracing::info!("answered"));
}

fn log() -> SubscriberBuilder {
    let log = tracing_subscriber::fmt().with_ansi(false);
    log.with_max_level(Level::TRACE)
}

fn in_text(says: fn()) -> (Lines, Lines) {
    let (ours, theirs) = (Lines::default(), Lines::default());
    let (to_us, to_them) = (ours.clone(), theirs.clone());
    let log_of_ours = log()
        .with_writer(move || to_us.clone())
        .event_format(Text::default())
        .fmt_fields(Text::default());
    with_default(log_of_ours.finish(), says);
    with_default(log().with_writer(move || to_them.clone()).finish(), says);
    (ours, theirs)
}

fn in_json(says: fn()) -> (Lines, Lines) {
    let (ours, theirs) = (Lines::default(), Lines::default());
    let (to_us, to_them) = (ours.clone(), theirs.clone());
    let log_of_ours = log()
        .with_writer(move || to_us.clone())
        .event_format(Json::default())
        .fmt_fields(Json::default());
    with_default(log_of_ours.finish(), says);
    let log_of_theirs = log().json().flatten_event(true);
    with_default(
        log_of_theirs.with_writer(move || to_them.clone()).finish(),
        says,
    );
    (ours, theirs)
}

#[test]
fn lines_are_those_of_tracing_subscriber() {
    for says in [speak, speak_late] {
        let (ours, theirs) = in_text(says);
        assert_eq!(ours.told(), theirs.told());
        assert!(ours.told().len() >= 3);
    }
}

#[test]
fn lines_begin_with_the_time_to_the_microsecond() {
    let (ours, _) = in_text(speak_late);
    for line in ours.text().lines() {
        let (time, _) = line.split_once(' ').expect("a line has a time");
        assert_eq!(time.len(), "2026-01-02T03:04:05.000006Z".len(), "{time}");
        time.parse::<jiff::Timestamp>().expect("a line has a time");
    }
}

#[test]
fn objects_are_those_of_tracing_subscriber() {
    for says in [speak, speak_late] {
        let (ours, theirs) = in_json(says);
        assert_eq!(ours.objects(), theirs.objects());
        assert!(ours.objects().len() >= 3);
    }
}

#[test]
fn a_name_is_told_as_it_is_meant() {
    let say = || tracing::info!(r#type = "x", r#fn = ?1, "told");
    let (ours, _) = in_json(say);
    let object = &ours.objects()[0];
    assert_eq!([&object["type"], &object["fn"]], [&json!("x"), &json!("1")]);
    let (ours, theirs) = in_text(say);
    assert_eq!(ours.told(), theirs.told());
}
