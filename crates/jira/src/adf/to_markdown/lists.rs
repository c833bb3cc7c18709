//! Lists of points, numbers, tasks and decisions.

use super::super::node::Node;
use super::{Place, blocks, inline};

/// What marks the items of a list. Lists of different kinds never run into each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Bullets,
    Tasks,
    Numbers,
}

impl ListKind {
    pub(super) fn of(node: Node<'_>) -> Option<Self> {
        match node.kind() {
            "bulletList" | "decisionList" => Some(Self::Bullets),
            "taskList" => Some(Self::Tasks),
            "orderedList" => Some(Self::Numbers),
            _ => None,
        }
    }

    /// Whether a list of this kind and one of another are read as two though they are written as
    /// one: points and tasks.
    pub(super) fn may_join(self, other: Self) -> bool {
        self != other && self != Self::Numbers && other != Self::Numbers
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
            (ListKind::Bullets | ListKind::Tasks, false) => "- ".to_owned(),
            (ListKind::Bullets | ListKind::Tasks, true) => "+ ".to_owned(),
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
    let task = task_of(item);
    let lead = match (
        task.unwrap_or(item).kind(),
        task.unwrap_or(item).word("state"),
    ) {
        ("taskItem" | "blockTaskItem", Some("DONE")) => "[x]",
        ("taskItem" | "blockTaskItem", _) => "[ ]",
        ("decisionItem", _) => "**Decision:**",
        _ => "",
    };
    let held: Vec<Node<'_>> = match task {
        Some(task) if task.content().next().is_none() => item.content().skip(1).collect(),
        Some(task) => [task].into_iter().chain(item.content().skip(1)).collect(),
        None => item.held().collect(),
    };
    // Lists right below a first line of text need no blank line, unless they could not begin
    // where a line of text might go on.
    let is_list = |child: &&Node<'_>| ListKind::of(**child).is_some();
    let lists = held.iter().rev().take_while(is_list).count();
    let (others, lists) = held.split_at(held.len() - lists);
    let mut text = blocks::blocks(others.iter().copied(), place);
    let mut inner = blocks::blocks(lists.iter().copied(), place);
    let is_one_line = !text.contains("\n\n");
    let begins_with_text = others.first().is_some_and(|first| {
        matches!(first.kind(), "paragraph" | "taskItem") || inline::is_inline(first.kind())
    });
    if item.kind() == "listItem" && lead.is_empty() {
        text = with_box(text);
    }
    if !lead.is_empty() {
        let space = match (text.is_empty(), begins_with_text) {
            (true, _) => "",
            (false, true) => " ",
            (false, false) => "\n",
        };
        text = format!("{lead}{space}{text}");
    }
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

/// The task that a point begins with, in a list of its own. So a task is kept that holds more than
/// text, which a list of tasks cannot hold.
fn task_of(item: Node<'_>) -> Option<Node<'_>> {
    let list = item
        .content()
        .next()
        .filter(|list| list.kind() == "taskList")?;
    let mut tasks = list.content();
    let task = tasks.next().filter(|task| task.kind() == "taskItem")?;
    (item.kind() == "listItem" && tasks.next().is_none()).then_some(task)
}

/// The text of a point with the box that it begins with as a letter, since a quote holds no tasks.
fn with_box(text: String) -> String {
    for (letter, written) in [('☐', "[ ]"), ('☑', "[x]")] {
        if let Some(rest) = text.strip_prefix(letter)
            && (rest.is_empty() || rest.starts_with([' ', '\n']))
        {
            return format!("{written}{rest}");
        }
    }
    text
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
