//! JSON that is no document, or one made to hurt.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{markdown, paragraph, raw_markdown};

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
            "|  |\n| --- |\n|  |",
        ),
        // Numbers and characters that JSON allows and the parser cannot hold.
        (
            r#"{"type": "doc", "x": 1e999, "content": [{"text": "kept"}]}"#,
            "kept",
        ),
        (r#"{"text": "\ud800"}"#, r#""\\ud800""#),
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
    for _ in 0..29 {
        list = json!({"type": "bulletList", "content": [{"type": "listItem", "content": [list]}]});
    }
    assert_eq!(markdown(&list), format!("{}bottom", "- ".repeat(29)));
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

const KINDS: &[&str] = &[
    "doc",
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "listItem",
    "blockquote",
    "codeBlock",
    "rule",
    "panel",
    "table",
    "tableRow",
    "tableHeader",
    "tableCell",
    "expand",
    "nestedExpand",
    "taskList",
    "taskItem",
    "blockTaskItem",
    "decisionList",
    "decisionItem",
    "mediaSingle",
    "mediaGroup",
    "media",
    "caption",
    "blockCard",
    "embedCard",
    "layoutSection",
    "layoutColumn",
    "extension",
    "bodiedExtension",
    "syncBlock",
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "inlineCard",
    "mediaInline",
    "placeholder",
    "inlineExtension",
    "madeUp",
    "",
];
const MARKS: &[&str] = &[
    "strong",
    "em",
    "strike",
    "underline",
    "code",
    "link",
    "subsup",
    "textColor",
    "madeUp",
];
const ATTRIBUTES: &[&str] = &[
    "text",
    "url",
    "title",
    "shortName",
    "level",
    "order",
    "panelType",
    "language",
    "state",
    "colspan",
    "rowspan",
    "timestamp",
    "href",
    "alt",
    "id",
    "type",
    "data",
];

/// Any node: known and unknown kinds, attributes of any type, in any place.
fn any_node() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!({"url": "https://x.y", "name": "x"})),
    ];
    let attrs = prop::collection::btree_map(prop::sample::select(ATTRIBUTES), value, 0..4);
    let marks = prop::collection::vec((prop::sample::select(MARKS), attrs.clone()), 0..3);
    let parts = (
        prop::sample::select(KINDS),
        prop::option::of("[ -~\n\u{a0}é😄]{0,12}"),
        attrs,
        marks,
    );
    let leaf = parts.prop_map(|(kind, text, attrs, marks)| {
        let marks: Vec<Value> = marks
            .into_iter()
            .map(|(kind, attrs)| json!({"type": kind, "attrs": attrs}))
            .collect();
        json!({"type": kind, "text": text, "attrs": attrs, "marks": marks})
    });
    leaf.clone().prop_recursive(8, 64, 6, move |inner| {
        (leaf.clone(), prop::collection::vec(inner, 0..6)).prop_map(|(mut node, content)| {
            node["content"] = json!(content);
            node
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_of_nodes_has_a_markdown_that_ends_where_its_text_ends(node in any_node()) {
        let markdown = markdown(&node);
        prop_assert_eq!(markdown.trim_end_matches([' ', '\t', '\n']), markdown.as_str());
    }
}
