//! From Markdown to ADF, node by node.

use serde_json::{Value, json};

use super::{document, fits, marked, node, paragraph, text};

/// The nodes that this Markdown becomes, which Jira would take.
fn blocks(markdown: &str) -> Value {
    let mut document = document(markdown);
    fits(&document);
    assert_eq!(document["version"], 1);
    document["content"].take()
}

/// The nodes of the one paragraph that this Markdown becomes.
fn line(markdown: &str) -> Value {
    let mut blocks = blocks(markdown);
    assert_eq!(blocks.as_array().unwrap().len(), 1, "{markdown:?}");
    assert_eq!(blocks[0]["type"], "paragraph", "{markdown:?}");
    blocks[0]["content"].take()
}

fn linked(words: &str, href: &str) -> Value {
    json!({"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": href}}]})
}

fn item(content: &[Value]) -> Value {
    node("listItem", content)
}

fn hard_break() -> Value {
    json!({"type": "hardBreak"})
}

#[test]
fn nothing_is_an_empty_document() {
    for nothing in ["", " ", "\n\n\t\n", "[x]: https://x.y\n", "#", ">", "<br>"] {
        assert_eq!(blocks(nothing), json!([]), "{nothing:?}");
    }
}

#[test]
fn every_line_of_a_paragraph_stays_a_line() {
    let expected = json!([text("a"), hard_break(), text("b")]);
    for markdown in [
        "a\nb",
        "a  \nb",
        "a\\\nb",
        "a\r\nb",
        "a<br>b",
        "a<BR />b",
        "<br>a\nb<br>",
    ] {
        assert_eq!(line(markdown), expected, "{markdown:?}");
    }
    assert_eq!(blocks("a\n\nb"), json!([paragraph("a"), paragraph("b")]));
}

#[test]
fn marks_are_read_however_they_are_written() {
    for markdown in ["**a**", "__a__", "<strong>a</strong>", "****a****"] {
        assert_eq!(
            line(markdown),
            json!([marked("a", &["strong"])]),
            "{markdown:?}"
        );
    }
    for markdown in ["*a*", "_a_", "<em>a</em>", "<EM>a</EM>"] {
        assert_eq!(
            line(markdown),
            json!([marked("a", &["em"])]),
            "{markdown:?}"
        );
    }
    for markdown in ["~~a~~", "~a~", "<del>a</del>"] {
        assert_eq!(
            line(markdown),
            json!([marked("a", &["strike"])]),
            "{markdown:?}"
        );
    }
    assert_eq!(line("<u>a</u>"), json!([marked("a", &["underline"])]));
    let subsup = |place: &str| json!([{"type": "text", "text": "a", "marks": [{"type": "subsup", "attrs": {"type": place}}]}]);
    assert_eq!(line("<sub>a</sub>"), subsup("sub"));
    assert_eq!(line("<sup>a</sup>"), subsup("sup"));
    assert_eq!(line("<sub><sup>a</sup></sub>"), subsup("sub"));
    assert_eq!(
        line("**a _b ~~c~~_** d"),
        json!([
            marked("a ", &["strong"]),
            marked("b ", &["strong", "em"]),
            marked("c", &["strong", "em", "strike"]),
            text(" d"),
        ])
    );
}

#[test]
fn code_may_only_be_linked() {
    assert_eq!(line("`a`"), json!([marked("a", &["code"])]));
    assert_eq!(
        line("**`a`** <u>`b`</u>"),
        json!([marked("a", &["code"]), text(" "), marked("b", &["code"])])
    );
    let link = json!({"type": "link", "attrs": {"href": "https://x.y"}});
    assert_eq!(
        line("[**`a`**](https://x.y)"),
        json!([{"type": "text", "text": "a", "marks": [link, {"type": "code"}]}])
    );
}

