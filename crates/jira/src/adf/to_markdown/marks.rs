//! Marks such as bold and links, put around runs of text so that Markdown reads them back.
//!
//! Markdown reads a delimiter as such only where it "flanks" text
//! (<https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis>). Where it would not, the
//! HTML tag of the same meaning stands in for it.

use std::mem::discriminant;

use super::super::node::Node;
use super::escape;

/// A mark that Markdown or its HTML can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Link { href: String, title: Option<String> },
    Strong,
    Emphasis,
    Strike,
    Underline,
    Subscript,
    Superscript,
}

/// A piece of a line and the marks on it.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) markdown: String,
    pub(super) marks: Vec<Mark>,
}

impl Mark {
    /// The marks on a node, each kind once. Colours, alignment and the like have no Markdown;
    /// `code` is no mark but another way to write the text.
    pub(super) fn all(node: Node<'_>) -> Vec<Self> {
        let mut marks: Vec<Self> = Vec::new();
        for mark in node.marks().filter_map(Self::read) {
            let same_kind = |known| discriminant(known) == discriminant(&mark);
            if !marks.iter().any(same_kind) {
                marks.push(mark);
            }
        }
        marks
    }

    /// What stands at its edges; `_` may turn out as `*`, which is checked where it does.
    fn delimiter(&self) -> char {
        match self {
            Self::Strong => '*',
            Self::Emphasis => '_',
            Self::Strike => '~',
            Self::Link { .. } => '[',
            Self::Underline | Self::Subscript | Self::Superscript => '<',
        }
    }

    fn read(mark: Node<'_>) -> Option<Self> {
        Some(match mark.kind() {
            "link" => Self::Link {
                href: mark.word("href")?.to_owned(),
                title: mark.word("title").map(str::to_owned),
            },
            "strong" => Self::Strong,
            "em" => Self::Emphasis,
            "strike" => Self::Strike,
            "underline" => Self::Underline,
            "subsup" if mark.word("type") == Some("sup") => Self::Superscript,
            "subsup" => Self::Subscript,
            _ => return None,
        })
    }
}

/// The pieces as one line, which stands between these two characters.
pub(super) fn join(pieces: &[Piece], before: char, after: char) -> String {
    let mut line = String::new();
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        // Space moves out of marks, so that none begins with it.
        let is_blank = first.markdown.trim_start().is_empty();
        let Some((mark, length)) = (!is_blank).then(|| longest_mark(rest)).flatten() else {
            // After `[attachment]` these would make it a link or the definition of one.
            if line.ends_with(']') && first.markdown.starts_with(['(', ':']) {
                line.push('\\');
            }
            line.push_str(&first.markdown);
            rest = &rest[1..];
            continue;
        };
        let (run, others) = rest.split_at(length);
        let inner: Vec<Piece> = run
            .iter()
            .map(|piece| Piece {
                markdown: piece.markdown.clone(),
                marks: (piece.marks.iter().filter(|other| *other != mark).cloned()).collect(),
            })
            .collect();
        let previous = line.chars().next_back().unwrap_or(before);
        let next = first_character(others).unwrap_or(after);
        let edge = mark.delimiter();
        wrap(&mut line, mark, &join(&inner, edge, edge), previous, next);
        rest = others;
    }
    line
}

/// What a line of these pieces begins with.
fn first_character(pieces: &[Piece]) -> Option<char> {
    let first = pieces.first()?;
    let character = first.markdown.chars().next();
    if character.is_some_and(char::is_whitespace) {
        return character; // spaces move out of marks
    }
    longest_mark(pieces).map_or(character, |(mark, _)| Some(mark.delimiter()))
}

/// The mark of the first piece that reaches over most of the following ones, and over how many.
fn longest_mark(pieces: &[Piece]) -> Option<(&Mark, usize)> {
    let reach = |mark| {
        pieces
            .iter()
            .take_while(|piece| piece.marks.contains(mark))
            .count()
    };
    let marks = pieces[0].marks.iter();
    marks
        .map(|mark| (mark, reach(mark)))
        // Of equals the first wins, and a link goes around everything.
        .rev()
        .max_by_key(|(mark, reach)| (*reach, matches!(mark, Mark::Link { .. })))
}

fn wrap(line: &mut String, mark: &Mark, inner: &str, before: char, after: char) {
    // Neither spaces nor line breaks may touch a delimiter from inside.
    let is_space = |c: char| c.is_whitespace();
    let text = inner.trim_start_matches(is_space);
    let lead = &inner[..inner.len() - text.len()];
    let mut end = text.trim_end_matches(is_space).len();
    while end < text.len() && text[end..].starts_with('\n') && text[..end].ends_with('\\') {
        end = text[..end - 1].trim_end_matches(is_space).len();
    }
    let (text, tail) = text.split_at(end);
    if text.is_empty() {
        line.push_str(inner);
        return;
    }
    let before = lead.chars().next_back().unwrap_or(before);
    let after = tail.chars().next().unwrap_or(after);

    line.push_str(lead);
    let (open, close) = match mark {
        Mark::Link { href, title } => {
            line.push_str(&link(text, href, title.as_deref()));
            line.push_str(tail);
            return;
        }
        Mark::Strong if flanks(text, '*', before, after) => ("**", "**"),
        Mark::Strong => ("<strong>", "</strong>"),
        Mark::Emphasis if flanks(text, '_', before, after) => ("_", "_"),
        Mark::Emphasis if flanks(text, '*', before, after) => ("*", "*"),
        Mark::Emphasis => ("<em>", "</em>"),
        Mark::Strike if flanks(text, '~', before, after) => ("~~", "~~"),
        Mark::Strike => ("<del>", "</del>"),
        Mark::Underline => ("<u>", "</u>"),
        Mark::Subscript => ("<sub>", "</sub>"),
        Mark::Superscript => ("<sup>", "</sup>"),
    };
    for part in [open, text, close, tail] {
        line.push_str(part);
    }
}

/// Whether `text` between two runs of `delimiter` is read as marked by them.
fn flanks(text: &str, delimiter: char, before: char, after: char) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let last = text.chars().next_back().unwrap_or(' ');
    if [first, last, before, after].contains(&delimiter) && delimiter != '_' {
        return false; // two runs would be read as one longer run
    }
    let is_edge = |c: char| c.is_whitespace() || is_punctuation(c);
    let holds = |inside: char, outside: char| {
        !inside.is_whitespace()
            && (!is_punctuation(inside) || is_edge(outside))
            // An underscore inside a word is a letter.
            && (delimiter != '_' || (is_edge(outside) && outside != '_' && inside != '_'))
    };
    holds(first, before) && holds(last, after)
}

/// Punctuation as `CommonMark` means it: also symbols, in all of Unicode. What is no letter, digit
/// or space comes close enough; who is wrongly counted only gets a tag instead of a delimiter.
fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

fn link(text: &str, href: &str, title: Option<&str>) -> String {
    if title.is_none() && text == escape::text(href) {
        return escape::address(href);
    }
    let target = escape::target(href);
    match title {
        Some(title) => {
            let title = escape::text(&escape::one_line(title)).replace('"', "\\\"");
            format!("[{text}]({target} \"{title}\")")
        }
        None => format!("[{text}]({target})"),
    }
}
