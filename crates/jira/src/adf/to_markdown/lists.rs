//! Lists of points, numbers, tasks and decisions.

use super::super::node::Node;
use super::{Place, blocks, inline};

/// What marks the items of a list. Lists of different kinds never run into each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Bullets,
    Numbers,
}

impl ListKind {
    pub(super) fn of(node: Node<'_>) -> Option<Self> {
        match node.kind() {
            "bulletList" | "taskList" | "decisionList" => Some(Self::Bullets),
            "orderedList" => Some(Self::Numbers),
            _ => None,
        }
    }
}

/// An item as it will stand in its list.
struct Item {
    text: String,
    /// Whether it holds blank lines, and the list therefore has them between its items.
    is_loose: bool,
}

/// The list, with the kind's other marker if a list with the first one stands right above.
pub(super) fn list(node: Node<'_>, kind: ListKind, is_other_marker: bool, place: Place) -> String {
    // CommonMark reads nine digits at most.
    let mut number = node.number("order").unwrap_or(1).min(999_000_000);
    let mut items: Vec<Item> = Vec::new();
    for child in node.content() {
        let marker = match (kind, is_other_marker) {
            (ListKind::Bullets, false) => "- ".to_owned(),
            (ListKind::Bullets, true) => "+ ".to_owned(),
            (ListKind::Numbers, false) => format!("{number}. "),
            (ListKind::Numbers, true) => format!("{number}) "),
        };
        // A task list stands beside the task that it belongs to, not inside it.
        if let (Some(inner), Some(parent)) = (ListKind::of(child), items.last_mut()) {
            let inner = list(child, inner, false, place);
            if !inner.is_empty() {
                parent.text.push('\n');
                parent.text.push_str(&indented(&inner, marker.len()));
            }
            continue;
        }
        let (parts, is_loose) = parts(child, place);
        let body = indented(&parts, marker.len());
        let text = format!("{marker}{}", body.trim_start_matches(' '))
            .trim_end()
            .to_owned();
        items.push(Item { text, is_loose });
        number += 1;
    }
    let is_loose = items.iter().any(|item| item.is_loose);
    let items: Vec<String> = items.into_iter().map(|item| item.text).collect();
    items.join(if is_loose { "\n\n" } else { "\n" })
}

/// What an item holds, and whether there are blank lines in it.
fn parts(item: Node<'_>, place: Place) -> (String, bool) {
    let lead = match (item.kind(), item.word("state")) {
        ("taskItem" | "blockTaskItem", Some("DONE")) => "[x] ",
        ("taskItem" | "blockTaskItem", _) => "[ ] ",
        ("decisionItem", _) => "**Decision:** ",
        _ => "",
    };
    // Lists right below a first line of text need no blank line, unless they could not begin
    // where a line of text might go on.
    let lists = item
        .held()
        .rev()
        .take_while(|child| ListKind::of(*child).is_some())
        .count();
    let others = item.held().count() - lists;
    let mut text = blocks::blocks(item.held().take(others), place);
    let mut inner = blocks::blocks(item.held().skip(others), place);
    let is_one_line = !text.contains("\n\n");
    let begins_with_text = (item.held().next())
        .is_none_or(|first| first.kind() == "paragraph" || inline::is_inline(first.kind()));
    let lead = if begins_with_text {
        lead.to_owned()
    } else {
        lead.replace(' ', "\n")
    };
    text.insert_str(0, &lead);
    if text.is_empty() && is_dashes(&inner) {
        inner = with_other_markers(&inner);
    }
    let is_tight = inner.is_empty() || text.is_empty() || interrupts_text(&inner);
    if !inner.is_empty() && !text.is_empty() {
        text.push_str(if is_tight { "\n" } else { "\n\n" });
    }
    text.push_str(&inner);
    let is_loose = !(is_one_line && is_tight) || inner.contains("\n\n");
    (text, is_loose)
}

/// Whether the first line of a list is nothing but dashes, so that one more in front of them may
/// make it a rule.
fn is_dashes(list: &str) -> bool {
    let first = list.lines().next().unwrap_or_default();
    first.len() > 1 && first.chars().all(|c| "- ".contains(c))
}

/// The lists with the other one of the two marks for points. What they hold is indented.
fn with_other_markers(lists: &str) -> String {
    let lines = lists.lines().map(|line| match line.as_bytes().first() {
        Some(b'-') => format!("+{}", &line[1..]),
        Some(b'+') => format!("-{}", &line[1..]),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a list begins even without a blank line above: its first item has text, and a number
/// is 1 (<https://spec.commonmark.org/0.31.2/#list-items>).
pub(super) fn interrupts_text(list: &str) -> bool {
    let first = list.lines().next().unwrap_or_default();
    ["- ", "+ ", "1. ", "1) "]
        .iter()
        .any(|marker| first.starts_with(marker))
}

fn indented(text: &str, by: usize) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line {
            "" => String::new(),
            line => format!("{:by$}{line}", ""),
        })
        .collect();
    lines.join("\n")
}
