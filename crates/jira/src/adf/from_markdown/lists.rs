//! Lists of points, numbers and tasks.
//!
//! ADF's list of tasks holds tasks alone, each of them one or two paragraphs, and no quote holds
//! any. So a list with a few tasks in it becomes lists side by side; a task that is numbered or holds
//! more than text is a point that begins with a list of one task; and where no task may stand, its
//! box is a letter (`☐`, `☑`). All of that is written as one list with boxes again.

use serde_json::Value;

use super::blocks::{Block, Item};
use super::json::object;
use super::nodes::{Nodes, Place, joined, node, text, with};

/// What an item of a list becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Points,
    Tasks,
}

impl Nodes {
    /// The lists that a list becomes.
    pub(super) fn list(
        &mut self,
        order: Option<u64>,
        items: Vec<Item>,
        place: Place,
    ) -> Vec<Value> {
        let mut lists: Vec<Value> = Vec::new();
        let mut number = order;
        let mut items = items.into_iter().peekable();
        while let Some(first) = items.peek() {
            // Numbers stay numbers, and their boxes stand behind them.
            let group = if order.is_none() {
                group(first, place)
            } else {
                Group::Points
            };
            let mut those = Vec::new();
            let start = number;
            while let Some(item) =
                items.next_if(|item| order.is_some() || self::group(item, place) == group)
            {
                those.push(item);
                number = number.map(|number| number.saturating_add(1));
            }
            lists.push(match group {
                Group::Tasks => self.tasks(those),
                Group::Points => self.points(start, those, place),
            });
        }
        lists
    }

    fn points(&mut self, order: Option<u64>, items: Vec<Item>, place: Place) -> Value {
        let items = items.into_iter().map(|item| self.point(item, place));
        let items = items.collect();
        match order {
            None => node("bulletList", items),
            Some(order) => with(object([("order", order.into())]), "orderedList", items),
        }
    }

    fn point(&mut self, mut item: Item, place: Place) -> Value {
        let inside = if is_quoted(place) {
            Place::QuotedItem
        } else {
            Place::Item
        };
        let mut content = Vec::new();
        if let Some(is_done) = item.is_done {
            let has_line = matches!(item.blocks.first(), Some(Block::Paragraph(_)));
            let first = if has_line {
                Some(item.blocks.remove(0))
            } else {
                None
            };
            if is_quoted(place) {
                let mark = text(if is_done { "☑ " } else { "☐ " });
                let line = match first {
                    Some(Block::Paragraph(line)) => joined([&[mark][..], &line]),
                    _ => vec![text(if is_done { "☑" } else { "☐" })],
                };
                content.push(node("paragraph", line));
            } else {
                let task = Item {
                    is_done: item.is_done,
                    blocks: first.into_iter().collect(),
                };
                content.push(self.tasks(vec![task]));
            }
        }
        if content.is_empty() {
            content = self.some_nodes(item.blocks, inside);
        } else {
            content.extend(self.nodes(item.blocks, inside));
        }
        node("listItem", content)
    }

    /// A list of tasks. The tasks below a task stand beside it, in a list of their own.
    fn tasks(&mut self, items: Vec<Item>) -> Value {
        let list_id = self.task_id();
        let mut content = Vec::new();
        for item in items {
            let state = if item.is_done == Some(true) {
                "DONE"
            } else {
                "TODO"
            };
            let attrs = object([("localId", self.task_id().into()), ("state", state.into())]);
            let mut lines = Vec::new();
            let mut inner = Vec::new();
            for block in item.blocks {
                match block {
                    Block::Paragraph(line) => lines.push(line),
                    Block::List(_, items) => inner.push(self.tasks(items)),
                    _ => unreachable!("`is_task` has looked"),
                }
            }
            content.push(if lines.len() > 1 {
                let lines = lines.into_iter().map(|line| node("paragraph", line));
                with(attrs, "blockTaskItem", lines.collect())
            } else {
                with(attrs, "taskItem", lines.pop().unwrap_or_default())
            });
            content.append(&mut inner);
        }
        with(object([("localId", list_id.into())]), "taskList", content)
    }
}

fn is_quoted(place: Place) -> bool {
    matches!(place, Place::Quote | Place::QuotedItem)
}

fn group(item: &Item, place: Place) -> Group {
    if !is_quoted(place) && is_task(item) {
        Group::Tasks
    } else {
        Group::Points
    }
}

/// Whether an item is a task that ADF can hold: text, and below it tasks at most.
fn is_task(item: &Item) -> bool {
    let texts = item.blocks.iter();
    let texts = texts.take_while(|block| matches!(block, Block::Paragraph(_)));
    let texts = texts.count();
    let is_inner =
        |block: &Block| matches!(block, Block::List(_, items) if items.iter().all(is_task));
    item.is_done.is_some() && item.blocks[texts..].iter().all(is_inner)
}
