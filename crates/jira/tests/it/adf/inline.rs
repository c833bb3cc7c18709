//! What stands in a line.

use serde_json::{Value, json};

use super::{marked, of_blocks, of_line, text};

#[test]
fn text_that_looks_like_markdown_stays_text() {
    let cases = [
        ("plain words", "plain words"),
        (
            "*not bold* and **not bold**",
            r"\*not bold\* and \*\*not bold\*\*",
        ),
        (
            "_not em_ but snake_case_name",
            r"\_not em\_ but snake_case_name",
        ),
        ("~~kept~~", r"\~\~kept\~\~"),
        ("`code`", r"\`code\`"),
        ("[x](y) ![p](q)", r"\[x\](y) !\[p\](q)"),
        ("a < b, <b>, </b>, <!--", r"a < b, \<b>, \</b>, \<!--"),
        ("&amp; & &#42; AT&T; R&D", r"\&amp; & \&#42; AT\&T; R&D"),
        (r"C:\*", r"C:\\\*"),
        ("1. x", r"1\. x"),
        ("1) x", r"1\) x"),
        ("1.5 x", "1.5 x"),
        ("1234567890. x", "1234567890. x"),
        ("# x", r"\# x"),
        ("#hash", "#hash"),
        ("####### x", r"\####### x"),
        ("- x", r"\- x"),
        ("+ x", r"\+ x"),
        ("-x +x", "-x +x"),
        ("> x", r"\> x"),
        ("===", r"\==="),
        ("---", r"\---"),
        ("| --- |", r"\| --- |"),
        ("a | b", "a | b"),
        ("    four spaces", "four spaces"),
        ("[ ] task", r"\[ \] task"),
        ("wow!", r"wow\!"),
    ];
    for (words, expected) in cases {
        assert_eq!(of_line(&json!([text(words)])), expected);
    }
}