#[test]
fn links_are_read_in_every_form() {
    let expected = json!([linked("a", "https://x.y/z")]);
    for markdown in [
        "[a](https://x.y/z)",
        "[a](<https://x.y/z>)",
        "[a][1]\n\n[1]: https://x.y/z",
        "[a][]\n\n[a]: https://x.y/z",
        "[a]\n\n[A]: https://x.y/z",
    ] {
        assert_eq!(line(markdown), expected, "{markdown:?}");
    }
    assert_eq!(
        line("<https://x.y>"),
        json!([linked("https://x.y", "https://x.y")])
    );
    assert_eq!(
        line("<ada@example.com>"),
        json!([linked("ada@example.com", "mailto:ada@example.com")])
    );
    assert_eq!(line("[a]()"), json!([text("a")]));
    let titled = json!({"type": "link", "attrs": {"href": "https://x.y", "title": "the \"X\""}});
    assert_eq!(
        line(r#"[a](https://x.y "the \"X\"")"#),
        json!([{"type": "text", "text": "a", "marks": [titled]}])
    );
}

#[test]
fn a_bare_address_is_a_link() {
    assert_eq!(
        line("At http://x.y/a_b_c, or (https://x.y/(z))!"),
        json!([
            text("At "),
            linked("http://x.y/a_b_c", "http://x.y/a_b_c"),
            text(", or ("),
            linked("https://x.y/(z)", "https://x.y/(z)"),
            text(")!"),
        ])
    );
    for plain in [
        "https://",
        "http://...",
        "ahttps://x.y",
        "ftp://x.y",
        "awww.x.y",
        "www.",
        "a@b",
        "@x.y",
    ] {
        assert_eq!(line(plain), json!([text(plain)]));
    }
    assert_eq!(
        line("`https://x.y`"),
        json!([marked("https://x.y", &["code"])])
    );
    assert_eq!(
        line("[https://x.y](https://z.z)"),
        json!([linked("https://x.y", "https://z.z")])
    );
}

#[test]
fn a_picture_from_the_web_that_stands_alone_is_one() {
    let picture = |attrs: Value| {
        let media = json!({"type": "media", "attrs": attrs});
        json!({"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]})
    };
    let cat = picture(json!({"type": "external", "url": "https://x.y/p.png", "alt": "a b"}));
    assert_eq!(blocks("![a *b*](https://x.y/p.png)"), json!([cat]));
    assert_eq!(
        blocks("<img alt='a b' src='https://x.y/p.png'>"),
        json!([cat])
    );
    assert_eq!(
        blocks("<p align=\"center\">\n  <img src=\"https://x.y/p.png\" alt=\"a b\"/>\n</p>"),
        json!([cat])
    );
    let bare = picture(json!({"type": "external", "url": "https://x.y/p.png"}));
    assert_eq!(blocks("![](https://x.y/p.png)"), json!([bare]));
    assert_eq!(
        blocks("![a b](https://x.y/p.png)\n![](https://x.y/p.png)"),
        json!([cat, bare])
    );
    assert_eq!(
        blocks("- ![a b](https://x.y/p.png)"),
        json!([node("bulletList", &[item(&[cat])])])
    );
}

#[test]
fn any_other_picture_is_a_link_to_it() {
    assert_eq!(
        line("see ![a *b*](https://x.y/p.png)")[1],
        linked("a ", "https://x.y/p.png")
    );
    assert_eq!(line("![a](p.png)"), json!([linked("a", "p.png")]));
    assert_eq!(
        line("![a](https://x.y/p.png) ![b](https://x.y/q.png)")[0],
        linked("a", "https://x.y/p.png")
    );
    assert_eq!(
        line("![a](https://x.y/p.png 'with a title')")[0]["text"],
        "a"
    );
    assert_eq!(
        line("[![built](https://x.y/p.svg)](https://x.y)"),
        json!([linked("built", "https://x.y")])
    );
}

#[test]
fn what_only_looks_like_html_is_text() {
    for words in [
        "<u>a",
        "a</u>",
        "</u>a<u>",
        "a List<String> and <your-token>",
        "Map<Object, T<P>>",
        "<?xml version=\"1.0\"?>",
        "a <!-- b",
        "@ada",
    ] {
        assert_eq!(line(words), json!([text(words)]), "{words:?}");
    }
    assert_eq!(
        blocks("<config>\n  <port>1</port>\n</config>\n\nb"),
        json!([
            node(
                "paragraph",
                &[
                    text("<config>"),
                    hard_break(),
                    text("<port>1</port>"),
                    hard_break(),
                    text("</config>")
                ]
            ),
            paragraph("b"),
        ])
    );
}

#[test]
fn escapes_and_entities_are_the_characters_that_they_stand_for() {
    assert_eq!(
        line(r"\*a\* &amp; &#42; &copy;"),
        json!([text("*a* & * ©")])
    );
}

#[test]
fn headings_code_and_rules_are_blocks() {
    let heading = |level: u64, words: &str| json!({"type": "heading", "attrs": {"level": level}, "content": [text(words)]});
    assert_eq!(
        blocks("# a\n###### f\nb\n==="),
        json!([heading(1, "a"), heading(6, "f"), heading(1, "b")])
    );
    assert_eq!(
        blocks("---\n***"),
        json!([{"type": "rule"}, {"type": "rule"}])
    );
    let code = |language: &str, words: &str| json!({"type": "codeBlock", "attrs": {"language": language}, "content": [text(words)]});
    assert_eq!(
        blocks("```rust ignore\nlet *x*;\n\n```"),
        json!([code("rust", "let *x*;\n")])
    );
    assert_eq!(
        blocks("    a\n    b"),
        json!([node("codeBlock", &[text("a\nb")])])
    );
    assert_eq!(
        blocks("```\n```\n~~~x\n~~~"),
        json!([{"type": "codeBlock"}, {"type": "codeBlock", "attrs": {"language": "x"}}])
    );
}

#[test]
fn alerts_are_panels() {
    for (alert, kind) in [
        ("NOTE", "info"),
        ("IMPORTANT", "note"),
        ("TIP", "tip"),
        ("WARNING", "warning"),
        ("CAUTION", "error"),
    ] {
        let panel =
            json!({"type": "panel", "attrs": {"panelType": kind}, "content": [paragraph("a")]});
        assert_eq!(blocks(&format!("> [!{alert}]\n> a")), json!([panel]));
    }
    let empty = json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [{"type": "paragraph"}]});
    assert_eq!(blocks("> [!NOTE]"), json!([empty]));
    assert_eq!(
        blocks("> a"),
        json!([node("blockquote", &[paragraph("a")])])
    );
}

#[test]
fn lists_keep_their_nesting_and_their_first_number() {
    let numbers = |order: u64, items: &[Value]| json!({"type": "orderedList", "attrs": {"order": order}, "content": items});
    assert_eq!(
        blocks("- a\n\n  3. b\n  4. c\n\n     more\n- "),
        json!([node(
            "bulletList",
            &[
                item(&[
                    paragraph("a"),
                    numbers(
                        3,
                        &[
                            item(&[paragraph("b")]),
                            item(&[paragraph("c"), paragraph("more")])
                        ]
                    ),
                ]),
                item(&[json!({"type": "paragraph"})]),
            ]
        )])
    );
}

#[test]
fn tasks_have_ids_that_are_the_same_each_time() {
    let task = |id: u32, state: &str, words: &str| json!({"type": "taskItem", "attrs": {"localId": format!("task-{id}"), "state": state}, "content": [text(words)]});
    let list = |id: u32, content: &[Value]| json!({"type": "taskList", "attrs": {"localId": format!("task-{id}")}, "content": content});
    let markdown = "- [ ] a\n  - [x] b\n- [X] c";
    let expected = list(
        1,
        &[
            task(2, "TODO", "a"),
            list(3, &[task(4, "DONE", "b")]),
            task(5, "DONE", "c"),
        ],
    );
    assert_eq!(blocks(markdown), json!([expected]));
    assert_eq!(blocks(markdown), blocks(markdown));

    let several = json!({"type": "blockTaskItem", "attrs": {"localId": "task-2", "state": "DONE"}, "content": [paragraph("a"), paragraph("b")]});
    assert_eq!(blocks("- [x] a\n\n  b"), json!([list(1, &[several])]));
}

#[test]
fn a_box_is_text_where_there_can_be_no_task() {
    let bullets = |words: &[&str]| {
        let items: Vec<Value> = words
            .iter()
            .map(|words| item(&[paragraph(words)]))
            .collect();
        node("bulletList", &items)
    };
    assert_eq!(
        blocks("> - [ ] a\n> - b\n>   - [x] c"),
        json!([node(
            "blockquote",
            &[node(
                "bulletList",
                &[
                    item(&[paragraph("☐ a")]),
                    item(&[paragraph("b"), bullets(&["☑ c"])]),
                ]
            )]
        )])
    );
}

#[test]
fn tables_have_a_head_unless_it_is_empty() {
    let cell = |kind: &str, words: &str| node(kind, &[paragraph(words)]);
    let row =
        |kind: &str, words: [&str; 2]| node("tableRow", &words.map(|words| cell(kind, words)));
    assert_eq!(
        blocks("| a | b |\n| --- | :-: |\n| c \\| d | `e\\|f` |\n| g<br>h |"),
        json!([node(
            "table",
            &[
                row("tableHeader", ["a", "b"]),
                node(
                    "tableRow",
                    &[
                        cell("tableCell", "c | d"),
                        node(
                            "tableCell",
                            &[node("paragraph", &[marked("e|f", &["code"])])]
                        )
                    ]
                ),
                node(
                    "tableRow",
                    &[
                        node(
                            "tableCell",
                            &[node("paragraph", &[text("g"), hard_break(), text("h")])]
                        ),
                        node("tableCell", &[json!({"type": "paragraph"})]),
                    ]
                ),
            ]
        )])
    );
    assert_eq!(
        blocks("|  |  |\n| - | - |\n| a | b |"),
        json!([node("table", &[row("tableCell", ["a", "b"])])])
    );
    let empty = node("tableHeader", &[json!({"type": "paragraph"})]);
    assert_eq!(
        blocks("|  |\n| - |"),
        json!([node("table", &[node("tableRow", &[empty])])])
    );
}

#[test]
fn folded_parts_are_expands_two_deep() {
    let expand = |kind: &str, title: &str, content: &[Value]| json!({"type": kind, "attrs": {"title": title}, "content": content});
    let markdown = "<details>\n<summary>A &lt;b&gt; &amp; c</summary>\n\na\n\n<details><summary></summary>\n\nb\n\n</details>\n\n</details>\n\nc";
    assert_eq!(
        blocks(markdown),
        json!([
            expand(
                "expand",
                "A <b> & c",
                &[
                    paragraph("a"),
                    expand("nestedExpand", "", &[paragraph("b")])
                ]
            ),
            paragraph("c"),
        ])
    );
    let empty = json!({"type": "paragraph"});
    assert_eq!(
        blocks("<details>\n\n</details>"),
        json!([expand("expand", "", &[empty])])
    );
}

#[test]
fn what_its_place_may_not_hold_is_shown_by_what_it_holds() {
    let strong = |words: &str| node("paragraph", &[marked(words, &["strong"])]);
    let in_item = |content: &[Value]| json!([node("bulletList", &[item(content)])]);
    assert_eq!(
        blocks("- # a `b`"),
        in_item(&[node(
            "paragraph",
            &[marked("a ", &["strong"]), marked("b", &["code"])]
        )])
    );
    assert_eq!(
        blocks("- > a\n  >\n  > b"),
        in_item(&[paragraph("a"), paragraph("b")])
    );
    assert_eq!(
        blocks("- a\n\n  ***\n\n  b"),
        in_item(&[paragraph("a"), paragraph("———"), paragraph("b")])
    );
    assert_eq!(
        blocks("- | a | b |\n  | - | - |\n  | c |  |"),
        in_item(&[paragraph("a | b"), paragraph("c")])
    );
    assert_eq!(
        blocks("- <details>\n  <summary>t</summary>\n\n  a\n\n  </details>"),
        in_item(&[strong("t"), paragraph("a")])
    );
    assert_eq!(
        blocks("> > a\n>\n> # b"),
        json!([node("blockquote", &[paragraph("a"), strong("b")])])
    );
    let panel =
        json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph("a")]});
    assert_eq!(blocks("> [!NOTE]\n> > a"), json!([panel]));
    let nested =
        json!({"type": "nestedExpand", "attrs": {"title": ""}, "content": [paragraph("a | b")]});
    let expand = json!({"type": "expand", "attrs": {"title": ""}, "content": [nested]});
    assert_eq!(
        blocks("<details>\n\n<details>\n\n| a | b |\n| - | - |\n\n</details>\n\n</details>"),
        json!([expand])
    );
}
