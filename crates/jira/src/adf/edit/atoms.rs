//! The atoms of a line, and numbers that tell them apart.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::canon::key;

/// A part of a line: a word, a space, a sign, or a node.
#[derive(Clone, Copy)]
pub(super) enum Atom<'a> {
    Text { text: &'a str, marks: &'a [Value] },
    Node(&'a Value),
}

/// Numbers for what tells atoms from others, so that a word of a long link is compared as fast as any.
#[derive(Default)]
pub(super) struct Keys<'a> {
    /// By the text and, of words, the marks on it.
    texts: HashMap<(Cow<'a, [u8]>, Option<u32>), u32>,
    marks: HashMap<String, u32>,
}

impl<'a> Keys<'a> {
    fn of(&mut self, text: impl Into<Cow<'a, [u8]>>, said: Option<u32>) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        *self.texts.entry((text.into(), said)).or_insert(next)
    }

    fn of_marks(&mut self, marks: &[Value]) -> u32 {
        let next = u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
        *self.marks.entry(said(marks)).or_insert(next)
    }

    /// Tells the words of a text and what tells them from others, or any other node as it is.
    pub(super) fn add_atoms(&mut self, node: &'a Value, mut add: impl FnMut(Atom<'a>, u32)) {
        let Some(text) = node["text"].as_str().filter(|_| node["type"] == "text") else {
            let key = if is_split(node) {
                self.of(&b"\n"[..], None)
            } else {
                self.of(key(node), None)
            };
            return add(Atom::Node(node), key);
        };
        let marks = marks_of(node);
        let said = self.of_marks(marks);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let goes_on = |c: char| {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let is_space = |c: char| c.is_whitespace() && c != '\n';
                (is_word(first) && is_word(c)) || (is_space(first) && is_space(c))
            };
            let end = rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end.max(first.len_utf8()));
            rest = behind;
            let key = self.of(word.as_bytes(), (!first.is_whitespace()).then_some(said));
            add(Atom::Text { text: word, marks }, key);
        }
    }
}

/// Whether a node is more than one atom to us, or the end of a line.
pub(super) fn is_split(node: &Value) -> bool {
    match node["type"].as_str() {
        Some("text") => node["text"].is_string(),
        kind => kind == Some("hardBreak"),
    }
}

/// The marks that Markdown says, as one text.
fn said(marks: &[Value]) -> String {
    let is_code = has_code(marks);
    let names = marks
        .iter()
        .filter_map(|mark| match mark["type"].as_str()? {
            "link" => Some(format!(
                "link {} {}",
                mark["attrs"]["href"], mark["attrs"]["title"]
            )),
            "code" => Some("code".to_owned()),
            "subsup" if !is_code => Some(mark["attrs"]["type"].to_string()),
            kind @ ("strong" | "em" | "strike" | "underline") if !is_code => Some(kind.to_owned()),
            _ => None,
        });
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

pub(super) fn marks_of(node: &Value) -> &[Value] {
    node["marks"].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn has_code(marks: &[Value]) -> bool {
    marks.iter().any(|mark| mark["type"] == "code")
}
