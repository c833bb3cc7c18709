//! What ADF has a place for: blocks as nodes.
//!
//! ADF allows some blocks only in some places: no heading in a list, no table in a quote. A block
//! that its place may not hold is shown by what it holds, so that no text is lost.

use serde_json::{Value, json};

use super::blocks::{Block, Item};

/// Where nodes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Document,
    Expand,
    NestedExpand,
    Panel,
    Quote,
    Item,
}

/// Makes nodes, and the ids that tell tasks apart.
#[derive(Default)]
pub(super) struct Nodes {
    tasks: u32,
}

impl Nodes {
    pub(super) fn document(&mut self, blocks: Vec<Block>) -> Vec<Value> {
        self.nodes(blocks, Place::Document)
    }

    fn nodes(&mut self, blocks: Vec<Block>, place: Place) -> Vec<Value> {
        let nodes = blocks.into_iter().flat_map(|block| self.node(block, place));
        nodes.collect()
    }

    /// The nodes of a container that must not be empty.
    fn some_nodes(&mut self, blocks: Vec<Block>, place: Place) -> Vec<Value> {
        let mut nodes = self.nodes(blocks, place);
        if nodes.is_empty() {
            nodes.push(node("paragraph", Vec::new()));
        }
        nodes
    }

    fn node(&mut self, block: Block, place: Place) -> Vec<Value> {
        use Place::{Document, Expand, Item, NestedExpand, Panel, Quote};
        let node = match (block, place) {
            (Block::Paragraph(line), _) => node("paragraph", line),
            (Block::Heading(_, line), _) if line.is_empty() => return Vec::new(),
            (Block::Heading(_, line), Quote | Item) => node("paragraph", strong(line)),
            (Block::Heading(level, line), _) => {
                with(json!({"level": level}), node("heading", line))
            }
            (Block::Code { language, text }, _) => code(&language, &text),
            (Block::Rule, Quote | Item) => node("paragraph", vec![text("———")]),
            (Block::Rule, _) => node("rule", Vec::new()),
            (Block::Quote(inner), Document | Expand | NestedExpand) => {
                let content = self.nodes(inner, Quote);
                if content.is_empty() {
                    return content;
                }
                node("blockquote", content)
            }
            (Block::Panel(kind, inner), Document | Expand | NestedExpand) => {
                let content = self.some_nodes(inner, Panel);
                with(json!({"panelType": kind}), node("panel", content))
            }
            (Block::Quote(inner) | Block::Panel(_, inner), _) => return self.nodes(inner, place),
            (Block::List(_, items), _) if place != Quote && are_tasks(&items) => self.tasks(items),
            (Block::List(order, items), _) => self.list(order, items),
            (Block::Table(rows), Document | Expand) => table(rows),
            (Block::Table(rows), _) => {
                return rows.iter().filter_map(|row| row_in_line(row)).collect();
            }
            (Block::Expand(title, inner), Document) => {
                let content = self.some_nodes(inner, Expand);
                with(json!({"title": title}), node("expand", content))
            }
            (Block::Expand(title, inner), Expand) => {
                let content = self.some_nodes(inner, NestedExpand);
                with(json!({"title": title}), node("nestedExpand", content))
            }
            (Block::Expand(title, inner), _) => {
                let title = (!title.is_empty()).then(|| strong(vec![text(&title)]));
                let title = title.map(|line| node("paragraph", line));
                return title.into_iter().chain(self.nodes(inner, place)).collect();
            }
        };
        vec![node]
    }

    fn list(&mut self, order: Option<u64>, items: Vec<Item>) -> Value {
        let items = items.into_iter().map(|mut item| {
            if let Some(is_done) = item.is_done {
                // No task here, so its box is text.
                let mark = text(if is_done { "[x] " } else { "[ ] " });
                match item.blocks.first_mut() {
                    Some(Block::Paragraph(line)) => *line = joined([&[mark], line.as_slice()]),
                    _ => item.blocks.insert(0, Block::Paragraph(vec![mark])),
                }
            }
            node("listItem", self.some_nodes(item.blocks, Place::Item))
        });
        let items = items.collect();
        match order {
            None => node("bulletList", items),
            Some(order) => with(json!({"order": order}), node("orderedList", items)),
        }
    }

