//! Documents as people write them mean in ADF what they mean to cmark-gfm.
//!
//! The documents are `corpus/*.md`; what they mean to it is `corpus/*.txt`, written once by
//! `corpus/expect.py`.

use std::fmt::Write as _;

use serde_json::Value;

use super::{document, fits, markdown};

const GROUPS: [(&str, &str, &str); 8] = [
    (
        "addresses",
        include_str!("corpus/addresses.md"),
        include_str!("corpus/addresses.txt"),
    ),
    (
        "bodies",
        include_str!("corpus/bodies.md"),
        include_str!("corpus/bodies.txt"),
    ),
    (
        "checklists",
        include_str!("corpus/checklists.md"),
        include_str!("corpus/checklists.txt"),
    ),
    (
        "code",
        include_str!("corpus/code.md"),
        include_str!("corpus/code.txt"),
    ),
    (
        "editors",
        include_str!("corpus/editors.md"),
        include_str!("corpus/editors.txt"),
    ),
    (
        "tables",
        include_str!("corpus/tables.md"),
        include_str!("corpus/tables.txt"),
    ),
    (
        "templates",
        include_str!("corpus/templates.md"),
        include_str!("corpus/templates.txt"),
    ),
    (
        "wiki",
        include_str!("corpus/wiki.md"),
        include_str!("corpus/wiki.txt"),
    ),
];

/// The documents of a file, by name.
fn parts(file: &str) -> Vec<(&str, &str)> {
    let parts = file.split("%%%% ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap()).collect()
}

/// One line for each stretch of text with the same marks, with the blocks that it stands in.
#[derive(Default)]
struct Meaning {
    lines: String,
    blocks: Vec<String>,
    text: String,
    now: (String, String),
}

impl Meaning {
    fn of(document: &Value) -> String {
        let mut meaning = Self::default();
        meaning.node(document);
        meaning.flush();
        meaning.lines
    }

    fn say(&mut self, text: &str, marks: String) {
        let now = (self.blocks.join(" "), marks);
        if now != self.now {
            self.flush();
            self.now = now;
        }
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        let is_space = |c: char| " \t\r\n".contains(c);
        let words: Vec<&str> = self
            .text
            .split(is_space)
            .filter(|word| !word.is_empty())
            .collect();
        if !words.is_empty() {
            let (blocks, marks) = &self.now;
            writeln!(self.lines, "{blocks} | {marks} | {}", words.join(" ")).unwrap();
        }
        self.text.clear();
    }

    fn within(&mut self, block: &str, node: &Value) {
        self.flush();
        self.blocks.push(block.to_owned());
        self.content(node);
        self.flush();
        self.blocks.pop();
    }

    fn content(&mut self, node: &Value) {
        for child in node["content"].as_array().into_iter().flatten() {
            self.node(child);
        }
    }

    fn node(&mut self, node: &Value) {
        match node["type"].as_str().unwrap() {
            "text" => self.say(node["text"].as_str().unwrap(), marks(node)),
            "hardBreak" => self.text.push('\n'),
            "heading" => self.within(&format!("h{}", node["attrs"]["level"]), node),
            "blockquote" => self.within("blockquote", node),
            "codeBlock" => self.within("pre", node),
            "tableHeader" => self.within("th", node),
            "tableCell" => self.within("td", node),
            "taskItem" | "blockTaskItem" => {
                self.flush();
                let is_done = node["attrs"]["state"] == "DONE";
                self.blocks.push("li".to_owned());
                self.say(if is_done { "[x]" } else { "[ ]" }, String::new());
                self.flush();
                self.content(node);
                self.flush();
                self.blocks.pop();
            }
            "taskList" => self.tasks(node),
            "listItem" => self.item(node),
            "rule" => {
                self.flush();
                writeln!(self.lines, " |  | ---").unwrap();
            }
            "media" => {
                let url = node["attrs"]["url"].as_str().unwrap();
                let alt = node["attrs"]["alt"].as_str().unwrap_or(url);
                self.flush();
                self.say(alt, format!("link={url}"));
                self.flush();
            }
            "expand" | "nestedExpand" => {
                self.flush();
                self.blocks.push("summary".to_owned());
                self.say(node["attrs"]["title"].as_str().unwrap(), String::new());
                self.flush();
                self.blocks.pop();
                self.content(node);
            }
            "paragraph" => {
                self.flush();
                self.content(node);
                self.flush();
            }
            _ => self.content(node),
        }
    }

    /// The tasks below a task stand beside it.
    fn tasks(&mut self, list: &Value) {
        for child in list["content"].as_array().unwrap() {
            if child["type"] == "taskList" {
                self.blocks.push("li".to_owned());
                self.tasks(child);
                self.blocks.pop();
            } else {
                self.node(child);
            }
        }
    }

    /// A point that begins with a list of one task, or with a box as a letter, is a task.
    fn item(&mut self, item: &Value) {
        let content = item["content"].as_array().unwrap();
        let first = &content[0];
        self.flush();
        if first["type"] == "taskList" {
            self.node(&first["content"][0]);
            self.blocks.push("li".to_owned());
            content[1..].iter().for_each(|child| self.node(child));
        } else {
            self.blocks.push("li".to_owned());
            let mut item = item.clone();
            if let Some(text) = first["content"][0]["text"].as_str() {
                for (letter, written) in [("☐ ", "[ ]"), ("☑ ", "[x]")] {
                    if let Some(rest) = text.strip_prefix(letter) {
                        self.say(written, String::new());
                        self.flush();
                        item["content"][0]["content"][0]["text"] = rest.into();
                    }
                }
            }
            self.content(&item);
        }
        self.flush();
        self.blocks.pop();
    }
}

fn marks(node: &Value) -> String {
    let mut names = Vec::new();
    let mut link = None;
    for mark in node["marks"].as_array().into_iter().flatten() {
        match mark["type"].as_str().unwrap() {
            "link" => {
                link = mark["attrs"]["href"]
                    .as_str()
                    .map(|href| format!("link={href}"));
            }
            "subsup" => names.push(mark["attrs"]["type"].as_str().unwrap().to_owned()),
            name => names.push(name.to_owned()),
        }
    }
    names.sort_unstable();
    names.extend(link);
    names.join(" ")
}

#[test]
fn documents_mean_what_they_mean_to_cmark() {
    let mut count = 0;
    let mut others = String::new();
    for (group, documents, meanings) in GROUPS {
        let (documents, meanings) = (parts(documents), parts(meanings));
        assert_eq!(documents.len(), meanings.len(), "{group}");
        for ((name, words), (_, expected)) in documents.into_iter().zip(meanings) {
            let adf = document(words);
            fits(&adf);
            let meaning = Meaning::of(&adf);
            if meaning != expected {
                write!(
                    others,
                    "== {name}\n{words}\n-- is\n{meaning}\n-- but to cmark-gfm\n{expected}\n"
                )
                .unwrap();
            }
            count += 1;
            // And it settles after one pass.
            let once = markdown(&adf);
            assert_eq!(markdown(&document(&once)), once, "{name}");
        }
    }
    assert!(others.is_empty(), "{others}");
    assert!(count >= 200, "{count} documents");
}
