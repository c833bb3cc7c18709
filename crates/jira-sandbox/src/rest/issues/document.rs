//! Whether a value is a document in the Atlassian Document Format, as far as Jira lets on.
//!
//! A value that is no document at all and a document with something wrong inside are refused in
//! different ways. The format:
//! <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>.

use serde_json::Value;

/// As deep as a document may nest; it is foreign input.
const MAX_DEPTH: usize = 100;

/// The nodes of the format, without its root.
const NODES: [&str; 44] = [
    "blockCard",
    "blockTaskItem",
    "blockquote",
    "bodiedExtension",
    "bodiedSyncBlock",
    "bulletList",
    "caption",
    "codeBlock",
    "date",
    "decisionItem",
    "decisionList",
    "embedCard",
    "emoji",
    "expand",
    "extension",
    "extensionFrame",
    "hardBreak",
    "heading",
    "inlineCard",
    "inlineExtension",
    "layoutColumn",
    "layoutSection",
    "listItem",
    "media",
    "mediaGroup",
    "mediaInline",
    "mediaSingle",
    "mention",
    "multiBodiedExtension",
    "nestedExpand",
    "orderedList",
    "panel",
    "paragraph",
    "placeholder",
    "rule",
    "status",
    "syncBlock",
    "table",
    "tableCell",
    "tableHeader",
    "tableRow",
    "taskItem",
    "taskList",
    "text",
];

/// What a value is to a field that holds a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Document,
    /// A document with a node that the format does not have, or not so.
    Broken,
    /// Something else, such as a text.
    NotADocument,
}

/// Looks at a value.
pub(super) fn judge(value: &Value) -> Verdict {
    let content = value["content"].as_array();
    match content {
        Some(nodes) if value["type"] == "doc" && value["version"] == 1 => {
            if nodes.iter().all(|node| is_node(node, 1)) {
                Verdict::Document
            } else {
                Verdict::Broken
            }
        }
        _ => Verdict::NotADocument,
    }
}

/// How many characters of text a document has; it has been judged before.
pub(super) fn text_length(node: &Value) -> usize {
    let own = node["text"].as_str().map_or(0, |text| text.chars().count());
    let children = node["content"].as_array().into_iter().flatten();
    own + children.map(text_length).sum::<usize>()
}

fn is_node(node: &Value, depth: usize) -> bool {
    let kind = node["type"].as_str().unwrap_or_default();
    let is_text_right = if kind == "text" {
        node["text"].as_str().is_some_and(|text| !text.is_empty())
    } else {
        node.get("text").is_none()
    };
    let are_marks_right = node.get("marks").is_none_or(|marks| {
        let marks = marks.as_array();
        marks.is_some_and(|marks| marks.iter().all(|mark| mark["type"].is_string()))
    });
    let is_content_right = node.get("content").is_none_or(|content| {
        let children = content.as_array();
        children.is_some_and(|children| children.iter().all(|child| is_node(child, depth + 1)))
    });
    depth <= MAX_DEPTH
        && NODES.contains(&kind)
        && is_text_right
        && are_marks_right
        && is_content_right
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Verdict, judge};

    fn document(content: &Value) -> Value {
        json!({"type": "doc", "version": 1, "content": content})
    }

    #[test]
    fn only_a_doc_of_version_one_is_a_document() {
        let text = json!([{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]);
        assert_eq!(judge(&document(&text)), Verdict::Document);
        assert_eq!(judge(&document(&json!([]))), Verdict::Document);
        for other in [
            json!("a"),
            json!({}),
            json!({"type": "doc", "content": []}),
            json!({"type": "doc", "version": 2, "content": []}),
            json!({"type": "paragraph", "version": 1, "content": []}),
            json!([]),
            json!(1),
        ] {
            assert_eq!(judge(&other), Verdict::NotADocument, "{other}");
        }
    }

    #[test]
    fn nodes_that_the_format_does_not_have_break_a_document() {
        let mut deep = json!({"type": "paragraph"});
        for _ in 0..200 {
            deep = json!({"type": "blockquote", "content": [deep]});
        }
        for node in [
            json!({"type": "text", "text": ""}),
            json!({"type": "text"}),
            json!({"type": "marquee"}),
            json!({"type": "doc", "version": 1, "content": []}),
            json!({"type": "paragraph", "text": "a"}),
            json!({"type": "paragraph", "content": "a"}),
            json!({"type": "paragraph", "marks": ["strong"]}),
            json!("a"),
            deep,
        ] {
            assert_eq!(judge(&document(&json!([node]))), Verdict::Broken, "{node}");
        }
    }
}
