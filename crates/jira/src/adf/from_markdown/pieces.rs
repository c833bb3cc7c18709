//! The pieces of a line, and the nodes that they become.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::runs::{self, Run};
use super::special;

/// A piece of a line that is written in one way.
pub(super) struct Piece {
    pub(super) wording: Wording,
    pub(super) marks: Marks,
}

pub(super) enum Wording {
    Text(String),
    Code(String),
    Break,
    /// An HTML tag of a mark that may turn out to have a counterpart.
    Open(MarkTag),
    Close(MarkTag),
}

/// A tag of a mark.
pub(super) struct MarkTag {
    pub(super) name: &'static str,
    /// The mark, by the name that it is written with here.
    pub(super) mark: &'static str,
    /// How it was written, for one without a counterpart in a line of Markdown, which is text. In
    /// HTML of its own there is none: the mark goes on to the end of the line.
    pub(super) raw: Option<String>,
}

/// How often each mark is on: Markdown lets a mark stand inside itself.
#[derive(Clone, Default)]
pub(super) struct Marks {
    pub(super) strong: u32,
    pub(super) em: u32,
    pub(super) strike: u32,
    pub(super) link: Option<Rc<Target>>,
}

/// Where a link goes and its title.
pub(super) struct Target {
    pub(super) href: String,
    pub(super) title: String,
}

impl Wording {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Code(text) => text,
            Self::Open(tag) | Self::Close(tag) => tag.raw.as_deref().unwrap_or_default(),
            Self::Break => " ",
        }
    }
}

/// The tags that have a counterpart, by their place in the line.
fn paired(pieces: &[Piece]) -> HashSet<usize> {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut paired = HashSet::new();
    for (index, piece) in pieces.iter().enumerate() {
        match &piece.wording {
            Wording::Open(tag) => open.entry(tag.name).or_default().push(index),
            Wording::Close(tag) => {
                if let Some(start) = open.get_mut(tag.name).and_then(Vec::pop) {
                    paired.extend([start, index]);
                }
            }
            _ => {}
        }
    }
    paired
}

/// The marks that tags have turned on, and how often.
#[derive(Default)]
struct Tags(HashMap<&'static str, u32>);

impl Tags {
    fn has(&self, mark: &str) -> bool {
        self.0.get(mark).is_some_and(|count| *count > 0)
    }

    /// Turns a mark on or off, if `wording` is a tag that does.
    fn turn(&mut self, wording: &Wording, is_paired: bool) -> bool {
        match wording {
            Wording::Open(tag) if is_paired || tag.raw.is_none() => {
                *self.0.entry(tag.mark).or_default() += 1;
            }
            Wording::Close(tag) if is_paired => {
                let count = self.0.entry(tag.mark).or_default();
                *count = count.saturating_sub(1);
            }
            Wording::Close(tag) => return tag.raw.is_none(),
            _ => return false,
        }
        true
    }
}

pub(super) fn nodes(pieces: Vec<Piece>) -> Vec<Value> {
    let paired = paired(&pieces);
    let mut tags = Tags::default();
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    // A link that stands for a node, and its words so far.
    let mut special: Option<(Rc<Target>, String)> = None;
    for (index, Piece { wording, marks }) in pieces.into_iter().enumerate() {
        let line = lines.last_mut().expect("there is a first line");
        let is_same = |(target, _): &(Rc<Target>, String)| {
            marks
                .link
                .as_ref()
                .is_some_and(|link| Rc::ptr_eq(link, target))
        };
        if !special.as_ref().is_none_or(is_same) {
            line.extend(special.take().and_then(special_run));
        }
        if tags.turn(&wording, paired.contains(&index)) {
            continue;
        }
        if let Some(target) = marks
            .link
            .as_ref()
            .filter(|target| special::is_special(&target.href))
        {
            let (_, words) = special.get_or_insert_with(|| (Rc::clone(target), String::new()));
            words.push_str(wording.text());
            continue;
        }
        let (text, is_code) = match wording {
            Wording::Break => {
                lines.push(Vec::new());
                continue;
            }
            Wording::Text(text) => (text, tags.has("code")),
            Wording::Code(text) => (text, true),
            Wording::Open(tag) | Wording::Close(tag) => (tag.raw.unwrap_or_default(), false),
        };
        let marks = marks.nodes(is_code, |name| tags.has(name));
        line.push(Run {
            text,
            marks,
            is_code,
            node: None,
        });
    }
    let line = lines.last_mut().expect("there is a first line");
    line.extend(special.and_then(special_run));
    runs::nodes(lines)
}

fn special_run((target, words): (Rc<Target>, String)) -> Option<Run> {
    special::node(&target.href, &words).map(Run::of_node)
}

impl Marks {
    /// The marks that are on, tags included. Code may only be linked.
    fn nodes(&self, is_code: bool, has_tag: impl Fn(&str) -> bool) -> Vec<Value> {
        let mut marks = Vec::new();
        if let Some(link) = &self.link {
            let mut attrs = json!({"href": link.href});
            if !link.title.is_empty() {
                attrs["title"] = json!(link.title);
            }
            marks.push(json!({"type": "link", "attrs": attrs}));
        }
        if is_code {
            marks.push(json!({"type": "code"}));
            return marks;
        }
        let plain = [
            ("strong", self.strong > 0 || has_tag("strong")),
            ("em", self.em > 0 || has_tag("em")),
            ("strike", self.strike > 0 || has_tag("del")),
            ("underline", has_tag("u")),
        ];
        let plain = plain.into_iter().filter(|(_, is_on)| *is_on);
        marks.extend(plain.map(|(name, _)| json!({"type": name})));
        if let Some(place) = ["sub", "sup"].into_iter().find(|name| has_tag(name)) {
            marks.push(json!({"type": "subsup", "attrs": {"type": place}}));
        }
        marks
    }
}
