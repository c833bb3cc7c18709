//! What stands in a line: text and its marks, links, breaks.

use std::ops::Range;
use std::rc::Rc;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use serde_json::Value;

use super::html::{Element, Tag as HtmlTag};
use super::on::Target;
use super::pieces::{MarkTag, Marks, Piece, Wording, nodes};
use super::special;

/// A line that is being read.
#[derive(Default)]
pub(super) struct Line {
    pieces: Vec<Piece>,
    marks: Marks,
    /// The links and pictures around, the innermost last.
    links: Vec<Link>,
    /// The pictures from the web that no link is around.
    pictures: Vec<Picture>,
    /// Whether something unseen stands between the last space and what follows.
    is_space_seen: bool,
}

/// A picture from the web.
pub(super) struct Picture {
    pub(super) url: String,
    /// What it shows.
    pub(super) alt: String,
    pieces: Range<usize>,
}

struct Link {
    /// The link that was on around it.
    outer: Option<Rc<Target>>,
    target: Rc<Target>,
    /// How many pieces came before it.
    begins_at: usize,
    is_html: bool,
}

/// The longest target, in bytes, that may be repeated on each part of its text. A longer one has
/// its text in one part, or a small Markdown could become a huge document.
const LONGEST_REPEATED: usize = 2_000;

