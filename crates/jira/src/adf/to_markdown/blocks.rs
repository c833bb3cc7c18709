//! What stands on its own: paragraphs, headings, quotes, panels, code.

use super::super::node::Node;
use super::lists::{self, ListKind};
use super::{Place, escape, inline, tables};

/// The nodes one below the other, a blank line between them.
pub(super) fn blocks<'a>(nodes: impl Iterator<Item = Node<'a>>, place: Place) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut loose: Vec<Node<'a>> = Vec::new();
    let mut last: Option<List> = None;
    let add = |block: String, blocks: &mut Vec<String>| {
        let is_seen = !block.is_empty();
        blocks.extend(is_seen.then_some(block));
        is_seen
    };
    for node in nodes {
        if inline::is_inline(node.kind()) {
            loose.push(node);
            continue;
        }
        // Text without a paragraph around it is one all the same.
        if add(inline::line(loose.drain(..), place), &mut blocks) {
            last = None;
        }
        let Some(kind) = ListKind::of(node) else {
            if add(block(node, place), &mut blocks) {
                last = None;
            }
            continue;
        };
        let above = last
            .as_ref()
            .filter(|last| last.kind == kind || last.kind.may_join(kind));
        // Two lists of one kind with the same marker would become one.
        let has_other_marker =
            above.is_some_and(|last| last.has_other_marker != (last.kind == kind));
        let text = lists::list(node, kind, has_other_marker, place);
        if text.is_empty() {
            continue;
        }
        let is_tight = !text.contains("\n\n");
        let joins = is_tight && above.is_some_and(|last| last.is_tight && last.kind != kind);
        match blocks.last_mut().filter(|_| joins) {
            Some(last) => {
                last.push('\n');
                last.push_str(&text);
            }
            None => blocks.push(text),
        }
        last = Some(List {
            kind,
            has_other_marker,
            is_tight,
        });
    }
    add(inline::line(loose.drain(..), place), &mut blocks);
    blocks.join("\n\n")
}

/// A list that has just been written.
struct List {
    kind: ListKind,
    has_other_marker: bool,
    is_tight: bool,
}

fn block(node: Node<'_>, place: Place) -> String {
    match node.kind() {
        "paragraph" | "caption" => inline::line(node.content(), place),
        "heading" => heading(node),
        "blockquote" => quote(&blocks(node.content(), place)),
        "panel" => panel(node, place),
        "codeBlock" => code(node, place),
        "rule" => "***".to_owned(), // three hyphens after a list's marker would be part of it
        "expand" | "nestedExpand" => expand(node, place),
        "table" => tables::table(node),
        "media" => inline::media(node),
        "blockCard" | "embedCard" => inline::card(node),
        // Layouts, bodied extensions and whatever comes: what they hold.
        _ if node.content().next().is_some() => blocks(node.content(), place),
        kind if is_container(kind) => String::new(),
        _ => escape::line_starts(&escape::text(&escape::one_line(&node.label()))),
    }
}

/// Whether an empty node of this kind shows nothing in Jira either.
fn is_container(kind: &str) -> bool {
    matches!(
        kind,
        "doc"
            | "listItem"
            | "taskItem"
            | "blockTaskItem"
            | "decisionItem"
            | "layoutSection"
            | "layoutColumn"
            | "mediaSingle"
            | "mediaGroup"
            | "tableRow"
            | "tableCell"
            | "tableHeader"
    )
}

fn heading(node: Node<'_>) -> String {
    let level = node.number("level").unwrap_or(1).clamp(1, 6);
    let mut text = inline::line(node.content(), Place::Heading);
    if text.is_empty() {
        return text;
    }
    // Hashes at the end close a heading and do not show.
    let hashes = text.len() - text.trim_end_matches('#').len();
    if hashes > 0 {
        text.insert(text.len() - hashes, '\\');
    }
    let marker = "######".split_at(usize::try_from(level).unwrap_or(1)).0;
    format!("{marker} {text}")
}

fn quote(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line {
            "" => ">".to_owned(),
            line => format!("> {line}"),
        })
        .collect();
    lines.join("\n")
}

/// One of GitHub's alerts, which others show as a quote.
fn panel(node: Node<'_>, place: Place) -> String {
    let alert = match node.word("panelType") {
        Some("note") => "IMPORTANT",
        Some("tip" | "success") => "TIP",
        Some("warning") => "WARNING",
        Some("error") => "CAUTION",
        _ => "NOTE",
    };
    let inner = blocks(node.content(), place);
    let is_list = (node.content().next()).is_some_and(|first| ListKind::of(first).is_some());
    // What could not begin where a line of text might go on would be text.
    let space = if is_list && !lists::interrupts_text(&inner) {
        "\n"
    } else {
        ""
    };
    quote(&format!("[!{alert}]\n{space}{inner}"))
}

fn code(node: Node<'_>, place: Place) -> String {
    let code = escape::unix_lines(&node.bare_text());
    if place == Place::Cell {
        let lines: Vec<String> = code
            .lines()
            .filter(|line| !line.is_empty())
            .map(escape::code)
            .collect();
        return lines.join("\n");
    }
    let fence = "`".repeat((escape::longest_run(&code, '`') + 1).max(3));
    let language: String = node
        .word("language")
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '`')
        .collect();
    let end = if code.is_empty() { "" } else { "\n" };
    let info = escape::info(&language);
    format!("{fence}{info}\n{code}{end}{fence}")
}

fn expand(node: Node<'_>, place: Place) -> String {
    let body = blocks(node.content(), place);
    let summary = node
        .word("title")
        .map(|title| format!("<summary>{}</summary>\n", escape::html(title)))
        .unwrap_or_default();
    format!("<details>\n{summary}\n{body}\n\n</details>")
}
