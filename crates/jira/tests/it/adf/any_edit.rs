//! What holds for any edit of any document: what was not touched stays, byte by byte.

use fastrand::Rng;
use juncture_jira::adf;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{fits, node, paragraph, text};
use crate::support::cases;

/// How many edits in all, each of a document of its own, where nothing else is said.
const EDITS: u32 = 10_000;

/// In so many tests, so that all cores of a machine serve.
const PARTS: u32 = 4;

/// What the edits are drawn from, so that the suite makes the same ones each time.
const SEED: u64 = 20_261_126;

/// Documents and their edits, drawn from one stream. Each word is there once, so that no block is
/// another's twin.
struct Author {
    rng: Rng,
    words: u32,
}

impl Author {
    fn pick(&mut self, count: usize) -> usize {
        self.rng.usize(..count)
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("w{}", self.words)
    }

    fn id(&mut self) -> String {
        format!("id-{}", self.word())
    }

    fn inline(&mut self) -> Value {
        let (word, id) = (self.word(), self.id());
        let mark = |mark: Value, word: &str| json!({"type": "text", "text": word, "marks": [mark]});
        match self.pick(12) {
            0 => {
                json!({"type": "mention", "attrs": {"id": id, "text": format!("@{word}"), "accessLevel": ""}})
            }
            1 => {
                json!({"type": "date", "attrs": {"timestamp": (1_767_225_600_000_u64 + u64::from(self.words) * 86_400_000).to_string()}})
            }
            2 => json!({"type": "status", "attrs": {"text": word, "color": "blue", "localId": id}}),
            3 => json!({"type": "emoji", "attrs": {"shortName": format!(":{word}:"), "id": id}}),
            4 => {
                json!({"type": "inlineCard", "attrs": {"url": format!("https://x.y/{word}_{id}_")}})
            }
            5 => {
                json!({"type": "mediaInline", "attrs": {"id": id, "collection": "c", "alt": word, "type": "file"}})
            }
            6 => mark(
                json!({"type": "textColor", "attrs": {"color": "#00ff00"}}),
                &word,
            ),
            7 => mark(json!({"type": "strong"}), &word),
            8 => mark(
                json!({"type": "link", "attrs": {"href": format!("https://x.y/{word}")}}),
                &word,
            ),
            _ => text(&word),
        }
    }

    fn line(&mut self) -> Vec<Value> {
        let mut line = vec![text(&self.word())];
        for _ in 0..self.pick(4) {
            line.push(text(" "));
            line.push(self.inline());
        }
        joined(line)
    }

    fn paragraph(&mut self) -> Value {
        let mut paragraph = node("paragraph", &self.line());
        if self.pick(5) == 0 {
            paragraph["marks"] = json!([{"type": "alignment", "attrs": {"align": "center"}}]);
        }
        paragraph
    }

    fn plain(&mut self) -> Value {
        node("paragraph", &self.line())
    }

    fn item(&mut self) -> Value {
        let mut content = vec![self.plain()];
        if self.pick(4) == 0 {
            content.push(node("bulletList", &[node("listItem", &[self.plain()])]));
        }
        json!({"type": "listItem", "attrs": {"localId": self.id()}, "content": content})
    }

    fn several(&mut self, one: impl Fn(&mut Self) -> Value) -> Vec<Value> {
        (0..=self.pick(3)).map(|_| one(self)).collect()
    }

    fn block(&mut self) -> Value {
        let (word, id) = (self.word(), self.id());
        match self.pick(16) {
            0 => {
                json!({"type": "heading", "attrs": {"level": 1 + self.pick(6), "localId": id}, "content": self.line()})
            }
            1 => {
                json!({"type": "mediaSingle", "attrs": {"layout": "wide", "width": 66.5}, "content": [
                {"type": "media", "attrs": {"type": "file", "id": id, "collection": "", "alt": word}}]})
            }
            2 => {
                json!({"type": "panel", "attrs": {"panelType": "custom", "panelColor": "#abcdef"}, "content": self.several(Self::plain)})
            }
            3 => {
                json!({"type": "expand", "attrs": {"title": word, "localId": id}, "content": self.several(Self::plain)})
            }
            4 => json!({"type": "blockquote", "content": self.several(Self::plain)}),
            5 => {
                json!({"type": "bulletList", "attrs": {"localId": id}, "content": self.several(Self::item)})
            }
            6 => {
                json!({"type": "orderedList", "attrs": {"order": 1 + self.pick(9)}, "content": self.several(Self::item)})
            }
            7 => {
                let task = |author: &mut Self| json!({"type": "taskItem", "attrs": {"localId": author.id(), "state": "DONE"}, "content": author.line()});
                json!({"type": "taskList", "attrs": {"localId": id}, "content": self.several(task)})
            }
            8 => {
                let cell = |author: &mut Self| json!({"type": "tableCell", "attrs": {"background": "#eeeeee"}, "content": [author.plain()]});
                let row = |author: &mut Self| node("tableRow", &[cell(author), cell(author)]);
                json!({"type": "table", "attrs": {"layout": "default", "localId": id}, "content": self.several(row)})
            }
            9 => json!({"type": "layoutSection", "content": [
                {"type": "layoutColumn", "attrs": {"width": 33.3}, "content": self.several(Self::plain)},
                {"type": "layoutColumn", "attrs": {"width": 66.7}, "content": self.several(Self::plain)}]}),
            10 => {
                json!({"type": "extension", "attrs": {"extensionType": "t", "extensionKey": word, "parameters": {"id": id}}})
            }
            11 => json!({"type": "blockCard", "attrs": {"url": format!("https://x.y/{word}")}}),
            12 => {
                json!({"type": "codeBlock", "attrs": {"language": "rust", "uniqueId": id}, "content": [text(&word)]})
            }
            _ => self.paragraph(),
        }
    }
}

