//! What a present node becomes when it is written as Markdown and read again: what the caller saw
//! of it, in the terms of the new document.

use serde_json::{Value, json};

use super::super::from_markdown::{self, json::object};
use super::super::node::Node;
use super::super::to_markdown;

/// What nodes stand in, as far as it decides what Markdown makes of them; and how many levels of what
/// holds blocks may be looked into from here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    place: Place,
    levels: usize,
}

/// The kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Document,
    Quote,
    Panel,
    Expand,
    NestedExpand,
    Item,
    QuotedItem,
}

/// How many bytes may be written as Markdown and read again, a level at a time. All levels of
/// what Jira's fields take are within it, and of what is larger the outer ones, so that no depth makes
/// an edit take long.
const MOST_COMPARED: usize = 4 * 1024 * 1024;

impl Inside {
    /// Inside of a document of so many bytes, as JSON or as Markdown, whichever is more.
    pub(super) fn document(bytes: usize) -> Self {
        Self {
            place: Place::Document,
            levels: (MOST_COMPARED / bytes.max(1)).max(1),
        }
    }

    pub(super) fn is_document(self) -> bool {
        self.place == Place::Document
    }

    /// Whether blocks that stand here may be compared one by one.
    pub(super) fn is_within_reach(self) -> bool {
        self.levels > 0
    }

    /// Inside of a node of this kind that stands here.
    pub(super) fn of(self, kind: &str) -> Self {
        let place = match kind {
            "blockquote" => Place::Quote,
            "panel" => Place::Panel,
            "expand" => Place::Expand,
            "nestedExpand" => Place::NestedExpand,
            "listItem" if matches!(self.place, Place::Quote | Place::QuotedItem) => {
                Place::QuotedItem
            }
            "listItem" => Place::Item,
            "taskList" => self.place,
            _ => return self,
        };
        let levels = self.levels.saturating_sub(1);
        Self { place, levels }
    }

    /// The node with all that it stands in, and how many containers that are.
    fn wrapped(self, node: Value) -> (Value, usize) {
        let around = |kind: &str, node: Value| {
            object([("type", kind.into()), ("content", vec![node].into())])
        };
        let list = |node| around("bulletList", around("listItem", node));
        let holder = |kind: &str, node: Value| {
            let attrs = json!({"panelType": "info", "title": ""});
            object([
                ("type", kind.into()),
                ("attrs", attrs),
                ("content", vec![node].into()),
            ])
        };
        match self.place {
            Place::Document => (node, 0),
            Place::Quote => (holder("blockquote", node), 1),
            Place::Panel => (holder("panel", node), 1),
            Place::Expand => (holder("expand", node), 1),
            Place::NestedExpand => (holder("expand", holder("nestedExpand", node)), 2),
            Place::Item => (list(node), 2),
            Place::QuotedItem => (holder("blockquote", list(node)), 3),
        }
    }
}

/// What becomes of a node that stands there.
pub(super) fn canon(node: &Value, inside: Inside) -> Vec<Value> {
    if inside.is_document() {
        return again(node);
    }
    let (wrapped, depth) = inside.wrapped(node.clone());
    unwrapped(again(&wrapped), depth).unwrap_or_default()
}

/// What becomes of a child of a list that stands there.
pub(super) fn canon_of_item(list: &Value, item: &Value, inside: Inside) -> Vec<Value> {
    let is_inner = list["type"] == "taskList" && item["type"] == "taskList";
    let above = json!({"type": "taskItem", "attrs": {"state": "TODO"}, "content": [{"type": "text", "text": "x"}]});
    let items = if is_inner {
        vec![above, item.clone()]
    } else {
        vec![item.clone()]
    };
    let list = object([("type", list["type"].clone()), ("content", items.into())]);
    let (wrapped, depth) = inside.wrapped(list);
    let mut items = unwrapped(again(&wrapped), depth + 1).unwrap_or_default();
    items.drain(..usize::from(is_inner).min(items.len()));
    items
}

