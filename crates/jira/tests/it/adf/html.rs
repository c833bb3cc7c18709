//! HTML as people and editors leave it in Markdown.

use serde_json::{Value, json};

use super::{document, fits, marked, node, paragraph, text};

fn blocks(markdown: &str) -> Value {
    let mut document = document(markdown);
    fits(&document);
    document["content"].take()
}

fn bullets(items: &[&[Value]]) -> Value {
    let items: Vec<Value> = items
        .iter()
        .map(|content| node("listItem", content))
        .collect();
    node("bulletList", &items)
}

fn expand(title: &str, content: &[Value]) -> Value {
    json!({"type": "expand", "attrs": {"title": title}, "content": content})
}

#[test]
fn comments_vanish_but_for_those_in_code() {
    assert_eq!(
        blocks(
            "<!-- Please search first.\n     Thanks! -->\n\n### What happened?\n\n<!-- describe -->\n\nIt broke <!-- here --> today.\n"
        ),
        json!([
            {"type": "heading", "attrs": {"level": 3}, "content": [text("What happened?")]},
            paragraph("It broke today."),
        ])
    );
    assert_eq!(
        blocks("- [ ] <!-- keep the box --> done\n")[0]["content"][0]["content"],
        json!([text("done")])
    );
    assert_eq!(
        blocks("```html\n<!-- keep -->\n```\n\n`<!-- k -->`\n"),
        json!([
            {"type": "codeBlock", "attrs": {"language": "html"}, "content": [text("<!-- keep -->")]},
            node("paragraph", &[marked("<!-- k -->", &["code"])]),
        ])
    );
    for nothing in [
        "<!-- a -->",
        "<!---->",
        "<!-- a\n\nb -->",
        "<div><!-- a --></div>",
        "<p></p>",
        "<b></b>",
    ] {
        assert_eq!(blocks(nothing), json!([]), "{nothing:?}");
    }
}

#[test]
fn marks_may_be_tags_by_any_of_their_names() {
    for (tags, mark) in [
        (&["b", "strong", "B", "STRONG"][..], "strong"),
        (&["i", "em"], "em"),
        (&["s", "del", "strike"], "strike"),
        (&["u", "ins"], "underline"),
        (&["code", "kbd", "samp", "tt"], "code"),
    ] {
        for tag in tags {
            let expected = json!([node(
                "paragraph",
                &[text("x "), marked("a", &[mark]), text(" y")]
            )]);
            assert_eq!(blocks(&format!("x <{tag}>a</{tag}> y")), expected);
            assert_eq!(
                blocks(&format!("x <{tag} class=\"c\">a</{tag}> y")),
                expected
            );
            assert_eq!(blocks(&format!("<p>x <{tag}>a</{tag}> y</p>")), expected);
        }
    }
    assert_eq!(
        blocks("a <b>b <i>c</b> d</i>"),
        json!([node(
            "paragraph",
            &[
                text("a "),
                marked("b ", &["strong"]),
                marked("c", &["strong", "em"]),
                marked(" d", &["em"]),
            ]
        )])
    );
}

#[test]
fn links_pictures_and_breaks_may_be_tags() {
    let link = json!({"type": "text", "text": "the page", "marks": [{"type": "link", "attrs": {"href": "https://example.com/x"}}]});
    let expected = json!([node("paragraph", &[text("see "), link])]);
    assert_eq!(
        blocks("see <a href=\"https://example.com/x\">the page</a>"),
        expected
    );
    assert_eq!(
        blocks("<div>see <a href='https://example.com/x'>the page</a></div>"),
        expected
    );
    // One that is never closed, and one without a target.
    assert_eq!(
        blocks("see <a href=\"https://example.com/x\">the page"),
        expected
    );
    assert_eq!(blocks("<a name=\"x\">a</a>b"), json!([paragraph("ab")]));
    assert_eq!(
        blocks("a<br>b<br/>c<BR />d"),
        blocks("<p>a<br>b<br/>c<BR />d</p>")
    );
    assert_eq!(
        blocks("<hr>\n\na<hr/>b"),
        json!([{"type": "rule"}, paragraph("a"), {"type": "rule"}, paragraph("b")])
    );
}

