//! What ADF has a place for: blocks as nodes.
//!
//! ADF allows some blocks only in some places: no heading in a list, no table in a quote. A block
//! that its place may not hold is shown by what it holds, so that no text is lost.

use serde_json::{Value, json};

use super::blocks::{Block, Cell, Row};
use super::json::object;

/// Where nodes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Document,
    Expand,
    NestedExpand,
    Panel,
    Quote,
    Item,
    /// An item of a list in a quote, where no task may stand.
    QuotedItem,
    Cell,
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

    pub(super) fn nodes(&mut self, blocks: Vec<Block>, place: Place) -> Vec<Value> {
        let mut nodes = Vec::with_capacity(blocks.len());
        self.add(blocks, place, &mut nodes);
        nodes
    }

    /// The nodes of a container that must not be empty.
    pub(super) fn some_nodes(&mut self, blocks: Vec<Block>, place: Place) -> Vec<Value> {
        let mut nodes = self.nodes(blocks, place);
        if nodes.is_empty() {
            nodes.push(node("paragraph", Vec::new()));
        }
        nodes
    }

    fn add(&mut self, blocks: Vec<Block>, place: Place, nodes: &mut Vec<Value>) {
        for block in blocks {
            self.add_one(block, place, nodes);
        }
    }

    fn add_one(&mut self, block: Block, place: Place, nodes: &mut Vec<Value>) {
        use Place::{Cell, Document, Expand, Item, NestedExpand, Panel, Quote, QuotedItem};
        nodes.push(match (block, place) {
            (Block::Paragraph(line), _) => node("paragraph", line),
            (Block::Heading(_, line), _) if line.is_empty() => return,
            (Block::Heading(_, line), Quote | Item | QuotedItem) => node("paragraph", strong(line)),
            (Block::Heading(level, line), _) => {
                with(object([("level", level.into())]), "heading", line)
            }
            (Block::Code { language, text }, _) => code(&language, text),
            (Block::Rule, Quote | Item | QuotedItem) => node("paragraph", vec![text("———")]),
            (Block::Rule, _) => node("rule", Vec::new()),
            (Block::Quote(inner), Document | Expand | NestedExpand | Cell) => {
                let content = self.nodes(inner, Quote);
                if content.is_empty() {
                    return;
                }
                node("blockquote", content)
            }
            (Block::Panel(kind, inner), Document | Expand | NestedExpand | Cell) => {
                let content = self.some_nodes(inner, Panel);
                with(object([("panelType", kind.into())]), "panel", content)
            }
            (Block::Quote(inner) | Block::Panel(_, inner), _) => {
                return self.add(inner, place, nodes);
            }
            (Block::List(order, items), _) => return nodes.extend(self.list(order, items, place)),
            (Block::Table(rows), Document | Expand) => self.table(rows),
            (Block::Table(rows), _) => {
                let rows = rows.into_iter();
                return nodes.extend(rows.flat_map(|row| self.row_in_line(row, place)));
            }
            (Block::Picture { url, alt }, _) => picture(&url, &alt),
            (Block::Expand(title, inner), Document) => {
                let content = self.some_nodes(inner, Expand);
                with(object([("title", title.into())]), "expand", content)
            }
            (Block::Expand(title, inner), Expand | Cell) => {
                let content = self.some_nodes(inner, NestedExpand);
                with(object([("title", title.into())]), "nestedExpand", content)
            }
            (Block::Expand(title, inner), _) => {
                let title = (!title.is_empty()).then(|| strong(vec![text(&title)]));
                nodes.extend(title.map(|line| node("paragraph", line)));
                return self.add(inner, place, nodes);
            }
        });
    }

    fn table(&mut self, mut rows: Vec<Row>) -> Value {
        // Markdown cannot leave out the head, so an empty one stands for none.
        let is_bare = |row: &Row| row.cells.iter().all(|cell| cell.blocks.is_empty());
        if rows.len() > 1 && is_bare(&rows[0]) {
            rows.remove(0);
        }
        let mut nodes = Vec::new();
        for row in rows {
            let cells = row.cells.into_iter().map(|cell| self.cell(cell));
            nodes.push(node("tableRow", cells.collect()));
        }
        node("table", nodes)
    }

    fn cell(&mut self, cell: Cell) -> Value {
        let kind = if cell.is_head {
            "tableHeader"
        } else {
            "tableCell"
        };
        let content = self.some_nodes(cell.blocks, Place::Cell);
        match cell.span {
            (1, 1) => node(kind, content),
            (columns, rows) => with(json!({"colspan": columns, "rowspan": rows}), kind, content),
        }
    }

    /// A row of a table where there can be none: one line, if each cell is one.
    fn row_in_line(&mut self, row: Row, place: Place) -> Vec<Value> {
        let is_line = |cell: &Cell| matches!(cell.blocks[..], [] | [Block::Paragraph(_)]);
        if !row.cells.iter().all(is_line) {
            let cells = row.cells.into_iter();
            return cells
                .flat_map(|cell| self.nodes(cell.blocks, place))
                .collect();
        }
        let between = [text(" | ")];
        let mut parts: Vec<&[Value]> = Vec::new();
        for cell in &row.cells {
            if let [Block::Paragraph(line)] = &cell.blocks[..] {
                parts.extend([&between[..], line.as_slice()]);
            }
        }
        let line = joined(parts.into_iter().skip(1));
        Vec::from_iter((!line.is_empty()).then(|| node("paragraph", line)))
    }

    /// The same Markdown has the same ids.
    pub(super) fn task_id(&mut self) -> String {
        self.tasks += 1;
        format!("task-{}", self.tasks)
    }
}

fn picture(url: &str, alt: &str) -> Value {
    let mut attrs = json!({"type": "external", "url": url});
    if !alt.is_empty() {
        attrs["alt"] = alt.into();
    }
    let media = with(attrs, "media", Vec::new());
    with(json!({"layout": "center"}), "mediaSingle", vec![media])
}

fn code(language: &str, code: String) -> Value {
    let text = (!code.is_empty()).then(|| object([("type", "text".into()), ("text", code.into())]));
    let content = Vec::from_iter(text);
    if language.is_empty() {
        return node("codeBlock", content);
    }
    with(
        object([("language", language.into())]),
        "codeBlock",
        content,
    )
}

/// The parts as one line, in which texts with the same marks are one text.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = &'a [Value]>) -> Vec<Value> {
    let mut line: Vec<Value> = Vec::new();
    for node in parts.into_iter().flatten() {
        if let Some(more) = node["text"].as_str()
            && let Some(last) = line.last_mut()
            && last["marks"] == node["marks"]
            && let Some(Value::String(known)) = last.get_mut("text")
        {
            known.push_str(more);
            continue;
        }
        line.push(node.clone());
    }
    line
}

/// A node of this kind; without content where there is none.
pub(super) fn node(kind: &str, content: Vec<Value>) -> Value {
    if content.is_empty() {
        return object([("type", kind.into())]);
    }
    object([("type", kind.into()), ("content", content.into())])
}

pub(super) fn with(attrs: Value, kind: &str, content: Vec<Value>) -> Value {
    if content.is_empty() {
        return object([("type", kind.into()), ("attrs", attrs)]);
    }
    object([
        ("type", kind.into()),
        ("content", content.into()),
        ("attrs", attrs),
    ])
}

pub(super) fn text(text: &str) -> Value {
    object([("type", "text".into()), ("text", text.into())])
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
