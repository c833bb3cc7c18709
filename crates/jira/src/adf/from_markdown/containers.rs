//! The containers that are open while Markdown is read: those of Markdown, and those of HTML.
//!
//! Elements of HTML are closed when their tag says so, and at the latest with the container of
//! Markdown that they stand in. So no tag that was forgotten, or closed twice, takes text away.

use serde_json::Value;

use super::MAX_DEPTH;
use super::blocks::{Block, Cell, Item, Row};
use super::html::Element;
use super::inline::Line;

/// What a container is.
pub(super) enum What {
    Document,
    Quote,
    Panel(&'static str),
    List(Option<u64>, Vec<Item>),
    /// An item, and whether it is done if it is a task.
    Item(Option<bool>),
    Table(Vec<Row>),
    Row(Row),
    /// A cell, whether it is of the head, and how many columns and rows it covers.
    Cell(bool, (u64, u64)),
    Expand(String),
    Summary,
    Heading(u8),
    Code(String, String),
}

pub(super) struct Container {
    pub(super) what: What,
    /// The element that opened it, if HTML did.
    element: Option<Element>,
    pub(super) blocks: Vec<Block>,
    /// How many containers of Markdown inside are too deep to count.
    passed: usize,
    /// Whether its first line begins with the box of a task that says nothing else.
    is_empty_task: bool,
}

pub(super) struct Containers {
    /// Never empty: the document comes first.
    open: Vec<Container>,
    /// The line that is being read.
    pub(super) line: Line,
}

impl Container {
    fn new(what: What, element: Option<Element>) -> Self {
        Self {
            what,
            element,
            blocks: Vec::new(),
            passed: 0,
            is_empty_task: false,
        }
    }

    /// Whether it counts as one block nested in another.
    fn is_level(&self) -> bool {
        use What::{Expand, List, Panel, Quote, Table};
        matches!(
            self.what,
            Quote | Panel(_) | List(..) | Table(_) | Expand(_)
        )
    }
}

impl Containers {
    pub(super) fn new() -> Self {
        Self {
            open: vec![Container::new(What::Document, None)],
            line: Line::default(),
        }
    }

    pub(super) fn top(&mut self) -> &mut Container {
        self.open.last_mut().expect("the document is open")
    }

    /// All blocks of the document.
    pub(super) fn end(mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            self.pop();
        }
        self.end_line();
        std::mem::take(&mut self.top().blocks)
    }

    /// Ends the line and adds a block below it.
    pub(super) fn add(&mut self, block: Block) {
        self.end_line();
        self.top().blocks.push(block);
    }

    /// Ends the line, which becomes a paragraph, a picture or what its container makes of it.
    pub(super) fn end_line(&mut self) {
        if let What::Heading(level) = self.top().what {
            return self.end_heading(level);
        }
        if let Some(pictures) = self.line.take_pictures() {
            let pictures = pictures.into_iter();
            let pictures = pictures.map(|picture| Block::Picture {
                url: picture.url,
                alt: picture.alt,
            });
            return self.top().blocks.extend(pictures);
        }
        let mut line = self.line.take();
        let top = self.top();
        if std::mem::take(&mut top.is_empty_task) {
            without_box(&mut line);
        }
        if line.is_empty() {
            return;
        }
        match &mut top.what {
            What::Code(_, text) => {
                push_bare(text, &line);
                text.push('\n');
            }
            _ => top.blocks.push(Block::Paragraph(line)),
        }
    }

    /// Ends the line, which is a heading.
    pub(super) fn end_heading(&mut self, level: u8) {
        let line = self.line.take_unbroken();
        self.top().blocks.push(Block::Heading(level, line));
    }

    /// The item is a task.
    pub(super) fn mark_task(&mut self, done: bool) {
        let top = self.top();
        if let What::Item(is_done) = &mut top.what
            && top.passed == 0
        {
            *is_done = Some(done);
        }
    }

    /// The item is a task whose first line says nothing.
    pub(super) fn mark_empty_task(&mut self, done: bool) {
        self.mark_task(done);
        let top = self.top();
        top.is_empty_task = top.passed == 0 && matches!(top.what, What::Item(_));
    }

    /// Opens a container of Markdown.
    pub(super) fn open(&mut self, what: What) {
        self.end_line();
        let container = Container::new(what, None);
        let is_too_deep = container.is_level() && self.depth() >= MAX_DEPTH;
        if is_too_deep || self.top().passed > 0 {
            self.top().passed += 1;
        } else {
            self.open.push(container);
        }
    }

    /// Closes the innermost container of Markdown, and the HTML in it.
    pub(super) fn close(&mut self) {
        self.end_line();
        while self.top().element.is_some() && self.top().passed == 0 {
            self.pop();
        }
        match self.top().passed {
            0 => self.pop(),
            _ => self.top().passed -= 1,
        }
    }

    /// Opens a container of HTML, unless that is too deep.
    pub(super) fn open_html(&mut self, what: What, element: Element) {
        self.end_line();
        let container = Container::new(what, Some(element));
        if !container.is_level() || self.depth() < MAX_DEPTH {
            self.open.push(container);
        }
    }