/// The lines that become of a block in a cell.
pub(super) fn canon_of_cell(block: &Value) -> Vec<Value> {
    let cell = json!({"type": "tableCell", "content": [block]});
    let table = json!({"type": "table", "content": [{"type": "tableRow", "content": [cell]}]});
    let cells = unwrapped(again(&table), 3).unwrap_or_default();
    cells.iter().flat_map(lines).collect()
}

/// A paragraph as one for each of its lines, and any other block as it is.
pub(super) fn lines(block: &Value) -> Vec<Value> {
    let Some(content) = block["content"]
        .as_array()
        .filter(|_| block["type"] == "paragraph")
    else {
        return Vec::from_iter((block["type"] != "paragraph").then(|| block.clone()));
    };
    let lines = content.split(|node| node["type"] == "hardBreak");
    lines
        .map(|line| {
            object([
                ("type", "paragraph".into()),
                ("content", line.to_vec().into()),
            ])
        })
        .collect()
}

fn again(node: &Value) -> Vec<Value> {
    let markdown = to_markdown::document(Node::new(&node.into()));
    content(from_markdown::document(&markdown))
}

fn content(mut node: Value) -> Vec<Value> {
    match node["content"].take() {
        Value::Array(content) => content,
        _ => Vec::new(),
    }
}

/// What stands so many containers deep, if each holds one thing.
fn unwrapped(mut nodes: Vec<Value>, depth: usize) -> Option<Vec<Value>> {
    for _ in 0..depth {
        let node = nodes.pop().filter(|_| nodes.is_empty())?;
        nodes = content(node);
    }
    // A container that must not be empty holds an empty paragraph.
    nodes.retain(|node| depth == 0 || node["type"] != "paragraph" || node["content"].is_array());
    Some(nodes)
}

/// The text of a node in a row of bytes, for comparing.
pub(super) type Key = Vec<u8>;

/// What tells one node from another: all of it but the ids of tasks, which the caller does not see.
pub(super) fn key(node: &Value) -> Key {
    let mut key = Key::new();
    push_key(node, &mut key);
    key
}

/// A node's members, those of its `attrs` without the id, and of its `content` node by node.
fn push_key(node: &Value, key: &mut Key) {
    let Value::Object(members) = node else {
        return push_json(node, key);
    };
    key.push(b'{');
    for (name, value) in members {
        push_json(name, key);
        match (name.as_str(), value) {
            ("attrs", Value::Object(attrs)) => {
                key.push(b'{');
                for (name, value) in attrs.iter().filter(|(name, _)| *name != "localId") {
                    push_json(name, key);
                    push_json(value, key);
                }
                key.push(b'}');
            }
            ("content", Value::Array(content)) => {
                key.push(b'[');
                for child in content {
                    push_key(child, key);
                }
                key.push(b']');
            }
            (_, value) => push_json(value, key),
        }
    }
    key.push(b'}');
}

/// A value, and what ends it.
fn push_json(value: &(impl serde::Serialize + ?Sized), key: &mut Key) {
    serde_json::to_writer(&mut *key, value).expect("memory takes all that is written");
    key.push(b',');
}

pub(super) fn keys(nodes: &[Value]) -> Vec<Key> {
    nodes.iter().map(key).collect()
}

/// The words of a node, for telling how much of it is in another.
pub(super) fn words(node: &Value) -> Vec<String> {
    fn collect(node: &Value, text: &mut String) {
        for words in [&node["text"], &node["attrs"]["text"], &node["attrs"]["url"]] {
            text.push_str(words.as_str().unwrap_or_default());
        }
        for child in node["content"].as_array().into_iter().flatten() {
            collect(child, text);
        }
        text.push(if node["type"] == "text" {
            '\u{200b}'
        } else {
            ' '
        });
    }
    let mut text = String::new();
    collect(node, &mut text);
    let text = text.replace('\u{200b}', "");
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// How many of the words of both are in both, in hundredths.
pub(super) fn share(one: &[String], other: &[String]) -> usize {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                common += 1;
                left.next();
                right.next();
            }
        }
    }
    200 * common / (one.len() + other.len()).max(1)
}
