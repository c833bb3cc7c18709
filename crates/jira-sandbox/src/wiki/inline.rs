//! Wiki markup within a paragraph.

use serde_json::{Value, json};

/// As deep as marks may nest.
const MAX_DEPTH: usize = 6;
/// As far as the end of a mark is looked for, in bytes.
const REACH: usize = 2_000;

/// The inline nodes that a text means.
pub(super) fn read_line(markup: &str) -> Vec<Value> {
    let mut reader = Reader {
        nodes: Vec::new(),
        text: String::new(),
    };
    reader.read(markup, &[], 0);
    reader.nodes
}

struct Reader {
    nodes: Vec<Value>,
    /// Text that has not become a node yet.
    text: String,
}

impl Reader {
    fn read(&mut self, markup: &str, marks: &[Value], depth: usize) {
        let mut rest = markup;
        let mut before = None;
        while let Some(first) = rest.chars().next() {
            let special = self.read_special(rest, before, marks, depth);
            let length = special.unwrap_or_else(|| {
                self.text.push(first);
                first.len_utf8()
            });
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
        }
        self.end_text(marks);
    }

    /// Reads what starts here if it is more than a letter, and returns how long it was.
    fn read_special(
        &mut self,
        rest: &str,
        before: Option<char>,
        marks: &[Value],
        depth: usize,
    ) -> Option<usize> {
        let first = rest.chars().next()?;
        match first {
            '\\' => {
                let escaped = rest[1..]
                    .chars()
                    .next()
                    .filter(char::is_ascii_punctuation)?;
                self.text.push(escaped);
                Some(2)
            }
            '\n' => {
                self.push(json!({"type": "hardBreak"}), marks);
                Some(1)
            }
            '{' => self.read_braces(rest, marks, depth),
            '[' => self.read_brackets(rest, marks),
            '*' | '_' | '-' | '+' | '^' | '~' if depth < MAX_DEPTH => {
                let is_start = before.is_none_or(|before| !before.is_alphanumeric());
                let end = is_start.then(|| closing(rest, first)).flatten()?;
                let mark = match first {
                    '*' => json!({"type": "strong"}),
                    '_' => json!({"type": "em"}),
                    '-' => json!({"type": "strike"}),
                    '+' => json!({"type": "underline"}),
                    '^' => json!({"type": "subsup", "attrs": {"type": "sup"}}),
                    _ => json!({"type": "subsup", "attrs": {"type": "sub"}}),
                };
                self.read_marked(&rest[1..end], mark, marks, depth);
                Some(end + 1)
            }
            _ => None,
        }
    }

    /// `{{code}}` and `{color:red}words{color}`.
    fn read_braces(&mut self, rest: &str, marks: &[Value], depth: usize) -> Option<usize> {
        if let Some(inner) = rest.strip_prefix("{{") {
            let end = find(inner, "}}").filter(|end| *end > 0)?;
            self.end_text(marks);
            self.nodes.push(json!({
                "type": "text", "text": inner[..end], "marks": [{"type": "code"}],
            }));
            return Some(end + 4);
        }
        let inner = rest.strip_prefix("{color:")?;
        let (color, words) = inner.split_at(find(inner, "}")?);
        let words = &words[1..];
        let end = find(words, "{color}").filter(|_| depth < MAX_DEPTH)?;
        let mark = json!({"type": "textColor", "attrs": {"color": color}});
        self.read_marked(&words[..end], mark, marks, depth);
        Some("{color:}{color}".len() + color.len() + end)
    }

    /// `[words|address]`, `[address]`, `[~accountid:…]`, and links that are shown as cards.
    fn read_brackets(&mut self, rest: &str, marks: &[Value]) -> Option<usize> {
        let end = find(rest, "]")?;
        let inner = &rest[1..end];
        let parts: Vec<&str> = inner.split('|').collect();
        let is_address = |text: &str| text.contains("://") || text.starts_with("mailto:");
        if let Some(account) = inner.strip_prefix("~accountid:") {
            self.push(json!({"type": "mention", "attrs": {"id": account}}), marks);
        } else if let [_, address, "smart-link"] = parts[..] {
            self.push(
                json!({"type": "inlineCard", "attrs": {"url": address}}),
                marks,
            );
        } else {
            let (words, address) = match parts[..] {
                [address] => (address, address),
                [words, address, ..] => (words, address),
                [] => return None,
            };
            if words.is_empty() || !is_address(address) {
                return None;
            }
            let mark = json!({"type": "link", "attrs": {"href": address}});
            // An address has no markup in it.
            let depth = if words == address { MAX_DEPTH } else { 0 };
            self.read_marked(words, mark, marks, depth);
        }
        Some(end + 1)
    }

    fn read_marked(&mut self, words: &str, mark: Value, marks: &[Value], depth: usize) {
        self.end_text(marks);
        let mut inner = marks.to_vec();
        inner.push(mark);
        self.read(words, &inner, depth + 1);
    }

    fn push(&mut self, node: Value, marks: &[Value]) {
        self.end_text(marks);
        self.nodes.push(node);
    }

    fn end_text(&mut self, marks: &[Value]) {
        if self.text.is_empty() {
            return;
        }
        let mut node = json!({"type": "text", "text": std::mem::take(&mut self.text)});
        if !marks.is_empty() {
            node["marks"] = marks.into();
        }
        self.nodes.push(node);
    }
}

/// Where the mark ends that starts here: around words, and before the end of the line.
fn closing(rest: &str, sign: char) -> Option<usize> {
    let mut before = sign;
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((index, character)) = characters.next() {
        if character == '\n' || index > REACH {
            return None;
        }
        if index == 1 && (character.is_whitespace() || character == sign) {
            return None;
        }
        let after = characters.peek().map(|(_, after)| *after);
        let is_end = character == sign
            && !before.is_whitespace()
            && before != '\\'
            && after.is_none_or(|after| !after.is_alphanumeric());
        if is_end {
            return Some(index);
        }
        before = character;
    }
    None
}

/// Where a text starts in another, not too far away.
fn find(text: &str, wanted: &str) -> Option<usize> {
    text.find(wanted).filter(|index| *index <= REACH)
}
