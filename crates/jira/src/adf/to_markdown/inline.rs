//! What stands in a line: text, mentions, dates, cards and the like.

use jiff::Timestamp;

use super::super::node::Node;
use super::super::tree::Tree;
use super::marks::{self, Mark, Piece};
use super::{Place, escape};

/// Whether nodes of this kind stand in a line.
pub(super) fn is_inline(kind: &str) -> bool {
    matches!(
        kind,
        "text"
            | "hardBreak"
            | "mention"
            | "emoji"
            | "date"
            | "status"
            | "inlineCard"
            | "mediaInline"
            | "placeholder"
            | "inlineExtension"
    )
}

/// The nodes as the lines of one paragraph, without a break at its end.
pub(super) fn line<'a>(nodes: impl Iterator<Item = Node<'a>>, place: Place) -> String {
    let mut parts = Vec::new();
    collect(nodes, &mut parts);
    let mut pieces = Vec::with_capacity(parts.len());
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let is_last = parts
            .peek()
            .is_none_or(|next| matches!(next.wording, Wording::Break));
        pieces.push(part.piece(place, is_last));
    }
    let line = marks::join(&pieces, '\n', '\n');
    let line = line.trim_end();
    match place {
        Place::Page => {
            // A break at the end would show as a backslash.
            let mut line = line;
            while let Some(text) = line.strip_suffix("\\\n").or_else(|| broken_end(line)) {
                line = text.trim_end();
            }
            escape::line_starts(line)
        }
        Place::Heading | Place::Cell => line.trim_start().to_owned(),
    }
}

/// The line without the hard break that it ends with. An even number of backslashes is text.
fn broken_end(line: &str) -> Option<&str> {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    (backslashes % 2 == 1).then(|| &line[..line.len() - 1])
}

/// A part of a line that is written in one way.
struct Part<'a> {
    wording: Wording<'a>,
    marks: Vec<Mark>,
}

enum Wording<'a> {
    Text(String),
    Code(String),
    Break,
    Other(Node<'a>),
}

/// Lays the nodes in a row; neighbours that are written alike become one part, because `` `a` ``
/// and `` `b` `` side by side would not be two codes.
fn collect<'a>(nodes: impl Iterator<Item = Node<'a>>, parts: &mut Vec<Part<'a>>) {
    for node in nodes {
        let is_unknown = !is_inline(node.kind());
        if is_unknown && node.content().next().is_some() {
            collect(node.content(), parts);
            continue;
        }
        let text = node.text().unwrap_or_default();
        let wording = match node.kind() {
            "text" if text.is_empty() => continue,
            "text" if node.marks().any(|mark| mark.kind() == "code") => {
                Wording::Code(text.to_owned())
            }
            "text" => Wording::Text(escape::unix_lines(text)),
            "hardBreak" => Wording::Break,
            _ => Wording::Other(node),
        };
        let marks = Mark::all(node);
        let last = parts.last_mut().filter(|part| part.marks == marks);
        match (last.map(|part| &mut part.wording), wording) {
            (Some(Wording::Text(known)), Wording::Text(more))
            | (Some(Wording::Code(known)), Wording::Code(more)) => known.push_str(&more),
            (_, wording) => parts.push(Part { wording, marks }),
        }
    }
}

impl Part<'_> {
    fn piece(self, place: Place, is_last: bool) -> Piece {
        let new_line = match place {
            Place::Page => "\\\n",
            Place::Heading => " ",
            Place::Cell => "<br>",
        };
        let markdown = match self.wording {
            Wording::Text(text) => {
                let is_link = self
                    .marks
                    .iter()
                    .any(|mark| matches!(mark, Mark::Link { .. }));
                let last = text.lines().count().saturating_sub(1);
                let lines = text.lines().enumerate().map(|(index, line)| {
                    if is_link {
                        escape::text(line)
                    } else {
                        escape::prose(line, is_last || index < last)
                    }
                });
                let lines: Vec<String> = lines.collect();
                let end = if text.ends_with('\n') { new_line } else { "" };
                lines.join(new_line) + end
            }
            Wording::Code(code) => escape::code(&code),
            Wording::Break => new_line.to_owned(),
            Wording::Other(node) => escape::one_line(&other(node)),
        };
        Piece {
            markdown,
            marks: self.marks,
        }
    }
}

fn other(node: Node<'_>) -> String {
    match node.kind() {
        "mention" => mention(node),
        "emoji" => {
            let emoji = node.word("text").or_else(|| node.word("shortName"));
            escape::text(emoji.unwrap_or("[emoji]"))
        }
        "date" => date(node),
        "status" => status(node),
        "inlineCard" => card(node),
        "mediaInline" => media(node),
        _ => escape::text(&node.label()),
    }
}

/// A link to an account, which is read as a mention.
fn mention(node: Node<'_>) -> String {
    let name = node.word("text").or_else(|| node.word("id"));
    let name = escape::text(&format!(
        "@{}",
        name.unwrap_or("someone").trim_start_matches('@')
    ));
    match node.word("id") {
        Some(id) => format!(
            "[{}]({})",
            escape::one_line(&name),
            escape::target(&format!("accountid:{id}"))
        ),
        None => name,
    }
}

/// A lozenge: a link to its colour.
fn status(node: Node<'_>) -> String {
    let text = escape::one_line(node.word("text").unwrap_or("[status]"));
    let colour = node.word("color").unwrap_or("neutral");
    format!(
        "[{}]({})",
        escape::text(text.trim()),
        escape::target(&format!("status:{colour}"))
    )
}

/// A day; Jira keeps it as the milliseconds of its midnight in UTC, in a string. A link to itself.
fn date(node: Node<'_>) -> String {
    let milliseconds = match node.attribute("timestamp") {
        Some(Tree::Text(text)) => text.trim().parse().ok(),
        other => other.and_then(Tree::as_i64),
    };
    match milliseconds.map(Timestamp::from_millisecond) {
        Some(Ok(instant)) => {
            let day = instant.strftime("%Y-%m-%d").to_string();
            // Markdown's form has years of four digits.
            if day.len() == "2026-09-29".len() {
                format!("[{day}](date:{day})")
            } else {
                escape::text(&day)
            }
        }
        _ => escape::text(node.word("timestamp").unwrap_or("[date]")),
    }
}

/// A link that Jira shows as a card. Instead of an address it may carry data about the target
/// (JSON-LD).
pub(super) fn card(node: Node<'_>) -> String {
    let data = |name| node.attribute("data")?.get(name)?.as_str();
    match (node.word("url").or_else(|| data("url")), data("name")) {
        (Some(url), Some(name)) => {
            format!(
                "[{}]({})",
                escape::text(&escape::one_line(name)),
                escape::target(url)
            )
        }
        (Some(url), None) => escape::address(url),
        (None, name) => escape::text(name.unwrap_or("[card]")),
    }
}

/// A file. Only one from outside has an address; Jira's own are ids in a store of its own.
pub(super) fn media(node: Node<'_>) -> String {
    let description = node
        .word("alt")
        .map(|alt| escape::text(&escape::one_line(alt)));
    match (node.word("url"), description) {
        (Some(url), description) => {
            format!(
                "![{}]({})",
                description.unwrap_or_default(),
                escape::target(url)
            )
        }
        (None, Some(description)) => format!("[attachment: {description}]"),
        (None, None) => "[attachment]".to_owned(),
    }
}
