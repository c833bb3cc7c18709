//! What holds for any tree of nodes, however they are put together.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{document, fits, markdown};
use crate::support::cases;

/// Kinds that hold others, and a made-up one.
const CONTAINERS: [&str; 27] = [
    "doc",
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "listItem",
    "blockquote",
    "codeBlock",
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
    "caption",
    "layoutSection",
    "layoutColumn",
    "bodiedExtension",
    "madeUp",
];

/// Kinds that hold nothing, a made-up one and none.
const LEAVES: [&str; 20] = [
    "text",
    "text",
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
    "rule",
    "media",
    "blockCard",
    "embedCard",
    "extension",
    "syncBlock",
    "madeUp",
    "",
];

const MARKS: [&str; 9] = [
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

const ATTRIBUTES: [&str; 17] = [
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

/// Any node: attributes of any type, kinds in any place.
fn any_node() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!({"url": "https://x.y", "name": "x"})),
    ];
    let attrs = prop::collection::btree_map(prop::sample::select(&ATTRIBUTES[..]), value, 0..4);
    let mark = (prop::sample::select(&MARKS[..]), attrs.clone())
        .prop_map(|(kind, attrs)| json!({"type": kind, "attrs": attrs}));
    let marks = prop::collection::vec(mark, 0..3);
    let text = prop_oneof!["word[0-9]{6}", "[ -~\r\n\u{a0}é😄]{0,12}"];
    let leaf = (prop::sample::select(&LEAVES[..]), text, attrs.clone(), marks.clone()).prop_map(
        |(kind, text, attrs, marks)| json!({"type": kind, "text": text, "attrs": attrs, "marks": marks}),
    );
    leaf.prop_recursive(8, 64, 6, move |inner| {
        let content = prop::collection::vec(inner, 0..6);
        (prop::sample::select(&CONTAINERS[..]), content, attrs.clone(), marks.clone()).prop_map(
            |(kind, content, attrs, marks)| json!({"type": kind, "content": content, "attrs": attrs, "marks": marks}),
        )
    })
}

/// The texts in a tree that no escaping changes.
fn words(node: &Value) -> Vec<&str> {
    let own = node["text"]
        .as_str()
        .filter(|text| text.starts_with("word") && node["type"] == "text");
    let inner = node["content"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(words);
    own.into_iter().chain(inner).collect()
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn every_text_of_any_tree_is_in_its_markdown(node in any_node()) {
        let markdown = markdown(&node);
        for word in words(&node) {
            prop_assert!(markdown.contains(word), "{word} is not in {markdown:?}");
        }
        prop_assert_eq!(markdown.trim_end_matches([' ', '\t', '\n', '\r']), markdown.as_str());
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn the_markdown_of_any_tree_becomes_a_document_by_the_schema(node in any_node()) {
        fits(&document(&markdown(&node)));
    }
}
