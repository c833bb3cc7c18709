//! What Markdown says: the parser's events as nested blocks. Not yet what ADF allows.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::MAX_DEPTH;
use super::inline::Line;

/// ADF folds at most two deep.
const MAX_FOLDS: usize = 2;

/// A block, with its lines as ADF's inline nodes.
pub(super) enum Block {
    Paragraph(Vec<Value>),
    Heading(u8, Vec<Value>),
    Code {
        language: String,
        text: String,
    },
    Rule,
    Quote(Vec<Block>),
    /// A GitHub alert, by the `panelType` that it stands for.
    Panel(&'static str, Vec<Block>),
    /// A list and, if it is numbered, its first number.
    List(Option<u64>, Vec<Item>),
    /// The rows, the first of which is the head.
    Table(Vec<Vec<Vec<Value>>>),
    /// Something folded, and what it is called.
    Expand(String, Vec<Block>),
}

/// An item of a list.
pub(super) struct Item {
    /// Whether it is done, if it is a task.
    pub(super) is_done: Option<bool>,
    pub(super) blocks: Vec<Block>,
}

pub(super) fn read(markdown: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader {
        events: Parser::new_ext(markdown, options),
        depth: 0,
    };
    reader.blocks().blocks
}

struct Reader<'a> {
    events: Parser<'a>,
    depth: usize,
}

/// What stands in one container, as far as it is read.
#[derive(Default)]
struct Container {
    blocks: Vec<Block>,
    /// The line that is being read.
    line: Line,
    is_done: Option<bool>,
    /// The folded parts that are not closed yet.
    folds: Vec<Fold>,
}

/// A `<details>` that is not closed yet: what stands above it, and how it was written.
struct Fold {
    above: Vec<Block>,
    title: String,
    html: String,
}

impl Reader<'_> {
    /// Reads to the end of the container that has just begun.
    fn blocks(&mut self) -> Item {
        let mut container = Container::default();
        // Containers that are too deep to count.
        let mut passed = 0;
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item)
                    if self.depth >= MAX_DEPTH =>
                {
                    container.end_line();
                    passed += 1;
                }
                Event::Start(tag) => self.start(tag, &mut container),
                Event::End(TagEnd::Heading(level)) => {
                    let line = container.line.take_unbroken();
                    container.blocks.push(Block::Heading(level as u8, line));
                }
                Event::End(TagEnd::Paragraph) => container.end_line(),
                Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => {
                    if passed == 0 {
                        break;
                    }
                    container.end_line();
                    passed -= 1;
                }
                Event::Rule => {
                    container.end_line();
                    container.blocks.push(Block::Rule);
                }
                Event::TaskListMarker(is_done) if passed == 0 => container.is_done = Some(is_done),
                event => container.line.add(event),
            }
        }
        container.end_line();
        container.end_folds();
        Item {
            is_done: container.is_done,
            blocks: container.blocks,
        }
    }

    fn start(&mut self, tag: Tag<'_>, container: &mut Container) {
        match tag {
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Table(_) => container.end_line(),
            _ => {}
        }
        let block = match tag {
            Tag::CodeBlock(kind) => self.code(&kind),
            Tag::HtmlBlock => {
                let html = self.text();
                container.html(&html, self.depth);
                return;
            }
            Tag::BlockQuote(None) => Block::Quote(self.inside(Self::blocks).blocks),
            Tag::BlockQuote(Some(kind)) => {
                let panel = match kind {
                    BlockQuoteKind::Note => "info",
                    BlockQuoteKind::Important => "note",
                    BlockQuoteKind::Tip => "tip",
                    BlockQuoteKind::Warning => "warning",
                    BlockQuoteKind::Caution => "error",
                };
                Block::Panel(panel, self.inside(Self::blocks).blocks)
            }
            Tag::List(order) => Block::List(order, self.inside(Self::items)),
            Tag::Table(_) => Block::Table(self.rows()),
            inline => {
                container.line.add(Event::Start(inline));
                return;
            }
        };
        container.blocks.push(block);
    }

    fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let inside = read(self);
        self.depth -= 1;
        inside
    }

    fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some(Event::Start(Tag::Item)) = self.events.next() {
            items.push(self.blocks());
        }
        items
    }

    fn rows(&mut self) -> Vec<Vec<Vec<Value>>> {
        let mut rows: Vec<Vec<Vec<Value>>> = Vec::new();
        let mut line = Line::default();
        for event in self.events.by_ref() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::End(TagEnd::TableCell) => {
                    let row = rows.last_mut().expect("a cell is in a row");
                    row.push(line.take());
                }
                Event::End(TagEnd::Table) => break,
                event => line.add(event),
            }
        }
        rows
    }

    /// A block of code. Of what stands behind the fence only the first word is the language.
    fn code(&mut self, kind: &CodeBlockKind<'_>) -> Block {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let mut text = self.text();
        if text.ends_with('\n') {
            text.pop();
        }
        Block::Code {
            language: language.to_owned(),
            text,
        }
    }

    /// The text of a block that holds nothing else.
    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some(Event::Text(part) | Event::Html(part)) = self.events.next() {
            text.push_str(&part);
        }
        text
    }
}

impl Container {
    fn end_line(&mut self) {
        let line = self.line.take();
        if !line.is_empty() {
            self.blocks.push(Block::Paragraph(line));
        }
    }

    /// A block of HTML is text, but for what begins or ends a folded part.
    fn html(&mut self, html: &str, depth: usize) {
        let html = html.trim();
        if let Some(title) = opened_fold(html)
            && depth < MAX_DEPTH
            && self.folds.len() < MAX_FOLDS
        {
            self.folds.push(Fold {
                above: std::mem::take(&mut self.blocks),
                title,
                html: html.to_owned(),
            });
        } else if html == "</details>"
            && let Some(fold) = self.folds.pop()
        {
            let inside = std::mem::replace(&mut self.blocks, fold.above);
            self.blocks.push(Block::Expand(fold.title, inside));
        } else {
            self.line.add_lines(html);
            self.end_line();
        }
    }

    /// What was never closed is text as well.
    fn end_folds(&mut self) {
        while let Some(fold) = self.folds.pop() {
            let below = std::mem::replace(&mut self.blocks, fold.above);
            self.line.add_lines(&fold.html);
            self.end_line();
            self.blocks.extend(below);
        }
    }
}

/// What a folded part is called, if `html` begins one and nothing else.
fn opened_fold(html: &str) -> Option<String> {
    let rest = html.strip_prefix("<details>")?.trim();
    if rest.is_empty() {
        return Some(String::new());
    }
    let title = rest.strip_prefix("<summary>")?.strip_suffix("</summary>")?;
    let title = title.trim();
    (!title.contains('<')).then(|| {
        title
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    })
}
