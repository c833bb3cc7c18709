//! What stands in a line: text and its marks, links, breaks.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use serde_json::{Value, json};

use super::runs::{self, Run};

/// A line that is being read.
#[derive(Default)]
pub(super) struct Line {
    pieces: Vec<Piece>,
    marks: Marks,
    /// The links and pictures around, the innermost last.
    links: Vec<Link>,
}

/// A piece of a line that is written in one way.
struct Piece {
    wording: Wording,
    marks: Marks,
}

enum Wording {
    Text(String),
    Code(String),
    Break,
    /// An HTML tag that may turn out to have a counterpart: its name, and how it was written.
    Open(&'static str, String),
    Close(&'static str, String),
}

/// How often each mark is on: Markdown lets a mark stand inside itself.
#[derive(Clone, Default)]
struct Marks {
    strong: u32,
    em: u32,
    strike: u32,
    link: Option<Rc<Target>>,
}

/// Where a link goes and its title.
struct Target {
    href: String,
    title: String,
}

struct Link {
    /// The link that was on around it.
    outer: Option<Rc<Target>>,
    target: Rc<Target>,
    /// How many pieces came before it.
    begins_at: usize,
}

/// The longest target, in bytes, that may be repeated on each part of its text. A longer one has
/// its text in one part, or a small Markdown could become a huge document.
const LONGEST_REPEATED: usize = 2_000;

/// The tags that stand in for marks that Markdown lacks, or cannot write in a place.
const TAGS: [&str; 6] = ["strong", "em", "del", "u", "sub", "sup"];

impl Line {
    /// Adds what one event says.
    pub(super) fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.push(Wording::Text(text.into_string())),
            Event::Code(code) => self.push(Wording::Code(code.into_string())),
            Event::InlineHtml(html) | Event::Html(html) => self.html(&html),
            // As GitHub shows lines in comments, and as people type them there.
            Event::SoftBreak | Event::HardBreak => self.push(Wording::Break),
            Event::Start(Tag::Strong) => self.marks.strong += 1,
            Event::End(TagEnd::Strong) => self.marks.strong = self.marks.strong.saturating_sub(1),
            Event::Start(Tag::Emphasis) => self.marks.em += 1,
            Event::End(TagEnd::Emphasis) => self.marks.em = self.marks.em.saturating_sub(1),
            Event::Start(Tag::Strikethrough) => self.marks.strike += 1,
            Event::End(TagEnd::Strikethrough) => {
                self.marks.strike = self.marks.strike.saturating_sub(1);
            }
            Event::Start(
                Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    ..
                }
                | Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    ..
                },
            ) => {
                let scheme = if link_type == LinkType::Email {
                    "mailto:"
                } else {
                    ""
                };
                self.start_link(Target {
                    href: format!("{scheme}{dest_url}"),
                    title: title.into_string(),
                });
            }
            Event::End(TagEnd::Link) => self.end_link(false),
            Event::End(TagEnd::Image) => self.end_link(true),
            _ => {}
        }
    }

    /// Adds plain text, of several lines at times.
    pub(super) fn add_lines(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.push(Wording::Break);
            }
            if !is_break(line) {
                self.push(Wording::Text(line.to_owned()));
            }
        }
    }

    /// The line as ADF's nodes, without breaks at its ends. The next one begins.
    pub(super) fn take(&mut self) -> Vec<Value> {
        nodes(std::mem::take(self).pieces)
    }

    /// The same, with a space for each break.
    pub(super) fn take_unbroken(&mut self) -> Vec<Value> {
        for piece in &mut self.pieces {
            if matches!(piece.wording, Wording::Break) {
                piece.wording = Wording::Text(" ".to_owned());
            }
        }
        self.take()
    }

    fn push(&mut self, wording: Wording) {
        let link = self.marks.link.clone();
        let piece = match &link {
            Some(target) if target.href.len() + target.title.len() > LONGEST_REPEATED => Piece {
                wording: Wording::Text(wording.into_text()),
                marks: Marks {
                    link,
                    ..Marks::default()
                },
            },
            _ => Piece {
                wording,
                marks: self.marks.clone(),
            },
        };
        self.pieces.push(piece);
    }

    fn html(&mut self, html: &str) {
        if is_break(html) {
            return self.push(Wording::Break);
        }
        let inside = html.trim_start_matches('<').trim_end_matches('>').trim();
        let name = inside.trim_start_matches('/');
        let known = TAGS
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        match known {
            Some(name) if inside.starts_with('/') => {
                self.push(Wording::Close(name, html.to_owned()));
            }
            Some(name) => self.push(Wording::Open(name, html.to_owned())),
            None => self.add_lines(html),
        }
    }

    /// ADF has no link inside another, and no picture from elsewhere inside a line. So a picture
    /// is a link to it, unless it stands in a link.
    fn start_link(&mut self, target: Target) {
        let target = Rc::new(target);
        let outer = self.marks.link.clone();
        if outer.is_none() && !target.href.trim().is_empty() {
            self.marks.link = Some(Rc::clone(&target));
        }
        self.links.push(Link {
            outer,
            target,
            begins_at: self.pieces.len(),
        });
    }

    fn end_link(&mut self, is_picture: bool) {
        let Some(link) = self.links.pop() else {
            return;
        };
        if is_picture && self.pieces.len() == link.begins_at {
            // Without a description its address has to do.
            self.push(Wording::Text(link.target.href.clone()));
        }
        self.marks.link = link.outer;
    }
}

impl Wording {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) | Self::Open(_, text) | Self::Close(_, text) => {
                text
            }
            Self::Break => " ".to_owned(),
        }
    }
}

/// Whether this is the tag of a line break.
fn is_break(html: &str) -> bool {
    let tag = html.trim().to_ascii_lowercase();
    matches!(tag.as_str(), "<br>" | "<br/>" | "<br />")
}

/// The tags that have a counterpart, by their place in the line.
fn paired(pieces: &[Piece]) -> HashSet<usize> {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut paired = HashSet::new();
    for (index, piece) in pieces.iter().enumerate() {
        match &piece.wording {
            Wording::Open(name, _) => open.entry(name).or_default().push(index),
            Wording::Close(name, _) => {
                if let Some(start) = open.get_mut(name).and_then(Vec::pop) {
                    paired.extend([start, index]);
                }
            }
            _ => {}
        }
    }
    paired
}

fn nodes(pieces: Vec<Piece>) -> Vec<Value> {
    let paired = paired(&pieces);
    let mut tags: HashMap<&str, u32> = HashMap::new();
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    for (index, Piece { wording, marks }) in pieces.into_iter().enumerate() {
        let (text, is_code) = match wording {
            Wording::Open(name, _) if paired.contains(&index) => {
                *tags.entry(name).or_default() += 1;
                continue;
            }
            Wording::Close(name, _) if paired.contains(&index) => {
                *tags.entry(name).or_default() -= 1;
                continue;
            }
            Wording::Break => {
                lines.push(Vec::new());
                continue;
            }
            Wording::Code(text) => (text, true),
            other => (other.into_text(), false),
        };
        let has_tag = |name: &str| tags.get(name).is_some_and(|count| *count > 0);
        let marks = marks.nodes(is_code, has_tag);
        let line = lines.last_mut().expect("there is a first line");
        line.push(Run {
            text,
            marks,
            is_code,
        });
    }
    runs::nodes(lines)
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