impl Line {
    /// Adds what one event says.
    pub(super) fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Code(code) => self.push(Wording::Code(code.into_static())),
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
                let target = Target {
                    href: format!("{scheme}{dest_url}"),
                    title: title.into_string(),
                };
                self.start_link(target, false);
            }
            Event::End(TagEnd::Link) => self.end_link(false),
            Event::End(TagEnd::Image) => self.end_link(true),
            _ => {}
        }
    }

    /// Adds text of Markdown.
    fn text(&mut self, text: CowStr<'_>) {
        let is_space_seen = std::mem::take(&mut self.is_space_seen);
        let text = if is_space_seen && text.starts_with(' ') {
            CowStr::from(text.trim_start_matches(' ').to_owned())
        } else {
            text.into_static()
        };
        self.push(Wording::Text(text));
    }

    /// Adds text of HTML, where any space is one.
    pub(super) fn html_text(&mut self, text: &str) {
        let mut words = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if text.starts_with(|c: char| c.is_ascii_whitespace()) && !self.ends_with_space() {
            words.insert(0, ' ');
        }
        if text.ends_with(|c: char| c.is_ascii_whitespace()) && !words.ends_with(' ') {
            words.push(' ');
        }
        if !words.is_empty() {
            self.push(Wording::Text(words.into()));
        }
    }

    /// Adds nothing: a comment. One space around it is enough.
    pub(super) fn unseen(&mut self) {
        self.is_space_seen = self.ends_with_space();
    }

    fn ends_with_space(&self) -> bool {
        self.pieces.last().is_none_or(|piece| match &piece.wording {
            Wording::Text(text) => text.ends_with(' '),
            Wording::Break => true,
            _ => false,
        })
    }

    /// Whether nothing stands in it yet.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds a tag that opens something in a line.
    pub(super) fn open(&mut self, tag: HtmlTag, is_lenient: bool) {
        match tag.element {
            Element::Break => self.push(Wording::Break),
            Element::Mark(mark) => {
                let (name, raw) = (tag.name, (!is_lenient).then_some(tag.raw));
                self.push(Wording::Open(Box::new(MarkTag { name, mark, raw })));
            }
            Element::Link => {
                let href = tag.attribute("href").unwrap_or_default().to_owned();
                let title = tag.attribute("title").unwrap_or_default().to_owned();
                self.start_link(Target { href, title }, true);
            }
            Element::Picture => {
                let href = tag.attribute("src").unwrap_or_default().to_owned();
                let alt = tag.attribute("alt").unwrap_or_default().to_owned();
                let title = tag.attribute("title").unwrap_or_default().to_owned();
                self.start_link(Target { href, title }, false);
                if !alt.is_empty() {
                    self.push(Wording::Text(alt.into()));
                }
                self.end_link(true);
            }
            _ => {}
        }
    }

    /// Adds a tag that closes something in a line.
    pub(super) fn close(
        &mut self,
        element: Element,
        name: &'static str,
        raw: String,
        is_lenient: bool,
    ) {
        match element {
            Element::Mark(mark) => {
                let raw = (!is_lenient).then_some(raw);
                self.push(Wording::Close(Box::new(MarkTag { name, mark, raw })));
            }
            Element::Link if self.links.last().is_some_and(|link| link.is_html) => {
                self.leave_link();
            }
            _ => {}
        }
    }

    /// The pictures, if there is nothing else and each stands in a line of its own.
    pub(super) fn take_pictures(&mut self) -> Option<Vec<Picture>> {
        if self.pictures.is_empty() {
            return None;
        }
        let mut pictures = std::mem::take(&mut self.pictures);
        let mut at = 0;
        let mut breaks = 1;
        for picture in &mut pictures {
            breaks += self
                .breaks(at..picture.pieces.start)
                .filter(|breaks| *breaks > 0 || at == 0)?;
            if breaks == 0 {
                return None;
            }
            breaks = 0;
            at = picture.pieces.end;
            let url = std::mem::take(&mut picture.url);
            let words: String = self.pieces[picture.pieces.clone()]
                .iter()
                .map(|piece| piece.wording.text())
                .collect();
            picture.alt = if words == url {
                String::new()
            } else {
                words.trim().to_owned()
            };
            picture.url = url;
        }
        self.breaks(at..self.pieces.len())?;
        *self = Self::default();
        Some(pictures)
    }

    /// How many breaks there are in a part that holds nothing to be seen.
    fn breaks(&self, part: Range<usize>) -> Option<usize> {
        let mut breaks = 0;
        for piece in &self.pieces[part] {
            match &piece.wording {
                Wording::Break => breaks += 1,
                Wording::Text(text) if text.trim().is_empty() => {}
                _ => return None,
            }
        }
        Some(breaks)
    }

    /// Adds plain text, of several lines at times.
    pub(super) fn add_lines(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.push(Wording::Break);
            }
            self.push(self::text(line));
        }
    }

    /// The line as ADF's nodes, without breaks at its ends. The next one begins.
    pub(super) fn take(&mut self) -> Vec<Value> {
        let mut pieces = std::mem::take(self).pieces;
        let nodes = nodes(&pieces);
        pieces.clear();
        self.pieces = pieces; // the memory serves the next line
        nodes
    }

    /// The same, with a space for each break.
    pub(super) fn take_unbroken(&mut self) -> Vec<Value> {
        for piece in &mut self.pieces {
            if matches!(piece.wording, Wording::Break) {
                piece.wording = Wording::Text(CowStr::Borrowed(" "));
            }
        }
        self.take()
    }

    fn push(&mut self, wording: Wording) {
        let link = self.marks.link.clone();
        let piece = match &link {
            Some(target) if target.href.len() + target.title.len() > LONGEST_REPEATED => Piece {
                wording: text(wording.text()),
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

    /// ADF has no link inside another, and no picture from elsewhere inside a line. So a picture
    /// is a link to it, unless it stands in a link.
    fn start_link(&mut self, target: Target, is_html: bool) {
        let target = Rc::new(target);
        let outer = self.marks.link.clone();
        if outer.is_none() && !target.href.trim().is_empty() {
            self.marks.link = Some(Rc::clone(&target));
        }
        self.links.push(Link {
            outer,
            target,
            begins_at: self.pieces.len(),
            is_html,
        });
    }

    /// Ends a link of Markdown, and those of HTML in it that were left open.
    fn end_link(&mut self, is_picture: bool) {
        while self.links.last().is_some_and(|link| link.is_html) {
            self.leave_link();
        }
        let Some(link) = self.links.last() else {
            return;
        };
        let (target, begins_at) = (Rc::clone(&link.target), link.begins_at);
        let is_picture_alone = is_picture && link.outer.is_none();
        if self.pieces.len() == begins_at {
            let href = &target.href;
            if is_picture {
                // Without a description its address has to do.
                self.push(text(href));
            } else if let Some((_, value)) =
                href.split_once(':').filter(|_| special::is_special(href))
            {
                self.push(text(value));
            }
        }
        if is_picture_alone && is_web(&target.href) && target.title.is_empty() {
            self.pictures.push(Picture {
                url: target.href.clone(),
                alt: String::new(),
                pieces: begins_at..self.pieces.len(),
            });
        }
        self.leave_link();
    }

    fn leave_link(&mut self) {
        if let Some(link) = self.links.pop() {
            self.marks.link = link.outer;
        }
    }
}

fn text(text: &str) -> Wording {
    Wording::Text(CowStr::Borrowed(text).into_static())
}

fn is_web(address: &str) -> bool {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
    ["http", "https"]
        .iter()
        .any(|web| web.eq_ignore_ascii_case(scheme))
}