/// Neighbouring texts without marks as one, as Jira keeps them.
fn joined(line: Vec<Value>) -> Vec<Value> {
    let mut joined: Vec<Value> = Vec::new();
    for node in line {
        match joined.last_mut() {
            Some(last)
                if last["type"] == "text"
                    && node["type"] == "text"
                    && last.get("marks") == node.get("marks") =>
            {
                last["text"] = json!(
                    last["text"].as_str().unwrap().to_owned() + node["text"].as_str().unwrap()
                );
            }
            _ => joined.push(node),
        }
    }
    joined
}

#[test]
fn what_edits_do_not_touch_stays_byte_by_byte() {
    edits(0);
}

#[test]
fn what_edits_do_not_touch_stays_byte_by_byte_in_another_quarter() {
    edits(1);
}

#[test]
fn what_edits_do_not_touch_stays_byte_by_byte_in_a_third_quarter() {
    edits(2);
}

#[test]
fn what_edits_do_not_touch_stays_byte_by_byte_in_the_last_quarter() {
    edits(3);
}

/// A block as the caller has it.
struct Written {
    json: String,
    block: Value,
    is_as_it_was: bool,
}

impl Written {
    fn new(block: Value, is_as_it_was: bool) -> Self {
        Self {
            json: block.to_string(),
            block,
            is_as_it_was,
        }
    }
}

/// One of the parts of all edits.
fn edits(part: u32) {
    let mut author = Author {
        rng: Rng::with_seed(SEED + u64::from(part)),
        words: 0,
    };
    for number in 0..cases(EDITS / PARTS).cases {
        author.words = 0;
        let count = 2 + author.pick(6);
        let blocks = (0..count).map(|_| Written::new(author.block(), true));
        let mut edited: Vec<Written> = blocks.collect();
        let present = of_json(edited.iter().map(|block| block.json.as_str()));
        author.edit(&mut edited);
        let wanted = of_json(edited.iter().map(|block| block.json.as_str()));
        let wanted = adf::to_markdown(&wanted);

        let result = adf::edit(&present, &wanted).unwrap();
        if number % 50 == 0 {
            fits(&result.document);
        }
        let left = result.document["content"].as_array().unwrap().iter();
        let left: Vec<String> = left.map(Value::to_string).collect();
        let mut at = 0;
        for block in edited.iter().filter(|block| block.is_as_it_was) {
            let found = left[at..].iter().position(|left| *left == block.json);
            at += 1 + found.unwrap_or_else(|| panic!("edit {number} of part {part}: {} is not in order in {left:#?}, written as\n{wanted}\nbefore\n{}", block.json, adf::to_markdown(&present)));
        }
        // And the document says what the caller wrote.
        let says = adf::to_markdown(&of_json(left.iter().map(String::as_str)));
        assert_eq!(
            says,
            wanted,
            "edit {number} of part {part} of\n{}",
            adf::to_markdown(&present)
        );
    }
}

impl Author {
    /// Changes, moves, removes and adds one to four blocks.
    fn edit(&mut self, edited: &mut Vec<Written>) {
        for _ in 0..=self.pick(3) {
            let at = self.pick(edited.len());
            match self.pick(4) {
                0 => edited.insert(at, Written::new(paragraph(&self.word()), false)),
                1 if edited.len() > 1 => drop(edited.remove(at)),
                2 => {
                    let block = edited.remove(at);
                    let at = self.pick(edited.len() + 1);
                    edited.insert(at, block);
                }
                _ => {
                    let word = self.word();
                    let mut block = std::mem::take(&mut edited[at].block);
                    let is_as_it_was = match last_text(&mut block) {
                        Some(words) => {
                            *words = json!(words.as_str().unwrap().to_owned() + " " + &word);
                            false
                        }
                        None => edited[at].is_as_it_was,
                    };
                    edited[at] = Written::new(block, is_as_it_was);
                }
            }
        }
    }
}

/// The document of these blocks.
fn of_json<'a>(blocks: impl Iterator<Item = &'a str>) -> Box<RawValue> {
    let blocks = blocks.collect::<Vec<_>>().join(",");
    let document = format!(r#"{{"version":1,"type":"doc","content":[{blocks}]}}"#);
    RawValue::from_string(document).unwrap()
}

/// The last text without marks in a block.
fn last_text(node: &mut Value) -> Option<&mut Value> {
    let is_text = node["type"] == "text" && node["marks"].is_null();
    if is_text {
        return node.get_mut("text");
    }
    let content = node.get_mut("content")?.as_array_mut()?;
    content.iter_mut().rev().find_map(last_text)
}