#[test]
fn a_new_line_is_a_hard_break() {
    let nodes = json!([text("one"), {"type": "hardBreak"}, text("# two"), {"type": "hardBreak"}]);
    assert_eq!(of_line(&nodes), "one\\\n\\# two");
    assert_eq!(
        of_line(&json!([text("one\ntwo\r\n- three")])),
        "one\\\ntwo\\\n\\- three"
    );
    // Backslashes that somebody wrote are no break.
    assert_eq!(of_line(&json!([text(r"C:\")])), r"C:\\");
}

#[test]
fn every_mark_is_written() {
    let one = |mark: Value| of_line(&json!([{"type": "text", "text": "x y", "marks": [mark]}]));
    assert_eq!(one(json!({"type": "strong"})), "**x y**");
    assert_eq!(one(json!({"type": "em"})), "_x y_");
    assert_eq!(one(json!({"type": "strike"})), "~~x y~~");
    assert_eq!(one(json!({"type": "underline"})), "<u>x y</u>");
    assert_eq!(one(json!({"type": "code"})), "`x y`");
    assert_eq!(
        one(json!({"type": "subsup", "attrs": {"type": "sub"}})),
        "<sub>x y</sub>"
    );
    assert_eq!(
        one(json!({"type": "subsup", "attrs": {"type": "sup"}})),
        "<sup>x y</sup>"
    );
    let link = json!({"type": "link", "attrs": {"href": "https://example.com/a_b"}});
    assert_eq!(one(link), "[x y](https://example.com/a_b)");
    for mark in [
        "textColor",
        "backgroundColor",
        "annotation",
        "fontSize",
        "border",
        "fragment",
        "dataConsumer",
        "alignment",
        "indentation",
        "breakout",
        "madeUp",
    ] {
        assert_eq!(
            one(json!({"type": mark, "attrs": {"color": "#ff0000"}})),
            "x y"
        );
    }
}

#[test]
fn marks_reach_over_as_much_as_they_can() {
    let nodes = json!([
        marked("a ", &["strong"]),
        marked("b", &["strong", "em"]),
        marked(" c", &["em"]),
        text(" d")
    ]);
    assert_eq!(of_line(&nodes), "**a _b_** _c_ d");
    let nodes = json!([marked("a", &["em"]), marked("b", &["strong"])]);
    assert_eq!(of_line(&nodes), "_a_**b**");
    let nodes = json!([
        marked("a", &["strong"]),
        marked("b", &["strong", "textColor"])
    ]);
    assert_eq!(of_line(&nodes), "**ab**");
}

#[test]
fn spaces_and_breaks_move_out_of_marks() {
    let nodes = json!([text("a"), marked(" b ", &["strong"]), text("c")]);
    assert_eq!(of_line(&nodes), "a **b** c");
    let strong_break = json!({"type": "hardBreak", "marks": [{"type": "strong"}]});
    let nodes = json!([marked("b", &["strong"]), strong_break, text("c")]);
    assert_eq!(of_line(&nodes), "**b**\\\nc");
    assert_eq!(
        of_line(&json!([
            text("a"),
            marked(" ", &["strong", "em"]),
            text("c")
        ])),
        "a c"
    );
}

#[test]
fn a_tag_stands_in_where_a_delimiter_would_not_be_read() {
    let inside =
        |mark: &str, words: &str| of_line(&json!([text("a"), marked(words, &[mark]), text("c")]));
    assert_eq!(inside("strong", "b"), "a**b**c");
    assert_eq!(inside("strong", "b."), "a<strong>b.</strong>c");
    assert_eq!(inside("em", "b"), "a*b*c");
    assert_eq!(inside("em", "(b)"), "a<em>(b)</em>c");
    assert_eq!(inside("strike", "b!"), "a<del>b\\!</del>c");
}

#[test]
fn code_holds_backticks_and_neighbours_are_one_code() {
    let code = |words: &str| of_line(&json!([marked(words, &["code"])]));
    assert_eq!(code("a*b_c<d>"), "`a*b_c<d>`");
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(code("`a``"), "``` `a`` ```");
    assert_eq!(code(" a "), "`  a  `");
    assert_eq!(code("a\nb"), "`a b`");
    assert_eq!(
        of_line(&json!([marked("a", &["code"]), marked("b", &["code"])])),
        "`ab`"
    );
    let link = json!({"type": "text", "text": "a", "marks": [{"type": "code"}, {"type": "link", "attrs": {"href": "https://x.y"}}]});
    assert_eq!(of_line(&json!([link])), "[`a`](https://x.y)");
}

#[test]
fn links_survive_odd_targets() {
    let link = |words: &str, href: &str| {
        let mark = json!({"type": "link", "attrs": {"href": href}});
        of_line(&json!([{"type": "text", "text": words, "marks": [mark]}]))
    };
    assert_eq!(link("x", "https://x.y/a(b)"), "[x](<https://x.y/a(b)>)");
    assert_eq!(link("x", "https://x.y/a b"), "[x](<https://x.y/a b>)");
    assert_eq!(link("x", "a>b\\c\nd"), "[x](a%3Eb%5Cc%0Ad)");
    assert_eq!(
        link("x", "https://x.y?a=1&copy;=2"),
        "[x](https://x.y?a=1&amp;copy;=2)"
    );
    assert_eq!(link("https://x.y", "https://x.y"), "<https://x.y>");
    assert_eq!(
        link("/browse/ED-1", "/browse/ED-1"),
        "[/browse/ED-1](/browse/ED-1)"
    );
    assert_eq!(link("a]b", "https://x.y"), r"[a\]b](https://x.y)");
    assert_eq!(link("x", ""), "x");
    let titled = json!({"type": "link", "attrs": {"href": "https://x.y", "title": "a \"b\""}});
    let titled = of_line(&json!([{"type": "text", "text": "x", "marks": [titled]}]));
    assert_eq!(titled, r#"[x](https://x.y "a \"b\"")"#);
    // A link goes around other marks, and "!" before it makes no picture.
    let strong = json!({"type": "text", "text": "x", "marks": [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://x.y"}}]});
    assert_eq!(
        of_line(&json!([text("so!"), strong])),
        r"so\![**x**](https://x.y)"
    );
}

#[test]
fn every_inline_node_is_written() {
    let one = |kind: &str, attrs: Value| of_line(&json!([{"type": kind, "attrs": attrs}]));
    assert_eq!(
        one("mention", json!({"id": "a1", "text": "@Ada_L"})),
        "[@Ada_L](accountid:a1)"
    );
    assert_eq!(
        one("mention", json!({"id": "a1", "text": "Ada"})),
        "[@Ada](accountid:a1)"
    );
    assert_eq!(
        one("mention", json!({"id": "a1", "text": ""})),
        "[@a1](accountid:a1)"
    );
    assert_eq!(one("mention", json!({"text": "@Ada"})), "@Ada");
    assert_eq!(
        one("emoji", json!({"shortName": ":smile:", "text": "😄"})),
        "😄"
    );
    assert_eq!(
        one("emoji", json!({"shortName": ":white_check_mark:"})),
        ":white_check_mark:"
    );
    assert_eq!(
        one("date", json!({"timestamp": "1790640000000"})),
        "[2026-09-29](date:2026-09-29)"
    );
    assert_eq!(
        one("date", json!({"timestamp": 1_790_640_000_000_i64})),
        "[2026-09-29](date:2026-09-29)"
    );
    assert_eq!(one("date", json!({"timestamp": "soon"})), "soon");
    assert_eq!(
        one("date", json!({"timestamp": "9999999999999999"})),
        "9999999999999999"
    );
    assert_eq!(
        one("status", json!({"text": "IN PROGRESS", "color": "blue"})),
        "[IN PROGRESS](status:blue)"
    );
    assert_eq!(
        one("inlineCard", json!({"url": "https://x.y/z"})),
        "<https://x.y/z>"
    );
    assert_eq!(
        one(
            "inlineCard",
            json!({"data": {"url": "https://x.y", "name": "X [Y]"}})
        ),
        r"[X \[Y\]](https://x.y)"
    );
    assert_eq!(one("inlineCard", json!({"data": {"name": "X"}})), "X");
    assert_eq!(one("inlineCard", json!({})), r"\[card\]");
    assert_eq!(
        one("mediaInline", json!({"id": "f1", "type": "file"})),
        "[attachment]"
    );
    assert_eq!(
        one("mediaInline", json!({"id": "f1", "alt": "log*.txt"})),
        r"[attachment: log\*.txt]"
    );
    assert_eq!(
        one("placeholder", json!({"text": "Say *more*"})),
        r"Say \*more\*"
    );
    assert_eq!(
        one(
            "inlineExtension",
            json!({"text": "a macro", "extensionKey": "k"})
        ),
        "a macro"
    );
    assert_eq!(
        one("inlineExtension", json!({"extensionKey": "k"})),
        r"\[k\]"
    );
}

#[test]
fn an_attachment_does_not_become_a_link_to_what_follows() {
    let media = json!({"type": "mediaInline", "attrs": {"id": "f1"}});
    assert_eq!(
        of_line(&json!([media, text("(see above)")])),
        r"[attachment]\(see above)"
    );
    assert_eq!(
        of_line(&json!([media, text(": see above")])),
        r"[attachment]\: see above"
    );
}

#[test]
fn an_unknown_inline_node_shows_what_it_holds() {
    let nodes = json!([text("a "), {"type": "novelty", "content": [marked("b", &["strong"])]}]);
    assert_eq!(of_line(&nodes), "a **b**");
    for (attrs, expected) in [
        (json!({"text": "t", "url": "u"}), "t"),
        (json!({"url": "u", "title": "i"}), "u"),
        (json!({"title": "i", "shortName": "s"}), "i"),
        (json!({"shortName": ":s:"}), ":s:"),
        (json!({}), r"\[novelty\]"),
    ] {
        assert_eq!(
            of_line(&json!([{"type": "novelty", "attrs": attrs}])),
            expected
        );
    }
}

#[test]
fn headings_are_one_line() {
    let heading = |level: Value, words: &str| {
        of_blocks(
            &json!([{"type": "heading", "attrs": {"level": level}, "content": [text(words)]}]),
        )
    };
    for level in 1..=6 {
        assert_eq!(
            heading(json!(level), "x"),
            format!("{} x", "#".repeat(level))
        );
    }
    assert_eq!(heading(json!(99), "x"), "###### x");
    assert_eq!(heading(json!("two"), "x"), "# x");
    assert_eq!(heading(json!(2), "a\nb"), "## a b");
    assert_eq!(heading(json!(2), "C #"), r"## C \#");
    assert_eq!(heading(json!(2), " "), "");
}
