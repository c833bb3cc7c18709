//! A Markdown parser reads back what the document says: the same characters with the same marks,
//! in blocks of the same kind.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use super::of_blocks;
use crate::support::cases;

/// A character as a reader sees it, and which of strong, em, strike and code are on it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen(char, [bool; 4]);

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let signs = "*_~`".chars().zip(self.1);
        let signs: String = signs
            .filter_map(|(sign, holds)| holds.then_some(sign))
            .collect();
        write!(f, "{}{signs}", self.0)
    }
}

/// The characters that a reader sees of this text.
fn seen(text: &str, marks: [bool; 4]) -> impl Iterator<Item = Seen> {
    let visible = text.chars().filter(|c| !c.is_whitespace());
    visible.map(move |character| Seen(character, marks))
}

/// What a parser reads. Blocks start with the letter of their kind; space is not compared,
/// because Markdown has none at the ends of lines.
fn read(markdown: &str) -> Vec<(String, Vec<Seen>)> {
    let mut blocks: Vec<(String, Vec<Seen>)> = Vec::new();
    let (mut strong, mut em, mut strike) = (0, 0, 0);
    let mut containers: Vec<&str> = Vec::new();
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for event in Parser::new_ext(markdown, options) {
        let (text, code) = match event {
            Event::Text(text) => (text.into_string(), containers.last() == Some(&"code ")),
            Event::Code(text) => (text.into_string(), true),
            Event::InlineHtml(tag) => {
                match &*tag {
                    "<strong>" => strong += 1,
                    "</strong>" => strong -= 1,
                    "<em>" => em += 1,
                    "</em>" => em -= 1,
                    "<del>" => strike += 1,
                    "</del>" => strike -= 1,
                    other => assert_eq!(other, "<br>", "HTML that nobody wrote in {markdown:?}"),
                }
                continue;
            }
            Event::Start(Tag::Strong) => {
                strong += 1;
                continue;
            }
            Event::End(TagEnd::Strong) => {
                strong -= 1;
                continue;
            }
            Event::Start(Tag::Emphasis) => {
                em += 1;
                continue;
            }
            Event::End(TagEnd::Emphasis) => {
                em -= 1;
                continue;
            }
            Event::Start(Tag::Strikethrough) => {
                strike += 1;
                continue;
            }
            Event::End(TagEnd::Strikethrough) => {
                strike -= 1;
                continue;
            }
            Event::Start(tag) => {
                containers.push(match tag {
                    Tag::Heading { .. } => "heading ",
                    Tag::BlockQuote(_) => "quote ",
                    Tag::CodeBlock(_) => "code ",
                    Tag::List(None) => "bullets ",
                    Tag::List(Some(_)) => "numbers ",
                    Tag::Table(_) => "table ",
                    Tag::Paragraph
                    | Tag::Item
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell => "",
                    other => panic!("{other:?} that nobody wrote in {markdown:?}"),
                });
                blocks.push((containers.concat(), Vec::new()));
                continue;
            }
            Event::End(_) => {
                containers.pop();
                // Text after a list inside an item would be another block.
                blocks.push((containers.concat(), Vec::new()));
                continue;
            }
            Event::SoftBreak | Event::HardBreak => continue,
            other => panic!("{other:?} that nobody wrote in {markdown:?}"),
        };
        let block = &mut blocks.last_mut().expect("text is inside a block").1;
        block.extend(seen(&text, [strong > 0, em > 0, strike > 0, code]));
    }
    blocks.retain(|(_, seen)| !seen.is_empty());
    blocks
}

/// A text and which of strong, em, strike and code are on it.
type Run = (String, [bool; 4]);

/// A block and where it stands.
#[derive(Clone, Debug)]
enum Block {
    Paragraph(Vec<Run>),
    Heading(u8, Vec<Run>),
    Code(String),
    Quote(Vec<Block>),
    List(Option<u64>, Vec<Vec<Block>>),
    Table(Vec<Vec<Run>>),
}

fn line(runs: &[Run]) -> Vec<Value> {
    runs.iter()
        .map(|(text, marks)| {
            let names = ["strong", "em", "strike", "code"];
            let marks: Vec<Value> = (names.iter().zip(marks))
                .filter(|(_, holds)| **holds)
                .map(|(name, _)| json!({"type": name}))
                .collect();
            json!({"type": "text", "text": text, "marks": marks})
        })
        .collect()
}

