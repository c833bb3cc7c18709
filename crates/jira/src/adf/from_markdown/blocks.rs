//! What Markdown says: the parser's events as nested blocks. Not yet what ADF allows.

use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd,
};
use serde_json::Value;

use super::containers::{Containers, What};
use super::html;
use super::shield::shielded;

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
    /// The rows of a table.
    Table(Vec<Row>),
    /// Something folded, and what it is called.
    Expand(String, Vec<Block>),
    /// A picture from the web, and what it shows.
    Picture {
        url: String,
        alt: String,
    },
}

/// An item of a list.
#[derive(Default)]
pub(super) struct Item {
    /// Whether it is done, if it is a task.
    pub(super) is_done: Option<bool>,
    pub(super) blocks: Vec<Block>,
}

/// A row of a table.
#[derive(Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
}

/// A cell of a table.
pub(super) struct Cell {
    pub(super) is_head: bool,
    /// How many columns and rows it covers.
    pub(super) span: (u64, u64),
    pub(super) blocks: Vec<Block>,
}

pub(super) fn read(markdown: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let markdown = shielded(markdown, options);
    let mut reader = Reader {
        markdown: &markdown,
        events: Parser::new_ext(&markdown, options).into_offset_iter(),
        containers: Containers::new(),
        is_in_head: false,
    };
    while let Some((event, range)) = reader.events.next() {
        let source = &reader.markdown[range];
        reader.event(event, source);
    }
    reader.containers.end()
}

struct Reader<'a> {
    markdown: &'a str,
    events: OffsetIter<'a>,
    containers: Containers,
    /// Whether the head of a table is being read.
    is_in_head: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, source: &str) {
        let containers = &mut self.containers;
        match event {
            Event::Start(tag) => self.start(tag, source),
            Event::End(TagEnd::Heading(level)) => containers.end_heading(level as u8),
            Event::End(TagEnd::Paragraph) => containers.end_line(),
            Event::End(
                TagEnd::BlockQuote(_)
                | TagEnd::List(_)
                | TagEnd::Item
                | TagEnd::Table
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::TableCell,
            ) => containers.close(),
            Event::Rule => containers.add(Block::Rule),
            Event::TaskListMarker(is_done) => containers.mark_task(is_done),
            Event::InlineHtml(html) | Event::Html(html) => {
                for token in html::tokens(&html) {
                    containers.inline_html(token);
                }
            }
            event => containers.line.add(event),
        }
    }

    fn start(&mut self, tag: Tag<'_>, source: &str) {
        let containers = &mut self.containers;
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => containers.end_line(),
            Tag::CodeBlock(kind) => {
                let code = self.code(&kind);
                self.containers.add(code);
            }
            Tag::HtmlBlock => {
                let html = self.text().replace("\r\n", "\n");
                self.containers.html(html::tokens(&html));
            }
            Tag::BlockQuote(kind) => containers.open(kind.map_or(What::Quote, panel)),
            Tag::List(order) => containers.open(What::List(order, Vec::new())),
            Tag::Item => {
                containers.open(What::Item(None));
                if let Some(is_done) = empty_task(source) {
                    self.containers.mark_empty_task(is_done);
                }
            }
            Tag::Table(_) => containers.open(What::Table(Vec::new())),
            Tag::TableHead | Tag::TableRow => {
                self.is_in_head = matches!(tag, Tag::TableHead);
                containers.open(What::Row(Row::default()));
            }
            Tag::TableCell => containers.open(What::Cell(self.is_in_head, (1, 1))),
            inline => containers.line.add(Event::Start(inline)),
        }
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
        while let Some((Event::Text(part) | Event::Html(part), _)) = self.events.next() {
            text.push_str(&part);
        }
        text
    }
}

fn panel(kind: BlockQuoteKind) -> What {
    What::Panel(match kind {
        BlockQuoteKind::Note => "info",
        BlockQuoteKind::Important => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "error",
    })
}

/// Whether an item begins with a box and nothing else in its line. The parser wants a word there.
/// Looks at no more than that: many items may begin in one line.
fn empty_task(item: &str) -> Option<bool> {
    let digits = item.trim_start_matches(|c: char| c.is_ascii_digit());
    let marker = if digits.len() < item.len() {
        &['.', ')'][..]
    } else {
        &['-', '+', '*']
    };
    let rest = digits.strip_prefix(marker)?.trim_start_matches([' ', '\t']);
    let (is_done, behind) = [("[ ]", false), ("[x]", true), ("[X]", true)]
        .into_iter()
        .find_map(|(mark, is_done)| Some((is_done, rest.strip_prefix(mark)?)))?;
    let next = behind.trim_start_matches([' ', '\t']).chars().next();
    matches!(next, None | Some('\n' | '\r')).then_some(is_done)
}