    /// A list of tasks. The tasks below a task stand beside it, in a list of their own.
    fn tasks(&mut self, items: Vec<Item>) -> Value {
        let list_id = self.task_id();
        let mut content = Vec::new();
        for item in items {
            let attrs = json!({
                "localId": self.task_id(),
                "state": if item.is_done == Some(true) { "DONE" } else { "TODO" },
            });
            let mut lines = Vec::new();
            let mut inner = Vec::new();
            for block in item.blocks {
                match block {
                    Block::Paragraph(line) => lines.push(line),
                    Block::List(_, items) => inner.push(self.tasks(items)),
                    _ => unreachable!("`are_tasks` has looked"),
                }
            }
            let item = if lines.len() == 1 {
                node("taskItem", lines.remove(0))
            } else {
                let lines = lines.into_iter().map(|line| node("paragraph", line));
                node("blockTaskItem", lines.collect())
            };
            content.push(with(attrs, item));
            content.append(&mut inner);
        }
        with(json!({"localId": list_id}), node("taskList", content))
    }

    /// The same Markdown has the same ids.
    fn task_id(&mut self) -> String {
        self.tasks += 1;
        format!("task-{}", self.tasks)
    }
}

/// Whether each item is a task that ADF can hold: text, and below it tasks at most.
fn are_tasks(items: &[Item]) -> bool {
    items.iter().all(|item| {
        let texts = item.blocks.iter();
        let texts = texts.take_while(|block| matches!(block, Block::Paragraph(_)));
        let texts = texts.count();
        let is_inner = |block: &Block| matches!(block, Block::List(_, items) if are_tasks(items));
        item.is_done.is_some() && texts > 0 && item.blocks[texts..].iter().all(is_inner)
    })
}

fn table(mut rows: Vec<Vec<Vec<Value>>>) -> Value {
    // Markdown cannot leave out the head, so an empty one stands for none.
    let has_head = rows.len() == 1 || rows[0].iter().any(|cell| !cell.is_empty());
    if !has_head {
        rows.remove(0);
    }
    let rows = rows.into_iter().enumerate().map(|(index, cells)| {
        let is_head = has_head && index == 0;
        let kind = if is_head { "tableHeader" } else { "tableCell" };
        let cells = (cells.into_iter()).map(|line| node(kind, vec![node("paragraph", line)]));
        node("tableRow", cells.collect())
    });
    node("table", rows.collect())
}

/// A row of a table where there can be none.
fn row_in_line(cells: &[Vec<Value>]) -> Option<Value> {
    let between = [text(" | ")];
    let mut parts: Vec<&[Value]> = Vec::new();
    for cell in cells.iter().filter(|cell| !cell.is_empty()) {
        parts.extend([&between[..], cell.as_slice()]);
    }
    let line = joined(parts.into_iter().skip(1));
    (!line.is_empty()).then(|| node("paragraph", line))
}

fn code(language: &str, code: &str) -> Value {
    let text = (!code.is_empty()).then(|| text(code));
    let node = node("codeBlock", text.into_iter().collect());
    if language.is_empty() {
        return node;
    }
    with(json!({"language": language}), node)
}

/// The parts as one line, in which texts with the same marks are one text.
fn joined<'a>(parts: impl IntoIterator<Item = &'a [Value]>) -> Vec<Value> {
    let mut line: Vec<Value> = Vec::new();
    for node in parts.into_iter().flatten() {
        match (line.last_mut(), node["text"].as_str()) {
            (Some(last), Some(more))
                if last["marks"] == node["marks"] && last["text"] != Value::Null =>
            {
                let known = last["text"].as_str().unwrap_or_default();
                last["text"] = Value::String(known.to_owned() + more);
            }
            _ => line.push(node.clone()),
        }
    }
    line
}

/// A node of this kind; without content where there is none.
fn node(kind: &str, content: Vec<Value>) -> Value {
    let mut node = json!({"type": kind});
    if !content.is_empty() {
        node["content"] = Value::Array(content);
    }
    node
}

fn with(attrs: Value, mut node: Value) -> Value {
    node["attrs"] = attrs;
    node
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// The line with all its words strong, but for code, which cannot be.
fn strong(mut line: Vec<Value>) -> Vec<Value> {
    let mark = json!({"type": "strong"});
    for node in &mut line {
        let has_words = node["text"]
            .as_str()
            .is_some_and(|text| !text.trim().is_empty());
        let mut marks = node["marks"].as_array().cloned().unwrap_or_default();
        let is_fixed = |known: &Value| known["type"] == "code" || *known == mark;
        if has_words && !marks.iter().any(is_fixed) {
            let links = marks.iter().filter(|known| known["type"] == "link").count();
            marks.insert(links, mark.clone());
            node["marks"] = Value::Array(marks);
        }
    }
    line
}
