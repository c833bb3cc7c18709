//! What stands in a line: the words that stay keep their colours, and the nodes between them stay.

use serde_json::{Value, json};

use super::align::{self, Origin};
use super::canon::{Inside, canon, key};

/// A part of a line: a word, a space, a sign, or a node.
#[derive(Clone)]
enum Atom {
    Text { text: String, marks: Vec<Value> },
    Node(Value),
}

/// The nodes of a line that come of the present ones and those of the new text.
pub(super) fn merged(present: &[Value], new: &[Value]) -> Vec<Value> {
    let mut old: Vec<(Atom, Vec<String>)> = Vec::new();
    for node in present {
        match atoms(node) {
            Some(atoms) => old.extend(atoms.into_iter().map(|(atom, key)| (atom, vec![key]))),
            None => old.push((Atom::Node(node.clone()), seen(node))),
        }
    }
    let new: Vec<(Atom, String)> = new
        .iter()
        .flat_map(|node| atoms(node).unwrap_or_else(|| whole(node)))
        .collect();
    let parts: Vec<Vec<String>> = old.iter().map(|(_, keys)| keys.clone()).collect();
    let keys: Vec<String> = new.iter().map(|(_, key)| key.clone()).collect();
    let origins = align::origins(&parts, &keys);

    let mut line = Line(Vec::new());
    let mut above = 0;
    for (index, (atom, _)) in new.into_iter().enumerate() {
        match origins[index] {
            Origin::More => {}
            Origin::Kept(number) => {
                line.unseen(&old[above..number]);
                above = number + 1;
                line.push(old[number].0.clone());
            }
            // A word from elsewhere is another word.
            Origin::Moved(number) if matches!(old[number].0, Atom::Node(_)) => {
                line.push(old[number].0.clone());
            }
            Origin::Moved(_) | Origin::Changed(_) | Origin::New => {
                let below = origins[index..].iter().find_map(|origin| match origin {
                    Origin::Kept(number) => Some(*number),
                    _ => None,
                });
                let below = below.unwrap_or(old.len());
                let unsaid = unsaid_between(&old, above, below);
                line.push(with_marks(atom, unsaid));
            }
        }
    }
    line.unseen(&old[above..]);
    line.0
}

/// What the node becomes in the terms of the new text.
fn seen(node: &Value) -> Vec<String> {
    let line = json!({"type": "paragraph", "content": [node]});
    let blocks = canon(&line, Inside::Document);
    // A picture in a line is one of its own to the parser.
    let nodes = blocks
        .iter()
        .flat_map(|block| block["content"].as_array().into_iter().flatten());
    nodes
        .flat_map(|node| atoms(node).unwrap_or_else(|| whole(node)))
        .map(|(_, key)| key)
        .collect()
}

fn whole(node: &Value) -> Vec<(Atom, String)> {
    vec![(Atom::Node(node.clone()), key(node))]
}

/// The words of a text and what tells them from others; `None` for any other node.
fn atoms(node: &Value) -> Option<Vec<(Atom, String)>> {
    if node["type"] == "hardBreak" {
        return Some(vec![(Atom::Node(node.clone()), "\n".to_owned())]);
    }
    let text = node["text"].as_str().filter(|_| node["type"] == "text")?;
    let marks = node["marks"].as_array().cloned().unwrap_or_default();
    let said = said(&marks);
    let mut atoms = Vec::new();
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
        let key = match first {
            '\n' => "\n".to_owned(),
            first if first.is_whitespace() => word.to_owned(),
            _ => format!("{word}\n{said}"),
        };
        let text = word.to_owned();
        atoms.push((
            Atom::Text {
                text,
                marks: marks.clone(),
            },
            key,
        ));
    }
    Some(atoms)
}

/// Whether Markdown can say a mark.
fn is_said(mark: &Value) -> bool {
    let kind = mark["type"].as_str().unwrap_or_default();
    matches!(
        kind,
        "link" | "strong" | "em" | "strike" | "underline" | "code" | "subsup"
    )
}

/// The marks that Markdown says, as one text.
fn said(marks: &[Value]) -> String {
    let is_code = marks.iter().any(|mark| mark["type"] == "code");
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

/// The marks that Markdown cannot say and that all the text between two kept parts has; where none
/// was between them, those that both have.
fn unsaid_between(old: &[(Atom, Vec<String>)], above: usize, below: usize) -> Vec<Value> {
    let unsaid = |(atom, _): &(Atom, Vec<String>)| match atom {
        Atom::Text { marks, .. } => Some(
            marks
                .iter()
                .filter(|mark| !is_said(mark))
                .cloned()
                .collect::<Vec<_>>(),
        ),
        Atom::Node(_) => None,
    };
    let between = if above < below {
        &old[above..below]
    } else if above > 0 && below < old.len() {
        &old[above - 1..=below]
    } else {
        return Vec::new();
    };
    let mut texts = between.iter().filter_map(unsaid);
    let first = texts.next().unwrap_or_default();
    if texts.all(|marks| marks == first) {
        first
    } else {
        Vec::new()
    }
}

fn with_marks(atom: Atom, unsaid: Vec<Value>) -> Atom {
    match atom {
        Atom::Text { text, mut marks } if !marks.iter().any(|mark| mark["type"] == "code") => {
            marks.extend(unsaid);
            Atom::Text { text, marks }
        }
        other => other,
    }
}

/// Nodes of a line, texts with the same marks in one.
struct Line(Vec<Value>);

impl Line {
    fn push(&mut self, atom: Atom) {
        let (text, marks) = match atom {
            Atom::Node(node) => return self.0.push(node),
            Atom::Text { text, marks } => (text, marks),
        };
        let marks = (!marks.is_empty()).then_some(Value::Array(marks));
        if let Some(last) = self.0.last_mut()
            && last.get("marks") == marks.as_ref()
            && let Some(Value::String(known)) = last.get_mut("text")
        {
            known.push_str(&text);
            return;
        }
        let mut node = json!({"type": "text", "text": text});
        if let Some(marks) = marks {
            node["marks"] = marks;
        }
        self.0.push(node);
    }

    /// Adds those of the parts that nothing shows.
    fn unseen(&mut self, parts: &[(Atom, Vec<String>)]) {
        for (atom, keys) in parts {
            if keys.is_empty() {
                self.push(atom.clone());
            }
        }
    }
}
