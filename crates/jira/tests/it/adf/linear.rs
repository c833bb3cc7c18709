//! Markdown and documents made to take long, or to become much: each way is linear in its input.
//!
//! Shown by a megabyte of each shape in a time that only linear work can keep; in a debug build a share.
//! `cargo test --release -p juncture-jira --test it -- linear --nocapture` tells the times.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{document, marked, node, paragraph, raw_markdown, text};

/// Debug builds are slow, and their suite is everybody's time.
const SHARE: usize = if cfg!(debug_assertions) { 16 } else { 1 };

/// How long each text is.
const LENGTH: usize = 1024 * 1024 / SHARE;

/// Ten times what the slowest takes in a debug build on a busy machine; quadratic work takes minutes.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is repeated to fill the text, by what it aims at.
const SHAPES: [(&str, &str); 48] = [
    ("addresses", "http://a.b "),
    ("addresses in brackets", "(https://a.b/(c)) "),
    ("beginnings of addresses", "http:// "),
    ("beginnings in one word", "http://"),
    ("addresses in one word", "http://a.b,"),
    ("an address that ends and ends", "http://a.b)))...,,,"),
    ("half a scheme", "http"),
    ("struck letters", "~a~ "),
    ("struck letters twice", "~~a~~ "),
    ("open strong", "**a"),
    ("open emphasis", "*a_b"),
    ("closed strong", "a** "),
    ("mixed emphasis", "***a** b* "),
    ("underscores", "_a __b "),
    ("backticks", "`a``b"),
    ("growing code", "` `` ``` "),
    ("open brackets", "["),
    ("open pictures", "!["),
    ("links", "[a](b)"),
    ("links in links", "[a [b](c)](d) "),
    ("open links", "[a]("),
    ("open targets", "[a](<b"),
    ("references", "[a][b] "),
    ("definitions", "[a]: b\n"),
    ("definitions that are used", "[a]: b\n\n[a]\n\n"),
    ("deep quotes", "> "),
    ("quotes of points", "> - "),
    ("points", "- a\n"),
    ("deep points", "- "),
    ("numbers", "1. a\n"),
    ("tasks", "- [ ] a\n"),
    ("headings", "# a\n"),
    ("underlined", "a\n=\n"),
    ("rules", "***\n"),
    ("fences", "```\n"),
    ("a table", "| a | b |\n| - | - |\n"),
    ("bars", "|"),
    ("rows", "|a"),
    ("entities", "&amp;"),
    ("half entities", "&#"),
    ("backslashes", "\\"),
    ("open tags", "<u>"),
    ("tags", "<u>a</u>"),
    ("half tags", "<a b"),
    ("comments", "<!-- "),
    ("sections", "<![CDATA["),
    ("folds", "<details>\n\n"),
    ("spaces and letters", " a  \n"),
];

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
    for (name, document) in documents() {
        let json = document.to_string();
        assert_eq!(juncture_json::judge(json.as_bytes()), Ok(()), "{name}");
        let length = json.len();
        let (markdown, took) = timed(|| raw_markdown(json));
        tell(name, length, markdown.len(), took);
        assert!(markdown.len() <= 20 * length, "{name}: {}", markdown.len());
    }
}

/// Documents as large as may become a tree.
#[expect(clippy::too_many_lines, reason = "a list")]
fn documents() -> Vec<(&'static str, Value)> {
    let many = |count, node: &Value| vec![node.clone(); count];
    let doc = |content: &[Value]| node("doc", content);
    let line = |nodes: &[Value]| doc(&[node("paragraph", nodes)]);
    let within = |kinds: &[&str], times: usize, inner: Vec<Value>| {
        let nest = |inner: Vec<Value>, kind: &&str| vec![node(kind, &inner)];
        let kinds = kinds.iter().rev();
        doc(&(0..times).fold(inner, |inner, _| kinds.clone().fold(inner, nest)))
    };
    let alternating = |a: Value, b: Value| -> Vec<Value> {
        let both = [a, b].into_iter().cycle();
        both.take(30_000 / SHARE).collect()
    };
    let cell = |attrs: Value, content: &[Value]| json!({"type": "tableCell", "attrs": attrs, "content": content});
    let row = |cells: &[Value]| node("tableRow", cells);
    let huge_span = cell(json!({"colspan": 200, "rowspan": 1_000_000}), &[]);
    let wide = row(&[cell(json!({"colspan": 200}), &[paragraph("x")])]);
    let mut tables = vec![paragraph("|")];
    for _ in 0..14 {
        tables = vec![node(
            "table",
            &[
                row(&many(200, &cell(json!({}), &[]))),
                row(&[cell(json!({}), &tables)]),
            ],
        )];
    }
    vec![
        (
            "many paragraphs",
            doc(&many(35_000 / SHARE, &paragraph("a *b* <c>"))),
        ),
        (
            "many letters",
            line(&alternating(
                marked("a", &["strong"]),
                marked("b", &["em", "strong"]),
            )),
        ),
        (
            "many spaces",
            line(&alternating(
                marked(" ", &["strong"]),
                marked(" ", &["em", "strong"]),
            )),
        ),
        (
            "many marks",
            line(&alternating(
                marked(" a ", &["strong", "em", "strike", "underline"]),
                text("b"),
            )),
        ),
        (
            "many breaks",
            line(&many(80_000 / SHARE, &json!({"type": "hardBreak"}))),
        ),
        (
            "one long text",
            line(&[text(&"*_[a](b)~`<!--&amp;\n".repeat(100_000 / SHARE))]),
        ),
        (
            "one long code",
            line(&[marked(&"` `` ".repeat(400_000 / SHARE), &["code"])]),
        ),
        (
            "lists in lists",
            within(
                &["bulletList", "listItem"],
                23,
                many(30_000 / SHARE, &paragraph("a")),
            ),
        ),
        (
            "quotes in quotes",
            within(&["blockquote"], 46, many(30_000 / SHARE, &paragraph("a"))),
        ),
        (
            "panels and folds",
            within(
                &["panel", "expand"],
                23,
                many(30_000 / SHARE, &paragraph("a")),
            ),
        ),
        (
            "tasks",
            doc(&[node(
                "taskList",
                &many(60_000 / SHARE, &node("taskItem", &[])),
            )]),
        ),
        (
            "empty rows beside a wide one",
            doc(&[node(
                "table",
                &[&[wide][..], &many(60_000 / SHARE, &row(&[]))[..]].concat(),
            )]),
        ),
        (
            "rows below a span without end",
            doc(&[node(
                "table",
                &[
                    &[row(&[huge_span])][..],
                    &many(60_000 / SHARE, &row(&[]))[..],
                ]
                .concat(),
            )]),
        ),
        ("tables in tables", doc(&many(12, &tables[0]))),
        (
            "many languages",
            doc(&many(
                40_000 / SHARE,
                &json!({"type": "codeBlock", "attrs": {"language": "a&amp;b"}}),
            )),
        ),
    ]
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
