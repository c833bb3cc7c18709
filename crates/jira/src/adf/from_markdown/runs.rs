//! Runs of text with the same marks, as nodes.
//!
//! Space at the ends of lines and of marks does not show, and Markdown cannot write it. It goes,
//! or loses the mark, so that what is written again is the same.

use serde_json::{Value, json};

use super::addresses;

/// A run of text with the same marks.
pub(super) struct Run {
    pub(super) text: String,
    pub(super) marks: Vec<Value>,
    pub(super) is_code: bool,
    /// What stands there instead of text.
    pub(super) node: Option<Value>,
}

/// The lines as nodes, without breaks above or below all text.
pub(super) fn nodes(lines: Vec<Vec<Run>>) -> Vec<Value> {
    let mut nodes: Vec<Value> = Vec::new();
    let mut breaks = 0;
    for line in lines {
        let line = settled(line);
        if !line.is_empty() && !nodes.is_empty() {
            nodes.extend((0..breaks).map(|_| json!({"type": "hardBreak"})));
        }
        if !line.is_empty() {
            breaks = 0;
        }
        breaks += 1;
        nodes.extend(line.into_iter().map(Run::node));
    }
    nodes
}

/// The line without space at its ends, and with marks on space only inside of what they mark.
fn settled(line: Vec<Run>) -> Vec<Run> {
    let mut parts: Vec<Run> = line.into_iter().flat_map(Run::parts).collect();
    parts.truncate(
        parts
            .iter()
            .rposition(|run| !run.is_blank())
            .map_or(0, |last| last + 1),
    );
    let first = parts.iter().position(|run| !run.is_blank()).unwrap_or(0);
    parts.drain(..first);

    let mut settled: Vec<Run> = Vec::new();
    let mut rest = parts.into_iter().peekable();
    let mut last_words: Vec<Value> = Vec::new();
    while let Some(mut run) = rest.next() {
        if run.is_blank() {
            // Neighbouring blanks are one as soon as they are written.
            while let Some(more) = rest.next_if(Run::is_blank) {
                run.text.push_str(&more.text);
                run.marks.retain(|mark| more.marks.contains(mark));
            }
            let next = rest.peek().map_or(&[][..], |next| &next.marks);
            run.marks
                .retain(|mark| last_words.contains(mark) && next.contains(mark));
        } else {
            last_words.clone_from(&run.marks);
        }
        match settled.last_mut() {
            Some(last) if last.marks == run.marks && last.node.is_none() && run.node.is_none() => {
                last.text.push_str(&run.text);
            }
            _ => settled.push(run),
        }
    }
    settled.into_iter().flat_map(addresses::linked).collect()
}

impl Run {
    /// A node that stands in a line.
    pub(super) fn of_node(node: Value) -> Self {
        Self {
            text: String::new(),
            marks: Vec::new(),
            is_code: false,
            node: Some(node),
        }
    }

    /// The run, and the space at its ends apart from it.
    fn parts(self) -> Vec<Self> {
        if self.is_code || self.node.is_some() {
            return Vec::from_iter((!self.text.is_empty() || self.node.is_some()).then_some(self));
        }
        let text = self.text.trim_start();
        let (lead, _) = self.text.split_at(self.text.len() - text.len());
        let (text, tail) = text.split_at(text.trim_end().len());
        let parts = [lead, text, tail]
            .into_iter()
            .filter(|part| !part.is_empty());
        let parts = parts.map(|part| Self {
            text: part.to_owned(),
            marks: self.marks.clone(),
            is_code: false,
            node: None,
        });
        parts.collect()
    }

    /// Whether it is space that nothing shows.
    fn is_blank(&self) -> bool {
        !self.is_code && self.node.is_none() && self.text.trim_start().is_empty()
    }

    fn node(self) -> Value {
        if let Some(node) = self.node {
            return node;
        }
        let mut node = json!({"type": "text", "text": self.text});
        if !self.marks.is_empty() {
            node["marks"] = Value::Array(self.marks);
        }
        node
    }
}