#[test]
fn blocks_may_be_tags() {
    assert_eq!(
        blocks("<p>Hello <strong>world</strong></p><ul><li>one</li><li>two</li></ul>"),
        json!([
            node("paragraph", &[text("Hello "), marked("world", &["strong"])]),
            bullets(&[&[paragraph("one")], &[paragraph("two")]]),
        ])
    );
    assert_eq!(
        blocks("<ol start=\"3\">\n  <li>a\n  <li>b\n    <ul><li>c</ul>\n</ol>"),
        json!([{"type": "orderedList", "attrs": {"order": 3}, "content": [
            node("listItem", &[paragraph("a")]),
            node("listItem", &[paragraph("b"), bullets(&[&[paragraph("c")]])]),
        ]}])
    );
    // As editors write it.
    assert_eq!(
        blocks("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>"),
        json!([bullets(&[
            &[paragraph("a"), bullets(&[&[paragraph("b")]])],
            &[paragraph("c")]
        ])])
    );
    assert_eq!(
        blocks("<h2 align=\"center\">\n  A <code>b</code>\n</h2>\n<blockquote>c</blockquote>"),
        json!([
            {"type": "heading", "attrs": {"level": 2}, "content": [text("A "), marked("b", &["code"])]},
            node("blockquote", &[paragraph("c")]),
        ])
    );
    assert_eq!(
        blocks("<pre><code class=\"language-rust\">let a = &lt;b&gt;;\n\n  c\n</code></pre>"),
        json!([{"type": "codeBlock", "attrs": {"language": "rust"}, "content": [text("let a = <b>;\n\n  c")]}])
    );
    assert_eq!(
        blocks("<p>a\nb &amp; c&nbsp;d</p>"),
        json!([paragraph("a b & c\u{a0}d")])
    );
    assert_eq!(
        blocks("<div>\n\n**a**\n\n</div>"),
        json!([node("paragraph", &[marked("a", &["strong"])])])
    );
    assert_eq!(
        blocks(
            "<ul>\n<li><input type=\"checkbox\" checked disabled> a</li>\n<li><input type=checkbox> b</li>\n</ul>"
        ),
        blocks("- [x] a\n- [ ] b")
    );
}

#[test]
fn tables_may_be_tags_and_cells_hold_blocks() {
    let cell = |kind: &str, content: &[Value]| node(kind, content);
    assert_eq!(
        blocks(
            "<table>\n<thead><tr><th>A</th><th>B</th></tr></thead>\n<tbody>\n<tr><td>a<td><ul><li>b</li></ul></tr>\n</tbody></table>"
        ),
        json!([node(
            "table",
            &[
                node(
                    "tableRow",
                    &[
                        cell("tableHeader", &[paragraph("A")]),
                        cell("tableHeader", &[paragraph("B")])
                    ]
                ),
                node(
                    "tableRow",
                    &[
                        cell("tableCell", &[paragraph("a")]),
                        cell("tableCell", &[bullets(&[&[paragraph("b")]])])
                    ]
                ),
            ]
        )])
    );
    assert_eq!(
        blocks("| a |\n| - |\n| <ul><li>b</li><li>c</li></ul> |")[0]["content"][1]["content"][0]["content"],
        json!([bullets(&[&[paragraph("b")], &[paragraph("c")]])])
    );
    let wide = json!({"type": "tableCell", "attrs": {"colspan": 2, "rowspan": 1}, "content": [paragraph("a")]});
    assert_eq!(
        blocks(
            "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>\n\n```\nc\n```\n\n</td></tr></table>"
        ),
        json!([node(
            "table",
            &[
                node("tableRow", &[wide]),
                node(
                    "tableRow",
                    &[
                        cell("tableCell", &[paragraph("b")]),
                        cell("tableCell", &[node("codeBlock", &[text("c")])])
                    ]
                ),
            ]
        )])
    );
}

#[test]
fn folded_parts_in_their_common_forms_are_expands() {
    let log = node("codeBlock", &[text("log")]);
    let body = "\n\n```\nlog\n```\n\n</details>";
    for head in [
        "<details>\n<summary>Log</summary>",
        "<details><summary>Log</summary>",
        "<details open>\n  <summary><b>Log</b></summary>",
        "<details>\n\n<summary>Log</summary>",
        "<details>\n<summary>\nLog\n</summary>\n<p>",
        "<details>\n<summary><h3>Log</h3></summary>\n<br>",
    ] {
        assert_eq!(
            blocks(&format!("{head}{body}")),
            json!([expand("Log", std::slice::from_ref(&log))]),
            "{head}"
        );
    }
    assert_eq!(
        blocks("<details><summary>A</summary>one\ntwo</details>\nafter"),
        json!([expand("A", &[paragraph("one two")]), paragraph("after")])
    );
    // Never closed, and closed once too often.
    assert_eq!(
        blocks("<details>\n\na"),
        json!([expand("", &[paragraph("a")])])
    );
    assert_eq!(
        blocks("a\n\n</details>\n\nb"),
        json!([paragraph("a"), paragraph("b")])
    );
    assert_eq!(
        blocks("- <details>\n\n  a\n\nb"),
        json!([bullets(&[&[paragraph("a")]]), paragraph("b")])
    );
}