    fn depth(&self) -> usize {
        self.open
            .iter()
            .filter(|container| container.is_level())
            .count()
    }

    /// Closes the innermost container.
    fn pop(&mut self) {
        self.end_line();
        if self.open.len() == 1 {
            return;
        }
        let Container { what, blocks, .. } = self.open.pop().expect("there are two");
        let parent = self.top();
        match (what, &mut parent.what) {
            (What::Document, _) => {}
            (What::Quote, _) => parent.blocks.push(Block::Quote(blocks)),
            (What::Panel(kind), _) => parent.blocks.push(Block::Panel(kind, blocks)),
            (What::List(order, mut items), outer) => {
                if !blocks.is_empty() {
                    items.push(Item {
                        is_done: None,
                        blocks,
                    });
                }
                let list = (!items.is_empty()).then_some(Block::List(order, items));
                match outer {
                    // As editors write it, though the list belongs inside the item.
                    What::List(_, outer) if !outer.is_empty() => {
                        let item = outer.last_mut().expect("there is one");
                        item.blocks.extend(list);
                    }
                    _ => parent.blocks.extend(list),
                }
            }
            (What::Item(is_done), What::List(_, items)) => items.push(Item { is_done, blocks }),
            (What::Table(rows), _) => {
                // What stands between cells stands above the table.
                parent.blocks.extend(blocks);
                let is_table = rows.iter().any(|row| !row.cells.is_empty());
                parent.blocks.extend(is_table.then_some(Block::Table(rows)));
            }
            (What::Row(row), What::Table(rows)) => {
                parent.blocks.extend(blocks);
                rows.push(row);
            }
            (What::Cell(is_head, span), What::Row(row)) => row.cells.push(Cell {
                is_head,
                span,
                blocks,
            }),
            (What::Expand(title), _) => parent.blocks.push(Block::Expand(title, blocks)),
            (What::Summary, What::Expand(title)) if title.is_empty() => *title = bare(&blocks),
            (What::Code(language, text), _) => {
                parent.blocks.extend(blocks);
                let text = text.strip_prefix('\n').unwrap_or(&text);
                let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
                parent.blocks.push(Block::Code { language, text });
            }
            (
                What::Summary | What::Heading(_) | What::Item(_) | What::Row(_) | What::Cell(..),
                _,
            ) => {
                parent.blocks.extend(blocks);
            }
        }
    }

    /// Where the containers of HTML begin that no container of Markdown closes.
    fn inner(&self) -> usize {
        let bound = self
            .open
            .iter()
            .rposition(|open| open.element.is_none() || open.passed > 0);
        bound.map_or(0, |bound| bound + 1)
    }

    /// Closes what stands in the innermost container of HTML of this kind, if there is one.
    pub(super) fn close_to(&mut self, is_it: impl Fn(&What) -> bool) -> bool {
        let inner = self.inner();
        let Some(index) = self.open[inner..]
            .iter()
            .rposition(|open| is_it(&open.what))
        else {
            return false;
        };
        self.end_line();
        while self.open.len() > inner + index + 1 {
            self.pop();
        }
        true
    }

    /// Closes the innermost element of this kind, and what stands in it, if there is one.
    pub(super) fn close_element(&mut self, element: Element) -> bool {
        let is_same = |open: Element| match (open, element) {
            (Element::Heading(_), Element::Heading(_)) => true,
            (open, element) => open == element,
        };
        let inner = self.inner();
        let mut open = self.open[inner..].iter();
        let Some(index) = open.rposition(|open| open.element.is_some_and(is_same)) else {
            return false;
        };
        while self.open.len() > inner + index {
            self.pop();
        }
        true
    }
}

/// Takes the box off the beginning of a line.
fn without_box(line: &mut Vec<Value>) {
    let is_box = |text: &str| matches!(text, "[ ]" | "[x]" | "[X]");
    if line
        .first()
        .and_then(|node| node["text"].as_str())
        .is_some_and(is_box)
    {
        line.remove(0);
        if line.first().is_some_and(|node| node["type"] == "hardBreak") {
            line.remove(0);
        }
    }
}

/// The words of blocks in one line.
fn bare(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(line) | Block::Heading(_, line) => push_bare(&mut text, line),
            Block::Picture { url, alt } => text.push_str(if alt.is_empty() { url } else { alt }),
            Block::Code { text: code, .. } => text.push_str(code),
            Block::List(_, items) => items
                .iter()
                .for_each(|item| text.push_str(&bare(&item.blocks))),
            Block::Quote(inner) | Block::Panel(_, inner) | Block::Expand(_, inner) => {
                text.push_str(&bare(inner));
            }
            Block::Table(rows) => {
                let cells = rows.iter().flat_map(|row| &row.cells);
                cells.for_each(|cell| text.push_str(&bare(&cell.blocks)));
            }
            Block::Rule => {}
        }
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a line.
fn push_bare(text: &mut String, line: &[Value]) {
    for node in line {
        let words = node["text"]
            .as_str()
            .or_else(|| node["attrs"]["text"].as_str());
        text.push_str(words.unwrap_or("\n"));
    }
}
