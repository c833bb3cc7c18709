//! The pieces of a line, and the nodes that they become.

use std::collections::HashMap;
use std::rc::Rc;

use pulldown_cmark::CowStr;
use serde_json::Value;

use super::on::{CODE, EM, On, STRIKE, STRONG, Tags, Target};
use super::runs::Runs;
use super::special;

/// A piece of a line that is written in one way.
pub(super) struct Piece {
    pub(super) wording: Wording,
    pub(super) marks: Marks,
}

/// Short words need no memory of their own.
pub(super) enum Wording {
    Text(CowStr<'static>),
    Code(CowStr<'static>),
    Break,
    /// An HTML tag of a mark that may turn out to have a counterpart.
    Open(Box<MarkTag>),
    Close(Box<MarkTag>),
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

impl Wording {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Code(text) => text,
            Self::Open(tag) | Self::Close(tag) => tag.raw.as_deref().unwrap_or_default(),
            Self::Break => " ",
        }
    }
}

/// Which pieces are tags that have a counterpart.
fn paired(pieces: &[Piece]) -> Vec<bool> {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut paired = vec![false; pieces.len()];
    for (index, piece) in pieces.iter().enumerate() {
        match &piece.wording {
            Wording::Open(tag) => open.entry(tag.name).or_default().push(index),
            Wording::Close(tag) => {
                if let Some(start) = open.get_mut(tag.name).and_then(Vec::pop) {
                    paired[start] = true;
                    paired[index] = true;
                }
            }
            _ => {}
        }
    }
    paired
}

/// Turns a mark on or off, if `wording` is a tag that does.
fn turn(tags: &mut Tags, wording: &Wording, is_paired: bool) -> bool {
    match wording {
        Wording::Open(tag) if is_paired || tag.raw.is_none() => tags.turn(tag.mark, true),
        Wording::Close(tag) if is_paired => tags.turn(tag.mark, false),
        Wording::Close(tag) => return tag.raw.is_none(),
        _ => return false,
    }
    true
}

pub(super) fn nodes(pieces: &[Piece]) -> Vec<Value> {
    if pieces.is_empty() {
        return Vec::new();
    }
    let paired = paired(pieces);
    let mut tags = Tags::default();
    let mut runs = Runs::default();
    // A link that stands for a node, and its words so far.
    let mut special: Option<(&Rc<Target>, String)> = None;
    for (Piece { wording, marks }, is_paired) in pieces.iter().zip(paired) {
        let link = marks.link.as_ref();
        let is_other = |(target, _): &mut (&Rc<Target>, String)| {
            !link.is_some_and(|link| Rc::ptr_eq(link, target))
        };
        if let Some(node) = special.take_if(is_other).and_then(special_node) {
            runs.node(node);
        }
        if turn(&mut tags, wording, is_paired) {
            continue;
        }
        if let Some(target) = link.filter(|target| special::is_special(&target.href)) {
            let (_, words) = special.get_or_insert_with(|| (target, String::new()));
            words.push_str(wording.text());
            continue;
        }
        let code = match wording {
            Wording::Break => {
                runs.end_line();
                continue;
            }
            Wording::Text(_) => tags.on() & CODE,
            Wording::Code(_) => CODE,
            Wording::Open(_) | Wording::Close(_) => 0,
        };
        let plain = marks.on() | (tags.on() & !CODE) | code;
        runs.text(wording.text(), On::new(plain, link.map(Rc::as_ref)));
    }
    if let Some(node) = special.and_then(special_node) {
        runs.node(node);
    }
    runs.end()
}

fn special_node((target, words): (&Rc<Target>, String)) -> Option<Value> {
    special::node(&target.href, &words)
}

impl Marks {
    fn on(&self) -> u8 {
        let counts = [(self.strong, STRONG), (self.em, EM), (self.strike, STRIKE)];
        let on = counts.into_iter().filter(|(count, _)| *count > 0);
        on.fold(0, |on, (_, mark)| on | mark)
    }
}
