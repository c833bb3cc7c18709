//! What stands in a line: the words that stay keep their colours, and the nodes between them stay.

use serde_json::Value;

use super::super::from_markdown::json::object;
use super::align::{self, Origin};
use super::atoms::{Atom, Keys, has_code, is_split, marks_of};
use super::canon::{Inside, canon};

/// A present atom and the keys of what the caller saw of it.
struct Old<'a> {
    atom: Atom<'a>,
    keys: Seen,
}

/// Most atoms are seen as one.
enum Seen {
    One([u32; 1]),
    Several(Vec<u32>),
}

impl AsRef<[u32]> for Old<'_> {
    fn as_ref(&self) -> &[u32] {
        match &self.keys {
            Seen::One(key) => key,
            Seen::Several(keys) => keys,
        }
    }
}

/// The nodes of a line that come of the present ones and those of the new text.
pub(super) fn merged(present: &[Value], new: &[Value]) -> Vec<Value> {
    let seen: Vec<Vec<Value>> = present.iter().map(self::seen).collect();
    let mut keys = Keys::default();
    let mut old: Vec<Old<'_>> = Vec::new();
    for (node, seen) in present.iter().zip(&seen) {
        if is_split(node) {
            keys.add_atoms(node, |atom, key| {
                let keys = Seen::One([key]);
                old.push(Old { atom, keys });
            });
            continue;
        }
        let mut several = Vec::new();
        for node in seen {
            keys.add_atoms(node, |_, key| several.push(key));
        }
        let (atom, keys) = (Atom::Node(node), Seen::Several(several));
        old.push(Old { atom, keys });
    }
    let (mut atoms, mut new_keys) = (Vec::new(), Vec::new());
    for node in new {
        keys.add_atoms(node, |atom, key| {
            atoms.push(atom);
            new_keys.push(key);
        });
    }
    let origins = align::origins(&old, &new_keys);

    let mut line = Line::default();
    let mut above = 0;
    // The kept parts around the new ones that were last, and the marks between these.
    let mut around = None;
    let mut unsaid = Vec::new();
    let mut below = nexts(&origins, old.len()).into_iter();
    for (atom, origin) in atoms.into_iter().zip(origins) {
        let below = below.next().unwrap_or(old.len());
        match origin {
            Origin::More => {}
            Origin::Kept(number) => {
                line.unseen(&old[above..number]);
                above = number + 1;
                line.push(old[number].atom, &[]);
            }
            // A word from elsewhere is another word.
            Origin::Moved(number) if matches!(old[number].atom, Atom::Node(_)) => {
                line.push(old[number].atom, &[]);
            }
            Origin::Moved(_) | Origin::Changed(_) | Origin::New => {
                if around != Some((above, below)) {
                    around = Some((above, below));
                    unsaid = unsaid_between(&old, above, below);
                }
                let is_code = matches!(atom, Atom::Text { marks, .. } if has_code(marks));
                line.push(atom, if is_code { &[] } else { &unsaid });
            }
        }
    }
    line.unseen(&old[above..]);
    line.nodes
}

/// For each new part the first present one that is kept there or behind it.
fn nexts(origins: &[Origin], end: usize) -> Vec<usize> {
    let mut next = end;
    let mut nexts: Vec<usize> = origins
        .iter()
        .rev()
        .map(|origin| {
            if let Origin::Kept(number) = origin {
                next = *number;
            }
            next
        })
        .collect();
    nexts.reverse();
    nexts
}

/// What a node that is not split becomes in the terms of the new text.
fn seen(node: &Value) -> Vec<Value> {
    if is_split(node) {
        return Vec::new();
    }
    let line = Value::Array(vec![node.clone()]);
    let line = object([("type", "paragraph".into()), ("content", line)]);
    // A picture in a line is one of its own to the parser.
    let blocks = canon(&line, Inside::document(0)).into_iter();
    let nodes = blocks.filter_map(|mut block| match block["content"].take() {
        Value::Array(nodes) => Some(nodes),
        _ => None,
    });
    nodes.flatten().collect()
}

/// Whether Markdown can say a mark.
fn is_said(mark: &Value) -> bool {
    let kind = mark["type"].as_str().unwrap_or_default();
    matches!(
        kind,
        "link" | "strong" | "em" | "strike" | "underline" | "code" | "subsup"
    )
}

/// The marks that Markdown cannot say and that all the text between two kept parts has; where none
/// was between them, those that both have.
fn unsaid_between(old: &[Old<'_>], above: usize, below: usize) -> Vec<Value> {
    let between = if above < below {
        &old[above..below]
    } else if above > 0 && below < old.len() {
        &old[above - 1..=below]
    } else {
        return Vec::new();
    };
    let mut texts = between.iter().filter_map(|old| match old.atom {
        Atom::Text { marks, .. } => Some(marks),
        Atom::Node(_) => None,
    });
    let first = texts.next().unwrap_or_default();
    let is_same = |marks: &[Value]| std::ptr::eq(marks, first) || unsaid(marks).eq(unsaid(first));
    if texts.all(is_same) {
        unsaid(first).cloned().collect()
    } else {
        Vec::new()
    }
}

fn unsaid(marks: &[Value]) -> impl Iterator<Item = &Value> {
    marks.iter().filter(|mark| !is_said(mark))
}

/// Nodes of a line, texts with the same marks in one.
#[derive(Default)]
struct Line<'a> {
    nodes: Vec<Value>,
    /// The marks of the text that is last, as they were where it came from.
    last: Option<&'a [Value]>,
}

impl<'a> Line<'a> {
    /// Adds an atom, with more marks on it.
    fn push(&mut self, atom: Atom<'a>, more: &[Value]) {
        let (text, marks) = match atom {
            Atom::Node(node) => {
                self.last = None;
                return self.nodes.push(node.clone());
            }
            Atom::Text { text, marks } => (text, marks),
        };
        let is_same = more.is_empty() && self.last.is_some_and(|last| std::ptr::eq(last, marks));
        self.last = more.is_empty().then_some(marks);
        if let Some(last) = self.nodes.last_mut()
            && (is_same || marks_of(last).iter().eq(marks.iter().chain(more)))
            && let Some(Value::String(known)) = last.get_mut("text")
        {
            known.push_str(text);
            return;
        }
        let (kind, text) = (("type", "text".into()), ("text", text.into()));
        if marks.is_empty() && more.is_empty() {
            return self.nodes.push(object([kind, text]));
        }
        let marks: Vec<Value> = marks.iter().chain(more).cloned().collect();
        let node = object([kind, text, ("marks", marks.into())]);
        self.nodes.push(node);
    }

    /// Adds those of the parts that nothing shows.
    fn unseen(&mut self, parts: &[Old<'a>]) {
        for part in parts.iter().filter(|part| part.as_ref().is_empty()) {
            self.push(part.atom, &[]);
        }
    }
}
