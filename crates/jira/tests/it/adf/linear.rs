//! Markdown and documents made to take long, or to become much: each way is linear in its input.
//!
//! Shown by a megabyte of each shape in a time that only linear work can keep; in a debug build a share.
//! `cargo test --release -p juncture-jira --test it -- linear --nocapture` tells the times.

use std::time::{Duration, Instant};

use juncture_jira::adf;
use serde_json::value::to_raw_value;

use super::shapes::{SHAPES, documents};
use super::{document, raw_markdown};

/// Debug builds are slow, and their suite is everybody's time.
const SHARE: usize = if cfg!(debug_assertions) { 16 } else { 1 };

/// How long each text is.
const LENGTH: usize = 1024 * 1024 / SHARE;

/// Ten times what the slowest takes in a debug build on a busy machine; quadratic work takes minutes.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn markdown_of_any_shape_becomes_a_document_of_bounded_size_in_time() {
    for (name, part) in SHAPES {
        let words = part.repeat(LENGTH / part.len());
        let (json, took) = timed(|| document(&words).to_string());
        tell(name, words.len(), json.len(), took);
        // A letter with a mark is some sixty bytes of JSON, a cell of a table some hundred.
        assert!(json.len() <= 110 * words.len(), "{name}: {}", json.len());
    }
}

#[test]
fn documents_of_any_shape_become_markdown_of_bounded_size_in_time() {
    for (name, document) in documents(SHARE) {
        let json = document.to_string();
        assert_eq!(juncture_json::judge(json.as_bytes()), Ok(()), "{name}");
        let length = json.len();
        let (markdown, took) = timed(|| raw_markdown(json));
        tell(name, length, markdown.len(), took);
        assert!(markdown.len() <= 20 * length, "{name}: {}", markdown.len());
    }
}

/// A word is not a copy of where it links to: these would be gigabytes.
#[test]
fn a_word_of_a_long_link_is_changed_in_time() {
    let target = format!("https://a.b/{}", "c".repeat(LENGTH));
    let words = format!("[{}]({target})", "word ".repeat(LENGTH / 5).trim());
    let present = to_raw_value(&document(&words)).unwrap();
    let wanted = words.replacen("word word", "word changed", 1);
    let (edited, took) = timed(|| adf::edit(&present, &wanted).unwrap());
    let json = edited.document.to_string();
    tell("a long link", words.len(), json.len(), took);
    let said = &edited.document["content"][0]["content"][0]["text"];
    assert_eq!(&said.as_str().unwrap()[..22], "word changed word word");
    assert!(json.len() <= 2 * words.len());
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bound on real time is measured in it"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (work(), began.elapsed())
}

#[expect(
    clippy::print_stdout,
    reason = "the times are what a release build is run for"
)]
#[track_caller]
fn tell(name: &str, length: usize, made: usize, took: Duration) {
    let (length, made) = (length / 1024, made / 1024);
    println!(
        "{:>6} ms, {length:>5} kB make {made:>6} kB: {name}",
        took.as_millis()
    );
    assert!(took < PATIENCE, "{name}: {took:?}");
}