impl Block {
    fn to_adf(&self) -> Value {
        let all = |blocks: &[Self]| blocks.iter().map(Self::to_adf).collect::<Vec<_>>();
        match self {
            Self::Paragraph(runs) => json!({"type": "paragraph", "content": line(runs)}),
            Self::Heading(level, runs) => {
                json!({"type": "heading", "attrs": {"level": level}, "content": line(runs)})
            }
            Self::Code(code) => {
                json!({"type": "codeBlock", "content": [{"type": "text", "text": code}]})
            }
            Self::Quote(blocks) => json!({"type": "blockquote", "content": all(blocks)}),
            Self::List(order, items) => {
                let items: Vec<Value> = items
                    .iter()
                    .map(|item| json!({"type": "listItem", "content": all(item)}))
                    .collect();
                match order {
                    None => json!({"type": "bulletList", "content": items}),
                    Some(order) => {
                        json!({"type": "orderedList", "attrs": {"order": order}, "content": items})
                    }
                }
            }
            Self::Table(cells) => {
                let row = |cells: Vec<Value>| json!({"type": "tableRow", "content": cells});
                let cells = cells.iter().map(|runs| {
                    let paragraph = json!({"type": "paragraph", "content": line(runs)});
                    json!({"type": "tableCell", "content": [paragraph]})
                });
                json!({"type": "table", "content": [row(cells.collect())]})
            }
        }
    }

    /// What a reader should see of it.
    fn seen(&self, place: &str, blocks: &mut Vec<(String, Vec<Seen>)>) {
        let mut add = |kind: &str, runs: &[Run]| {
            let seen: Vec<Seen> = runs
                .iter()
                .flat_map(|(text, marks)| seen(text, *marks))
                .collect();
            if !seen.is_empty() {
                blocks.push((format!("{place}{kind}"), seen));
            }
        };
        match self {
            Self::Paragraph(runs) => add("", runs),
            Self::Heading(_, runs) => add("heading ", runs),
            Self::Code(code) => add("code ", &[(code.clone(), [false, false, false, true])]),
            Self::Quote(inner) => inner
                .iter()
                .for_each(|block| block.seen(&format!("{place}quote "), blocks)),
            Self::List(order, items) => {
                let place = format!(
                    "{place}{}",
                    if order.is_some() {
                        "numbers "
                    } else {
                        "bullets "
                    }
                );
                items
                    .iter()
                    .flatten()
                    .for_each(|block| block.seen(&place, blocks));
            }
            Self::Table(cells) => cells.iter().for_each(|runs| add("table ", runs)),
        }
    }
}

/// Text made of what Markdown is made of.
fn words() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a", "b1", "é", "Ω", "😄", " ", " ", "  ", "*", "**", "_", "__", "~", "~~", "`", "``",
        "\\", "[", "]", "(", ")", "[a](b)", "![", "!", "<", ">", "<b>", "&", "&amp;", "&#42;", "#",
        "# ", "-", "- ", "+ ", "1. ", "2) ", "|", "| - |", "---", "===", ":-", "> ", "```", "~~~",
        "\n", "\r", ".", "\"", "'", "[x]: y", "\u{a0}",
    ]);
    prop::collection::vec(token, 0..8).prop_map(|tokens| tokens.concat())
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    prop::collection::vec(
        (
            words(),
            any::<[bool; 4]>().prop_map(|[a, b, c, d]| [a, b, c, d && !a]),
        ),
        0..5,
    )
}

/// The blocks of a list item, with text at its beginning. After an item without text this parser
/// loses its place in the containers around it.
fn begun(mut item: Vec<Block>) -> Vec<Block> {
    let mut seen = Vec::new();
    if let Some(first) = item.first() {
        first.seen("", &mut seen);
    }
    if seen.is_empty() {
        item.insert(0, Block::Paragraph(vec![("x".to_owned(), [false; 4])]));
    }
    item
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        4 => runs().prop_map(Block::Paragraph),
        1 => (1..=6_u8, runs()).prop_map(|(level, runs)| Block::Heading(level, runs)),
        1 => words().prop_map(Block::Code),
        1 => prop::collection::vec(runs(), 1..4).prop_map(Block::Table),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let blocks = prop::collection::vec(inner, 0..4);
        prop_oneof![
            blocks.clone().prop_map(Block::Quote),
            (
                prop::option::of(0_u64..12),
                prop::collection::vec(blocks.prop_map(begun), 1..4)
            )
                .prop_map(|(order, items)| Block::List(order, items)),
        ]
    })
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn a_parser_reads_back_every_character_with_its_marks(blocks in prop::collection::vec(block(), 0..4)) {
        let adf: Vec<Value> = blocks.iter().map(Block::to_adf).collect();
        let markdown = of_blocks(&json!(adf));
        let mut expected = Vec::new();
        for block in &blocks {
            block.seen("", &mut expected);
        }
        prop_assert_eq!(read(&markdown), expected, "in {:?}", markdown);
    }
}
