//! Markdown and documents made to take long, or to become much; for `linear` and for `benches/adf.rs`.

use serde_json::{Value, json};

use super::nodes::{marked, node, paragraph, text};

/// What is repeated to fill the text, by what it aims at.
pub(crate) const SHAPES: [(&str, &str); 48] = [
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

/// Documents as large as may become a tree, or the share of them.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(crate) fn documents(share: usize) -> Vec<(&'static str, Value)> {
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
        both.take(30_000 / share).collect()
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
            doc(&many(35_000 / share, &paragraph("a *b* <c>"))),
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
            line(&many(80_000 / share, &json!({"type": "hardBreak"}))),
        ),
        (
            "one long text",
            line(&[text(&"*_[a](b)~`<!--&amp;\n".repeat(100_000 / share))]),
        ),
        (
            "one long code",
            line(&[marked(&"` `` ".repeat(400_000 / share), &["code"])]),
        ),
        (
            "lists in lists",
            within(
                &["bulletList", "listItem"],
                23,
                many(30_000 / share, &paragraph("a")),
            ),
        ),
        (
            "quotes in quotes",
            within(&["blockquote"], 46, many(30_000 / share, &paragraph("a"))),
        ),
        (
            "panels and folds",
            within(
                &["panel", "expand"],
                23,
                many(30_000 / share, &paragraph("a")),
            ),
        ),
        (
            "tasks in tasks",
            within(
                &["taskList"],
                46,
                many(30_000 / share, &node("taskItem", &[text("a")])),
            ),
        ),
        (
            "tasks",
            doc(&[node(
                "taskList",
                &many(60_000 / share, &node("taskItem", &[])),
            )]),
        ),
        (
            "empty rows beside a wide one",
            doc(&[node(
                "table",
                &[&[wide][..], &many(60_000 / share, &row(&[]))[..]].concat(),
            )]),
        ),
        (
            "rows below a span without end",
            doc(&[node(
                "table",
                &[
                    &[row(&[huge_span])][..],
                    &many(60_000 / share, &row(&[]))[..],
                ]
                .concat(),
            )]),
        ),
        ("tables in tables", doc(&many(12, &tables[0]))),
        (
            "many languages",
            doc(&many(
                40_000 / share,
                &json!({"type": "codeBlock", "attrs": {"language": "a&amp;b"}}),
            )),
        ),
    ]
}
