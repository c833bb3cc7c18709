//! Text made to hurt whoever reads it, and a driver that tries much of it. For the tests of all crates.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// The key behind which `serde_json` looks for a text to parse anew.
pub(crate) const KEY: &str = "$serde_json::private::RawValue";

/// What random cases are drawn from, so that the suite tries the same ones each time.
const SEED: u64 = 20_261_126;

/// No case takes as long, also in a debug build on a busy machine.
const LONGEST_CASE: Duration = Duration::from_secs(20);

/// More than any target takes that runs alone, in kB.
const MOST_MEMORY: u64 = 1024 * 1024;

/// A text in a text, so many times, each with so many levels. The escapes grow by one character for
/// each step: a quote is `\u0022`, then `\u005cu0022`.
pub(crate) fn texts_in_texts(times: usize, levels: usize) -> String {
    let (open, close) = ("[".repeat(levels), "]".repeat(levels));
    let mut text = format!("{open}0{close}");
    for _ in 0..times {
        let inner = text.replace('\\', "\\u005c").replace('"', "\\u0022");
        text = format!("{open}{{\"{KEY}\":\"{inner}\"}}{close}");
    }
    text
}

/// The names of members that our types look for, and some that mean something to parsers.
const NAMES: [&str; 40] = [
    "id",
    "key",
    "name",
    "fields",
    "issues",
    "values",
    "isLast",
    "total",
    "nextPageToken",
    "issueErrors",
    "error",
    "error_description",
    "errors",
    "errorMessages",
    "message",
    "summary",
    "description",
    "customfield_10020",
    "status",
    "statusCategory",
    "assignee",
    "labels",
    "result",
    "access_token",
    "expires_in",
    "refresh_token",
    "external_id",
    "provider",
    "description_adf",
    "type",
    "content",
    "text",
    "marks",
    "attrs",
    "version",
    "jql",
    "maxResults",
    KEY,
    "\\u0024serde_json::private::RawValue",
    "$serde_json::private::Number",
];

/// Values as strangers write them.
const VALUES: [&str; 34] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "5",
    "1e999",
    "-0.0",
    "0.1",
    "18446744073709551616",
    "9223372036854775807",
    "\"\"",
    "\"a\"",
    "\"10000\"",
    "\"-1\"",
    "\"doc\"",
    "\"paragraph\"",
    "\"text\"",
    "\"table\"",
    "\"bulletList\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{e9}\u{1f604}\"",
    "\"2026-11-26T10:00:00.000+0000\"",
    "\"http://a.b **x** ~a~ `\"",
    "\"<details>\\n\\n> - a\"",
    "\"$serde_json::private::RawValue\"",
    "{}",
    "[]",
    "[[]]",
    "{\"\":{}}",
    "nul",
    "",
    "\u{feff}",
];

/// JSON that is deep, wide, poisoned, of the wrong types, or no JSON at all.
pub(crate) fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        12 => select(&VALUES[..]).prop_map(str::to_owned),
        1 => (1..3_000_usize).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth)),
        1 => (1..1_000_usize).prop_map(|depth| "{\"content\":[".repeat(depth) + &"]}".repeat(depth)),
        1 => (1..3_000_usize).prop_map(|count| format!("[{}0]", "0,".repeat(count))),
        1 => (1..40_usize, 1..120_usize).prop_map(|(times, levels)| texts_in_texts(times, levels)),
    ];
    let tree = leaf.prop_recursive(5, 40, 6, |inner| {
        let member = (select(&NAMES[..]), inner.clone())
            .prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..8)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    });
    // One in eight breaks off.
    (tree, prop::option::weighted(0.125, any::<Index>())).prop_map(|(text, end)| match end {
        Some(end) if !text.is_empty() => {
            let end = end.index(text.len());
            let end = (0..=end).rev().find(|end| text.is_char_boundary(*end));
            text[..end.unwrap_or_default()].to_owned()
        }
        _ => text,
    })
}

/// Tries `check` on so many cases, the same ones each time; or on others, for as many seconds as
/// `FUZZ_SECONDS` says, and then also bounds the memory of the process, which must run nothing else.
pub(crate) fn fuzz<S>(cases: u32, values: &S, check: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S: Strategy,
    S::Value: Debug,
{
    let seconds = std::env::var_os("FUZZ_SECONDS").and_then(|text| text.to_str()?.parse().ok());
    let began = now();
    let mut tried = 0_u64;
    loop {
        let config = Config {
            cases,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(SEED + tried),
            ..Config::default()
        };
        let outcome = TestRunner::new(config).run(values, |value| {
            let began = now();
            check(value)?;
            prop_assert!(
                began.elapsed() < LONGEST_CASE,
                "it took {:?}",
                began.elapsed()
            );
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("after {tried} cases: {failure}");
        }
        tried += u64::from(cases);
        if seconds.is_none_or(|seconds| began.elapsed() >= Duration::from_secs(seconds)) {
            break;
        }
    }
    if seconds.is_some() {
        tell(tried, began.elapsed());
    }
}

#[expect(
    clippy::print_stdout,
    reason = "who asked for a time wants to know what came of it"
)]
fn tell(tried: u64, took: Duration) {
    let memory = peak_memory();
    let (seconds, megabytes) = (took.as_secs(), memory / 1024);
    println!("{tried} cases in {seconds} s, {megabytes} MB at most");
    assert!(memory < MOST_MEMORY, "{memory} kB");
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a case takes is real time"
)]
fn now() -> Instant {
    Instant::now()
}

/// The most memory that this process has had, in kB (proc(5), `VmHWM`).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.expect("a line of it").trim().trim_end_matches(" kB");
    kilobytes.parse().expect("a number")
}
