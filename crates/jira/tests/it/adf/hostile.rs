//! JSON that is no document, and documents and Markdown made to hurt.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{document, fits, markdown, paragraph, raw_markdown};

#[test]
fn any_json_has_a_markdown() {
    let cases = [
        ("null", ""),
        ("true", "true"),
        ("-1.5", r"-1.5"),
        (r#""plain *text*""#, r"plain \*text\*"),
        (r#""two\nlines""#, "two\\\nlines"),
        ("[]", ""),
        ("{}", ""),
        (
            r#"[{"type": "paragraph", "content": ["a", 1]}, "b"]"#,
            "a1\n\nb",
        ),
        (r#"{"type": "doc", "content": "no list"}"#, ""),
        (
            r#"{"type": "doc", "content": [{"type": 5, "content": [{"type": "text", "text": "x"}]}]}"#,
            "x",
        ),
        (
            r#"{"type": "paragraph", "content": [{"type": "text", "text": 5, "marks": "none"}]}"#,
            "",
        ),
        (
            r#"{"type": "table", "content": [{"type": "tableRow", "content": [1]}]}"#,
            "|  |\n| --- |\n| 1 |",
        ),
        // A number that JSON allows and the parser cannot hold.
        (
            r#"{"type": "doc", "x": 1e999, "content": [{"text": "kept"}]}"#,
            "kept",
        ),
        // Half a character, which is put right to the replacement character.
        (r#"{"text": "\ud800"}"#, "\u{fffd}"),
    ];
    for (json, expected) in cases {
        assert_eq!(raw_markdown(json.to_owned()), expected, "{json}");
    }
}

#[test]
fn a_hundred_thousand_levels_come_as_their_texts() {
    let depth = 100_000;
    let mut json = String::new();
    for level in 0..depth {
        let text = if level % 50_000 == 0 {
            "# at \\\"level\\\""
        } else {
            ""
        };
        write!(
            json,
            r#"{{"type":"bulletList","attrs":{{"text":"{text}"}},"content":["#
        )
        .unwrap();
    }
    json.push_str(&"]}".repeat(depth));
    assert_eq!(raw_markdown(json), "\\# at \"level\"\n\n\\# at \"level\"");
    assert_eq!(raw_markdown("[".repeat(depth) + &"]".repeat(depth)), "");
}

#[test]
fn the_deepest_lists_that_parse_are_laid_out() {
    let mut list = paragraph("bottom");
    for _ in 0..24 {
        list = json!({"type": "bulletList", "content": [{"type": "listItem", "content": [list]}]});
    }
    assert_eq!(markdown(&list), format!("{}bottom", "- ".repeat(24)));
}

#[test]
fn made_up_spans_do_not_fill_the_memory() {
    let cell = json!({"type": "tableCell", "attrs": {"colspan": u64::MAX, "rowspan": u64::MAX}, "content": [paragraph("x")]});
    let row = json!({"type": "tableRow", "content": [cell, cell]});
    let table = markdown(&json!({"type": "table", "content": [row, row, row]}));
    assert_eq!(table.lines().count(), 5);
    assert_eq!(table.matches('x').count(), 6);
    assert!(table.len() < 10_000);
}

#[test]
fn forty_thousand_marks_are_a_few() {
    let link =
        |number: u32| json!({"type": "link", "attrs": {"href": format!("https://x.y/{number}")}});
    let marks: Vec<Value> = (0..40_000).map(link).collect();
    let text = json!({"type": "text", "text": "x", "marks": marks});
    assert_eq!(markdown(&text), "[x](https://x.y/0)");
}

#[test]
fn no_kind_of_line_end_escapes_its_line() {
    let words = "a\r# b\r\n# c\n# d";
    let line = json!({"type": "text", "text": words});
    assert_eq!(markdown(&line), "a\\\n\\# b\\\n\\# c\\\n\\# d");
    let code = json!({"type": "codeBlock", "content": [line]});
    assert_eq!(markdown(&code), "```\na\n# b\n# c\n# d\n```");
    let mention = json!({"type": "mention", "attrs": {"text": words}});
    let heading = json!({"type": "heading", "content": [line, mention]});
    assert_eq!(markdown(&heading), "# a # b # c # d@a # b # c # d");
}

#[test]
fn markdown_nested_without_end_becomes_a_document_that_parsers_read() {
    let mut steps = String::new();
    for level in 0..200 {
        writeln!(steps, "{}- x", "  ".repeat(level)).unwrap();
    }
    let deep = [
        "- ".repeat(20_000) + "x",
        "> ".repeat(20_000) + "x",
        "> - ".repeat(10_000) + "x",
        "1. > ".repeat(10_000) + "x",
        steps,
        "<details>\n\n".repeat(5_000) + "x",
        "<details>\n\n> ".repeat(100) + "x",
        "[".repeat(20_000) + "x",
        "![".repeat(20_000) + "x",
        "**_".repeat(10_000) + "x",
        "<u>".repeat(20_000) + "x" + &"</u>".repeat(20_000),
        "| x ".repeat(1_000) + "|\n" + &"| - ".repeat(1_000) + "|\n",
    ];
    for words in deep {
        let adf = document(&words);
        fits(&adf);
        let json = adf.to_string();
        assert!(json.contains('x'));
        assert!(
            juncture_json::decode::<Value>(&json).is_ok(),
            "{}",
            &words[..40]
        );
    }
}

#[test]
fn the_deepest_lists_that_are_nested_come_back_as_they_were() {
    let list = "- ".repeat(20) + "bottom";
    assert_eq!(markdown(&document(&list)), list);
    let deeper = "- ".repeat(21) + "bottom";
    assert_eq!(markdown(&document(&deeper)), list);
}

#[test]
fn a_long_link_is_not_repeated_for_each_of_its_words() {
    let href = format!("https://x.y/{}", "z".repeat(10_000));
    let adf = document(&format!("[{}]({href})", "a *b* `c`\n".repeat(1_000)));
    fits(&adf);
    assert_eq!(adf.to_string().matches(&href).count(), 1);
    let (short, words) = ("https://x.y", "a *b*");
    let adf = document(&format!("[{words}]({short})"));
    assert_eq!(adf.to_string().matches(short).count(), 2);
}
