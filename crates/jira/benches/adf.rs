//! How long a megabyte of anything takes to become a document, and back, and to be edited.
//!
//! `scripts/bench` runs it; words after `--` choose shapes by their names. It prints tables of seconds on a
//! core, the best of three; nothing here is an assertion about time.

#[path = "../tests/it/adf/nodes.rs"]
mod nodes;
#[path = "../tests/it/adf/shapes.rs"]
mod shapes;

use juncture_jira::adf;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// How long each text is.
const LENGTH: usize = 1024 * 1024;

/// Of so many runs the best counts: the others were held up.
const RUNS: usize = 3;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&String> = (chosen.iter().filter(|word| !word.starts_with('-'))).collect();
    let is_chosen =
        |name: &str| chosen.is_empty() || chosen.iter().any(|word| name.contains(word.as_str()));

    print(&format!(
        "A MiB of Markdown; \"back\" is its document as Markdown, \"bounded\" and \"edit\" are of the first so many kB\n\
         of it, since Juncture reads no document of more than {} values.\n",
        juncture_json::MAX_VALUES
    ));
    print(
        "| shape | to ADF | back | first | bounded | edit |\n| --- | --- | --- | --- | --- | --- |",
    );
    for (name, part) in shapes::SHAPES
        .into_iter()
        .filter(|(name, _)| is_chosen(name))
    {
        let words = part.repeat(LENGTH / part.len());
        let to_adf = seconds(|| adf::from_markdown(&words));
        let whole = to_raw_value(&adf::from_markdown(&words)).expect("JSON");
        let back = seconds(|| adf::to_markdown(&whole));
        let (length, bounded) = bounded(part, words.len());
        print(&format!(
            "| {name} | {to_adf:.2} s | {back:.2} s | {} kB | {:.2} s | {:.2} s |",
            length / 1024,
            seconds(|| adf::to_markdown(&bounded)),
            edit(&bounded),
        ));
    }

    print(
        "\nDocuments as large as Juncture reads.\n\n| shape | kB | of Markdown | to Markdown | edit |\n| --- | --- | --- | --- | --- |",
    );
    let documents = shapes::documents(1).into_iter();
    for (name, document) in documents.filter(|(name, _)| is_chosen(name)) {
        let document = to_raw_value(&document).expect("JSON");
        print(&format!(
            "| {name} | {} | {} | {:.2} s | {:.2} s |",
            document.get().len() / 1024,
            adf::to_markdown(&document).len() / 1024,
            seconds(|| adf::to_markdown(&document)),
            edit(&document),
        ));
    }
}

/// The document of as much of this Markdown as may become a tree, to a part in sixteen.
fn bounded(part: &str, length: usize) -> (usize, Box<RawValue>) {
    let mut document = to_raw_value(&Value::Null).expect("JSON");
    let (mut fits, mut step) = (0, length);
    while step >= length / 16 {
        let words = part.repeat((fits + step) / part.len());
        let longer = to_raw_value(&adf::from_markdown(&words)).expect("JSON");
        if juncture_json::judge(longer.get().as_bytes()).is_ok() {
            (fits, document) = (fits + step, longer);
            if fits >= length {
                break;
            }
        }
        step /= 2;
    }
    (fits, document)
}

/// How long it takes to change a word in the middle.
fn edit(document: &RawValue) -> f64 {
    let mut words = adf::to_markdown(document);
    let middle = words.floor_char_boundary(words.len() / 2);
    let at = words[middle..].find(char::is_alphanumeric);
    words.insert_str(middle + at.unwrap_or_default(), "changed ");
    seconds(|| adf::edit(document, &words))
}

/// What the work takes on a core, with the end of what it makes.
fn seconds<T>(work: impl Fn() -> T) -> f64 {
    let runs = (0..RUNS).map(|_| {
        let began = on_core();
        drop(std::hint::black_box(work()));
        on_core() - began
    });
    runs.fold(f64::INFINITY, f64::min)
}

/// How long this thread has been on a core; without Linux, how late it is.
#[expect(clippy::disallowed_methods, reason = "real time is measured")]
fn on_core() -> f64 {
    static BEGAN: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    let said = std::fs::read_to_string("/proc/thread-self/schedstat");
    let said = said.ok().and_then(|said| {
        let nanoseconds = said.split_whitespace().next()?;
        nanoseconds.parse::<u64>().ok()
    });
    let spent = said.map(std::time::Duration::from_nanos);
    spent.unwrap_or_else(|| BEGAN.elapsed()).as_secs_f64()
}

#[expect(clippy::print_stdout, reason = "this is the console of the bench")]
fn print(line: &str) {
    println!("{line}");
}
