//! Nodes, as tests write them.

use serde_json::{Value, json};

pub(crate) fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

pub(crate) fn marked(words: &str, marks: &[&str]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|mark| json!({"type": mark})).collect();
    json!({"type": "text", "text": words, "marks": marks})
}

pub(crate) fn paragraph(words: &str) -> Value {
    json!({"type": "paragraph", "content": [text(words)]})
}

pub(crate) fn node(kind: &str, content: &[Value]) -> Value {
    json!({"type": kind, "content": content})
}
